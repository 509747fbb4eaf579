package records

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// live are log entries of tokens.
func live(tokens ...string) []spec.Item { return peer.Live(tokens...) }

// say seals a body and puts it into the peer's log, without waiting.
func say(p *judge.Probe, from *peer.Peer, b spec.Body) string {
	token := seal(p, from, b)
	from.Say(p.Target, token)
	return token
}

// again: an order that is offered a second time is obeyed and answered once. A
// receipt is what any node gives for an order, so anyone can see it.
func again() judge.Check {
	offered := func(ctx context.Context, p *judge.Probe, times int) {
		from := members(p, 1)[0]
		token := seal(p, from, order())
		for range times {
			from.Say(p.Target, token)
		}
		last := seal(p, from, order())
		from.Say(p.Target, last)
		x := p.HeldUntil(ctx, from, forge.ID(last))
		admitted(p, x, forge.ID(last), "an order behind the others")
		admitted(p, x, forge.ID(token), "an order")
		if strings.Count(x.See("body"), token) != 1 {
			p.Fail(judge.Why("同じ記録が二重に保持されています", "one record is held twice"))
		}
		// The order behind them is answered too.
		var told []spec.ID
		p.Expect(p.Until(ctx, func() (x evidence.Exchange) {
			x, told = answered(ctx, p, from)
			return x
		}, func(evidence.Exchange) bool { return slices.Contains(told, forge.ID(last)) }),
			"status", evidence.Equals, judge.Why("読み手のログは200です", "a reader's log is answered 200"), "200")
		count := 0
		for _, order := range told {
			if order == forge.ID(token) {
				count++
			}
		}
		if count != 1 {
			p.Fail(judge.Why("一つの消去の依頼への受領書が一通ではありません", "one erasure order is not answered by one receipt"))
		}
	}
	return judge.Check{
		Requirement: "REQ-ENV-015",
		Needs:       []judge.Need{judge.Sandbox},
		Positive:    func(ctx context.Context, p *judge.Probe) { offered(ctx, p, 1) },
		Negative:    func(ctx context.Context, p *judge.Probe) { offered(ctx, p, 2+p.Pick(2)) },
	}
}

// answered reads the target's log for a peer to its end: the orders that its
// receipts name, and the last page.
func answered(ctx context.Context, p *judge.Probe, reader *peer.Peer) (evidence.Exchange, []spec.ID) {
	var told []spec.ID
	path := "/v1/feed/" + spec.LogFor(reader.ID) + "?limit=500"
	for next := uint64(0); ; {
		at := path
		if next > 0 {
			at += fmt.Sprintf("&after=%d", next-1)
		}
		x := p.Do(ctx, judge.Ask{Path: at, As: reader})
		var page spec.Page
		if json.Unmarshal(x.Got.Octets(), &page) != nil || len(page.Items) == 0 || page.Items[len(page.Items)-1].N < next {
			return x, told
		}
		for _, it := range page.Items {
			var r struct {
				Order spec.ID `json:"order"`
			}
			if it.Kind == spec.KindReceipt && json.Unmarshal(spec.Payload(it.Record), &r) == nil {
				told = append(told, r.Order)
			}
		}
		next = page.Items[len(page.Items)-1].N + 1
	}
}
