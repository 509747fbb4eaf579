package serving

import (
	"context"
	"net/http"
	"strconv"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

var consumerRole = []string{"availability-consumer"}

func withdrawal() []judge.Check {
	return []judge.Check{noAnswer(), beforeTheAnswer(), withdrawnReceipt(), neverSeen()}
}

// current asks as an operator what neighbours say now.
func current(ctx context.Context, p *judge.Probe, of *peer.Peer) evidence.Exchange {
	return p.Do(ctx, judge.Ask{Path: "/v1/records?kind=talent&limit=500&issuer=" + string(of.ID), Token: p.Operator})
}

// noAnswer: REQ-WDR-001.
func noAnswer() judge.Check {
	return judge.Check{
		Requirement: "REQ-WDR-001",
		Roles:       consumerRole,
		Needs:       []judge.Need{judge.Sandbox, judge.Operator},
		Negative: func(ctx context.Context, p *judge.Probe) {
			g := give(ctx, p, 2)
			p.Expect(current(ctx, p, g.peer), "body", evidence.Contains,
				judge.Why("現在の記録が答えに含まれません", "a current record is in no answer"), string(g.ids[0]))
			g.peer.Withdraw(p.Target, spec.KindTalent, spec.Withdrawn, g.ids[0])
			g.caughtUp(ctx, p)
			x := current(ctx, p, g.peer)
			p.Expect(x, "body", evidence.Lacks, judge.Why("撤回された記録が答えに残っています", "an answer rests on a record that was withdrawn"), string(g.ids[0]))
			p.Expect(x, "body", evidence.Contains, judge.Why("撤回されていない記録が答えから消えました", "a record that was not withdrawn left the answers"), string(g.ids[1]))
		},
	}
}

// beforeTheAnswer: REQ-WDR-002.
func beforeTheAnswer() judge.Check {
	return judge.Check{
		Requirement: "REQ-WDR-002",
		Roles:       publisherRole,
		Needs:       publishing,
		Negative: func(ctx context.Context, p *judge.Probe) {
			s := share(ctx, p)
			putTalent(ctx, p, s.person, 5)
			for id, state := range tellMe(ctx, p, s.reader).states() {
				if state != spec.Live {
					p.Fail(judge.Why("撤回の前に記録が取り消されています: "+string(id), "a record was taken back before its withdrawal: "+string(id)))
				}
			}
			s.withdraw(ctx, p)
			t := tellMe(ctx, p, s.reader) // one reading, after the answer and at once
			if len(t.states()) < 2 {
				p.Fail(judge.Why("記録がログから消えました", "a record left the log"))
			}
			for _, state := range t.states() {
				if state != spec.Withdrawn {
					p.Fail(judge.Why("回答の時点で、ログに withdrawn がありません", "when the answer was given, the log did not say withdrawn of every version"))
				}
			}
			p.Expect(t.last, "body", evidence.Contains, judge.Why("ログに withdrawn がありません", "the log does not say withdrawn"), `"withdrawn"`)
			if n := len(t.bodies(ctx, p, s.reader, spec.KindTalent)); n > 0 {
				p.Fail(judge.Why("撤回後に本文が渡されました", "a body was given after its withdrawal"))
			}
			x := s.withdraw(ctx, p) // repeated, it answers the same
			p.Expect(x, "status", evidence.Equals, judge.Why("同じ撤回は同じ答えになります", "a repeated withdrawal is answered the same"), strconv.Itoa(http.StatusOK))
		},
	}
}

// withdrawnReceipt: REQ-WDR-003. The sandbox's data guideline allows two
// seconds, and a run is more patient than that.
func withdrawnReceipt() judge.Check {
	return judge.Check{
		Requirement: "REQ-WDR-003",
		Roles:       consumerRole,
		Needs:       []judge.Need{judge.Sandbox},
		Negative: func(ctx context.Context, p *judge.Probe) {
			g := give(ctx, p, 2)
			g.peer.Withdraw(p.Target, spec.KindTalent, spec.Withdrawn, g.ids[0])
			began := p.Clock().Unix()
			var receipt *spec.Receipt
			t, ok := toldOnce(ctx, p, g.peer, func(t told) bool {
				receipt = t.receiptFor(ctx, p, g.peer, "", g.ids[0])
				return receipt != nil
			})
			p.Expect(t.last, "body.items.0.kind", evidence.Equals,
				judge.Why("撤回に受領の記録が返されませんでした", "the withdrawal was not answered by a receipt"), string(spec.KindReceipt))
			if !ok {
				p.Fail(judge.Why("撤回された記録の受領がありません", "no receipt names the record that was withdrawn"))
			}
			if receipt.Action != spec.ActionWithdrawn || receipt.At < began-60 {
				p.Fail(judge.Why("受領の action は withdrawn です", "the receipt's action is withdrawn, at a time after the withdrawal"))
			}
			for _, id := range receipt.IDs {
				if id == g.ids[1] {
					p.Fail(judge.Why("撤回されていない記録が受領に含まれます", "the receipt names a record that was not withdrawn"))
				}
			}
		},
	}
}

// neverSeen: REQ-WDR-004.
func neverSeen() judge.Check {
	return judge.Check{
		Requirement: "REQ-WDR-004",
		Roles:       consumerRole,
		Needs:       []judge.Need{judge.Sandbox},
		Negative: func(ctx context.Context, p *judge.Probe) {
			g := give(ctx, p, 2)
			strange := spec.Digest([]byte(spec.RandomUUID()))
			g.peer.Withdraw(p.Target, spec.KindTalent, spec.Withdrawn, strange)
			g.caughtUp(ctx, p) // it counted as a leaf: the root over it held
			x := p.Held(ctx, g.peer)
			for _, id := range g.ids {
				p.Expect(x, "body", evidence.Contains,
					judge.Why("知らない識別子の撤回で他の記録が失われました", "the withdrawal of an id that was never seen took another record away"), string(id))
			}
		},
	}
}
