package judge

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// World is what the checks of one run share: the target, the suite's peers,
// what the target says of itself, and the journal of all exchanges.
type World struct {
	Target    spec.NodeID
	Base      string // where the target is reached, where that is not its id
	Sandbox   *peer.Sandbox
	Clerk     string // bearer token, or empty
	Evaluator string // bearer token, or empty
	Operator  string // bearer token, or empty
	Hooks     Hooks
	Seed      uint64
	Journal   *evidence.Journal
	Client    *http.Client
	Clock     func() time.Time
	Patience  time.Duration // how long something may take to come to pass

	Statement *spec.Statement // what the target says of itself, or nil

	mu     sync.Mutex
	random *rand.Rand
	scenes map[string]*scene
}

// Hooks are the optional commands that an operator of the target gives.
type Hooks struct {
	Pull    func(context.Context) error
	Restart func(context.Context) error
	Restore func(context.Context) error // from the copy that the hook itself took at the first call of Copy
	Copy    func(context.Context) error
}

// scene is work that several checks look at and that is done once.
type scene struct {
	once  sync.Once
	value any
	err   error
}

// Scene does work once for all checks that ask for it under one name.
func Scene[T any](w *World, name string, do func() (T, error)) (T, error) {
	w.mu.Lock()
	if w.scenes == nil {
		w.scenes = make(map[string]*scene)
	}
	s := w.scenes[name]
	if s == nil {
		s = &scene{}
		w.scenes[name] = s
	}
	w.mu.Unlock()
	s.once.Do(func() {
		v, err := do()
		s.value, s.err = v, err
	})
	v, _ := s.value.(T)
	return v, s.err
}

// Pick is a random number below n that the run's seed decides.
func (w *World) Pick(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.random == nil {
		w.random = rand.New(rand.NewPCG(w.Seed, 0x66756b7573656e))
	}
	return w.random.IntN(n)
}

// Claims reports whether the target claims one of the roles; none asks nothing.
func (w *World) Claims(roles []string) bool {
	if len(roles) == 0 {
		return true
	}
	return w.Statement != nil && slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(w.Statement.Roles, r) })
}

func (w *World) requirement(number string) (spec.Requirement, bool) {
	for _, r := range spec.Requirements() {
		if r.Number == number {
			return r, true
		}
	}
	return spec.Requirement{}, false
}

func (w *World) missing(needs []Need) Need {
	for _, n := range needs {
		has := false
		switch n {
		case Sandbox:
			has = w.Sandbox != nil
		case Clerk:
			has = w.Clerk != ""
		case Evaluator:
			has = w.Evaluator != ""
		case Operator:
			has = w.Operator != ""
		case Pull:
			has = w.Hooks.Pull != nil || w.Operator != ""
		case Restart:
			has = w.Hooks.Restart != nil
		case Restore:
			has = w.Hooks.Restore != nil && w.Hooks.Copy != nil
		}
		if !has {
			return n
		}
	}
	return ""
}
