package gate

import (
	"context"
	"errors"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// errClosed means that the node is stopping; nothing was decided.
var errClosed = errors.New("the gate is closed")

// delivery waits for its group's commit: a neighbour's records, or a change of
// our own people.
type delivery struct {
	Delivery
	list   []entry
	change func(*Change) error // nil for a neighbour's
	done   chan error
}

// mostInGroup bounds one transaction: large enough that a disk flush is shared
// by many records, small enough that nobody waits long for it.
const mostInGroup = 4000

func (g *Gate) commit(ctx context.Context, d Delivery, list []entry) ([]Outcome, error) {
	if err := g.queue(ctx, &delivery{Delivery: d, list: list}); err != nil {
		return nil, err
	}
	out := make([]Outcome, len(list))
	for i := range list {
		out[i] = list[i].outcome
	}
	return out, nil
}

// queue waits until a delivery stands, or does not. Once queued it is decided
// whatever the caller does; waiting for the answer keeps the cursor honest.
func (g *Gate) queue(ctx context.Context, w *delivery) error {
	w.done = make(chan error, 1)
	select {
	case g.batches <- w:
		return g.answer(w)
	case <-g.closing:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answer waits for the commit of what was queued. A delivery that slipped in
// behind the last emptying of the queue is never decided; without a look at
// closed it would wait for ever.
func (g *Gate) answer(w *delivery) error {
	select {
	case err := <-w.done:
		return err
	case <-g.closed:
	}
	select {
	case err := <-w.done:
		return err
	default:
		return errClosed
	}
}

// commitLoop gathers what waits into one durable transaction (group commit).
func (g *Gate) commitLoop() {
	defer close(g.closed)
	for {
		var group []*delivery
		select {
		case w := <-g.batches:
			group = append(group, w)
		case <-g.closing:
			g.drain()
			return
		}
		count := len(group[0].list) + 1
		for more := true; more && count < mostInGroup; {
			select {
			case w := <-g.batches:
				group = append(group, w)
				count += len(w.list) + 1
			default:
				more = false
			}
		}
		g.commitGroup(group)
	}
}

func (g *Gate) drain() {
	for {
		select {
		case w := <-g.batches:
			w.done <- errClosed
		default:
			return
		}
	}
}

func (g *Gate) commitGroup(group []*delivery) {
	err := g.write(group)
	if err != nil && len(group) > 1 {
		// One delivery's fault must not be another's: try each alone.
		for _, w := range group {
			w.done <- g.write([]*delivery{w})
		}
		return
	}
	for _, w := range group {
		w.done <- err
	}
}

// write is one transaction over a group. A serialization failure may run it
// again, so it starts from the opened records each time.
func (g *Gate) write(group []*delivery) error {
	var c *Change
	err := g.Store.Write(context.Background(), func(tx *store.Tx) error {
		c = g.change(tx)
		for _, w := range group {
			if err := c.take(w); err != nil {
				return err
			}
		}
		return c.finish()
	})
	if err == nil {
		c.tell()
	}
	return err
}

func (c *Change) take(w *delivery) error {
	if w.change != nil {
		return w.change(c)
	}
	return c.admit(w)
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
