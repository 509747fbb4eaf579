// Package serving checks what the target answers: statement and keys, signed
// requests, its feed, what it holds, withdrawal and erasure, and problems.
package serving

import "github.com/fukusen/fukusen/conformance/judge"

// All returns the checks of what a node serves.
func All() []judge.Check {
	var list []judge.Check
	for _, section := range [][]judge.Check{
		statement(), keys(), requests(), feed(), held(), withdrawal(), erasure(), problems(), personal(), certificates(),
	} {
		list = append(list, section...)
	}
	return list
}
