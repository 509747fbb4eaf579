package policy

import "github.com/fukusen/fukusen/spec"

// Effect is what a finding or a decision does; a greater one wins.
type Effect string

// The effects, from the mildest.
const (
	Allow    Effect = "allow"
	Flag     Effect = "flag"     // allowed, and shown to both sides
	Disclose Effect = "disclose" // allowed once the relation is disclosed
	Approve  Effect = "approve"  // waits for an approval
	Deny     Effect = "deny"
)

func (e Effect) rank() int {
	switch e {
	case Allow:
		return 1
	case Flag:
		return 2
	case Disclose:
		return 3
	case Approve:
		return 4
	case Deny:
		return 5
	}
	return 0
}

// Valid reports whether an effect is one of the five.
func (e Effect) Valid() bool { return e.rank() > 0 }

// Finding is one objection, and the clause of the document it rests on.
type Finding struct {
	Document     spec.ID           `json:"document,omitempty"` // empty where no document is in force
	Series       string            `json:"series"`
	Version      int               `json:"version,omitempty"`
	Clause       string            `json:"clause"` // such as membership.active
	Effect       Effect            `json:"effect"`
	Requirement  string            `json:"requirement,omitempty"` // of the standard, where one is broken
	Why          spec.Text         `json:"why"`
	Inputs       map[string]string `json:"inputs,omitempty"` // what was compared; never about a person
	Confidential bool              `json:"confidential,omitempty"`
}

// Decision is the answer to one set of facts: the strongest effect, and every
// objection, whatever its strength.
type Decision struct {
	Effect   Effect    `json:"effect"`
	Findings []Finding `json:"findings,omitempty"`
	Policy   uint64    `json:"policy"` // size of the policy log it was decided under
	At       int64     `json:"at"`     // NumericDate it was decided for
}

// Denied reports whether the act may not happen.
func (d Decision) Denied() bool { return d.Effect == Deny }

// ClauseUnavailable stands in place of every confidential finding.
const ClauseUnavailable = "not-available"

// notAvailable is the same for every cause: busy, listed or not known.
func notAvailable() Finding {
	return Finding{
		Clause: ClauseUnavailable, Effect: Deny, Requirement: "REQ-ERR-008",
		Why: spec.Text{JA: "現在ご利用いただけません。", EN: "Not available."},
	}
}

// Public is the decision as it may be told to anyone but the council and the
// readers of its documents: confidential findings become one finding that is
// equal for every cause of unavailability, and none where a public finding
// denies already.
func (d Decision) Public() Decision {
	told := d
	told.Findings = nil
	said := false // a public finding denies, so nothing more need be said
	for _, f := range d.Findings {
		if !f.Confidential {
			told.Findings = append(told.Findings, f)
			said = said || f.Effect == Deny
		}
	}
	if d.Denied() && !said {
		told.Findings = append(told.Findings, notAvailable())
	}
	return told
}

// Refusal is what a denial is answered with, or nil where the decision does not
// deny. A public finding that breaks a requirement comes first, then a public
// one that breaks none; only where confidential findings alone deny is the
// answer not-available (REQ-ERR-008), so it never tells a list from a full week.
func Refusal(d Decision) *spec.Refusal {
	var plain *Finding
	for i := range d.Findings {
		f := &d.Findings[i]
		if f.Effect != Deny || f.Confidential {
			continue
		}
		if f.Requirement != "" {
			return spec.RefuseField(f.Requirement, f.field(), f.Why.EN)
		}
		if plain == nil {
			plain = f
		}
	}
	switch {
	case !d.Denied():
		return nil
	case plain != nil:
		return &spec.Refusal{Problem: "forbidden", Field: plain.field(), Detail: plain.Why.EN}
	}
	return Unavailable()
}

// Unavailable is the one answer for busy, listed and not known (REQ-ERR-008).
func Unavailable() *spec.Refusal { return spec.Refuse("REQ-ERR-008", notAvailable().Why.EN) }

// field names the member at fault in the record that a requirement is about.
func (f *Finding) field() string {
	switch f.Requirement {
	case "REQ-ENV-013":
		return "purpose"
	case "REQ-ENV-014":
		return "iss"
	case "REQ-EVL-012":
		return "fukusen.conflictCheck"
	}
	return f.Clause
}
