// Package judge says what a check is: one requirement of the standard, looked
// at through exchanges with a target that nothing is known about but what the
// standard says. It refuses to pass what it did not see: a check that could not
// run is not-run, and a suite that failed is an error, never a pass.
package judge

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/spec"
)

// Outcome is what became of a check. The worst of several counts.
type Outcome string

// Outcomes, the best first.
const (
	Pass          Outcome = "pass"
	NotClaimed    Outcome = "not-claimed" // the target does not claim the role
	Warn          Outcome = "warn"        // a SHOULD is not kept
	Indeterminate Outcome = "indeterminate"
	NotRun        Outcome = "not-run"
	Error         Outcome = "error" // of the suite
	Fail          Outcome = "fail"
)

var order = []Outcome{Pass, NotClaimed, Warn, Indeterminate, NotRun, Error, Fail}

// Worse returns the worse of two outcomes.
func Worse(a, b Outcome) Outcome {
	for i := len(order) - 1; i >= 0; i-- {
		if a == order[i] || b == order[i] {
			return order[i]
		}
	}
	return Error
}

// Need is what a check needs beside the target's address.
type Need string

// Needs.
const (
	Sandbox   Need = "sandbox"   // a sandbox federation that admits the suite's peers
	Clerk     Need = "clerk"     // a bearer token of role clerk
	Evaluator Need = "evaluator" // a bearer token of role evaluator
	Operator  Need = "operator"  // a bearer token of role operator
	Pull      Need = "pull"      // the hook that makes the target pull now, or an operator token
	Restart   Need = "restart"   // the hook that restarts the target
	Restore   Need = "restore"   // the hook that restores the target from a copy
)

// Check looks at one requirement. Positive shows that what the standard
// allows works, Negative that what it forbids does not come to pass; either may
// be nil where the requirement has no such side.
type Check struct {
	Requirement string
	Roles       []string // of the statement; one has to be claimed; empty: every node
	Needs       []Need
	Turn        Turn
	Positive    func(context.Context, *Probe)
	Negative    func(context.Context, *Probe)
}

// Turn is when a check runs. What disturbs the others runs after them.
type Turn int

// Turns, the first first.
const (
	Together Turn = iota // side by side with others
	Alone                // one at a time: it holds the policy log up, or restarts the target
	Final                // last of all: after it the target follows this sandbox no further
)

// Result is what a check found.
type Result struct {
	Requirement string               `json:"requirement"`
	Keyword     string               `json:"keyword"`
	Level       string               `json:"level"`
	Role        string               `json:"role"`
	Outcome     Outcome              `json:"outcome"`
	Reason      spec.Text            `json:"reason"`
	Assertions  []evidence.Assertion `json:"assertions"`
	Exchanges   []int                `json:"exchanges"` // that the check made or looked at, in order
	Millis      int64                `json:"millis"`
}

// Probe is one running check: it makes exchanges and asserts what they showed.
type Probe struct {
	*World
	result *Result
	mu     *sync.Mutex // of result.Exchanges
}

// Do makes a request to the target, as part of this check.
func (p *Probe) Do(ctx context.Context, ask Ask) evidence.Exchange {
	x := p.World.Do(ctx, ask)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.result.Exchanges = append(p.result.Exchanges, x.N)
	return x
}

// stop ends a check early; the probe's result says why.
type stop struct{}

// Expect asserts something of an exchange, and fails the check with the reason
// where it does not hold. Reasons name no value of the exchange.
func (p *Probe) Expect(x evidence.Exchange, see, op string, reason spec.Text, want ...string) {
	if p.assert(x, see, op, want, true) {
		return
	}
	if x.Status == 0 && see != "failure" {
		reason = spec.Text{
			JA: reason.JA + "(応答がありません: " + x.Failure + ")",
			EN: reason.EN + " (there was no answer: " + x.Failure + ")",
		}
	}
	p.Fail(reason)
}

// Note records an assertion and says whether it holds, without failing.
func (p *Probe) Note(x evidence.Exchange, see, op string, want ...string) bool {
	return p.assert(x, see, op, want, false)
}

func (p *Probe) assert(x evidence.Exchange, see, op string, want []string, required bool) bool {
	// What was blanked in the exchange is blanked in what is expected of it.
	cleaned := make([]string, len(want))
	for i, text := range want {
		cleaned[i] = p.Journal.Clean(text)
	}
	a := evidence.Assertion{Exchange: x.N, See: see, Op: op, Want: cleaned, Required: required}
	a.Held = a.Judge(x)
	p.result.Assertions = append(p.result.Assertions, a)
	return a.Held
}

// Fail ends the check: the target does not do what the standard says.
func (p *Probe) Fail(reason spec.Text) { p.end(Fail, reason) }

// NotRun ends the check: it could not be exercised.
func (p *Probe) NotRun(reason spec.Text) { p.end(NotRun, reason) }

// Unclear ends the check where the standard is silent.
func (p *Probe) Unclear(reason spec.Text) { p.end(Indeterminate, reason) }

// Broken ends the check: the suite itself could not go on.
func (p *Probe) Broken(err error) {
	p.end(Error, spec.Text{JA: "検査側の障害: " + err.Error(), EN: "the suite could not go on: " + err.Error()})
}

func (p *Probe) end(o Outcome, reason spec.Text) {
	p.result.Outcome = o
	p.result.Reason = reason
	panic(stop{})
}

// Run carries a check out against a world.
func (c Check) Run(ctx context.Context, w *World) (r Result) {
	q, known := w.requirement(c.Requirement)
	r = Result{
		Requirement: c.Requirement, Keyword: q.Keyword, Level: q.Level, Role: q.Role, Outcome: Error,
		Assertions: []evidence.Assertion{}, Exchanges: []int{},
	}
	began := w.Clock()
	defer func() {
		r.Millis = w.Clock().Sub(began).Milliseconds()
		r.tidy(w)
		if r.Outcome == Fail && r.Keyword == "SHOULD" {
			r.Outcome = Warn
		}
	}()
	if !known {
		r.Reason = spec.Text{JA: "標準にない要件です", EN: "the standard has no such requirement"}
		return r
	}
	if !w.Claims(c.Roles) {
		r.Outcome, r.Reason = NotClaimed, spec.Text{JA: "対象はこの役割を名乗っていません", EN: "the target does not claim the role"}
		return r
	}
	if missing := w.missing(c.Needs); missing != "" {
		r.Outcome, r.Reason = NotRun, needed(missing)
		return r
	}
	for _, side := range []func(context.Context, *Probe){c.Positive, c.Negative} {
		if side != nil && !c.side(ctx, w, &r, side) {
			return r
		}
	}
	if len(r.Assertions) == 0 {
		r.Outcome, r.Reason = Error, spec.Text{JA: "何も確かめませんでした", EN: "the check asserted nothing"}
		return r
	}
	r.Outcome, r.Reason = Pass, spec.Text{JA: "要件を満たしています", EN: "the requirement holds"}
	return r
}

// RunUnless is Run where the context has not ended. What had not passed by its
// end is not-run, because the end itself may be why.
func (c Check) RunUnless(ctx context.Context, w *World) Result {
	r := Result{Outcome: NotRun}
	if ctx.Err() == nil {
		r = c.Run(ctx, w)
	}
	if ctx.Err() == nil || r.Outcome == Pass {
		return r
	}
	q, _ := w.requirement(c.Requirement)
	why := spec.Text{JA: "実行が途中で終了しました", EN: "the run was ended before"}
	if cause := context.Cause(ctx); cause != ctx.Err() {
		why = spec.Text{JA: why.JA + ": " + cause.Error(), EN: why.EN + ": " + cause.Error()}
	}
	return Result{
		Requirement: c.Requirement, Keyword: q.Keyword, Level: q.Level, Role: q.Role, Outcome: NotRun, Millis: r.Millis,
		Assertions: []evidence.Assertion{}, Exchanges: []int{}, Reason: why,
	}
}

// tidy lists each exchange once, in order, and blanks secrets in the reason.
func (r *Result) tidy(w *World) {
	for _, a := range r.Assertions {
		r.Exchanges = append(r.Exchanges, a.Exchange)
	}
	slices.Sort(r.Exchanges)
	r.Exchanges = slices.Compact(r.Exchanges)
	r.Reason = spec.Text{JA: w.Journal.Clean(r.Reason.JA), EN: w.Journal.Clean(r.Reason.EN)}
}

// side runs one side; false where it ended the check.
func (c Check) side(ctx context.Context, w *World, r *Result, run func(context.Context, *Probe)) (passed bool) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case stop:
			passed = false
		default:
			text := w.Journal.Clean(fmt.Sprint(e))
			r.Outcome, r.Reason = Error, spec.Text{JA: "検査プログラムの不具合: " + text, EN: "a defect of the suite: " + text}
			passed = false
		}
	}()
	run(ctx, &Probe{World: w, result: r, mu: new(sync.Mutex)})
	return true
}

func needed(n Need) spec.Text {
	switch n {
	case Sandbox:
		return spec.Text{JA: "試験用連合がありません(prepare を先に実行してください)", EN: "there is no sandbox federation (run prepare first)"}
	case Clerk:
		return spec.Text{JA: "窓口のトークンがありません(--clerk-token-file)", EN: "there is no clerk's token (--clerk-token-file)"}
	case Evaluator:
		return spec.Text{JA: "評価者のトークンがありません(--evaluator-token-file)", EN: "there is no evaluator's token (--evaluator-token-file)"}
	case Operator:
		return spec.Text{JA: "運用者のトークンがありません(--operator-token-file)", EN: "there is no operator's token (--operator-token-file)"}
	case Pull:
		return spec.Text{JA: "取得を促す手段がありません(--pull-hook)", EN: "there is no way to make the target pull (--pull-hook)"}
	case Restart:
		return spec.Text{JA: "再起動の手段がありません(--restart-hook)", EN: "there is no way to restart the target (--restart-hook)"}
	case Restore:
		return spec.Text{JA: "復元の手段がありません(--restore-hook)", EN: "there is no way to restore the target from a copy (--restore-hook)"}
	}
	return spec.Text{JA: string(n), EN: string(n)}
}

// Why is a reason in both languages.
func Why(ja, en string) spec.Text { return spec.Text{JA: ja, EN: en} }

// Refused asserts that an answer is a problem document of a requirement's type
// that names the requirement.
func (p *Probe) Refused(x evidence.Exchange, status, requirement string) {
	p.Expect(x, "status", evidence.Equals, Why("応答は"+status+"でなければなりません", "the answer is "+status), status)
	p.Expect(x, "header.Content-Type", evidence.BeginWith,
		Why("エラーは application/problem+json です", "an error is application/problem+json"), "application/problem+json")
	p.Expect(x, "body.type", evidence.Equals,
		Why("問題の型が標準と異なります", "the problem type is the standard's"), spec.ProblemPrefix+spec.ProblemOf(requirement))
	p.Expect(x, "body.requirement", evidence.Equals,
		Why("破られた要件の番号が示されていません", "the problem names the requirement"), requirement)
}
