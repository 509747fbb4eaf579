package records

import "github.com/fukusen/fukusen/conformance/judge"

func opening() []judge.Check {
	return []judge.Check{
		judged("REQ-OPEN-004"),
		judged("REQ-OPEN-005"),
	}
}
