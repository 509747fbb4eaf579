// Package keys holds a node's private keys as files: the record key and the
// TLS key that the running node needs, and the root and ballot keys that
// belong on a machine or a sheet of paper elsewhere. It refuses files that
// others may read, and writes every change whole or not at all.
package keys

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrReadable means that somebody else may read a private key.
	ErrReadable = errors.New("others may read this private key; run chmod 600 on it")
	// ErrExists means that a directory holds keys already.
	ErrExists = errors.New("there are keys here already; they are not written over")
	// ErrNotKey means a file that is no Ed25519 private key in PEM (PKCS #8).
	ErrNotKey = errors.New("the file is no Ed25519 private key in PEM (PKCS #8)")
)

// Names of the files below a node's directory.
const (
	dirOnline   = "keys"
	dirOffline  = "offline"
	fileRecord  = "record.key"
	fileTLS     = "tls.key"
	fileHistory = "history.jws"
	fileRoot    = "root.key"
	fileBallot  = "ballot.key"
	fileSheet   = "root-sheet.txt"
)

// Online are the keys that the running node uses.
type Online struct {
	Record  *spec.Signer
	TLS     *spec.Signer
	History string // the key history as a token
}

// Offline are the keys that leave the machine.
type Offline struct {
	Root   *spec.Signer
	Ballot *spec.Signer
}

// RootPath and BallotPath are where Create leaves the offline keys.
func RootPath(dir string) string { return filepath.Join(dir, dirOffline, fileRoot) }

// BallotPath is where Create leaves the ballot key.
func BallotPath(dir string) string { return filepath.Join(dir, dirOffline, fileBallot) }

// SheetPath is where Create leaves the printable root key.
func SheetPath(dir string) string { return filepath.Join(dir, dirOffline, fileSheet) }

// HistoryPath is the key history's file.
func HistoryPath(dir string) string { return filepath.Join(dir, dirOnline, fileHistory) }

// Create makes all keys of a new node, its first key history and the root
// sheet. It refuses a directory that holds keys already.
func Create(dir string, node spec.NodeID, now time.Time) (Online, Offline, error) {
	var on Online
	var off Offline
	if _, err := os.Stat(filepath.Join(dir, dirOnline, fileRecord)); err == nil {
		return on, off, fmt.Errorf("%s: %w", filepath.Join(dir, dirOnline), ErrExists)
	}
	for _, k := range []**spec.Signer{&on.Record, &on.TLS, &off.Root, &off.Ballot} {
		s, err := spec.GenerateSigner()
		if err != nil {
			return on, off, err
		}
		*k = s
	}
	history := spec.KeyHistory{Issuer: node, IssuedAt: now.Unix(), Serial: 1, Keys: []spec.KeyEntry{
		entry(on.Record, spec.UseRecord, now), entry(on.TLS, spec.UseTLS, now),
	}}
	var err error
	if on.History, err = spec.SealKeys(off.Root, history); err != nil {
		return on, off, err
	}
	files := []struct {
		name   string
		octets []byte
	}{
		{filepath.Join(dirOffline, fileRoot), encode(off.Root)},
		{filepath.Join(dirOffline, fileBallot), encode(off.Ballot)},
		{filepath.Join(dirOffline, fileSheet), []byte(sheet(node, off.Root, now))},
		{filepath.Join(dirOnline, fileTLS), encode(on.TLS)},
		{filepath.Join(dirOnline, fileHistory), []byte(on.History + "\n")},
		{filepath.Join(dirOnline, fileRecord), encode(on.Record)}, // last: it marks a complete set
	}
	for _, f := range files {
		if err := Write(filepath.Join(dir, f.name), f.octets); err != nil {
			return on, off, err
		}
	}
	return on, off, nil
}

func entry(s *spec.Signer, use string, from time.Time) spec.KeyEntry {
	return spec.KeyEntry{KID: s.KID(), Use: use, X: spec.EncodeKey(s.Public()), From: from.Unix()}
}

// Load reads the keys that the running node uses.
func Load(dir string) (Online, error) {
	var on Online
	var err error
	if on.Record, err = Read(filepath.Join(dir, dirOnline, fileRecord)); err != nil {
		return on, err
	}
	if on.TLS, err = Read(filepath.Join(dir, dirOnline, fileTLS)); err != nil {
		return on, err
	}
	octets, err := os.ReadFile(HistoryPath(dir))
	if err != nil {
		return on, fmt.Errorf("read key history: %w", err)
	}
	on.History = strings.TrimSpace(string(octets))
	return on, resume(dir, &on)
}

// Read reads one private key file and refuses it if others may read it. The text
// of a root sheet will do, or its seed alone.
func Read(path string) (*spec.Signer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrReadable)
	}
	octets, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	block, _ := pem.Decode(octets)
	if block == nil {
		if s := typedIn(string(octets)); s != nil {
			return s, nil
		}
		return nil, fmt.Errorf("%s: %w", path, ErrNotKey)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	private, ok := key.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("%s: %w", path, ErrNotKey)
	}
	return spec.NewSigner(private), nil
}

func encode(s *spec.Signer) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(s.Private())
	if err != nil {
		panic("keys: an Ed25519 key always encodes: " + err.Error())
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// Write writes a file whole: beside it first, flushed, then renamed over it,
// and the directory flushed, so that a crash leaves the old or the new one.
func Write(path string, octets []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := fail.Point("keys.write.before"); err != nil {
		return err
	}
	beside, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(beside.Name())
	for _, step := range []func() error{
		func() error { return beside.Chmod(fs.FileMode(0o600)) },
		func() error { _, err := beside.Write(octets); return err },
		beside.Sync,
		beside.Close,
		func() error { return os.Rename(beside.Name(), path) },
		func() error { return syncDir(dir) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	return fail.Point("keys.write.after")
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
