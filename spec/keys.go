package spec

import (
	"crypto/ed25519"
	"time"

	"github.com/fukusen/fukusen/spec/strict"
)

// Uses of a key in the key history.
const (
	UseRecord = "record"
	UseTLS    = "tls"
)

// Revocation says when a key was revoked and why.
type Revocation struct {
	At     int64  `json:"at"` // NumericDate
	Reason string `json:"reason"`
}

// KeyEntry is one key of a key history (standard section 2).
type KeyEntry struct {
	KID     string      `json:"kid"`
	Use     string      `json:"use"`
	X       string      `json:"x"`
	From    int64       `json:"from"`
	Until   int64       `json:"until,omitempty"`
	Revoked *Revocation `json:"revoked,omitempty"`
}

// KeyHistory lists every record and TLS key that a node ever had.
type KeyHistory struct {
	Issuer   NodeID     `json:"iss"`
	IssuedAt int64      `json:"iat"`
	Serial   uint64     `json:"serial"`
	Keys     []KeyEntry `json:"keys"`

	token string
}

const typKeys = "keys+jwt"

var keysShape = strict.ShapeOf(KeyHistory{})

// SealKeys signs a key history with the node's offline root key.
func SealKeys(root *Signer, h KeyHistory) (string, error) { return sealToken(root, typKeys, h) }

// OpenKeys opens a key history under the root key that the register pins for
// its issuer. It refuses REQ-KEY-002, 004, 005, 006 and what section 3 refuses.
func OpenKeys(text string, issuer NodeID, root ed25519.PublicKey) (*KeyHistory, error) {
	t, r := splitToken(text, MaxToken, &keysShape)
	if r != nil {
		return nil, r
	}
	if t.typ != typKeys {
		return nil, refuseField("REQ-OPEN-007", "typ", "typ is keys+jwt")
	}
	if t.kid != Thumbprint(root) {
		return nil, refuse("REQ-KEY-002", "a key history is signed by the root key that the register pins")
	}
	if r := t.verifyJOSE(root); r != nil {
		return nil, r
	}
	h := KeyHistory{token: text}
	if r := t.decode("REQ-KEY-006", &h); r != nil {
		return nil, r
	}
	if h.Issuer != issuer {
		return nil, refuseField("REQ-KEY-002", "iss", "the key history is not that of this node")
	}
	if r := h.check(); r != nil {
		return nil, r
	}
	return &h, nil
}

func (h *KeyHistory) check() *Refusal {
	seen := make(map[string]bool, len(h.Keys))
	for _, k := range h.Keys {
		public, err := DecodeKey(k.X)
		if err != nil || Thumbprint(public) != k.KID {
			return refuseField("REQ-KEY-004", "kid", "kid is the RFC 7638 thumbprint of x")
		}
		if seen[k.KID] {
			return refuseField("REQ-KEY-005", "kid", "a kid stands once in a key history")
		}
		seen[k.KID] = true
		if k.Use != UseRecord && k.Use != UseTLS {
			return refuseField("REQ-KEY-006", "use", "use is record or tls")
		}
		if k.Until != 0 && k.Until < k.From {
			return refuseField("REQ-KEY-006", "until", "until is not before from")
		}
	}
	return nil
}

// Token is the history as it was signed.
func (h *KeyHistory) Token() string { return h.token }

// Find returns a key of the given use, or nil.
func (h *KeyHistory) Find(use, kid string) *KeyEntry {
	for i := range h.Keys {
		if h.Keys[i].KID == kid && h.Keys[i].Use == use {
			return &h.Keys[i]
		}
	}
	return nil
}

// Public is the key's octets; a history that was opened has only good ones.
func (k *KeyEntry) Public() ed25519.PublicKey {
	public, err := DecodeKey(k.X)
	if err != nil {
		return nil
	}
	return public
}

// CurrentAt reports whether the key may sign at a time: from ≤ at ≤ until and not revoked.
func (k *KeyEntry) CurrentAt(at time.Time) bool {
	return k.Revoked == nil && k.covers(at.Unix())
}

func (k *KeyEntry) covers(at int64) bool {
	return at >= k.From && (k.Until == 0 || at <= k.Until)
}

// RecordKey is the key of a record of now, by its iat, or why there is none.
func (h *KeyHistory) RecordKey(kid string, iat int64) (ed25519.PublicKey, error) {
	key, r := h.recordKey(kid, iat, false)
	if r != nil {
		return nil, r
	}
	return key, nil
}

// recordKey judges the key of a record by its iat (REQ-KEY-007, 008, 009).
// vouched is true where the record stands under a head signed by a good key.
func (h *KeyHistory) recordKey(kid string, iat int64, vouched bool) (ed25519.PublicKey, *Refusal) {
	if h == nil {
		return nil, refuseField("REQ-KEY-007", "kid", "the issuer's key history is not known yet")
	}
	k := h.Find(UseRecord, kid)
	if k == nil {
		return nil, refuseField("REQ-KEY-007", "kid", "the issuer's key history does not list this record key")
	}
	if !k.covers(iat) {
		return nil, refuseField("REQ-KEY-008", "iat", "the record was issued outside the time of its key")
	}
	if k.Revoked != nil && !vouched {
		return nil, refuseField("REQ-KEY-009", "kid", "the record's key was revoked")
	}
	return k.Public(), nil
}

// HistoryNames reports whether a token that claims to be a key history lists a
// key for a use, proving nothing.
func HistoryNames(text, use, kid string) bool {
	t, r := splitToken(text, MaxToken, &keysShape)
	if r != nil {
		return false
	}
	var h KeyHistory
	return t.decode("REQ-KEY-006", &h) == nil && h.Find(use, kid) != nil
}

// HistoryIssuer reads whose key history a token claims to be, proving nothing.
func HistoryIssuer(text string) NodeID {
	t, r := splitToken(text, MaxToken, &keysShape)
	if r != nil {
		return ""
	}
	var h KeyHistory
	if t.decode("REQ-KEY-006", &h) != nil {
		return ""
	}
	return h.Issuer
}
