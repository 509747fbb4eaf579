// Package access seals and opens the bearer tokens of a node's application API:
// issued by a node for its own people, staff and programs. It refuses a token of
// any other node, which has no meaning here.
package access

import (
	"crypto/ed25519"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/strict"
)

// Token is what a bearer token says.
type Token struct {
	Issuer   spec.NodeID `json:"iss"`
	Audience spec.NodeID `json:"aud"`
	Role     string      `json:"role"` // person, clerk, evaluator, operator, council
	Person   string      `json:"person,omitempty"`
	IssuedAt int64       `json:"iat"`
	Expires  int64       `json:"exp"`
	JTI      string      `json:"jti"`
}

const typ = "access+jwt"

var shape = strict.ShapeOf(Token{})

// Seal signs a bearer token with the node's current record key.
func Seal(s *spec.Signer, a Token) (string, error) { return spec.SealAs(s, typ, a) }

// Open opens a bearer token of this node. It ends with its exp, and with the key
// that signed it: a rotation ends all tokens of the old key.
func Open(text string, self spec.NodeID, keys *spec.KeyHistory, now time.Time) (*Token, error) {
	bad := spec.RefuseField("REQ-REQ-001", "Authorization", "the bearer token is not valid at this node, or has ended; ask the desk for a new one")
	var a Token
	err := spec.OpenAs(text, spec.MaxToken, typ, "REQ-REQ-001", &shape, &a, func(kid string) (ed25519.PublicKey, error) {
		if keys == nil {
			return nil, bad
		}
		k := keys.Find(spec.UseRecord, kid)
		if k == nil || k.Until != 0 || !k.CurrentAt(now) {
			return nil, bad
		}
		return k.Public(), nil
	})
	if err != nil {
		return nil, bad
	}
	if a.Issuer != self || a.Audience != self || a.Role == "" || a.Expires <= now.Unix() {
		return nil, bad
	}
	return &a, nil
}
