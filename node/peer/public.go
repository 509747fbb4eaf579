package peer

import (
	"context"

	"github.com/fukusen/fukusen/spec"
)

// watch reads a neighbour's public log once in a while; nobody waits for what
// stands in it. Its heads travel with our requests, so that a neighbour who
// shows two readers two logs is found out by their next talk (REQ-HEAD-010).
func (p *Peers) watch(ctx context.Context, node spec.NodeID) {
	for rest(ctx, p.Public, nil) {
		if err := p.ReadPublic(ctx, node); err != nil && ctx.Err() == nil {
			p.Log.Debug("public log not read", "peer", node, "error", sentence(err))
		}
	}
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
