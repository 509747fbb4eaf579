package spec

import (
	"time"

	"github.com/fukusen/fukusen/spec/strict"
)

// RequestClaims prove who makes a request (standard section 5).
type RequestClaims struct {
	Issuer   NodeID `json:"iss"`
	Audience NodeID `json:"aud"`
	Method   string `json:"htm"`
	URI      string `json:"htu"` // absolute, with query
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	JTI      string `json:"jti"`
	Digest   string `json:"sha-256,omitempty"` // of the body
}

// RequestScheme is the Authorization scheme of requests between nodes.
const RequestScheme = "Fukusen"

const (
	typRequest     = "req+jwt"
	maxRequestLife = 60
)

var requestShape = strict.ShapeOf(RequestClaims{})

// SealRequest signs the proof of one request. body is nil where there is none.
func SealRequest(s *Signer, c RequestClaims, body []byte) (string, error) {
	if c.JTI == "" {
		c.JTI = NewUUID()
	}
	if c.Expires == 0 {
		c.Expires = c.IssuedAt + maxRequestLife
	}
	if len(body) > 0 {
		c.Digest = string(Digest(body))
	}
	return sealToken(s, typRequest, c)
}

// RequestSeen is what the server saw of a request.
type RequestSeen struct {
	Server NodeID // the server's configured node id
	Method string
	URI    string // on the configured origin, with query
	Body   []byte
	Now    time.Time
}

// RequestKeys finds the key history of a caller; a nil history means that the
// register does not list it.
type RequestKeys func(iss NodeID) *KeyHistory

// OpenRequest opens the proof of a request and refuses REQ-REQ-002 to 009 and
// what section 3 refuses. Replays are the store's to refuse (REQ-REQ-007).
func OpenRequest(text string, seen RequestSeen, keysOf RequestKeys) (*RequestClaims, error) {
	t, r := splitToken(text, MaxToken, &requestShape)
	if r != nil {
		return nil, r
	}
	if t.typ != typRequest {
		return nil, refuseField("REQ-OPEN-007", "typ", "typ is req+jwt")
	}
	var c RequestClaims
	if r := t.decode("REQ-REQ-005", &c); r != nil {
		return nil, r
	}
	keys := keysOf(c.Issuer)
	if keys == nil {
		return nil, refuseField("REQ-REQ-008", "iss", "the register does not list the caller")
	}
	k := keys.Find(UseRecord, t.kid)
	if k == nil || !k.CurrentAt(seen.Now) {
		return nil, refuseField("REQ-REQ-009", "kid", "a request is signed by a current record key of its caller")
	}
	if r := t.verifyJOSE(k.Public()); r != nil {
		return nil, refuse("REQ-REQ-009", "the signature does not verify under the caller's key")
	}
	if r := c.check(seen); r != nil {
		return nil, r
	}
	return &c, nil
}

func (c *RequestClaims) check(seen RequestSeen) *Refusal {
	now, leeway := seen.Now.Unix(), int64(Leeway/time.Second)
	switch {
	case c.Audience != seen.Server:
		return refuseField("REQ-REQ-002", "aud", "the request is addressed to another node")
	case c.Method != seen.Method:
		return refuseField("REQ-REQ-003", "htm", "htm is the method of the request")
	case c.URI != seen.URI:
		return refuseField("REQ-REQ-003", "htu", "htu is the full URI of the request with its query")
	case c.Expires <= c.IssuedAt || c.Expires-c.IssuedAt > maxRequestLife:
		return refuseField("REQ-REQ-005", "exp", "exp is after iat by at most 60 seconds")
	case c.IssuedAt > now+leeway || c.IssuedAt < now-leeway || c.Expires < now-leeway:
		return refuseField("REQ-REQ-004", "iat", "the request's time is more than 60 seconds away from this clock")
	}
	if r := checkUUID("REQ-REQ-005", "jti", c.JTI); r != nil {
		return r
	}
	if c.Digest == "" && len(seen.Body) == 0 {
		return nil
	}
	if c.Digest != string(Digest(seen.Body)) {
		return refuseField("REQ-REQ-006", "sha-256", "sha-256 is the digest of the body")
	}
	return nil
}
