package selftest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// TestTheSuiteJudgesItself: vectors, reports, and a check or a reason for every
// MUST of the standard as it stands.
func TestTheSuiteJudgesItself(t *testing.T) {
	steps, err := Run("1.0.0", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		for _, f := range s.Faults {
			t.Errorf("%s: %s", s.Name, f)
		}
		if s.Done < 50 {
			t.Errorf("%s: only %d", s.Name, s.Done)
		}
	}
}

// A verdict that is not the vector's is told.
func TestAWrongVerdictIsTold(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if v.Name != "stm-good" && v.Name != "stm-origin" {
			continue
		}
		var s Step
		v.Verdict = map[string]string{vectors.Admit: vectors.Refuse, vectors.Refuse: vectors.Admit}[v.Verdict]
		if s.hold(&v, open(&v)); len(s.Faults) != 1 {
			t.Errorf("%s: %v", v.Name, s.Faults)
		}
	}
}

func TestWhatTheRegisterLacksIsTold(t *testing.T) {
	side := func(context.Context, *judge.Probe) {}
	q := []spec.Requirement{{Number: "REQ-A-001", Keyword: "MUST"}, {Number: "REQ-A-002", Keyword: "SHOULD"}}
	none := func(string) string { return "" }
	for name, c := range map[string]struct {
		checks   []judge.Check
		untested func(string) string
		fault    string
	}{
		"a MUST without a check":    {nil, none, "neither check nor reason"},
		"two checks":                {[]judge.Check{{Requirement: "REQ-A-001", Positive: side}, {Requirement: "REQ-A-001", Positive: side}}, none, "2 checks"},
		"a check that looks away":   {[]judge.Check{{Requirement: "REQ-A-001"}}, none, "looks at nothing"},
		"a check of nothing":        {[]judge.Check{{Requirement: "REQ-A-001", Positive: side}, {Requirement: "REQ-B-001", Positive: side}}, none, "which the register has not"},
		"a reason beside a check":   {[]judge.Check{{Requirement: "REQ-A-001", Positive: side}}, func(string) string { return "why" }, "a reason for none"},
		"more reasons than allowed": {nil, func(n string) string { return strings.TrimPrefix(n, "REQ-A-002") }, "at most one in"},
		"all is well":               {[]judge.Check{{Requirement: "REQ-A-001", Negative: side}}, none, ""},
	} {
		got := strings.Join(register(q, c.checks, c.untested).Faults, "\n")
		if !strings.Contains(got, c.fault) || c.fault == "" && got != "" {
			t.Errorf("%s: %q, want %q", name, got, c.fault)
		}
	}
}
