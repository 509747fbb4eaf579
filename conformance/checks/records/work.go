package records

import "github.com/fukusen/fukusen/conformance/judge"

// works are the checks of sections 12.4 to 12.10: what is offered, agreed and
// done, and calendars that everybody may read.
func works() []judge.Check {
	list := every(home, "REQ-GIG-001", "REQ-GIG-002", "REQ-GIG-003", "REQ-GIG-004", "REQ-GIG-005", "REQ-GIG-006",
		"REQ-GIG-007", "REQ-GIG-008", "REQ-GIG-009", "REQ-GIG-010",
		"REQ-PRP-001", "REQ-PRP-002", "REQ-PRP-003", "REQ-PRP-004",
		"REQ-ACC-001", "REQ-ACC-002", "REQ-ACC-003")
	list = append(list, every(owner, "REQ-HLD-001", "REQ-HLD-002", "REQ-HLD-003", "REQ-HLD-004", "REQ-HLD-005", "REQ-HLD-006",
		"REQ-DLV-001", "REQ-DLV-002", "REQ-DLV-003")...)
	for _, number := range []string{"REQ-RSK-001", "REQ-RSK-002", "REQ-RSK-003"} {
		list = append(list, judged(number, owner, home))
	}
	return append(list, every(judge.CalendarConsumer, "REQ-CAL-001", "REQ-CAL-002")...)
}
