package spec

import (
	"sync"

	"github.com/fukusen/fukusen/spec/register"
)

// Requirement is one line of the register (standard.md).
type Requirement = register.Requirement

var requirements = sync.OnceValue(func() []Requirement { return register.Parse(standardText) })

var problems = sync.OnceValue(func() map[string]string {
	byNumber := make(map[string]string)
	for _, r := range requirements() {
		byNumber[r.Number] = r.Problem
	}
	return byNumber
})

// Requirements returns the register in the order of the standard.
func Requirements() []Requirement { return append([]Requirement(nil), requirements()...) }

// ProblemOf is the problem name of a requirement, or empty for a number that
// the register does not have, such as one that a later version stored.
func ProblemOf(number string) string { return problems()[number] }

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
