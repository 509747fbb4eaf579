package records

import "github.com/fukusen/fukusen/conformance/judge"

// talents are the checks of section 12.1.
func talents() []judge.Check {
	return every(consumer, "REQ-TAL-001", "REQ-TAL-002", "REQ-TAL-003", "REQ-TAL-004", "REQ-TAL-005", "REQ-TAL-006")
}

// every makes checks by the corpus for one role.
func every(role string, numbers ...string) []judge.Check {
	var list []judge.Check
	for _, n := range numbers {
		list = append(list, judged(n, role))
	}
	return list
}
