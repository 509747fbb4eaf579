package spec

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/fukusen/fukusen/spec/note"
)

// Checkpoint is a policy head: a C2SP checkpoint with C2SP tlog-cosignatures.
type Checkpoint struct {
	Fed        ID
	Size       uint64
	Root       Root
	CosignedBy []NodeID // council nodes whose cosignature verified
	CosignedAt []int64  // when each of them says it cosigned, in Unix seconds
	note       string
}

// Note is the checkpoint with all its cosignatures, as read.
func (c *Checkpoint) Note() string { return c.note }

// CheckpointText is what is cosigned.
func CheckpointText(fed ID, size uint64, root Root) string {
	return fmt.Sprintf("fukusen/policy/%s\n%d\n%s\n", fed, size, EncodeRoot(root))
}

// Cosign makes one cosignature line (C2SP tlog-cosignature, Ed25519).
func Cosign(s *Signer, node NodeID, text string, at time.Time) string {
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", at.Unix(), text)
	sig := binary.BigEndian.AppendUint64(nil, uint64(at.Unix()))
	sig = append(sig, ed25519.Sign(s.private, []byte(message))...)
	return note.Line(node.Host(), note.KeyHash(node.Host(), note.Cosignature, s.Public()), sig)
}

// JoinNote puts cosignature lines under a checkpoint's text.
func JoinNote(text string, lines []string) string { return text + "\n" + strings.Join(lines, "") }

// SplitCosignatures returns the text and the cosignature lines of a note.
func SplitCosignatures(sealed string) (string, []string, error) {
	text, sigs, ok := note.Split(sealed, 16)
	if !ok {
		return "", nil, refuseField("REQ-POL-008", "head", "a policy head is a signed note")
	}
	var lines []string
	for _, s := range sigs {
		lines = append(lines, note.Line(s.Name, s.Hash, s.Octets))
	}
	return text, lines, nil
}

var checkpointForm = regexp.MustCompile(`^fukusen/policy/([A-Za-z0-9_-]{43})\n(\S+)\n([A-Za-z0-9+/]{43}=)\n$`)

// CosignerKeys finds the key history of a council node by node id.
type CosignerKeys func(NodeID) *KeyHistory

// OpenCheckpoint opens a policy head and counts the council members whose
// cosignature verifies; fewer than need is refused (REQ-POL-008).
func OpenCheckpoint(sealed string, fed ID, council []NodeID, keysOf CosignerKeys, need int) (*Checkpoint, error) {
	bad := func(detail string) error { return refuseField("REQ-POL-008", "head", detail) }
	text, sigs, ok := note.Split(sealed, 16)
	m := checkpointForm.FindStringSubmatch(text)
	if !ok || m == nil {
		return nil, bad("a policy head is a C2SP checkpoint of three lines with cosignatures")
	}
	if ID(m[1]) != fed {
		return nil, bad("the policy head is that of another federation")
	}
	size, ok := note.Number(m[2])
	if !ok {
		return nil, bad("the size is plain digits")
	}
	c := &Checkpoint{Fed: fed, Size: size, note: sealed}
	if c.Root, ok = decodeRoot(m[3]); !ok {
		return nil, bad("the root is standard base64 of 32 octets")
	}
	for _, node := range council {
		if at, ok := cosigned(text, sigs, node, keysOf(node)); ok {
			c.CosignedBy, c.CosignedAt = append(c.CosignedBy, node), append(c.CosignedAt, at)
		}
	}
	if len(c.CosignedBy) < need {
		return nil, bad(fmt.Sprintf("the policy head needs cosignatures of %d council nodes", need))
	}
	return c, nil
}

// cosigned tells whether a node's cosignature verifies, and of what time it is.
func cosigned(text string, sigs []note.Signature, node NodeID, keys *KeyHistory) (int64, bool) {
	if keys == nil {
		return 0, false
	}
	for _, s := range sigs {
		if s.Name != node.Host() || len(s.Octets) != 8+ed25519.SignatureSize {
			continue
		}
		at := binary.BigEndian.Uint64(s.Octets)
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, text)
		for i := range keys.Keys {
			k := &keys.Keys[i]
			if k.Use == UseRecord && note.KeyHash(s.Name, note.Cosignature, k.Public()) == s.Hash &&
				at < 1<<53 && k.CurrentAt(time.Unix(int64(at), 0)) && ed25519.Verify(k.Public(), []byte(message), s.Octets[8:]) {
				return int64(at), true
			}
		}
	}
	return 0, false
}
