package spec

import (
	"slices"
	"time"

	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/strict"
)

// Text is one text for people in both languages.
type Text struct {
	JA string `json:"ja"`
	EN string `json:"en"`
}

// In returns the text in a language, English unless it is "ja".
func (t Text) In(lang string) string {
	if lang == "ja" {
		return t.JA
	}
	return t.EN
}

// Identifier names an organisation in a public register.
type Identifier = code.Identifier

// Statement is what a node says of itself (standard section 1).
type Statement struct {
	Issuer      NodeID            `json:"iss"`
	IssuedAt    int64             `json:"iat"`
	Expires     int64             `json:"exp"`
	Fed         ID                `json:"fed"`
	Name        Text              `json:"name"`
	Kind        string            `json:"kind"`
	Identifiers []Identifier      `json:"identifiers,omitempty"`
	Keys        uint64            `json:"keys"` // serial of the key history
	Endpoints   map[string]string `json:"endpoints,omitempty"`
	Spec        []string          `json:"spec"`
	Roles       []string          `json:"roles"`
	Bundle      string            `json:"bundle,omitempty"`
	Maintenance *Maintenance      `json:"maintenance,omitempty"`
}

// Maintenance is a window in which the node may not answer.
type Maintenance struct {
	Start string `json:"utcStart"`
	End   string `json:"utcEnd"`
}

const (
	typStatement     = "node+jwt"
	maxStatementLife = 7 * 24 * 3600
)

// NodeKinds are the kinds of organisation that run nodes.
var NodeKinds = []string{"municipality", "company", "university", "school", "club", "foundation"}

var statementShape = strict.ShapeOf(Statement{})

// SealStatement signs a statement with a current record key.
func SealStatement(s *Signer, st Statement) (string, error) {
	return sealToken(s, typStatement, st)
}

// OpenStatement opens the statement fetched from an origin, under its key history.
func OpenStatement(text string, origin NodeID, keys *KeyHistory, now time.Time) (*Statement, error) {
	t, r := splitToken(text, MaxToken, &statementShape)
	if r != nil {
		return nil, r
	}
	if t.typ != typStatement {
		return nil, refuseField("REQ-OPEN-007", "typ", "typ is node+jwt")
	}
	var st Statement
	if r := t.decode("REQ-STM-004", &st); r != nil {
		return nil, r
	}
	if st.Issuer != origin {
		return nil, refuseField("REQ-STM-002", "iss", "a statement's iss is the origin it was fetched from")
	}
	key, r := keys.recordKey(t.kid, st.IssuedAt, false)
	if r != nil {
		return nil, r
	}
	if r := t.verifyJOSE(key); r != nil {
		return nil, r
	}
	if r := st.check(now); r != nil {
		return nil, r
	}
	return &st, nil
}

func (st *Statement) check(now time.Time) *Refusal {
	if st.Expires <= now.Unix() || st.Expires-st.IssuedAt > maxStatementLife {
		return refuseField("REQ-STM-003", "exp", "a statement expires within 7 days and has not expired")
	}
	if st.Name.JA == "" || st.Name.EN == "" {
		return refuseField("REQ-STM-004", "name", "a node has a name in ja and in en")
	}
	if !slices.Contains(NodeKinds, st.Kind) {
		return refuseField("REQ-STM-004", "kind", "kind is municipality, company, university, school, club or foundation")
	}
	if !slices.Contains(st.Spec, Version) {
		return refuseField("REQ-STM-005", "spec", "spec lists 1.0")
	}
	for _, id := range st.Identifiers {
		if !id.Valid() {
			return refuseField("REQ-STM-006", "identifiers", "an identifier's check digit is right")
		}
	}
	return nil
}
