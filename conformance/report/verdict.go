package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/conformance/checks"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

// Exit statuses.
const (
	Holds       = 0
	Broken      = 1
	CannotJudge = 2
)

// Judge works out coverage, verdicts and the required set from the results and
// the target's roles alone, so that whoever reads a report can do it again.
func (r *Report) Judge() {
	found := make(map[string]judge.Outcome)
	r.Coverage = Coverage{Counts: make(map[judge.Outcome]int), Untested: []Untested{}}
	for _, c := range r.Checks {
		found[c.Requirement] = c.Outcome
		r.Coverage.Counts[c.Outcome]++
	}
	r.Levels, r.Roles = make(map[string]Verdict), make(map[string]Verdict)
	r.Required = []string{}
	v := verdicts{found: found, claimed: r.Target.Roles}
	for _, q := range spec.Requirements() {
		if r.requires(q) {
			r.Required = append(r.Required, q.Number)
		}
		if q.Keyword != "MUST" {
			continue
		}
		r.Coverage.Musts++
		if o := found[q.Number]; o == judge.Pass || o == judge.Fail {
			r.Coverage.Ran++
		}
		if why := checks.Untested(q.Number); why != "" {
			r.Coverage.Untested = append(r.Coverage.Untested, Untested{q.Number, why})
		}
	}
	r.Verdict.Level = ""
	for _, level := range judge.Levels() {
		r.Levels[level] = v.level(level, func(spec.Requirement) bool { return true })
		if r.Levels[level].Granted {
			r.Verdict.Level = level
		}
	}
	for _, role := range judge.AllRoles() {
		r.Roles[role] = v.role(role)
	}
	r.Verdict.Exit, r.Verdict.Reason = r.final(v)
}

// verdicts judges sets of requirements by what was found of each.
type verdicts struct {
	found   map[string]judge.Outcome
	claimed []string
}

// of is what became of a requirement. A MUST without a check counts as not-run,
// unless the suite says in public why there is none; not-claimed counts only
// where the requirement binds roles that the target does not claim.
func (v verdicts) of(q spec.Requirement) judge.Outcome {
	o, ran := v.found[q.Number]
	if !ran {
		if q.Keyword != "MUST" || checks.Untested(q.Number) != "" {
			return judge.Pass
		}
		o = judge.NotRun
	}
	if o == judge.NotClaimed && v.binds(q) {
		return judge.NotRun
	}
	// Where it does not bind, a check that was left out is not missed.
	if o == judge.NotRun && !v.binds(q) {
		return judge.NotClaimed
	}
	return o
}

func (v verdicts) binds(q spec.Requirement) bool {
	roles := judge.Binds(q)
	return len(roles) == 0 || slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(v.claimed, r) })
}

// level judges a level and those below it over the requirements that belong.
func (v verdicts) level(level string, belongs func(spec.Requirement) bool) Verdict {
	out := Verdict{Claimed: true, Outcome: judge.Pass, Missing: []string{}}
	for _, q := range spec.Requirements() {
		if !slices.Contains(judge.UpTo(level), q.Level) || !belongs(q) {
			continue
		}
		o := v.of(q)
		out.Outcome = judge.Worse(out.Outcome, o)
		if q.Keyword == "MUST" && o != judge.Pass && o != judge.NotClaimed {
			out.Missing = append(out.Missing, q.Number)
		}
	}
	out.Granted = len(out.Missing) == 0
	return out
}

// role judges what binds every node and what binds the role.
func (v verdicts) role(role string) Verdict {
	belongs := func(q spec.Requirement) bool {
		binds := judge.Binds(q)
		return len(binds) == 0 || slices.Contains(binds, role)
	}
	var out Verdict
	reached := ""
	for _, level := range judge.Levels() {
		if out = v.level(level, belongs); out.Granted {
			reached = level
		}
	}
	out.Level, out.Claimed = reached, slices.Contains(v.claimed, role)
	if !out.Claimed {
		out = Verdict{Outcome: judge.NotClaimed, Missing: out.Missing}
	}
	return out
}

// requires says whether a requirement has to hold for status 0.
func (r *Report) requires(q spec.Requirement) bool {
	if slices.Contains(r.Asked.Requirements, q.Number) {
		return true
	}
	if len(r.Asked.Only) > 0 {
		return slices.Contains(r.Asked.Only, q.Number)
	}
	binds := judge.Binds(q)
	return q.Keyword == "MUST" && checks.Untested(q.Number) == "" && slices.Contains(judge.UpTo(r.Asked.Level), q.Level) &&
		(len(r.Asked.Roles) == 0 || len(binds) == 0 ||
			slices.ContainsFunc(binds, func(role string) bool { return slices.Contains(r.Asked.Roles, role) }))
}

// named says whether a requirement was asked for by its number.
func (r *Report) named(number string) bool {
	return slices.Contains(r.Asked.Requirements, number) || slices.Contains(r.Asked.Only, number)
}

// final is the exit status with the reason in one sentence. It is 0 only where
// everything required ran and passed.
func (r *Report) final(v verdicts) (int, spec.Text) {
	var failed, unseen []string
	passed := 0
	for _, q := range spec.Requirements() {
		if !slices.Contains(r.Required, q.Number) {
			continue
		}
		_, ran := v.found[q.Number]
		switch o := v.of(q); {
		case !ran && o == judge.Pass && r.named(q.Number):
			unseen = append(unseen, q.Number) // asked for by number, and the suite has no check
		case !ran && o == judge.Pass:
		case o == judge.Pass:
			passed++
		case o == judge.NotClaimed:
		case o == judge.Fail, o == judge.Warn:
			failed = append(failed, q.Number)
		default:
			unseen = append(unseen, q.Number)
		}
	}
	var lacking []string
	for _, role := range r.Asked.Roles {
		if !slices.Contains(r.Target.Roles, role) {
			lacking = append(lacking, role)
		}
	}
	switch {
	case len(failed) > 0:
		return Broken, judge.Why(
			fmt.Sprintf("必要な要件のうち%d件が満たされていません: %s。", len(failed), some(failed)),
			fmt.Sprintf("%d of the required requirements do not hold: %s.", len(failed), some(failed)))
	case r.Partial:
		return CannotJudge, judge.Why(
			fmt.Sprintf("途中で終了したため判定できません。終了までに%d件の検査が済んでいます。", len(r.Checks)-r.Coverage.Counts[judge.NotRun]),
			fmt.Sprintf("no verdict: the run was ended early; %d checks had come to an end by then.", len(r.Checks)-r.Coverage.Counts[judge.NotRun]))
	case len(lacking) > 0 && r.Target.Statement != "":
		return Broken, judge.Why(
			"対象は求められた役割を名乗っていません: "+strings.Join(lacking, ", ")+"。",
			"the target does not claim what was asked of it: "+strings.Join(lacking, ", ")+".")
	case len(unseen) > 0 || len(lacking) > 0:
		return CannotJudge, judge.Why(
			fmt.Sprintf("必要な要件のうち%d件を確かめられなかったため判定できません: %s。", len(unseen), some(unseen)),
			fmt.Sprintf("no verdict: %d of the required requirements could not be exercised: %s.", len(unseen), some(unseen)))
	case passed == 0:
		return CannotJudge, judge.Why("何も確かめなかったため判定できません。", "no verdict: nothing that is required was looked at.")
	}
	return Holds, judge.Why(
		fmt.Sprintf("必要な要件%d件はすべて満たされています。", passed),
		fmt.Sprintf("all %d required requirements hold.", passed))
}

// some lists the first few of many.
func some(list []string) string {
	const most = 8
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:most], ", ") + ", …"
}
