package peer

import (
	"context"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// keysFresh is how old our trust in a neighbour's keys may grow before they
// are asked for again, though no head has told of newer ones. It lies well
// below the hour after which a page shows them as stale.
const keysFresh = 30 * time.Minute

// watch reads a neighbour's public log once in a while, and at once when an offer
// has come, whose gig may stand in it. Its heads travel with our requests, so that a neighbour who
// shows two readers two logs is found out by their next talk (REQ-HEAD-010).
func (p *Peers) watch(ctx context.Context, node spec.NodeID, l *line) {
	t := time.NewTicker(p.Public)
	defer t.Stop()
	for {
		asked := false
		select {
		case <-t.C:
		case <-l.doubt:
			asked = true
		case <-l.public:
		case <-ctx.Done():
			return
		}
		if err := p.confirm(ctx, node, asked); err != nil && ctx.Err() == nil {
			p.Log.Debug("keys and statement not confirmed", "peer", node, "error", sentence(err))
		}
		if err := p.ReadPublic(ctx, node); err != nil && ctx.Err() == nil {
			p.Log.Debug("public log not read", "peer", node, "error", sentence(err))
		}
	}
}

// Confirm makes a neighbour be asked for its keys, statement and public log now,
// however fresh they are: an operator has reason to look.
func (p *Peers) Confirm(node spec.NodeID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.lines[node]; l != nil {
		select {
		case l.doubt <- struct{}{}:
		default:
		}
	}
}

// LookAround makes a neighbour's public log be read now, since something that
// should stand there is asked for.
func (p *Peers) LookAround(node spec.NodeID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.lines[node]; l != nil {
		select {
		case l.public <- struct{}{}:
		default:
		}
	}
}

// confirm asks a neighbour for its keys and its statement again when what we
// hold has grown old, or was asked about. A statement that does not hold is an operator's to
// settle with the neighbour: records prove themselves without it.
func (p *Peers) confirm(ctx context.Context, node spec.NodeID, asked bool) error {
	if age, known := p.Trust.KeysAge(node, p.Clock()); !asked && known && age < keysFresh && p.heard(node) {
		return nil
	}
	if _, err := p.FetchKeys(ctx, node); err != nil {
		return err
	}
	st, err := p.FetchStatement(ctx, node)
	if r := spec.AsRefusal(err); r != nil {
		p.Log.Warn("a neighbour's statement does not hold", "peer", node, "requirement", r.Requirement, "reason", r.Detail)
	} else if err != nil {
		return err
	} else if st.Fed != p.Trust.Book().Fed() {
		p.Log.Warn("a neighbour states another federation than ours", "peer", node)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stated[node] = err == nil
	return nil
}

// heard reports whether the neighbour's statement was asked for already.
func (p *Peers) heard(node spec.NodeID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.stated[node]
	return ok
}

// States reports whether a neighbour's statement held when it was last asked
// for; unknown before.
func (p *Peers) States(node spec.NodeID) (holds, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	holds, known = p.stated[node]
	return holds, known
}

// ReadPublic reads a neighbour's public log to its end, unsigned: who cannot be
// told from other readers cannot be shown a log of its own.
func (p *Peers) ReadPublic(ctx context.Context, node spec.NodeID) error {
	r, err := p.newReader(ctx, node, spec.PublicLog)
	for end := false; err == nil && !end; {
		var got Pulled
		got, err = r.pull(ctx, 0)
		end = got.End
	}
	return err
}
