// Package records checks what a consumer admits: the strict opening of tokens,
// the envelope, and each kind. It lays right and wrong records into a log that
// the target reads, and looks at what the target then holds.
package records

import "github.com/fukusen/fukusen/conformance/judge"

// All returns the checks of sections 3, 4 and 12.
func All() []judge.Check {
	var list []judge.Check
	for _, section := range [][]judge.Check{opening(), envelope(), talents(), availability(), evaluation(), works()} {
		list = append(list, section...)
	}
	return list
}
