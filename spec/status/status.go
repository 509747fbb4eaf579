// Package status seals and opens the lists that say which credentials were
// revoked. A list that does not prove itself tells nothing.
package status

import (
	"crypto/ed25519"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/bitstring"
	"github.com/fukusen/fukusen/spec/strict"
)

// List is an issuer's revocation list (standard REQ-EVL-013; W3C
// Bitstring Status List 1.0). Bit i, counted from the most significant bit of
// the first octet, is set when the credential with index i was revoked.
type List struct {
	Issuer   spec.NodeID `json:"iss"`
	IssuedAt int64       `json:"iat"`
	Expires  int64       `json:"exp"`
	Name     string      `json:"list"`        // its URI
	Encoded  string      `json:"encodedList"` // "u" and base64url of the gzipped bits

	Bits []byte `json:"-"`
}

const (
	typ = "statuslist+jwt"
	// MinEntries is the least number of entries of a list.
	MinEntries = 131072
	maxLife    = 7 * 24 * 3600
	maxOctets  = 1 << 20
)

var shape = strict.ShapeOf(List{})

// Seal signs a status list with a current record key.
func Seal(s *spec.Signer, l List) (string, error) {
	encoded, err := bitstring.Pack(l.Bits)
	if err != nil {
		return "", fmt.Errorf("seal status list: %w", err)
	}
	l.Encoded = encoded
	return spec.SealAs(s, typ, l)
}

// Open opens an issuer's status list under its key history.
func Open(text string, issuer spec.NodeID, keys *spec.KeyHistory, now time.Time) (*List, error) {
	var l List
	err := spec.OpenAs(text, maxOctets, typ, "REQ-EVL-013", &shape, &l, func(kid string) (ed25519.PublicKey, error) {
		return keys.RecordKey(kid, l.IssuedAt)
	})
	if err != nil {
		return nil, err
	}
	if l.Issuer != issuer || l.Expires <= now.Unix() || l.Expires-l.IssuedAt > maxLife {
		return nil, spec.RefuseField("REQ-EVL-013", "exp", "a status list is its issuer's and expires within 7 days")
	}
	if l.Bits = bitstring.Unpack(l.Encoded, maxOctets); len(l.Bits)*8 < MinEntries {
		return nil, spec.RefuseField("REQ-EVL-013", "encodedList", "a status list has at least 131072 entries")
	}
	return &l, nil
}

// Revoked reports the bit of an index; an index beyond the list is revoked,
// since nothing vouches for it.
func (l *List) Revoked(index int) bool {
	return index < 0 || index/8 >= len(l.Bits) || bitstring.Set(l.Bits, index)
}
