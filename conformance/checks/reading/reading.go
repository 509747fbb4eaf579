// Package reading checks what the target believes when it reads: others' statements and
// key histories, heads, feed pages, snapshots and epochs. One of the suite's peers
// tells one lie each.
package reading

import "github.com/fukusen/fukusen/conformance/judge"

// All returns the checks of this room.
func All() []judge.Check {
	var list []judge.Check
	for _, section := range [][]judge.Check{statement(), keys(), heads(), pages(), epochs()} {
		list = append(list, section...)
	}
	return list
}
