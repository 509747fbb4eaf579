// Package peer reads neighbours' feeds and trusts nothing it reads: the gate
// does the checking. Pull is the only truth; a nudge is an empty hint, and an
// acknowledgement feeds the lag console alone. It refuses to dial addresses
// that nobody configured and to wait for a neighbour without end.
package peer

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// errHalted means that a neighbour forked its log; an operator must look.
var errHalted = errors.New("the neighbour showed two logs; reading stops until an operator has looked at the proof")

// Config is what the readers are made of.
type Config struct {
	Self   spec.NodeID
	Store  *store.Store
	Trust  *trust.Trust
	Gate   *gate.Gate
	Client *Client
	Clock  func() time.Time
	Log    *slog.Logger
	Wait   time.Duration // how long a pull waits at the end of a log
	Least  time.Duration // first backoff
	Most   time.Duration // longest backoff
	Public time.Duration // how often a neighbour's public log is read
}

// Peers runs one reader for each active member of the register.
type Peers struct {
	Config
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	bodies chan struct{} // wakes the fetching of confidential bodies
	policy chan struct{} // wakes the following of the policy log

	mu      sync.Mutex
	lines   map[spec.NodeID]*line
	counts  map[spec.NodeID]map[gate.Verdict]int
	nudging map[spec.NodeID]bool
	stated  map[spec.NodeID]bool   // whose statement held when last asked
	ends    map[spec.NodeID]int64  // at of the newest head that was read to its end
	acking  map[spec.NodeID]uint64 // what is still to be acknowledged
	again   map[spec.NodeID]bool   // whose log is being read again
}

// line is the reading of one neighbour.
type line struct {
	wake   chan struct{}
	doubt  chan struct{} // asks for keys and statement again
	public chan struct{} // asks for the public log now
	cancel context.CancelFunc
}

// Open prepares readers without starting them.
func Open(cfg Config) *Peers {
	if cfg.Wait == 0 {
		cfg.Wait = 25 * time.Second
	}
	if cfg.Least == 0 {
		cfg.Least = 500 * time.Millisecond
	}
	if cfg.Most == 0 {
		cfg.Most = time.Minute
	}
	if cfg.Public == 0 {
		cfg.Public = time.Minute
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Peers{
		Config: cfg, ctx: ctx, cancel: cancel,
		lines:   make(map[spec.NodeID]*line),
		counts:  make(map[spec.NodeID]map[gate.Verdict]int),
		nudging: make(map[spec.NodeID]bool),
		stated:  make(map[spec.NodeID]bool),
		ends:    make(map[spec.NodeID]int64),
		acking:  make(map[spec.NodeID]uint64),
		bodies:  make(chan struct{}, 1),
		policy:  make(chan struct{}, 1),
		again:   make(map[spec.NodeID]bool),
	}
}

// Start reads every active member and follows the register from now on.
func (p *Peers) Start() {
	p.follow()
	p.Trust.OnPolicy(func(*policy.Book) {
		p.follow()
		p.wakeBodies()
		p.rejudgeAll()
	})
	p.Trust.OnKeys(func(node spec.NodeID) { p.rejudge(node) })
	p.wg.Go(p.keepTime)
	p.wg.Go(p.followPolicy)
	p.wg.Go(p.keepBodies)
	p.Gate.Growth().On(p.grown)
}

// Close stops all readers and waits for them. It ends the context under the
// lock that starters hold, so that none begins behind the waiting.
func (p *Peers) Close() {
	p.mu.Lock()
	p.cancel()
	p.mu.Unlock()
	p.wg.Wait()
}

// follow reads the register under the lock: two changes are told of side by
// side, and the older must not have the last word.
func (p *Peers) follow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ctx.Err() != nil {
		return
	}
	b := p.Trust.Book()
	active := make(map[spec.NodeID]bool)
	for _, m := range b.Register().Members {
		if m.Node != p.Self && b.Register().Active(m.Node) {
			active[m.Node] = true
		}
	}
	for node := range active {
		if p.lines[node] == nil {
			p.begin(node)
		}
	}
	for node, l := range p.lines {
		if !active[node] {
			l.cancel()
			delete(p.lines, node)
		}
	}
}

// begin must be called with the lock held.
func (p *Peers) begin(node spec.NodeID) {
	ctx, cancel := context.WithCancel(p.ctx)
	l := &line{wake: make(chan struct{}, 1), doubt: make(chan struct{}, 1), public: make(chan struct{}, 1), cancel: cancel}
	p.lines[node] = l
	p.wg.Go(func() { p.run(ctx, node, l) })
	p.wg.Go(func() { p.watch(ctx, node, l) })
}

// run pulls until the line ends, backing off while the neighbour fails.
func (p *Peers) run(ctx context.Context, node spec.NodeID, l *line) {
	pause := p.Least
	var r *reader
	for ctx.Err() == nil {
		var err error
		if r == nil {
			r, err = p.newReader(ctx, node, spec.LogFor(p.Self))
		}
		asked := time.Now()
		brought := false
		if err == nil {
			brought, err = p.step(ctx, r)
		}
		if err == nil {
			pause = p.Least
			// Long polls are optional: who answers an empty page at once is not
			// asked again at once.
			if !brought && time.Since(asked) < p.Least && !rest(ctx, p.Least, l.wake) {
				return
			}
			continue
		}
		if ctx.Err() != nil {
			return
		}
		r = nil // the store's place is the true one, also after an operator changed it
		p.Log.Debug("pull failed", "peer", node, "error", sentence(err))
		var f *Failure
		if errors.As(err, &f) && f.After > pause {
			pause = min(f.After, p.Most)
		}
		if !rest(ctx, pause, l.wake) {
			return
		}
		pause = min(2*pause, p.Most)
	}
}

// step pulls once and tells whether that brought anything.
func (p *Peers) step(ctx context.Context, r *reader) (bool, error) {
	wait := p.Wait
	if r.at.cursor.Relist {
		wait = 0 // what a new epoch no longer lists is not kept until something new is said
	}
	got, err := r.pull(ctx, wait)
	if err != nil {
		return false, err
	}
	if got.End && r.at.cursor.Relist {
		if err := r.relist(ctx); err != nil {
			return false, err
		}
	}
	if got.End && len(got.Outcomes) > 0 {
		p.ackSoon(ctx, r.node, r.log, r.at.cursor.Next)
	}
	return len(got.Outcomes) > 0, nil
}

// rest waits, or less when woken; false when the line has ended.
func rest(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-wake:
	case <-ctx.Done():
		return false
	}
	return true
}

// Nudge makes the next pull from a neighbour come now: of its records, and from
// a council node of the policy log too.
func (p *Peers) Nudge(node spec.NodeID) {
	if slices.ContainsFunc(p.Trust.Book().Register().Council(), func(m policy.Member) bool { return m.Node == node }) {
		select {
		case p.policy <- struct{}{}:
		default:
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.lines[node]; l != nil {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}

// PullNow reads a neighbour's log for us to its end and returns what became of
// each entry. It is for operators and tests; readers do the same by themselves.
func (p *Peers) PullNow(ctx context.Context, node spec.NodeID) ([]gate.Outcome, error) {
	r, err := p.newReader(ctx, node, spec.LogFor(p.Self))
	if err != nil {
		return nil, err
	}
	var all []gate.Outcome
	for {
		got, err := r.pull(ctx, 0)
		if err != nil {
			return all, err
		}
		all = append(all, got.Outcomes...)
		if got.End {
			return all, nil
		}
	}
}

func (p *Peers) count(node spec.NodeID, list []gate.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.counts[node]
	if m == nil {
		m = make(map[gate.Verdict]int)
		p.counts[node] = m
	}
	for _, o := range list {
		m[o.Verdict]++
	}
}

// Counts says what became of the entries pulled since the start.
func (p *Peers) Counts(node spec.NodeID) map[gate.Verdict]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[gate.Verdict]int)
	for v, n := range p.counts[node] {
		out[v] = n
	}
	return out
}
