package records

import (
	"context"
	"encoding/json"
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
	offered := func(ctx context.Context, p *judge.Probe, times int) (token string, log evidence.Exchange) {
		from := members(p, 1)[0]
		token = seal(p, from, order())
		for range times {
			from.Say(p.Target, token)
		}
		x := lay(ctx, p, from)
		admitted(p, x, forge.ID(token), "an order that was offered more than once")
		if n := strings.Count(x.See("body"), string(forge.ID(token))); n != 1 {
			p.Fail(judge.Why("同じ記録が二重に保持されています", "one record is held twice"))
		}
		// The order behind them is answered too.
		log = p.Until(ctx, func() evidence.Exchange {
			return p.Do(ctx, judge.Ask{Path: "/v1/feed/" + spec.LogFor(from.ID) + "?limit=500", As: from})
		}, func(x evidence.Exchange) bool { return receipts(x, "") >= 2 })
		p.Expect(log, "status", evidence.Equals, judge.Why("読み手のログは200です", "a reader's log is answered 200"), "200")
		return token, log
	}
	return judge.Check{
		Requirement: "REQ-ENV-015",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			token, log := offered(ctx, p, 1)
			if receipts(log, forge.ID(token)) != 1 {
				p.Fail(judge.Why("消去の依頼への受領書が一通ではありません", "an erasure order is not answered by one receipt"))
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			token, log := offered(ctx, p, 2)
			p.Expect(log, "body.items.#", evidence.Equals,
				judge.Why("同じ記録の再送で何かが変わりました", "a record that is offered a second time changed something"), "2")
			if receipts(log, forge.ID(token)) != 1 {
				p.Fail(judge.Why("同じ依頼に受領書が重ねて出されました", "an order that was offered twice is not answered by one receipt"))
			}
		},
	}
}

// receipts counts those of a page that answer an order, or any where it is empty.
func receipts(x evidence.Exchange, order spec.ID) int {
	var page spec.Page
	if json.Unmarshal(x.Got.Octets(), &page) != nil {
		return 0
	}
	n := 0
	for _, it := range page.Items {
		var r struct {
			Order spec.ID `json:"order"`
		}
		if it.Kind == spec.KindReceipt && json.Unmarshal(spec.Payload(it.Record), &r) == nil && (order == "" || r.Order == order) {
			n++
		}
	}
	return n
}
