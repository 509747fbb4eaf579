package spec

import (
	"crypto/ed25519"
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
	h, text, sig, r := readHead(sealed)
	if r != nil {
		return nil, r
	}
	if h.Origin != LogOrigin(node, log) {
		return nil, refuseField("REQ-HEAD-002", "head", "a head's first line is the origin of the log that was asked for")
	}
	if r := verifyHead(text, sig, node, keys, h.At); r != nil {
		return nil, r
	}
	if h.At > now.Add(Leeway).Unix() {
		return nil, refuseField("REQ-HEAD-009", "head", "a head is not ahead of the reader's clock")
	}
	return h, nil
}

// readHead reads form and numbers; it answers also what was signed, and the signature.
func readHead(sealed string) (_ *Head, signed string, none note.Signature, _ *Refusal) {
	text, sigs, ok := note.Split(sealed, 1)
	m := headForm.FindStringSubmatch(text)
	if !ok || m == nil || len(sealed) > maxHead {
		return nil, "", none, refuseField("REQ-HEAD-001", "head", "a head is a signed note of the seven lines of section 6")
	}
	var numbers [5]uint64
	for i, at := range [...]int{2, 4, 5, 6, 7} {
		if numbers[i], ok = note.Number(m[at]); !ok {
			return nil, "", none, refuseField("REQ-HEAD-004", "head", "a number in a head is plain digits without sign or leading zero")
		}
	}
	h := &Head{Origin: m[1], Size: numbers[0], Epoch: int64(numbers[1]), At: int64(numbers[2]), Keys: numbers[3], note: sealed}
	h.Policy.Size = numbers[4]
	var okRoot, okPolicy bool
	h.Root, okRoot = decodeRoot(m[3])
	h.Policy.Root, okPolicy = decodeRoot(m[8])
	if !okRoot || !okPolicy {
		return nil, "", none, refuseField("REQ-HEAD-001", "head", "a root is standard base64 of 32 octets")
	}
	return h, text, sigs[0], nil
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
	h, _, _, _ := readHead(sealed)
	return h
}
