package spec

import (
	"encoding/json"
	"strings"

	"github.com/fukusen/fukusen/spec/strict"
)

// given is what the envelope demands of one member before it is decoded: a
// decoder cannot tell a member that is missing from one that is empty or zero.
type given struct {
	name string
	text bool // a string; else a number
}

var (
	everyRecord = []given{{"iss", true}, {"iat", false}, {"jti", true}, {"uid", true}, {"sequence", false}, {"policy", false}}
	everyPerson = []given{{"sub", true}, {"consent", true}, {"purpose", true}, {"until", false}}
)

// Personal reports whether records of a kind are about a person (section 12).
func (k Kind) Personal() bool {
	return k != "" && !k.public() && k != KindErasure && k != KindReceipt && forms[k] != nil
}

// public reports whether records of a kind may stand in the public log, without aud.
func (k Kind) public() bool { return k == KindGig || k == KindCalendar }

func find(members []strict.Member, name string) *strict.Member {
	for i := range members {
		if members[i].Name == name {
			return &members[i]
		}
	}
	return nil
}

// fits reports whether the member is there with its JSON type.
func (g given) fits(m *strict.Member) bool {
	if m == nil {
		return false
	}
	if g.text {
		return m.First == '"'
	}
	return m.First == '-' || m.First >= '0' && m.First <= '9'
}

// checkGiven judges presence and JSON type of the envelope's members.
func checkGiven(members []strict.Member, person bool) *Refusal {
	for _, g := range everyRecord {
		if !g.fits(find(members, g.name)) {
			return refuseField("REQ-ENV-001", g.name, "the member is required, with its JSON type")
		}
	}
	aud := find(members, "aud")
	if aud != nil && !(given{"aud", true}).fits(aud) {
		return refuseField("REQ-ENV-004", "aud", "aud is one string")
	}
	if !person {
		return nil
	}
	if aud == nil {
		return refuseField("REQ-ENV-002", "aud", "a record about a person has this member")
	}
	for _, g := range everyPerson {
		if !g.fits(find(members, g.name)) {
			return refuseField("REQ-ENV-002", g.name, "a record about a person has this member, with its JSON type")
		}
	}
	return nil
}

// checkEmpty judges members that are there and hold nothing.
func (e *Envelope) checkEmpty(members []strict.Member) *Refusal {
	if e.UID == "" {
		return checkName("uid", "")
	}
	if sub := find(members, "sub"); e.Subject == "" && sub != nil && sub.First != 'n' {
		return checkName("sub", "")
	}
	if e.JTI == "" {
		return checkUUID("REQ-ENV-007", "jti", "")
	}
	if e.Consent == "" && find(members, "consent") != nil {
		return checkUUID("REQ-ENV-007", "consent", "")
	}
	if e.Expires == 0 && (given{"exp", false}).fits(find(members, "exp")) {
		return refuseField("REQ-ENV-005", "exp", "the record has expired")
	}
	return nil
}

// wrongMember is the path of the member whose JSON type did not fit, and
// whether it stands in the envelope.
func wrongMember(err error) (path string, envelope bool) {
	var wrong *json.UnmarshalTypeError
	if !asType(err, &wrong) {
		return "", false
	}
	return strings.CutPrefix(wrong.Field, "Envelope.")
}
