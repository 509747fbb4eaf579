package gate

import (
	"context"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// delivery waits for its group's commit: a neighbour's records, or what one of
// our own people tells.
type delivery struct {
	Delivery
	list    []entry
	telling *telling // nil for a neighbour's
}

func (w *delivery) weight() int { return len(w.list) + 1 }

// mostInGroup bounds one transaction: large enough that a disk flush and the
// pages of the trees are shared by many records, small enough that not all who
// deliver wait for one commit: while it is written, others prove what follows.
const mostInGroup = 2000

func (g *Gate) commit(ctx context.Context, d Delivery, list []entry) ([]Outcome, error) {
	if err := g.queue.Do(ctx, &delivery{Delivery: d, list: list}); err != nil {
		return nil, err
	}
	out := make([]Outcome, len(list))
	for i := range list {
		out[i] = list[i].outcome
	}
	return out, nil
}

// write is one transaction over a group. A serialization failure may run it
// again, so it starts from the opened records each time.
func (g *Gate) write(group []*delivery) error {
	var c *Change
	err := g.Store.Write(context.Background(), func(tx *store.Tx) error {
		c = g.change(tx)
		var told []*telling
		for _, w := range group {
			if w.telling != nil {
				told = append(told, w.telling)
			} else if err := c.admit(w); err != nil {
				return err
			}
		}
		if err := c.tellAll(told); err != nil {
			return err
		}
		return c.finish()
	})
	if err == nil {
		c.tell()
	}
	return err
}

// admit appends and projects one delivery inside the transaction.
func (c *Change) admit(w *delivery) error {
	for i := range w.list {
		w.list[i].reset()
	}
	if err := c.tx.Unpark(w.From, w.settled); err != nil {
		return err
	}
	if err := c.append(w); err != nil {
		return err
	}
	if err := c.project(w); err != nil {
		return err
	}
	if err := c.note(w); err != nil {
		return err
	}
	if w.Cursor != nil {
		if err := c.tx.PutCursor(*w.Cursor); err != nil {
			return err
		}
	}
	if w.Head != nil {
		return c.tx.PutHead(*w.Head)
	}
	return nil
}

// reset undoes what an aborted run of the transaction decided.
func (e *entry) reset() {
	if e.record != nil {
		e.outcome.Verdict, e.outcome.Refusal = Admitted, nil
	}
}

// note keeps what was refused and parks what may still come.
func (c *Change) note(w *delivery) error {
	var refused []store.Refused
	var parked []store.Parked
	now := c.now.Unix()
	for i := range w.list {
		e := &w.list[i]
		o := &e.outcome
		switch o.Verdict {
		case Refused:
			refused = append(refused, store.Refused{
				Peer: w.From, ID: o.ID, N: o.N, Kind: o.Kind, Requirement: o.Refusal.Requirement,
				Problem: o.Refusal.Problem, Detail: o.Refusal.Detail, At: now,
			})
		case Parked:
			parked = append(parked, store.Parked{
				Peer: w.From, ID: o.ID, N: o.N, Kind: o.Kind, Requirement: o.Refusal.Requirement, Waits: o.Refusal.Requirement,
				Token: e.item.Record, ParkedAt: now, Expires: now + parkedFor,
			})
		}
	}
	if len(refused) > 0 {
		if err := c.tx.Refuse(refused); err != nil {
			return err
		}
	}
	if len(parked) > 0 {
		return c.tx.Park(parked)
	}
	return nil
}

// parkedFor is how long a record may wait for the fact it needs: the longest
// life of an availability record.
const parkedFor = 7 * 24 * 3600

func ids(list []entry, keep func(*entry) bool) []spec.ID {
	var out []spec.ID
	for i := range list {
		if keep(&list[i]) {
			out = append(out, list[i].item.ID)
		}
	}
	return out
}
