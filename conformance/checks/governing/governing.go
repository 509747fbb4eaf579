// Package governing checks how the target follows policy, and what it survives: the policy
// log, restores, outages and clocks.
package governing

import "github.com/fukusen/fukusen/conformance/judge"

// All returns the checks of this room.
func All() []judge.Check {
	var list []judge.Check
	for _, section := range [][]judge.Check{{nodeIDs()}, policylog(), documents(), confidential(), restore(), resilience()} {
		list = append(list, section...)
	}
	return list
}
