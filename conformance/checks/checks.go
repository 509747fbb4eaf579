// Package checks puts the checks of all rooms in the order of the register:
// one for each requirement, or a reason why there is none.
package checks

import (
	"slices"

	"github.com/fukusen/fukusen/conformance/checks/governing"
	"github.com/fukusen/fukusen/conformance/checks/reading"
	"github.com/fukusen/fukusen/conformance/checks/records"
	"github.com/fukusen/fukusen/conformance/checks/serving"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

// All returns every check in the order of the register.
func All() []judge.Check {
	list := slices.Concat(records.All(), serving.All(), reading.All(), governing.All())
	place := make(map[string]int)
	for i, r := range spec.Requirements() {
		place[r.Number] = i
	}
	slices.SortStableFunc(list, func(a, b judge.Check) int { return place[a.Requirement] - place[b.Requirement] })
	return list
}
