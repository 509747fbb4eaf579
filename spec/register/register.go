// Package register reads the requirement register: the numbered lines of the
// standard's prose.
//
// A line that is almost a requirement is not one; the tests of the standard
// count both, so that a misspelt line is found.
package register

import (
	"regexp"
	"strings"
)

// Requirement is one line of the register (standard.md).
type Requirement struct {
	Number  string // REQ-OPEN-001
	Keyword string // MUST or SHOULD
	Level   string // L0 to L4
	Role    string // node, publisher, consumer, reader, server, council, follower
	Problem string // problem name, or empty where nothing is refused
	Text    string // one sentence
}

// Section is the middle part of the number, such as OPEN.
func (r Requirement) Section() string {
	parts := strings.SplitN(r.Number, "-", 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}

var line = regexp.MustCompile(`(?m)^\*\*(REQ-[A-Z]+-\d{3})\*\* · (MUST|SHOULD) · (L\d) · ([a-z]+) · ([a-z-]+) — (.+)$`)

// Parse returns the requirements of the prose in its order.
func Parse(standard string) []Requirement {
	var list []Requirement
	for _, m := range line.FindAllStringSubmatch(standard, -1) {
		problem := m[5]
		if problem == "-" {
			problem = ""
		}
		list = append(list, Requirement{m[1], m[2], m[3], m[4], problem, m[6]})
	}
	return list
}
