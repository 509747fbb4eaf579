package records

import "github.com/fukusen/fukusen/conformance/judge"

// opening are the checks of section 3. What is wrong with a token's very octets
// is forged in spelled.go.
func opening() []judge.Check {
	list := []judge.Check{spelledAs("REQ-OPEN-001"), spelledAs("REQ-OPEN-002"), spelledAs("REQ-OPEN-014"), spelledAs("REQ-OPEN-015"), spelledAs("REQ-OPEN-017")}
	for _, number := range []string{
		"REQ-OPEN-003", "REQ-OPEN-004", "REQ-OPEN-005", "REQ-OPEN-006", "REQ-OPEN-007", "REQ-OPEN-008", "REQ-OPEN-009",
		"REQ-OPEN-010", "REQ-OPEN-011", "REQ-OPEN-012", "REQ-OPEN-013",
	} {
		list = append(list, judged(number))
	}
	return append(list, judged("REQ-OPEN-016"))
}
