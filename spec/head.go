package spec

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"regexp"
	"time"

	"github.com/fukusen/fukusen/spec/note"
)

// Head is a signed statement of a log's size and root (standard section 6).
type Head struct {
	Origin string // host[:port]/v1/feed/log
	Size   uint64
	Root   Root
	Epoch  int64 // Unix seconds of set-up or last restore
	At     int64 // Unix seconds
	Keys   uint64
	Policy PolicyPoint

	note string
}

// PolicyPoint names a state of the policy log.
type PolicyPoint struct {
	Size uint64
	Root Root
}

// Note is the head as it was signed.
func (h *Head) Note() string { return h.note }

const maxHead = 4096

// SealHead signs a head with a current record key; node is the signing node.
func SealHead(s *Signer, node NodeID, h Head) string {
	text := fmt.Sprintf("%s\n%d\n%s\nepoch %d\nat %d\nkeys %d\npolicy %d %s\n",
		h.Origin, h.Size, EncodeRoot(h.Root), h.Epoch, h.At, h.Keys, h.Policy.Size, EncodeRoot(h.Policy.Root))
	sig := ed25519.Sign(s.private, []byte(text))
	return text + "\n" + note.Line(node.Host(), note.KeyHash(node.Host(), note.Ed25519, s.Public()), sig)
}

var headForm = regexp.MustCompile(`^([^\s]+)\n([^\n]+)\n([A-Za-z0-9+/]{43}=)\nepoch ([^\n]+)\nat ([^\n]+)\nkeys ([^\n]+)\npolicy ([^\n]+) ([A-Za-z0-9+/]{43}=)\n$`)

// OpenHead opens the head of a node's log: form, numbers, origin, signature.
// Whether it extends what was seen before is the reader's to judge.
func OpenHead(sealed string, node NodeID, log string, keys *KeyHistory, now time.Time) (*Head, error) {
	text, sigs, ok := note.Split(sealed, 1)
	m := headForm.FindStringSubmatch(text)
	if !ok || m == nil || len(sealed) > maxHead {
		return nil, refuseField("REQ-HEAD-001", "head", "a head is a signed note of the seven lines of section 6")
	}
	h := &Head{Origin: m[1], note: sealed}
	for _, f := range [...]struct {
		text string
		put  func(uint64)
	}{
		{m[2], func(n uint64) { h.Size = n }},
		{m[4], func(n uint64) { h.Epoch = int64(n) }},
		{m[5], func(n uint64) { h.At = int64(n) }},
		{m[6], func(n uint64) { h.Keys = n }},
		{m[7], func(n uint64) { h.Policy.Size = n }},
	} {
		n, ok := note.Number(f.text)
		if !ok {
			return nil, refuseField("REQ-HEAD-004", "head", "a number in a head is plain digits without sign or leading zero")
		}
		f.put(n)
	}
	for _, f := range [...]struct {
		text string
		root *Root
	}{{m[3], &h.Root}, {m[8], &h.Policy.Root}} {
		octets, err := base64.StdEncoding.Strict().DecodeString(f.text)
		if err != nil {
			return nil, refuseField("REQ-HEAD-001", "head", "a root is standard base64 of 32 octets")
		}
		copy(f.root[:], octets)
	}
	if h.Origin != LogOrigin(node, log) {
		return nil, refuseField("REQ-HEAD-002", "head", "a head's first line is the origin of the log that was asked for")
	}
	if r := verifyHead(text, sigs[0], node, keys, h.At); r != nil {
		return nil, r
	}
	if h.At > now.Add(Leeway).Unix() {
		return nil, refuseField("REQ-HEAD-009", "head", "a head is not ahead of the reader's clock")
	}
	return h, nil
}

func verifyHead(text string, sig note.Signature, node NodeID, keys *KeyHistory, at int64) *Refusal {
	bad := refuseField("REQ-HEAD-003", "head", "a head is signed by a record key of its node that is current at its time")
	if keys == nil || sig.Name != node.Host() || len(sig.Octets) != ed25519.SignatureSize {
		return bad
	}
	for i := range keys.Keys {
		k := &keys.Keys[i]
		if k.Use != UseRecord || note.KeyHash(sig.Name, note.Ed25519, k.Public()) != sig.Hash {
			continue
		}
		if k.CurrentAt(time.Unix(at, 0)) && ed25519.Verify(k.Public(), []byte(text), sig.Octets) {
			return nil
		}
	}
	return bad
}

// AcceptedHead reads a head that this program accepted before and kept. It
// checks no signature: the keys of its time may have gone since.
func AcceptedHead(sealed string) *Head {
	text, _, ok := note.Split(sealed, 1)
	m := headForm.FindStringSubmatch(text)
	if !ok || m == nil {
		return nil
	}
	h := &Head{Origin: m[1], note: sealed}
	h.Size, _ = note.Number(m[2])
	epoch, _ := note.Number(m[4])
	at, _ := note.Number(m[5])
	h.Epoch, h.At = int64(epoch), int64(at)
	h.Keys, _ = note.Number(m[6])
	h.Policy.Size, _ = note.Number(m[7])
	for _, f := range [...]struct {
		text string
		root *Root
	}{{m[3], &h.Root}, {m[8], &h.Policy.Root}} {
		if octets, err := base64.StdEncoding.DecodeString(f.text); err == nil {
			copy(f.root[:], octets)
		}
	}
	return h
}
