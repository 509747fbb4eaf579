package spec

import (
	"time"

	"github.com/fukusen/fukusen/spec/strict"
)

// Access is a bearer token of the application API: issued by a node for its
// own people, staff and programs, and of no meaning to any other node.
type Access struct {
	Issuer   NodeID `json:"iss"`
	Audience NodeID `json:"aud"`
	Role     string `json:"role"` // person, clerk, evaluator, operator, council
	Person   string `json:"person,omitempty"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	JTI      string `json:"jti"`
}

const typAccess = "access+jwt"

var accessShape = strict.ShapeOf(Access{})

// SealAccess signs a bearer token with the node's current record key.
func SealAccess(s *Signer, a Access) (string, error) { return sealToken(s, typAccess, a) }

// OpenAccess opens a bearer token of this node. It ends with its exp, and with
// the key that signed it: a rotation ends all tokens of the old key.
func OpenAccess(text string, self NodeID, keys *KeyHistory, now time.Time) (*Access, error) {
	bad := refuseField("REQ-REQ-001", "Authorization", "the bearer token is not valid at this node, or has ended; ask the desk for a new one")
	t, r := splitToken(text, MaxToken, &accessShape)
	if r != nil || t.typ != typAccess || keys == nil {
		return nil, bad
	}
	var a Access
	if r := t.decode("REQ-REQ-001", &a); r != nil {
		return nil, bad
	}
	k := keys.Find(UseRecord, t.kid)
	if k == nil || !k.CurrentAt(now) || t.verifyJOSE(k.Public()) != nil {
		return nil, bad
	}
	if a.Issuer != self || a.Audience != self || a.Role == "" || a.Expires <= now.Unix() {
		return nil, bad
	}
	return &a, nil
}
