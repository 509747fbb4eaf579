package judge

import (
	"context"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// Held asks what the target holds of a peer's records, once.
func (w *World) Held(ctx context.Context, as *peer.Peer) evidence.Exchange {
	return w.Do(ctx, Ask{Path: "/v1/held?limit=500", As: as})
}

// HeldUntil asks what the target holds of a peer until an id is among it, or
// patience ends. It is how the suite sees that a record was admitted: every node
// answers a writer with the writer's own records (REQ-HELD-001).
func (w *World) HeldUntil(ctx context.Context, as *peer.Peer, id spec.ID) evidence.Exchange {
	return w.Until(ctx, func() evidence.Exchange { return w.Held(ctx, as) },
		func(x evidence.Exchange) bool { return strings.Contains(x.See("body"), string(id)) })
}
