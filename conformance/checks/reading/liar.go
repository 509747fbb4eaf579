package reading

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// longest is how long a liar lets a waiting reader wait.
const longest = 20 * time.Second

// liar is one of the suite's peers. It keeps an honest log for the target and
// puts a lie in the place of an answer when its check says so; after the lie it
// is honest again, so that what only the lie carried can be told apart.
type liar struct {
	*peer.Peer
	log   string // the name of its log for the target
	path  string // of that log's feed
	spare spares
	since time.Time // when its first key history was made

	mu      sync.Mutex
	lie     *lie
	hasty   bool          // does not let readers wait
	calm    bool          // lets them wait again once they read from the first entry
	changed chan struct{} // closed and replaced when there is something to say
	begun   int           // how often the log was read from its first entry
	given   int           // snapshots
	form    func(lines []string) string
}

// spares are keys beside the one that the liar signs with. All but stranger
// stand in its key history.
type spares struct {
	old, gone, coming, tls, stranger *spec.Signer
}

// lie is one answer to the target's next question for the log.
type lie struct {
	page func(next uint64, limit int) []byte
	pad  int           // its length with spaces behind it, or breakOff
	told chan struct{} // closed once it was given
}

// cast starts the peers of this room, one for each requirement, so that the
// target learns of all of them at once. No lie of one disturbs another.
func cast(ctx context.Context, p *judge.Probe, requirement string) *liar {
	all, err := judge.Scene(p.World, "reading", func() (map[string]*liar, error) { return assemble(p.World) })
	if err != nil {
		p.Broken(err)
	}
	l := all[requirement]
	if l == nil {
		p.Broken(fmt.Errorf("no peer was started for %s", requirement))
	}
	known, cancel := context.WithTimeout(ctx, 4*p.Patience)
	defer cancel()
	if err := p.Sandbox.Known(known, l.Peer); err != nil {
		p.Fail(judge.Why("新しい会員のログを読みに来ません", "the target does not come to read the log of a new member"))
	}
	return l
}

func assemble(w *judge.World) (map[string]*liar, error) {
	var numbers []string
	for _, c := range All() {
		numbers = append(numbers, c.Requirement)
	}
	numbers = append(numbers, fence)
	peers, err := w.Sandbox.Fresh(len(numbers))
	if err != nil {
		return nil, err
	}
	all := make(map[string]*liar, len(peers))
	log := spec.LogFor(w.Target)
	for i, p := range peers {
		l := &liar{Peer: p, log: log, path: "/v1/feed/" + log, since: w.Clock(), changed: make(chan struct{})}
		for _, key := range []**spec.Signer{&l.spare.old, &l.spare.gone, &l.spare.coming, &l.spare.tls, &l.spare.stranger} {
			if *key, err = spec.GenerateSigner(); err != nil {
				return nil, err
			}
		}
		if err := l.ShowKeys(l.rows()...); err != nil {
			return nil, err
		}
		l.On(l.path, l.serve)
		l.On(l.path+"/snapshot", l.snapshot)
		all[numbers[i]] = l
	}
	return all, w.Sandbox.Admit(peers...)
}

// Bounds of the old key, before now: it may sign no more.
const (
	oldFrom  = 50 * time.Minute
	oldUntil = 20 * time.Minute
)

// rows are the honest key history: a current, a retired, a revoked and a
// coming record key, and a TLS key.
func (l *liar) rows() []spec.KeyEntry {
	gone, coming := l.Entry(l.spare.gone, spec.UseRecord), l.Entry(l.spare.coming, spec.UseRecord)
	gone.Revoked = &spec.Revocation{At: l.since.Add(-oldUntil).Unix(), Reason: "lost"}
	coming.From = l.since.Add(24 * time.Hour).Unix()
	return []spec.KeyEntry{l.Entry(l.Key, spec.UseRecord), l.retired(), gone, coming, l.Entry(l.spare.tls, spec.UseTLS)}
}

// retired is the row of the old key.
func (l *liar) retired() spec.KeyEntry {
	old := l.Entry(l.spare.old, spec.UseRecord)
	old.From, old.Until = l.since.Add(-oldFrom).Unix(), l.since.Add(-oldUntil).Unix()
	return old
}

// serve answers the feed: a lie where there is one, else the truth.
func (l *liar) serve(w http.ResponseWriter, req *http.Request) {
	next, limit := peer.Place(req)
	until := time.NewTimer(min(peer.Wait(req), longest))
	defer until.Stop()
	for waited := false; ; {
		l.mu.Lock()
		said, changed, hasty := l.lie, l.changed, l.hasty
		l.lie = nil
		// Under the lock, so that a turn of the epoch is seen whole or not at all.
		page, size := l.Page(l.log, next, limit), uint64(len(l.Entries(l.log)))
		if next == 0 {
			l.begun++
			l.hasty = l.hasty && !l.calm
		}
		l.mu.Unlock()
		if said != nil {
			said.pour(w, next, limit)
			return
		}
		// An empty page below the end would be one more lie: a log that was begun
		// anew answers at once, so that its reader sees the new epoch.
		if len(page.Items) > 0 || waited || hasty || next > size {
			peer.Answer(w, http.StatusOK, page)
			return
		}
		select {
		case <-changed:
		case <-until.C:
			waited = true
		case <-req.Context().Done():
			return
		}
	}
}

// put enters items into the honest log together with a lie about it, or none.
func (l *liar) put(said *lie, items ...spec.Item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if said != nil {
		l.lie = said
	}
	l.Enter(l.log, items...)
	l.stir()
}

// stir makes a waiting reader look again. The caller holds the lock.
func (l *liar) stir() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// sound is a sound record that is in no log yet.
func (l *liar) sound(p *judge.Probe) spec.Item {
	return l.record(p, l.Key, nil)
}

// record is a talent record under a key; change may bend it before it is signed.
func (l *liar) record(p *judge.Probe, key *spec.Signer, change func(*spec.Talent)) spec.Item {
	b := peer.Talent(p.Clock())
	if change != nil {
		change(b)
	}
	l.Fill(p.Target, b.Claims())
	token, err := spec.Seal(key, b)
	if err != nil {
		p.Broken(err)
	}
	return peer.Live(token)[0]
}

// tell gives a lie in answer to the target's next question, and waits until
// it was given. Items, if any, stand in the honest log from then on.
func (l *liar) tell(ctx context.Context, p *judge.Probe, page func(next uint64, limit int) []byte, items ...spec.Item) {
	l.tellOf(ctx, p, &lie{page: page}, items...)
}

func (l *liar) tellOf(ctx context.Context, p *judge.Probe, said *lie, items ...spec.Item) {
	said.told = make(chan struct{})
	l.put(said, items...)
	wait, cancel := context.WithTimeout(ctx, 2*p.Patience)
	defer cancel()
	// A reader that waits for an entry asks at once; one that pauses is called.
	call := time.NewTicker(300 * time.Millisecond)
	defer call.Stop()
	for {
		select {
		case <-said.told:
			return
		case <-call.C:
			l.provoke(ctx, p)
		case <-wait.Done():
			p.Fail(judge.Why("ログを読みに来なくなりました", "the target stopped asking for the log"))
		}
	}
}

// provoke makes the target pull now where that is possible, so that its pauses
// after a lie cost no time. Without it the pauses are only waited for.
func (l *liar) provoke(ctx context.Context, p *judge.Probe) {
	switch {
	case p.Operator != "":
		p.Do(ctx, judge.Ask{
			Method: http.MethodPost, Path: "/v1/peers/pull", Token: p.Operator, Type: "application/json",
			Body: fmt.Appendf(nil, `{"nodes":[%q]}`, l.ID),
		})
	case p.Hooks.Pull != nil:
		_ = p.Hooks.Pull(ctx) // the pause ends by itself
	default:
		p.Do(ctx, judge.Ask{Method: http.MethodPost, Path: "/v1/nudge", As: l.Peer})
	}
}

// settled asks what the target holds until one of the ids is among it.
func (l *liar) settled(ctx context.Context, p *judge.Probe, ids ...spec.ID) evidence.Exchange {
	return p.Until(ctx, func() evidence.Exchange { return p.Held(ctx, l.Peer) }, func(x evidence.Exchange) bool {
		for _, id := range ids {
			if strings.Contains(x.See("body"), string(id)) {
				return true
			}
		}
		return false
	})
}

// honest says one sound record and expects it to be held.
func (l *liar) honest(ctx context.Context, p *judge.Probe, what string) {
	it := l.sound(p)
	l.put(nil, it)
	l.provoke(ctx, p)
	p.Expect(l.settled(ctx, p, it.ID), "body", evidence.Contains,
		judge.Why("正しい記録が受け入れられませんでした: "+what, "a sound record was not admitted: "+what), string(it.ID))
}

// round tells one lie and then the truth: what only the lie carried is never
// held, and the truth is read from where the reader stood before.
func (l *liar) round(ctx context.Context, p *judge.Probe, what string, page func(next uint64, limit int) []byte, only ...spec.ID) {
	l.roundOf(ctx, p, what, &lie{page: page}, only...)
}

func (l *liar) roundOf(ctx context.Context, p *judge.Probe, what string, said *lie, only ...spec.ID) {
	l.tellOf(ctx, p, said)
	good := l.sound(p)
	l.put(nil, good)
	l.provoke(ctx, p)
	x := l.settled(ctx, p, append(only, good.ID)...)
	for _, id := range only {
		p.Expect(x, "body", evidence.Lacks,
			judge.Why("拒むべきページの記録が受け入れられました: "+what, "a record of a page to be refused was admitted: "+what), string(id))
	}
	p.Expect(x, "body", evidence.Contains,
		judge.Why("拒んだ後に同じ位置から読み直しませんでした: "+what, "after the refusal the log was not read again from the same place: "+what), string(good.ID))
}
