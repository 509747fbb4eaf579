// Package selftest judges the suite itself, without any node: the vectors get
// their verdicts, a sound report verifies and a bent one does not, and every
// MUST has its check or a reason. It refuses to trust a suite that was changed
// on its way to whoever runs it.
package selftest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/checks"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
	"github.com/fukusen/fukusen/spec"
)

// Step is one part of the self-test, with what it found wrong.
type Step struct {
	Name   string
	Done   int // how much was looked at
	Faults []string
}

func (s *Step) fault(format string, args ...any) {
	s.Faults = append(s.Faults, fmt.Sprintf(format, args...))
}

// Run takes all steps. The error is one that kept a step from being taken.
func Run(version string, now time.Time) ([]Step, error) {
	var steps []Step
	for _, take := range []func(string, time.Time) (Step, error){judgeVectors, lookAtRegister, readReports} {
		s, err := take(version, now)
		if err != nil {
			return steps, fmt.Errorf("self-test: %w", err)
		}
		if s.Done == 0 {
			s.fault("nothing was looked at")
		}
		steps = append(steps, s)
	}
	return steps, nil
}

// mostUntested is the share of the MUSTs that may have a reason for a check.
const mostUntested = 20

// lookAtRegister holds the checks against the register.
func lookAtRegister(string, time.Time) (Step, error) {
	return register(spec.Requirements(), checks.All(), checks.Untested), nil
}

func register(requirements []spec.Requirement, all []judge.Check, untested func(string) string) Step {
	s := Step{Name: "register: every MUST has one check, or a reason"}
	have := make(map[string]int)
	known := make(map[string]bool)
	for _, c := range all {
		have[c.Requirement]++
		if c.Positive == nil && c.Negative == nil {
			s.fault("the check of %s looks at nothing", c.Requirement)
		}
	}
	musts, excused := 0, 0
	for _, q := range requirements {
		known[q.Number] = true
		why := untested(q.Number)
		switch {
		case have[q.Number] > 1:
			s.fault("%s has %d checks", q.Number, have[q.Number])
		case have[q.Number] == 1 && why != "":
			s.fault("%s has a check and a reason for none", q.Number)
		case q.Keyword == "MUST" && have[q.Number] == 0 && why == "":
			s.fault("%s has neither check nor reason", q.Number)
		}
		if q.Keyword == "MUST" {
			musts++
		}
		if why != "" {
			excused++
		}
		s.Done++
	}
	for _, c := range all {
		if !known[c.Requirement] {
			s.fault("there is a check of %s, which the register has not", c.Requirement)
		}
	}
	if excused*mostUntested > musts {
		s.fault("%d of %d MUSTs have no check; at most one in %d may", excused, musts, mostUntested)
	}
	return s
}

// readReports writes a recorded run, and bends it in every way that matters.
func readReports(version string, now time.Time) (Step, error) {
	s := Step{Name: "reports: a sound one verifies, a bent one does not"}
	dir, err := os.MkdirTemp("", "fukusen-selftest-")
	if err != nil {
		return s, err
	}
	defer os.RemoveAll(dir)
	run, err := report.Recorded(version, now)
	if err != nil {
		return s, err
	}
	r, _, err := report.Write(dir, run)
	if err != nil {
		return s, err
	}
	v, err := report.Verify(dir, version, now)
	if err != nil {
		return s, err
	}
	s.Done++
	if len(v.Faults) > 0 || !v.Countersigned || r.Verdict.Exit != report.Holds {
		s.fault("a sound report: %s", strings.Join(v.Faults, "; "))
	}
	for _, b := range bends() {
		path := filepath.Join(dir, b.file)
		sound, err := os.ReadFile(path)
		if err != nil {
			return s, err
		}
		bent, err := b.bend(sound)
		if err != nil {
			return s, fmt.Errorf("%s: %w", b.name, err)
		}
		if err := os.WriteFile(path, bent, 0o600); err != nil {
			return s, err
		}
		s.Done++
		if v, err := report.Verify(dir, version, now); err == nil && len(v.Faults) == 0 {
			s.fault("%s verifies", b.name)
		}
		if bytes.Equal(bent, sound) {
			s.fault("%s is no change", b.name)
		}
		if err := os.WriteFile(path, sound, 0o600); err != nil {
			return s, err
		}
	}
	return s, nil
}

// bend is one change of a sound report.
type bend struct {
	name, file string
	bend       func([]byte) ([]byte, error)
}

func bends() []bend {
	flip := func(part int) func([]byte) ([]byte, error) {
		return func(octets []byte) ([]byte, error) {
			out := slices.Clone(octets)
			out[len(out)*part/8] ^= 1
			return out, nil
		}
	}
	var list []bend
	for _, name := range report.Files() {
		for part := range 8 {
			list = append(list, bend{fmt.Sprintf("%s with an octet changed (%d/8)", name, part), name, flip(part)})
		}
	}
	for name, change := range map[string]func(*report.Report){
		"a report without one of its checks":     func(r *report.Report) { r.Checks = slices.Delete(r.Checks, 7, 8) },
		"a report with another assertion":        func(r *report.Report) { r.Checks[7].Assertions[0].Want = []string{"other"} },
		"a report without one of its assertions": func(r *report.Report) { r.Checks[7].Assertions = r.Checks[7].Assertions[:0] },
		"a report with a better outcome":         func(r *report.Report) { r.Checks[7].Outcome = judge.NotClaimed },
		"a report with another target":           func(r *report.Report) { r.Target.Node = "https://another.example" },
		"a report with a later end":              func(r *report.Report) { r.Ended += 86400 },
	} {
		list = append(list, bend{name, report.ReportFile, func(octets []byte) ([]byte, error) {
			var r report.Report
			if err := json.Unmarshal(octets, &r); err != nil {
				return nil, err
			}
			change(&r)
			r.Judge()
			return r.Encode()
		}})
	}
	return list
}
