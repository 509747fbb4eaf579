package node

import (
	"context"
	"crypto/ed25519"
	"strings"
	"sync"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// pinned remembers which TLS keys raft was last told of for each council node.
type pinned struct {
	mu   sync.Mutex
	kids map[spec.NodeID]string
}

// pinnedKeys are a node's TLS keys that are good now, by its key history.
func (c *council) pinnedKeys(node spec.NodeID) []ed25519.PublicKey {
	h := c.node.trust.History(node)
	if h == nil {
		// A voter that never met this node before raft begins: ask it for its
		// keys, which prove themselves under the register's root key.
		ctx, cancel := context.WithTimeout(c.node.ctx, 2*time.Second)
		defer cancel()
		var err error
		if h, err = c.node.peers.FetchKeys(ctx, node); err != nil {
			return nil
		}
	}
	list, kids := currentTLS(h, c.node.opt.Clock())
	c.pins.mu.Lock()
	defer c.pins.mu.Unlock()
	c.pins.kids[node] = kids
	return list
}

func currentTLS(h *spec.KeyHistory, now time.Time) ([]ed25519.PublicKey, string) {
	var list []ed25519.PublicKey
	var kids []string
	for i := range h.Keys {
		if k := &h.Keys[i]; k.Use == spec.UseTLS && k.CurrentAt(now) {
			list, kids = append(list, k.Public()), append(kids, k.KID)
		}
	}
	return list, strings.Join(kids, " ")
}

// repin makes raft shake hands anew when a node's TLS keys are no longer those
// that its connections were judged by. This node's own rotation needs nothing:
// its connections stand until the others have learned the new key, and it is
// they who hang up then.
func (n *Node) repin(node spec.NodeID) {
	c := n.council.Load()
	if c == nil || node == n.self {
		return
	}
	_, now := currentTLS(n.trust.History(node), n.opt.Clock())
	c.pins.mu.Lock()
	before, judged := c.pins.kids[node]
	c.pins.mu.Unlock()
	if judged && before != now {
		n.log.Info("council connections are made anew: a node's TLS keys changed", "peer", node)
		c.replica.Repin()
	}
}
