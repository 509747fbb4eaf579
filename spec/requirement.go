package spec

import (
	"regexp"
	"strings"
	"sync"
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

var requirementLine = regexp.MustCompile(`(?m)^\*\*(REQ-[A-Z]+-\d{3})\*\* · (MUST|SHOULD) · (L\d) · ([a-z]+) · ([a-z-]+) — (.+)$`)

var register = sync.OnceValue(func() []Requirement {
	var list []Requirement
	for _, m := range requirementLine.FindAllStringSubmatch(standardText, -1) {
		problem := m[5]
		if problem == "-" {
			problem = ""
		}
		list = append(list, Requirement{m[1], m[2], m[3], m[4], problem, m[6]})
	}
	return list
})

var problems = sync.OnceValue(func() map[string]string {
	byNumber := make(map[string]string)
	for _, r := range register() {
		byNumber[r.Number] = r.Problem
	}
	return byNumber
})

// Requirements returns the register in the order of the standard.
func Requirements() []Requirement { return append([]Requirement(nil), register()...) }

// KnownRequirement reports whether the register has a number.
func KnownRequirement(number string) bool {
	_, ok := problems()[number]
	return ok
}

// problemOf panics on a number that the standard does not have: a refusal that
// names an unknown requirement is a defect of this program, never of its input.
func problemOf(number string) string {
	p, ok := problems()[number]
	if !ok {
		panic("spec: no requirement " + number + " in standard.md")
	}
	return p
}
