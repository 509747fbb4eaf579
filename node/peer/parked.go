package peer

import (
	"time"

	"github.com/fukusen/fukusen/spec"
)

// timeMoves is how often records that wait for their time are judged again.
const timeMoves = 5 * time.Second

// rejudge gives what is parked of one neighbour another hearing.
func (p *Peers) rejudge(node spec.NodeID) {
	if p.ctx.Err() != nil {
		return
	}
	list, err := p.Gate.Rejudge(p.ctx, node)
	if err != nil {
		p.Log.Warn("parked records not judged again", "peer", node, "error", sentence(err))
		return
	}
	p.count(node, list)
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
