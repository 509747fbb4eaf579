package console

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/draft"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/work"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// moment is what the node looks like at one time.
type moment struct {
	At         time.Time
	Light      badge
	PolicyAge  time.Duration
	PolicyKnow bool
	PolicySize uint64
	Drafts     int
	Holdings   store.Holdings
	Size       int64
	Mails      map[string]int64 // by state
	Jobs       []work.State
	Peers      []neighbour
}

// neighbour is another member, and how reading of each other goes.
type neighbour struct {
	policy.Member
	Active          bool
	In, Public      *store.Cursor // our place in their log for us, and in their public one
	Lag             int64         // entries of their log for us that we have not read
	OutSize, OutAck int64         // of our log for them, and how far they say they have read
	AckAt           int64
	Parked          int64
	Refused         int64
	KeysAge         time.Duration
	KeysKnown       bool
	Trust           badge
}

// outLag is how many entries of our log a neighbour has not acknowledged.
func (n neighbour) outLag() int64 { return max(0, n.OutSize-n.OutAck) }

// state is the neighbour in a word.
func (n neighbour) state() badge {
	switch {
	case !n.Active:
		return badge{"quiet", "console.peer.inactive"}
	case n.In != nil && n.In.Halted || n.Public != nil && n.Public.Halted:
		return badge{"bad", "console.peer.halted"}
	case n.In != nil && n.In.Failures > 0 || n.Public != nil && n.Public.Failures > 0:
		return badge{"warn", "console.peer.failing"}
	case n.In == nil:
		return badge{"warn", "console.peer.unread"}
	case n.Lag > 0:
		return badge{"warn", "console.peer.behind"}
	}
	return badge{"good", "console.peer.level"}
}

// look reads the whole of it. Holdings are taken from before where the caller
// has them.
func (d *room) look(ctx context.Context, holdings *store.Holdings) (moment, error) {
	now := d.Clock()
	m := moment{At: now, Jobs: d.Jobs(), Mails: make(map[string]int64), PolicySize: d.Trust.Book().Size()}
	m.PolicyAge, m.PolicyKnow = d.Trust.PolicyAge(now)
	m.Light.Kind, m.Light.Key = Light(d.Ready(), m.PolicyAge, m.PolicyKnow)
	var err error
	if m.Size, err = d.Store.Size(ctx); err != nil {
		return m, err
	}
	err = d.Store.Read(ctx, func(tx *store.Tx) error {
		if holdings != nil {
			m.Holdings = *holdings
		} else if m.Holdings, err = tx.Holdings(); err != nil {
			return err
		}
		mails, err := inbox.In(tx).Counts()
		if err != nil {
			return err
		}
		for _, c := range mails {
			m.Mails[c.State] = c.N
		}
		drafts, err := draft.In(tx).All()
		if err != nil {
			return err
		}
		m.Drafts = len(drafts)
		m.Peers, err = d.readPeers(tx, now)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("look at the node: %w", err)
	}
	return m, nil
}

func (d *room) readPeers(tx *store.Tx, now time.Time) ([]neighbour, error) {
	cursors, err := tx.Cursors()
	if err != nil {
		return nil, err
	}
	acks, err := tx.Acks()
	if err != nil {
		return nil, err
	}
	logs, err := tx.Logs()
	if err != nil {
		return nil, err
	}
	counts, err := tx.RefusedCounts()
	if err != nil {
		return nil, err
	}
	var list []neighbour
	for _, m := range d.others() {
		n := neighbour{Member: m, Active: d.Trust.Book().Register().Active(m.Node)}
		if n.Parked, _, err = tx.ParkedStats(m.Node); err != nil {
			return nil, err
		}
		for i := range cursors {
			n.readFrom(&cursors[i], d.Self)
		}
		for _, l := range logs {
			n.wroteTo(l, acks)
		}
		for _, c := range counts {
			if c.Peer == m.Node {
				n.Refused += c.N
			}
		}
		n.KeysAge, n.KeysKnown = d.Trust.KeysAge(m.Node, now)
		n.Trust = standing(n.KeysAge, n.KeysKnown)
		if holds, asked := d.Neighbours.States(m.Node); n.Trust.Kind == "good" && asked && !holds {
			n.Trust = badge{"warn", "console.trust.statement"}
		}
		list = append(list, n)
	}
	return list, nil
}

func (n *neighbour) readFrom(c *store.Cursor, self spec.NodeID) {
	if c.Peer != n.Node {
		return
	}
	if c.Log == spec.PublicLog {
		n.Public = c
		return
	}
	if c.Log != spec.LogFor(self) {
		return
	}
	n.In, n.Lag = c, lagOf(c)
}

// lagOf is how many entries of a log's newest head have not been read.
func lagOf(c *store.Cursor) int64 {
	if h := spec.AcceptedHead(c.Note); h != nil && h.Epoch == c.Epoch && h.Size > c.Next {
		return int64(h.Size - c.Next)
	}
	return 0
}

func (n *neighbour) wroteTo(l store.Log, acks []store.Ack) {
	if l.Reader != n.Node {
		return
	}
	n.OutSize = int64(l.Size)
	for _, a := range acks {
		if a.Reader == l.Reader && a.Log == l.Name {
			n.OutAck, n.AckAt = int64(a.N), a.At
		}
	}
}

// watched is the last look for all who follow the node: however many there are,
// the store is read once a second.
type watched struct {
	mu      sync.Mutex
	at      time.Time
	counted time.Time
	took    time.Duration
	moment  moment
}

// countRest is how many times as long as a count took the next one waits: a
// large store is not kept busy with counting itself.
const countRest = 20

// watch is look, at most once a second.
func (d *room) watch(ctx context.Context) (moment, error) {
	w := &d.last
	w.mu.Lock()
	defer w.mu.Unlock()
	began := time.Now()
	if !w.at.IsZero() && began.Sub(w.at) < tick*9/10 {
		return w.moment, nil
	}
	var kept *store.Holdings
	if !w.counted.IsZero() && began.Sub(w.counted) < countRest*w.took {
		kept = &w.moment.Holdings
	}
	m, err := d.look(ctx, kept)
	if err != nil {
		return m, err
	}
	if kept == nil {
		w.counted, w.took = began, time.Since(began)
	}
	w.at, w.moment = began, m
	return m, nil
}
