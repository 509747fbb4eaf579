// Package note reads and writes C2SP signed notes, the form of heads and policy
// heads: a text, an empty line, and signature lines.
//
// It reads strictly, so that a note has one spelling, and verifies nothing:
// whose key a signature must be is not its to know.
package note

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/spec/code"
)

// Kind is the signature type of a note.
type Kind byte

// The two kinds that the standard uses.
const (
	Ed25519     Kind = 0x01 // C2SP signed-note
	Cosignature Kind = 0x04 // C2SP tlog-cosignature, Ed25519
)

const sigPrefix = "\n\n— "

// KeyHash is the C2SP signed note key id.
func KeyHash(name string, kind Kind, public ed25519.PublicKey) uint32 {
	h := sha256.New()
	h.Write([]byte(name + "\n"))
	h.Write([]byte{byte(kind)})
	h.Write(public)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

// Line writes one signature line; hash is the KeyHash of the signing key.
func Line(name string, hash uint32, sig []byte) string {
	octets := binary.BigEndian.AppendUint32(nil, hash)
	return "— " + name + " " + base64.StdEncoding.EncodeToString(append(octets, sig...)) + "\n"
}

// Signature is one line below a note's text.
type Signature struct {
	Name   string // note key name
	Hash   uint32 // KeyHash of the signing key
	Octets []byte // what follows the key hash
}

var linePattern = regexp.MustCompile(`^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$`)

// Split separates a note's text, with its last line feed, from at most so many
// signatures; false where it is not exactly a note.
func Split(note string, most int) (string, []Signature, bool) {
	at := strings.Index(note, sigPrefix)
	if at < 0 || !strings.HasSuffix(note, "\n") {
		return "", nil, false
	}
	text := note[:at+1]
	lines := strings.Split(strings.TrimSuffix(note[at+2:], "\n"), "\n")
	if len(lines) > most || strings.Contains(text, "\n\n") || strings.ContainsAny(text, "\r\t") {
		return "", nil, false
	}
	var list []Signature
	for _, line := range lines {
		m := linePattern.FindStringSubmatch(line)
		if m == nil {
			return "", nil, false
		}
		octets, err := base64.StdEncoding.Strict().DecodeString(m[2])
		if err != nil || len(octets) < 5 {
			return "", nil, false
		}
		list = append(list, Signature{m[1], binary.BigEndian.Uint32(octets), octets[4:]})
	}
	return text, list, true
}

// Number reads digits up to 2^53-1 without sign or leading zero.
func Number(s string) (uint64, bool) {
	if !code.Digits(s) || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 53)
	return n, err == nil
}
