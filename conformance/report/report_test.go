package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

// recorded is a run in which everything passed, changed by a test.
func recorded(t *testing.T, change func(*Run)) *Report {
	t.Helper()
	run, err := Recorded("1.0.0", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&run)
	}
	r, _, err := Write(t.TempDir(), run)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// became gives one check another outcome.
func became(number string, o judge.Outcome) func(*Run) {
	return func(run *Run) {
		for i := range run.Report.Checks {
			if run.Report.Checks[i].Requirement == number {
				run.Report.Checks[i].Outcome = o
			}
		}
	}
}

// gone takes a check away.
func gone(number string) func(*Run) {
	return func(run *Run) {
		run.Report.Checks = slices.DeleteFunc(run.Report.Checks, func(c judge.Result) bool { return c.Requirement == number })
	}
}

// claims lets the target claim only some roles.
func claims(roles ...string) func(*Run) {
	return func(run *Run) { run.Report.Target.Roles = roles }
}

func together(changes ...func(*Run)) func(*Run) {
	return func(run *Run) {
		for _, c := range changes {
			c(run)
		}
	}
}

func TestALevelIsGrantedOnlyWhereEveryMustRanAndPassed(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Run)
		level  string
		exit   int
	}{
		"everything passed":                        {nil, "L4", Holds},
		"a MUST of L2 failed":                      {became("REQ-REQ-001", judge.Fail), "L1", Broken},
		"a MUST of L2 was not run":                 {became("REQ-REQ-001", judge.NotRun), "L1", CannotJudge},
		"a MUST of L2 has no check":                {gone("REQ-REQ-001"), "L1", CannotJudge},
		"a MUST of L0 has no check":                {gone("REQ-STM-001"), "", CannotJudge},
		"the suite failed":                         {became("REQ-REQ-001", judge.Error), "L1", CannotJudge},
		"the standard is silent":                   {became("REQ-REQ-001", judge.Indeterminate), "L1", CannotJudge},
		"a SHOULD is not kept":                     {became("REQ-FEED-017", judge.Warn), "L4", Holds},
		"what binds everybody is not claimed":      {became("REQ-REQ-001", judge.NotClaimed), "L1", CannotJudge},
		"a claimed role is called not claimed":     {became("REQ-POL-001", judge.NotClaimed), "L2", CannotJudge},
		"a role is not claimed":                    {together(claims("availability-publisher"), became("REQ-POL-001", judge.NotClaimed)), "L4", Holds},
		"a role is not claimed, and yet a failure": {together(claims("availability-publisher"), became("REQ-POL-001", judge.Fail)), "L2", Broken},
		"the run was ended early":                  {together(became("REQ-REQ-001", judge.NotRun), func(run *Run) { run.Report.Partial = true }), "L1", CannotJudge},
		"a failure before the run was ended early": {together(became("REQ-REQ-001", judge.Fail), func(run *Run) { run.Report.Partial = true }), "L1", Broken},
		"only up to L1 was asked":                  {together(became("REQ-REQ-001", judge.Fail), func(run *Run) { run.Report.Asked.Level = "L1" }), "L1", Holds},
		"a SHOULD is demanded by its number": {together(became("REQ-FEED-017", judge.Warn), func(run *Run) {
			run.Report.Asked.Requirements = []string{"REQ-FEED-017"}
		}), "L4", Broken},
		"a role is demanded and not claimed": {together(claims("availability-publisher"), func(run *Run) {
			run.Report.Asked.Roles = []string{"policy-voter"}
		}), "L4", Broken},
		"nothing ran": {func(run *Run) { run.Report.Checks = nil }, "", CannotJudge},
	} {
		t.Run(name, func(t *testing.T) {
			r := recorded(t, c.change)
			if r.Verdict.Level != c.level || r.Verdict.Exit != c.exit {
				t.Errorf("level %q, exit %d (%s); want %q, %d", r.Verdict.Level, r.Verdict.Exit, r.Verdict.Reason.EN, c.level, c.exit)
			}
			if r.Verdict.Reason.JA == "" || r.Verdict.Reason.EN == "" {
				t.Error("the verdict says nothing")
			}
		})
	}
}

// One failure of the evaluation issuer is no failure of the publisher, and the
// worst child is the role's outcome.
func TestARoleIsJudgedByWhatBindsIt(t *testing.T) {
	r := recorded(t, together(became("REQ-EVL-013", judge.Fail), became("REQ-FEED-017", judge.Warn)))
	for role, want := range map[string]struct {
		outcome judge.Outcome
		level   string
	}{
		"evaluation-issuer":      {judge.Fail, "L0"},
		"availability-publisher": {judge.Warn, "L4"},
		"policy-follower":        {judge.Warn, "L4"},
	} {
		if got := r.Roles[role]; got.Outcome != want.outcome || got.Level != want.level || !got.Claimed {
			t.Errorf("%s: %+v, want %+v", role, got, want)
		}
	}
	if got := recorded(t, claims("availability-publisher")).Roles["policy-voter"]; got.Granted || got.Outcome != judge.NotClaimed {
		t.Errorf("a role that is not claimed: %+v", got)
	}
}

// Every role word of the standard's register and statement is one we know.
func TestEveryRequirementBindsSomebody(t *testing.T) {
	for _, q := range spec.Requirements() {
		for _, role := range judge.Binds(q) {
			if !slices.Contains(judge.AllRoles(), role) || !strings.Contains(spec.Standard(), "`"+role+"`") {
				t.Errorf("%s binds %q, which the standard does not name", q.Number, role)
			}
		}
		if (q.Role == "node" || q.Role == "server") != (len(judge.Binds(q)) == 0) {
			t.Errorf("%s of role %s binds %v", q.Number, q.Role, judge.Binds(q))
		}
	}
}

func schemaOf(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("report.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := compiler.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheReportIsWhatItsSchemaSays(t *testing.T) {
	s := schemaOf(t)
	valid := func(octets []byte) error {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(octets))
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(v)
	}
	for name, change := range map[string]func(*Run){
		"everything passed": nil,
		"nothing ran":       func(run *Run) { run.Report.Checks = []judge.Result{} },
		"nobody proved who he is": func(run *Run) {
			run.Report.Target = Target{Node: run.Report.Target.Node, Roles: []string{}}
		},
	} {
		octets, err := recorded(t, change).Encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(octets); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for from, to := range map[string]string{
			`"format": "fukusen-report/1"`: `"format": "other"`,
			`"exit": `:                     `"status": `,
			`"granted": `:                  `"grant": `,
			`"partial": false`:             `"partial": "no"`,
			`"evidence": {`:                `"more": 1, "evidence": {`,
		} {
			bent := bytes.Replace(octets, []byte(from), []byte(to), 1)
			if bytes.Equal(bent, octets) {
				t.Errorf("%s: the report holds no %s", name, from)
			} else if valid(bent) == nil {
				t.Errorf("%s: the schema takes %s for %s", name, to, from)
			}
		}
	}
}
