package spec

import (
	"crypto/ed25519"
	"strings"

	"github.com/fukusen/fukusen/spec/strict"
)

// Admission is a member+jwt: a council node lets an ordinary member in under
// the charter's auto-rule (standard section 13, REQ-POL-021).
type Admission struct {
	Fed      ID     `json:"fed"`
	Issuer   NodeID `json:"iss"`
	IssuedAt int64  `json:"iat"`
	JTI      string `json:"jti"`
	Node     NodeID `json:"node"`
	Root     string `json:"root"` // x of the new member's root key
	Name     Text   `json:"name"`
	Kind     string `json:"kind"`
	Register ID     `json:"register"`
}

// SealedAdmission is an admission with the key history that it carries, so
// that every reader judges it from the same octets.
type SealedAdmission struct {
	Admission
	t    *token
	keys string
}

const typMember = "member+jwt"

var admissionShape = strict.ShapeOf(Admission{})

// SealAdmission signs an admission with a record key and joins the key history
// that lists that key: the octets of a policy log entry.
func SealAdmission(s *Signer, a Admission, keys *KeyHistory) (string, error) {
	text, err := sealToken(s, typMember, a)
	if err != nil {
		return "", err
	}
	return text + "\n" + keys.Token() + "\n", nil
}

// readAdmissionLines reports whether the lines are an admission, and reads it.
func readAdmissionLines(lines []string) (func() (*SealedAdmission, error), bool) {
	t, r := splitToken(lines[0], MaxToken, nil)
	if r != nil || t.typ != typMember {
		return nil, false
	}
	return func() (*SealedAdmission, error) {
		if len(lines) != 2 || strings.Count(lines[1], ".") != 2 {
			return nil, refuse("REQ-POL-007", "an admission is followed by one key history")
		}
		t, r := splitToken(lines[0], MaxToken, &admissionShape)
		if r != nil {
			return nil, r
		}
		a := &SealedAdmission{t: t, keys: lines[1]}
		if r := t.decode("REQ-POL-021", &a.Admission); r != nil {
			return nil, r
		}
		return a, nil
	}, true
}

// Verify checks the admission under the root key that the register pins for
// the admitting council node.
func (a *SealedAdmission) Verify(root ed25519.PublicKey) error {
	keys, err := OpenKeys(a.keys, a.Issuer, root)
	if err != nil {
		return refuse("REQ-POL-021", "the admission carries the key history of the council node that signed it")
	}
	key, r := keys.recordKey(a.t.kid, a.IssuedAt, false)
	if r != nil || a.t.verifyJOSE(key) != nil {
		return refuse("REQ-POL-021", "the admission is signed by a record key of a council node")
	}
	return nil
}
