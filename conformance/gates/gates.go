// Package gates holds the suite to account: answers that a proxy damages have
// to be noticed, harmless differences must raise no alarm, a target that
// recites yesterday's answers must fail, and an honest one passes every time.
// It refuses to count a damage that never reached the suite.
package gates

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/checks"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/proxy"
	"github.com/fukusen/fukusen/conformance/twins"
)

// Audit is what became of one mutation.
type Audit struct {
	Mutation proxy.Mutation
	Changed  int      // answers that were damaged
	Noticed  []string // requirements whose checks failed
}

// Deaf reports whether answers were damaged and no check noticed.
func (a Audit) Deaf() bool { return a.Changed > 0 && len(a.Noticed) == 0 }

// ErrUnsound means that a target does not pass without damage: then nothing is
// learnt from damage.
var ErrUnsound = errors.New("the target does not pass as it is")

// SelfAudit judges a target through a proxy that damages its answers, one
// mutation after the other: the checks that should notice first, then all that
// neither restart the target nor use its sandbox up. First the same checks are
// asked without damage.
func SelfAudit(ctx context.Context, cfg conformance.Config, progress func(done, all int)) ([]Audit, error) {
	list := proxy.Mutations()
	var named []string
	for _, m := range list {
		named = append(named, m.Notice...)
	}
	sound := cfg
	sound.Only, sound.Levels, sound.Progress = existing(named), nil, nil
	out, err := conformance.Run(ctx, sound)
	if err != nil {
		return nil, err
	}
	if bad := failed(out.Results); len(bad) > 0 {
		return nil, fmt.Errorf("%w: %v", ErrUnsound, bad)
	}
	audits := make([]Audit, 0, len(list))
	for i, m := range list {
		a, err := audit(ctx, cfg, m)
		if err != nil {
			return audits, fmt.Errorf("%s: %w", m.Name, err)
		}
		audits = append(audits, a)
		progress(i+1, len(list))
	}
	return audits, nil
}

// gentle are the requirements whose checks may be repeated on one sandbox.
func gentle() []string {
	var list []string
	for _, c := range checks.All() {
		if c.Turn == judge.Together {
			list = append(list, c.Requirement)
		}
	}
	return list
}

func audit(ctx context.Context, cfg conformance.Config, m proxy.Mutation) (Audit, error) {
	a := Audit{Mutation: m}
	base := cfg.Base
	if base == "" {
		base = string(cfg.Target)
	}
	for _, only := range [][]string{existing(m.Notice), gentle()} {
		if len(only) == 0 {
			continue
		}
		p, err := proxy.New(base, m.Make(), proxy.Options{})
		if err != nil {
			return a, err
		}
		through := cfg
		// What a restart would do to a target is no matter of its answers.
		through.Base, through.Only, through.Hooks, through.Progress = p.URL, only, judge.Hooks{}, nil
		through.Levels = nil // they say themselves where they belong
		out, err := conformance.Run(ctx, through)
		a.Changed += p.Changed()
		if err := p.Close(); err != nil {
			return a, err
		}
		switch {
		case errors.Is(err, conformance.ErrCannotJudge) && p.Changed() > 0:
			a.Noticed = append(a.Noticed, "cannot judge") // exit 2 is no pass
		case err != nil:
			return a, err
		default:
			a.Noticed = append(a.Noticed, failed(out.Results)...)
		}
		if len(a.Noticed) > 0 {
			break
		}
	}
	return a, nil
}

// existing leaves those requirements that have a check.
func existing(numbers []string) []string {
	list := []string{}
	for _, c := range checks.All() {
		if slices.Contains(numbers, c.Requirement) {
			list = append(list, c.Requirement)
		}
	}
	return list
}

func failed(list []judge.Result) []string {
	var numbers []string
	for _, r := range list {
		if r.Outcome == judge.Fail {
			numbers = append(numbers, r.Requirement)
		}
	}
	return numbers
}

// Alarm is a run of an honest target that did not pass.
type Alarm struct {
	Variant string
	Seed    uint64
	Result  judge.Result
	Err     error
}

// An honest node may be slow on a machine that many share: patience bounds how
// long a failure takes, and nothing that passes waits for it. Where something is
// to fail, little of it will do.
const (
	patience = 30 * time.Second
	hasty    = 2 * time.Second
)

// Honest is work on honest nodes.
type Honest struct {
	Program string // the twins' program; its twin of nothing is honest
	Dir     string
	Port    int
	Workers int
	Levels  []string
}

// portsEach is how many ports one node and the suite's peers about it use.
const portsEach = 200

// Run is one judgement of an honest node that differs in one harmless way.
type Run struct {
	Variant Variant
	Seed    uint64
}

// Variant is a harmless difference: in the node itself, or in its answers.
type Variant struct {
	Name   string
	Twin   string          // what the node is made to be, or empty
	Answer *proxy.Harmless // how its answers are changed, or nil
}

// Variants lists every harmless difference.
func Variants() []Variant {
	var list []Variant
	for _, h := range proxy.HarmlessAnswers() {
		list = append(list, Variant{Name: h.Name, Answer: &h})
	}
	for _, name := range twins.Harmless() {
		list = append(list, Variant{Name: name, Twin: name})
	}
	return list
}

// All judges every run, some side by side, and returns the alarms.
func (h Honest) All(ctx context.Context, runs []Run, progress func(done, all int)) []Alarm {
	var alarms []Alarm
	var mu sync.Mutex
	var wg sync.WaitGroup
	lanes := make(chan int, max(1, h.Workers))
	for lane := range cap(lanes) {
		lanes <- lane
	}
	done := 0
	for _, r := range runs {
		lane := <-lanes
		wg.Go(func() {
			results, err := h.one(ctx, r, lane)
			if err == nil && undecided(results) {
				results, err = h.one(ctx, r, lane)
			}
			lanes <- lane
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				alarms = append(alarms, Alarm{Variant: r.Variant.Name, Seed: r.Seed, Err: err})
			}
			for _, result := range results {
				if !slices.Contains([]judge.Outcome{judge.Pass, judge.NotClaimed, judge.Warn}, result.Outcome) {
					alarms = append(alarms, Alarm{Variant: r.Variant.Name, Seed: r.Seed, Result: result})
				}
			}
			done++
			if progress != nil {
				progress(done, len(runs))
			}
		})
	}
	wg.Wait()
	return alarms
}

// undecided says whether the suite itself could not go on, and blamed nobody. A
// machine that stood still for a while does that; a difference that confuses
// the suite does it again when asked again, and is then an alarm.
func undecided(results []judge.Result) bool {
	has := func(o judge.Outcome) bool {
		return slices.ContainsFunc(results, func(r judge.Result) bool { return r.Outcome == o })
	}
	return has(judge.Error) && !has(judge.Fail)
}

func (h Honest) one(ctx context.Context, r Run, lane int) ([]judge.Result, error) {
	s, leave, err := h.node(ctx, r.Variant.Twin, lane)
	if err != nil {
		return nil, err
	}
	defer leave()
	cfg := h.config(s, r.Seed)
	if r.Variant.Answer != nil {
		p, err := proxy.New(string(s.ID), r.Variant.Answer.Change, r.Variant.Answer.Opt)
		if err != nil {
			return nil, err
		}
		defer p.Close()
		cfg.Base = p.URL
	}
	out, err := conformance.Run(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return out.Results, nil
}

// node starts a node of its own in a directory of its own.
func (h Honest) node(ctx context.Context, twin string, lane int) (*twins.Subject, func(), error) {
	dir, err := os.MkdirTemp(h.Dir, "honest-")
	if err != nil {
		return nil, nil, err
	}
	s, err := twins.Settle(h.Program, dir, h.Port+lane*portsEach, portsEach, twins.Variable+"="+twin)
	if err == nil {
		err = s.Start(ctx)
	}
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, func() {
		s.Stop()
		_ = os.RemoveAll(dir) // a directory of ours under the system's for such things
	}, nil
}

func (h Honest) config(s *twins.Subject, seed uint64) conformance.Config {
	return conformance.Config{
		Target: s.ID, Sandbox: s.Sandbox, Clerk: s.Clerk, Evaluator: s.Evaluator, Operator: s.Operator, Levels: h.Levels, Workers: 16,
		Seed: seed, Patience: patience, Hooks: s.Hooks(),
	}
}

// Recited lets a target answer a second run from its memory of the first, and
// returns what failed in the second.
func (h Honest) Recited(ctx context.Context, seeds [2]uint64) ([]string, error) {
	s, leave, err := h.node(ctx, "", 0)
	if err != nil {
		return nil, err
	}
	defer leave()
	m := proxy.NewMemoriser()
	p, err := proxy.New(string(s.ID), m.Answer, proxy.Options{})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	var second []string
	for i, seed := range seeds {
		cfg := h.config(s, seed)
		cfg.Base, cfg.Hooks = p.URL, judge.Hooks{}
		if i == 1 {
			m.Recite()
			cfg.Patience = hasty
		}
		out, err := conformance.Run(ctx, cfg)
		if err != nil {
			return nil, err
		}
		second = failed(out.Results)
		if i == 0 && len(second) > 0 {
			return nil, fmt.Errorf("the run that it learned from did not pass: %v", second)
		}
	}
	return second, nil
}

// Mutations damages an honest node's answers, a few mutations side by side.
func (h Honest) Mutations(ctx context.Context, progress func(done, all int)) ([]Audit, error) {
	list := proxy.Mutations()
	audits := make([]Audit, len(list))
	errs := make([]error, len(list))
	var wg sync.WaitGroup
	var mu sync.Mutex
	lanes := make(chan int, max(1, h.Workers))
	for lane := range cap(lanes) {
		lanes <- lane
	}
	done := 0
	for i, m := range list {
		lane := <-lanes
		wg.Go(func() {
			audits[i], errs[i] = h.mutated(ctx, m, lane)
			lanes <- lane
			mu.Lock()
			defer mu.Unlock()
			done++
			progress(done, len(list))
		})
	}
	wg.Wait()
	return audits, errors.Join(errs...)
}

func (h Honest) mutated(ctx context.Context, m proxy.Mutation, lane int) (Audit, error) {
	s, leave, err := h.node(ctx, "", lane)
	if err != nil {
		return Audit{Mutation: m}, err
	}
	defer leave()
	cfg := h.config(s, 0)
	cfg.Patience = hasty
	return audit(ctx, cfg, m)
}
