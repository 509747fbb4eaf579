package judge

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// LongestList is how long the suite reads one list of the target, page by page:
// a list that the target makes longer with every page has no end.
const LongestList = time.Minute

// Held asks what the target holds of a peer's records, once.
func (w *World) Held(ctx context.Context, as *peer.Peer) evidence.Exchange {
	return w.Pages(ctx, Ask{Path: "/v1/held?limit=500", As: as})
}

// HeldUntil asks what the target holds of a peer until an id is among it, or
// patience ends. It is how the suite sees that a record was admitted: every node
// answers a writer with the writer's own records (REQ-HELD-001).
func (w *World) HeldUntil(ctx context.Context, as *peer.Peer, id spec.ID) evidence.Exchange {
	return w.Until(ctx, func() evidence.Exchange { return w.Held(ctx, as) },
		func(x evidence.Exchange) bool { return strings.Contains(x.See("body"), string(id)) })
}

// Pages asks for a list whose path has a query, and for what its `next` leads
// to: how many a page has is the target's to choose. Where there is more than
// one page, it answers an exchange of its own that has all of them, one a line,
// behind those that it is made of. It stops where no more of that is kept.
func (w *World) Pages(ctx context.Context, ask Ask) evidence.Exchange {
	ctx, cancel := context.WithTimeout(ctx, LongestList)
	defer cancel()
	first := ask.Path
	x := w.Do(ctx, ask)
	next := x.See("body.next")
	if x.Status != http.StatusOK || next == "" || next == "null" {
		return x
	}
	whole := string(x.Got.Octets())
	for x.Status == http.StatusOK && next != "" && next != "null" && ctx.Err() == nil && len(whole) <= evidence.MostBody {
		ask.Path = first + "&after=" + url.QueryEscape(next)
		x = w.Do(ctx, ask)
		whole += "\n" + string(x.Got.Octets())
		before := next
		if next = x.See("body.next"); next == before {
			break // a list that goes round has no end
		}
	}
	x.URL = string(w.Target) + first
	x.Got = evidence.BodyOf([]byte(whole))
	return w.Journal.At(w.Journal.Keep(x))
}
