package spec

import "errors"

// ProblemPrefix begins every problem type of this standard (section 11).
const ProblemPrefix = "urn:fukusen:problem:"

// Refusal says why something was not accepted. It never holds a value of what
// was refused, so it may be shown, logged and answered.
type Refusal struct {
	Requirement string // such as REQ-OPEN-001
	Problem     string // problem name of section 11, without prefix
	Field       string // the member or parameter at fault, or empty
	Detail      string // plain English, what is required
	Park        bool   // true where a later fact can still admit it
}

// Error makes a Refusal an error.
func (r *Refusal) Error() string {
	if r.Field == "" {
		return r.Requirement + ": " + r.Detail
	}
	return r.Requirement + ": " + r.Field + ": " + r.Detail
}

// Type is the problem type URI.
func (r *Refusal) Type() string { return ProblemPrefix + r.Problem }

// AsRefusal finds the refusal in an error chain, or nil.
func AsRefusal(err error) *Refusal {
	var r *Refusal
	if errors.As(err, &r) {
		return r
	}
	return nil
}

// Refuse makes the refusal of a requirement of the register. It is for the
// rooms that judge what this package cannot: grants, policy, cursors.
func Refuse(requirement, detail string) *Refusal { return refuseField(requirement, "", detail) }

// RefuseField is Refuse naming the member at fault.
func RefuseField(requirement, field, detail string) *Refusal {
	return refuseField(requirement, field, detail)
}

func refuse(requirement, detail string) *Refusal { return refuseField(requirement, "", detail) }

// parked lists the requirements whose refusal a later fact can change.
func parkable(requirement string) bool {
	switch requirement {
	case "REQ-KEY-007", "REQ-ENV-006", "REQ-ENV-009", "REQ-ENV-013", "REQ-ENV-014", "REQ-EVL-011":
		return true
	}
	return false
}

func refuseField(requirement, field, detail string) *Refusal {
	return &Refusal{
		Requirement: requirement,
		Problem:     problemOf(requirement),
		Field:       field,
		Detail:      detail,
		Park:        parkable(requirement),
	}
}
