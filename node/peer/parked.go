package peer

import (
	"context"
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// timeMoves is how often records that wait for their time are judged again.
const timeMoves = 5 * time.Second

// rejudge gives what is parked of one neighbour another hearing, and reads
// again what there was no room for.
func (p *Peers) rejudge(node spec.NodeID) {
	if p.ctx.Err() != nil {
		return
	}
	list, err := p.Gate.Rejudge(p.ctx, node)
	if err == nil {
		p.count(node, list)
		err = p.readAgain(p.ctx, node)
	}
	if err != nil && p.ctx.Err() == nil {
		p.Log.Warn("parked records not judged again", "peer", node, "error", sentence(err))
	}
}

func (p *Peers) rejudgeAll() {
	nodes, err := p.Gate.ParkedPeers(p.ctx)
	if err != nil {
		p.Log.Warn("parked records not listed", "error", sentence(err))
		return
	}
	for _, node := range nodes {
		p.rejudge(node)
	}
}

// keepTime judges again what only waits for the clock, and drops what waited
// too long.
func (p *Peers) keepTime() {
	for rest(p.ctx, timeMoves, nil) {
		p.rejudgeAll()
	}
}

// overflow is the stretch of a log that was read when there was no room to
// park: from From to where the reader stands.
type overflow struct {
	From, Until uint64
	Parked      int64
	Due         bool // there is such a stretch
}

func (p *Peers) overflowOf(tx *store.Tx, node spec.NodeID) (overflow, error) {
	var o overflow
	from, err := tx.ParkedOverflow(node)
	if errors.Is(err, store.ErrNotFound) {
		return o, nil
	}
	if err != nil {
		return o, err
	}
	c, err := tx.Cursor(node, spec.LogFor(p.Self))
	if err != nil {
		return o, err
	}
	o.From, o.Until, o.Due = from, c.Next, true
	o.Parked, _, err = tx.ParkedStats(node)
	return o, err
}

// readAgain reads the log again from the first entry that there was no room to
// park, once half the room is free. The gate takes a record twice without
// harm; what still has to wait is parked now.
func (p *Peers) readAgain(ctx context.Context, node spec.NodeID) error {
	if !p.claim(node) {
		return nil
	}
	defer p.release(node)
	r, err := p.newReader(ctx, node, spec.LogFor(p.Self))
	if err != nil || r.at.cursor.Halted {
		return err
	}
	for begun := false; ; begun = true {
		var o overflow
		err := p.Store.Read(ctx, func(tx *store.Tx) error {
			o, err = p.overflowOf(tx, node)
			return err
		})
		full := o.Parked >= store.MostParked/2
		if begun {
			full = o.Parked > store.MostParked-spec.MaxLimit // a page might not find room
		}
		if err != nil || !o.Due || full {
			return err
		}
		if err := r.again(ctx, o); err != nil {
			return err
		}
	}
}

// again reads one page of an overflow and moves its beginning behind it.
func (r *reader) again(ctx context.Context, o overflow) error {
	p := r.peers
	r.at.cursor.Next = o.From
	page, head, err := r.fetch(ctx, 0)
	if err != nil {
		return err
	}
	if head.Epoch != r.at.cursor.Epoch {
		o.Until = o.From // a new epoch lists anew what is live
	}
	items := page.Items[:min(uint64(len(page.Items)), o.Until-min(o.From, o.Until))]
	if len(items) > 0 {
		// The page's place under its head is not proven a second time, so each
		// record stands for itself.
		outcomes, err := p.Gate.Admit(ctx, gate.Delivery{From: r.node, Log: r.log, Items: items})
		if err != nil {
			return err
		}
		p.count(r.node, outcomes)
	}
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		now, err := p.overflowOf(tx, r.node)
		if err != nil || !now.Due {
			return err
		}
		next := o.From + uint64(len(items))
		if len(items) == 0 || next >= now.Until {
			return tx.DropOverflow(r.node)
		}
		return tx.MoveOverflow(r.node, next)
	})
}

// claim makes sure that one reading again of a neighbour runs at a time.
func (p *Peers) claim(node spec.NodeID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.again[node] {
		return false
	}
	p.again[node] = true
	return true
}

func (p *Peers) release(node spec.NodeID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.again, node)
}
