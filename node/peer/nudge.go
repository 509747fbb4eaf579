package peer

import (
	"context"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// nudgeEvery is the least time between two nudges to one reader (REQ-FEED-016).
const nudgeEvery = time.Second

// grown hints a reader that its log has grown, unless it is waiting already.
func (p *Peers) grown(_ string, reader spec.NodeID, waited bool) {
	if waited || reader == "" || reader == p.Self {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.nudging[reader] || p.ctx.Err() != nil {
		return
	}
	p.nudging[reader] = true
	p.wg.Go(func() {
		p.sendNudge(p.ctx, reader)
		rest(p.ctx, nudgeEvery, nil)
		p.mu.Lock()
		delete(p.nudging, reader)
		p.mu.Unlock()
	})
}

func (p *Peers) sendNudge(ctx context.Context, to spec.NodeID) {
	_, err := p.Client.Do(ctx, to, Ask{Method: http.MethodPost, Path: "/v1/nudge", Limit: 4096, Signed: true})
	if err != nil {
		p.Log.Debug("nudge failed", "peer", to, "error", sentence(err))
	}
}
