package peer

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// ackEvery is the least time between two acknowledgements to one neighbour.
const ackEvery = time.Second

// ackSoon tells the neighbour how far we are, beside the reading and at most
// once a second: each costs the neighbour two flushes of its disk, and nobody
// reads them but the lag console.
func (p *Peers) ackSoon(ctx context.Context, node spec.NodeID, log string, next uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, under := p.acking[node]
	p.acking[node] = next
	if under || p.ctx.Err() != nil {
		return
	}
	p.wg.Go(func() {
		for sent := uint64(0); ; {
			p.mu.Lock()
			next := p.acking[node]
			if next == sent || ctx.Err() != nil {
				delete(p.acking, node)
				p.mu.Unlock()
				return
			}
			p.mu.Unlock()
			p.ack(ctx, node, log, next)
			sent = next
			rest(ctx, ackEvery, nil)
		}
	})
}

// ack is a courtesy, so its failure is only noted.
func (p *Peers) ack(ctx context.Context, node spec.NodeID, log string, next uint64) {
	_, err := p.Client.Do(ctx, node, Ask{
		Method: http.MethodPut, Path: "/v1/feed/" + log + "/ack", Body: fmt.Appendf(nil, `{"next":%d}`, next),
		Type: "application/json", Limit: 4096, Signed: true,
	})
	if err != nil {
		p.Log.Debug("ack failed", "peer", node, "error", sentence(err))
	}
}
