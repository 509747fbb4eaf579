package checks_test

import (
	"testing"

	"github.com/fukusen/fukusen/conformance/checks"
	"github.com/fukusen/fukusen/spec"
)

// Every MUST has one check or a reason, a requirement that refuses something
// is looked at from its forbidden side too, and few are excused.
func TestEveryMustIsLookedAtFromBothSides(t *testing.T) {
	found := make(map[string]int)
	for _, c := range checks.All() {
		found[c.Requirement]++
		if c.Positive == nil && c.Negative == nil {
			t.Errorf("%s looks at nothing", c.Requirement)
		}
		if spec.ProblemOf(c.Requirement) != "" && c.Negative == nil && !oneStory(c.Requirement) {
			t.Errorf("%s refuses something and has no negative side", c.Requirement)
		}
	}
	musts, excused := 0, 0
	for _, q := range spec.Requirements() {
		if q.Keyword != "MUST" {
			continue
		}
		musts++
		reason := checks.Untested(q.Number) != ""
		if reason {
			excused++
		}
		if found[q.Number] > 1 || (found[q.Number] == 1) == reason {
			t.Errorf("%s has %d checks, and a reason to have none: %t", q.Number, found[q.Number], reason)
		}
	}
	if musts < 100 || excused*20 > musts {
		t.Errorf("%d of %d MUSTs are excused; one in twenty may be", excused, musts)
	}
}

// oneStory are requirements whose two sides are one: what the first three ask
// for is there or not, and a record that waits for its key is seen refused and
// then admitted.
func oneStory(requirement string) bool {
	switch requirement {
	case "REQ-STM-001", "REQ-STM-008", "REQ-KEY-001", "REQ-KEY-007":
		return true
	}
	return false
}
