// Package report turns what a run found into what a person reads and what a
// CI parses, and judges a report again from its evidence. It refuses to call a
// level reached in which a required check did not run and pass.
package report

import (
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

// Report is report.json.
type Report struct {
	Suite     Suite              `json:"suite"`
	Bundle    spec.ID            `json:"bundle"`
	Target    Target             `json:"target"`
	Seed      string             `json:"seed"`
	Started   int64              `json:"started"` // NumericDate
	Ended     int64              `json:"ended"`
	ReadOnly  bool               `json:"readOnly"`
	Checks    []judge.Result     `json:"checks"`
	Coverage  Coverage           `json:"coverage"`
	Levels    map[string]Verdict `json:"levels"` // L0 to L4
	Roles     map[string]Verdict `json:"roles"`
	Verdict   Verdict            `json:"verdict"`
	Exchanges int                `json:"exchanges"`
}

// Suite is what judged.
type Suite struct {
	Version string  `json:"version"`
	Digest  spec.ID `json:"digest"` // of the program
}

// Target is what was judged.
type Target struct {
	Node      spec.NodeID `json:"node"`
	Statement string      `json:"statement,omitempty"` // as the target signed it
	Roles     []string    `json:"roles"`
}

// Coverage counts requirements.
type Coverage struct {
	Musts  int                   `json:"musts"`
	Ran    int                   `json:"ran"`
	Counts map[judge.Outcome]int `json:"counts"`
}

// Verdict is conformant only where every required check ran and passed.
type Verdict struct {
	Conformant bool     `json:"conformant"`
	Missing    []string `json:"missing"` // required and not passed
}

// levels in their order; each asks for those before it.
var levels = []string{"L0", "L1", "L2", "L3", "L4"}

// Judge works out coverage and verdicts from the results alone.
func (r *Report) Judge() {
	byNumber := make(map[string]judge.Result)
	r.Coverage = Coverage{Counts: make(map[judge.Outcome]int)}
	for _, c := range r.Checks {
		byNumber[c.Requirement] = c
		r.Coverage.Counts[c.Outcome]++
	}
	missing := make(map[string][]string)
	for _, q := range spec.Requirements() {
		if q.Keyword != "MUST" {
			continue
		}
		r.Coverage.Musts++
		c, ran := byNumber[q.Number]
		if ran && (c.Outcome == judge.Pass || c.Outcome == judge.Fail) {
			r.Coverage.Ran++
		}
		if !ran || c.Outcome != judge.Pass && c.Outcome != judge.NotClaimed {
			missing[q.Level] = append(missing[q.Level], q.Number)
		}
	}
	r.Levels = make(map[string]Verdict)
	var before []string
	for _, l := range levels {
		before = append(before, missing[l]...)
		r.Levels[l] = Verdict{Conformant: len(before) == 0, Missing: append([]string{}, before...)}
	}
	r.Verdict = r.Levels["L4"]
}
