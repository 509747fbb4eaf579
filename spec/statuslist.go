package spec

import (
	"fmt"
	"time"

	"github.com/fukusen/fukusen/spec/bitstring"
	"github.com/fukusen/fukusen/spec/strict"
)

// StatusList is an issuer's revocation list (standard REQ-EVL-013; W3C
// Bitstring Status List 1.0). Bit i, counted from the most significant bit of
// the first octet, is set when the credential with index i was revoked.
type StatusList struct {
	Issuer   NodeID `json:"iss"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	List     string `json:"list"`
	Encoded  string `json:"encodedList"` // "u" and base64url of the gzipped bits

	Bits []byte `json:"-"`
}

const (
	typStatusList = "statuslist+jwt"
	// MinStatusEntries is the least number of entries of a list.
	MinStatusEntries = 131072
	maxStatusLife    = 7 * 24 * 3600
	maxStatusOctets  = 1 << 20
)

var statusListShape = strict.ShapeOf(StatusList{})

// SealStatusList signs a status list with a current record key.
func SealStatusList(s *Signer, l StatusList) (string, error) {
	encoded, err := bitstring.Pack(l.Bits)
	if err != nil {
		return "", fmt.Errorf("seal status list: %w", err)
	}
	l.Encoded = encoded
	return sealToken(s, typStatusList, l)
}

// OpenStatusList opens an issuer's status list under its key history.
func OpenStatusList(text string, issuer NodeID, keys *KeyHistory, now time.Time) (*StatusList, error) {
	t, r := splitToken(text, maxStatusOctets, &statusListShape)
	if r != nil {
		return nil, r
	}
	if t.typ != typStatusList {
		return nil, refuseField("REQ-OPEN-007", "typ", "typ is statuslist+jwt")
	}
	var l StatusList
	if r := t.decode("REQ-EVL-013", &l); r != nil {
		return nil, r
	}
	key, r := keys.recordKey(t.kid, l.IssuedAt, false)
	if r != nil {
		return nil, r
	}
	if r := t.verifyJOSE(key); r != nil {
		return nil, r
	}
	if l.Issuer != issuer || l.Expires <= now.Unix() || l.Expires-l.IssuedAt > maxStatusLife {
		return nil, refuseField("REQ-EVL-013", "exp", "a status list is its issuer's and expires within 7 days")
	}
	if l.Bits = bitstring.Unpack(l.Encoded, maxStatusOctets); len(l.Bits)*8 < MinStatusEntries {
		return nil, refuseField("REQ-EVL-013", "encodedList", "a status list has at least 131072 entries")
	}
	return &l, nil
}

// Revoked reports the bit of an index; an index beyond the list is revoked,
// since nothing vouches for it.
func (l *StatusList) Revoked(index int) bool {
	return index < 0 || index/8 >= len(l.Bits) || bitstring.Set(l.Bits, index)
}
