package judge

import (
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// Levels are the levels of the standard in their order; each asks for those
// before it.
func Levels() []string { return []string{"L0", "L1", "L2", "L3", "L4"} }

// UpTo is a level and those below it; none where there is no such level.
func UpTo(level string) []string {
	all := Levels()
	return all[:slices.Index(all, level)+1]
}

// Roles of a statement (standard section 1).
const (
	AvailabilityPublisher = "availability-publisher"
	AvailabilityConsumer  = "availability-consumer"
	EvaluationIssuer      = "evaluation-issuer"
	EvaluationVerifier    = "evaluation-verifier"
	GigOwner              = "gig-owner"
	GigHome               = "gig-home"
	CalendarConsumer      = "calendar-consumer"
	PolicyFollower        = "policy-follower"
	PolicyVoter           = "policy-voter"
)

// AllRoles are the roles that a statement may claim.
func AllRoles() []string {
	return []string{AvailabilityPublisher, AvailabilityConsumer, EvaluationIssuer, EvaluationVerifier, GigOwner, GigHome, CalendarConsumer, PolicyFollower, PolicyVoter}
}

// Binds are the roles of a statement of which one must be claimed for a
// requirement to bind a node (standard section 1); none: it binds every node.
// Only such a requirement may be not-claimed.
func Binds(q spec.Requirement) []string {
	availability := q.Section() == "TAL" || q.Section() == "AVL"
	evaluation := q.Section() == "EVL"
	switch q.Role {
	case "publisher":
		switch {
		case availability || q.Section() == "WDR":
			return []string{AvailabilityPublisher}
		case evaluation:
			return []string{EvaluationIssuer}
		}
		return []string{AvailabilityPublisher, EvaluationIssuer}
	case "consumer", "reader":
		switch {
		case availability:
			return []string{AvailabilityConsumer}
		case evaluation:
			return []string{EvaluationVerifier}
		case taker[q.Section()] != nil:
			return taker[q.Section()]
		}
		return []string{AvailabilityConsumer, EvaluationVerifier}
	case "follower":
		return []string{PolicyFollower}
	case "council":
		return []string{PolicyVoter}
	}
	return nil
}

// taker are the roles that take the kinds of sections 12.4 to 12.10.
var taker = map[string][]string{
	"GIG": {GigHome}, "PRP": {GigHome}, "ACC": {GigHome},
	"HLD": {GigOwner}, "DLV": {GigOwner},
	"RSK": {GigOwner, GigHome},
	"CAL": {CalendarConsumer},
}
