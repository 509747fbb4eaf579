package keys

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrWrongRoot means a root key that did not sign the present history.
	ErrWrongRoot = errors.New("this root key did not sign the present key history; use the one on the root sheet")
	// ErrNoSuchKey means a kid that the history does not list.
	ErrNoSuchKey = errors.New("the key history lists no such key")
	// ErrCurrent means a revocation of the key in use.
	ErrCurrent = errors.New("this key is in use; rotate first, then revoke the old one")
)

// place is where one of the two online keys stands.
type place struct {
	use, file string
	overlap   time.Duration
	key       func(*Online) **spec.Signer
}

func places() []place {
	return []place{
		{spec.UseRecord, fileRecord, overlap, func(on *Online) **spec.Signer { return &on.Record }},
		{spec.UseTLS, fileTLS, 0, func(on *Online) **spec.Signer { return &on.TLS }},
	}
}

// beside is where a fresh key lies until the history names it: record.next.key
// or tls.next.key.
func (p place) beside(dir string) string {
	return filepath.Join(dir, dirOnline, p.use+".next.key")
}

// overlap is how long a replaced record key verifies what it signs: the running
// node signs with it until it has noticed, and a reader who learned of the new
// one first would refuse that for good.
const overlap = time.Minute

// Rotate replaces the record key: the new one verifies from now on, the old one
// for a minute more. The running node notices by itself.
func Rotate(dir string, root *spec.Signer, now time.Time) (Online, error) {
	return rotate(dir, root, places()[0], now)
}

// RotateTLS replaces the key that proves a council node to the others' raft.
// The others take up the new one with the key history, as they read it.
func RotateTLS(dir string, root *spec.Signer, now time.Time) (Online, error) {
	return rotate(dir, root, places()[1], now)
}

func rotate(dir string, root *spec.Signer, p place, now time.Time) (Online, error) {
	on, h, err := open(dir, root)
	if err != nil {
		return on, err
	}
	fresh, err := spec.GenerateSigner()
	if err != nil {
		return on, err
	}
	if old := h.Find(p.use, (*p.key(&on)).KID()); old != nil && old.Until == 0 {
		old.Until = now.Add(p.overlap).Unix()
	}
	h.Keys = append(h.Keys, entry(fresh, p.use, now))
	// The fresh key lies beside the old one until the history names it, so that
	// a crash at any step leaves a key that the history knows: Load finishes
	// what was begun.
	if err := Write(p.beside(dir), encode(fresh)); err != nil {
		return on, err
	}
	if err := save(dir, root, h, &on, now); err != nil {
		return on, err
	}
	*p.key(&on) = fresh
	return on, p.finish(dir, fresh)
}

// finish puts the fresh key in the old one's place.
func (p place) finish(dir string, fresh *spec.Signer) error {
	if err := Write(filepath.Join(dir, dirOnline, p.file), encode(fresh)); err != nil {
		return err
	}
	if err := os.Remove(p.beside(dir)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("finish rotation: %w", err)
	}
	return nil
}

// resume finishes rotations that were cut short after their history was
// written; one that was cut short before leaves the old key in use.
func resume(dir string, on *Online) error {
	for _, p := range places() {
		next, err := Read(p.beside(dir))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if !spec.HistoryNames(on.History, p.use, next.KID()) {
			continue
		}
		*p.key(on) = next
		if err := p.finish(dir, next); err != nil {
			return err
		}
	}
	return nil
}

// Revoke marks a key as revoked, with a reason that everybody reads.
func Revoke(dir string, root *spec.Signer, kid, reason string, now time.Time) (Online, error) {
	on, h, err := open(dir, root)
	if err != nil {
		return on, err
	}
	if kid == on.Record.KID() || kid == on.TLS.KID() {
		return on, ErrCurrent
	}
	k := h.Find(spec.UseRecord, kid)
	if k == nil {
		k = h.Find(spec.UseTLS, kid)
	}
	if k == nil {
		return on, ErrNoSuchKey
	}
	if k.Revoked != nil {
		return on, nil
	}
	k.Revoked = &spec.Revocation{At: now.Unix(), Reason: reason}
	return on, save(dir, root, h, &on, now)
}

func open(dir string, root *spec.Signer) (Online, *spec.KeyHistory, error) {
	on, err := Load(dir)
	if err != nil {
		return on, nil, err
	}
	issuer := spec.HistoryIssuer(on.History)
	h, err := spec.OpenKeys(on.History, issuer, root.Public())
	if err != nil {
		return on, nil, fmt.Errorf("%w (%w)", ErrWrongRoot, err)
	}
	return on, h, nil
}

func save(dir string, root *spec.Signer, h *spec.KeyHistory, on *Online, now time.Time) error {
	// A directory put back from before a rotation does not know which serials
	// neighbours have seen since; the time lies beyond them all.
	serial := max(h.Serial+1, uint64(max(now.Unix(), 0)))
	next := spec.KeyHistory{Issuer: h.Issuer, IssuedAt: now.Unix(), Serial: serial, Keys: h.Keys}
	token, err := spec.SealKeys(root, next)
	if err != nil {
		return err
	}
	on.History = token
	return Write(HistoryPath(dir), []byte(token+"\n"))
}
