package serving

import (
	"context"
	"net/http"
	"slices"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

func erasure() []judge.Check {
	return []judge.Check{bodiesGone(), notYours(), erasedReceipt(), badOrders(), cameAgain(), badReceipts()}
}

// order says an erasure order of ids and returns its id.
func (g *given) order(p *judge.Probe, ids ...spec.ID) spec.ID {
	token, err := g.peer.Seal(p.Target, &spec.Erasure{IDs: ids, Basis: "subject-request"})
	broken(p, "seal", err)
	g.peer.Say(p.Target, token)
	return forge.ID(token)
}

// crooked says an order that breaks a rule: members replace those of a sound one.
func (g *given) crooked(p *judge.Probe, members map[string]any) spec.ID {
	order := map[string]any{
		"iss": g.peer.ID, "aud": p.Target, "iat": p.Clock().Unix(), "jti": spec.NewUUID(), "uid": spec.RandomUUID(),
		"sequence": g.peer.Epoch(), "policy": 1, "basis": "subject-request",
	}
	for name, value := range members {
		order[name] = value
	}
	token, err := forge.Sealed(g.peer.Key, spec.KindErasure.Typ(), order)
	broken(p, "seal", err)
	g.peer.Say(p.Target, token)
	return forge.ID(token)
}

// bodiesGone: REQ-ERA-001.
func bodiesGone() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERA-001",
		Roles:       consumerRole,
		Needs:       []judge.Need{judge.Sandbox},
		Negative: func(ctx context.Context, p *judge.Probe) {
			g := give(ctx, p, 3)
			g.peer.Withdraw(p.Target, spec.KindTalent, spec.Withdrawn, g.ids[2]) // one that was withdrawn before
			g.order(p, g.ids[0], g.ids[2])
			g.peer.Withdraw(p.Target, spec.KindTalent, spec.Erased, g.ids[0], g.ids[2])
			g.caughtUp(ctx, p) // the ids still count as leaves: the root over them held
			x := p.Held(ctx, g.peer)
			for _, i := range []int{0, 2} {
				p.Expect(x, "body", evidence.Lacks, judge.Why("消去された本文がまだ保持されています", "an erased body is still held"), g.tokens[i])
			}
			p.Expect(x, "body", evidence.Contains,
				judge.Why("命令にない記録が失われました", "a record that the order does not list was lost"), string(g.ids[1]))
			if p.Operator == "" {
				return
			}
			for _, path := range []string{"/v1/records?limit=500&issuer=" + string(g.peer.ID), "/v1/parked?limit=500", "/v1/refused?limit=500", "/v1/proofs?limit=500"} {
				x := p.Do(ctx, judge.Ask{Path: path, Token: p.Operator})
				p.Expect(x, "status", evidence.Equals, judge.Why("運用者の問いは200で答えられます", "the operator's question is answered 200"), "200")
				p.Expect(x, "body", evidence.Lacks, judge.Why("消去された本文が残っています: "+path, "an erased body is shown by "+path), g.tokens[0])
			}
			p.Expect(current(ctx, p, g.peer), "body", evidence.Lacks,
				judge.Why("消去された記録が答えに残っています", "an answer rests on a record that was erased"), string(g.ids[0]))
		},
	}
}

// notYours: REQ-ERA-002.
func notYours() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERA-002",
		Roles:       consumerRole,
		Needs:       []judge.Need{judge.Sandbox},
		Negative: func(ctx context.Context, p *judge.Probe) {
			mine, theirs := give(ctx, p, 1), give(ctx, p, 1)
			order := mine.order(p, theirs.ids[0], mine.ids[0])
			only := mine.order(p, theirs.ids[0])
			mine.caughtUp(ctx, p)
			p.Expect(p.Held(ctx, theirs.peer), "body", evidence.Contains,
				judge.Why("他のノードの記録が消去されました", "a record that came from another node was erased"), string(theirs.ids[0]))
			p.Expect(p.Held(ctx, mine.peer), "body", evidence.Lacks,
				judge.Why("命令した側の記録が消去されていません", "a record of the one who ordered it was not erased"), string(mine.ids[0]))
			t, _ := toldOnce(ctx, p, mine.peer, func(t told) bool { return t.receiptFor(ctx, p, mine.peer, order, mine.ids[0]) != nil })
			for _, id := range []spec.ID{order, only} {
				if t.receiptFor(ctx, p, mine.peer, id, theirs.ids[0]) != nil {
					p.Fail(judge.Why("他のノードの記録が受領に含まれます", "a receipt names a record that came from another node"))
				}
			}
		},
	}
}

// erasedReceipt: REQ-ERA-003. An id that the target never had is named too.
func erasedReceipt() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERA-003",
		Roles:       consumerRole,
		Needs:       []judge.Need{judge.Sandbox},
		Negative: func(ctx context.Context, p *judge.Probe) {
			g := give(ctx, p, 2)
			strange := spec.Digest([]byte(spec.RandomUUID()))
			order := g.order(p, g.ids[0], g.ids[1], strange)
			t, _ := toldOnce(ctx, p, g.peer, func(t told) bool { return t.receiptFor(ctx, p, g.peer, order, g.ids[0]) != nil })
			p.Expect(t.last, "body.items.0.kind", evidence.Equals,
				judge.Why("消去命令に受領の記録が返されませんでした", "the order was not answered by a receipt"), string(spec.KindReceipt))
			for _, id := range []spec.ID{g.ids[0], g.ids[1], strange} {
				receipt := t.receiptFor(ctx, p, g.peer, order, id)
				if receipt == nil {
					p.Fail(judge.Why("受領が命令とすべての識別子を挙げていません", "no receipt names the order and each of its ids"))
				}
				if receipt.Action != spec.ActionErased && receipt.Action != spec.ActionKept {
					p.Fail(judge.Why("受領の action は erased か kept です", "the receipt's action is erased, or kept with its basis and end"))
				}
			}
		},
	}
}

// badOrders: REQ-ERA-004. Beside each fault an order lists a record that is
// held, and the record is still held afterwards.
func badOrders() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERA-004",
		Roles:       consumerRole,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			g := give(ctx, p, 1)
			many := []spec.ID{g.ids[0]}
			for len(many) < 500 {
				many = append(many, spec.Digest([]byte(spec.RandomUUID())))
			}
			g.order(p, many...)
			g.caughtUp(ctx, p)
			p.Expect(p.Held(ctx, g.peer), "body", evidence.Lacks,
				judge.Why("500件の命令が実行されませんでした", "an order of 500 ids was not carried out"), string(g.ids[0]))
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			g := give(ctx, p, 1)
			id := string(g.ids[0])
			many := []string{id}
			for len(many) < 501 {
				many = append(many, string(spec.Digest([]byte(spec.RandomUUID()))))
			}
			var orders []spec.ID
			for _, members := range []map[string]any{
				{"ids": []string{id}, "sub": spec.RandomUUID()},
				{"ids": many},
				{"ids": []string{id, id[:42]}},
				{"ids": []string{id, id + "A"}},
				{"ids": []string{id, "*" + id[1:]}},
				{"ids": []string{}},
				{},
			} {
				orders = append(orders, g.crooked(p, members))
			}
			g.caughtUp(ctx, p)
			p.Expect(p.Held(ctx, g.peer), "body", evidence.Contains,
				judge.Why("誤った消去命令が実行されました", "an order that breaks the requirement was carried out"), id)
			for _, r := range tellMe(ctx, p, g.peer).bodies(ctx, p, g.peer, spec.KindReceipt) {
				if receipt, ok := r.Body().(*spec.Receipt); ok && slices.Contains(orders, receipt.Order) {
					p.Fail(judge.Why("誤った消去命令に受領が返されました", "an order that breaks the requirement was answered by a receipt"))
				}
			}
		},
	}
}

// cameAgain: REQ-ERA-005. What was refused is for the target's operator to see.
func cameAgain() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERA-005",
		Roles:       consumerRole,
		Needs:       []judge.Need{judge.Sandbox, judge.Operator},
		Negative: func(ctx context.Context, p *judge.Probe) {
			g := give(ctx, p, 2)
			g.order(p, g.ids[0])
			g.caughtUp(ctx, p)
			g.peer.Say(p.Target, g.tokens[0])
			g.caughtUp(ctx, p)
			p.Expect(p.Held(ctx, g.peer), "body", evidence.Lacks,
				judge.Why("消去された記録が再び受け入れられました", "an erased record was admitted again"), string(g.ids[0]))
			refused := membersOf[struct {
				Items []struct {
					Node        spec.NodeID `json:"node"`
					ID          spec.ID     `json:"id"`
					Requirement string      `json:"requirement"`
				} `json:"items"`
			}](p.Do(ctx, judge.Ask{Path: "/v1/refused?limit=500", Token: p.Operator}))
			for _, it := range refused.Items {
				if it.Node == g.peer.ID && it.ID == g.ids[0] && it.Requirement == "REQ-ERA-005" {
					return
				}
			}
			p.Fail(judge.Why("消去された記録の拒否が記録されていません", "the record that came again is not among the refused ones as erased"))
		},
	}
}

// receipts are what the clerk sees of what a person's readers answered.
func receipts(ctx context.Context, p *judge.Probe, person string) evidence.Exchange {
	return desk(ctx, p, http.MethodGet, "/v1/people/"+person+"/receipts?limit=500", nil)
}

// badReceipts: REQ-ERA-006. A receipt that breaks the requirement settles nothing.
func badReceipts() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERA-006",
		Roles:       publisherRole,
		Needs:       publishing,
		Negative: func(ctx context.Context, p *judge.Probe) {
			s := share(ctx, p)
			ids := tellMe(ctx, p, s.reader).items
			if len(ids) == 0 {
				p.Fail(judge.Why("記録が受け手に伝わりませんでした", "no record reached the reader"))
			}
			s.withdraw(ctx, p)
			id, now := ids[0].ID, p.Clock().Unix()
			for _, members := range []map[string]any{
				{"ids": []spec.ID{id}, "at": now},
				{"action": "withdrawn", "ids": []spec.ID{id}},
				{"action": "withdrawn", "at": now},
				{"action": "done", "ids": []spec.ID{id}, "at": now},
				{"action": "kept", "ids": []spec.ID{id}, "at": now},
				{"action": "kept", "ids": []spec.ID{id}, "at": now, "basis": "law"},
				{"action": "withdrawn", "ids": []spec.ID{}, "at": now},
			} {
				s.answer(p, members)
			}
			caughtUp(ctx, p, s.reader)
			x := receipts(ctx, p, s.person)
			p.Expect(x, "body.items.0.ids", evidence.Contains, judge.Why("待たれている受領が示されません", "what is owed is not shown"), string(id))
			p.Expect(x, "body.items.0.action", evidence.Absent,
				judge.Why("誤った受領が受け入れられました", "a receipt that breaks the requirement settled what was owed"))
			s.answer(p, map[string]any{"action": "withdrawn", "ids": []spec.ID{id}, "at": now})
			caughtUp(ctx, p, s.reader)
			p.Expect(receipts(ctx, p, s.person), "body.items.0.action", evidence.Equals,
				judge.Why("正しい受領が受け入れられませんでした", "a sound receipt settled nothing"), "withdrawn")
		},
	}
}

// answer says a receipt to the target as the reader.
func (s shared) answer(p *judge.Probe, members map[string]any) {
	members["iss"], members["aud"], members["iat"] = s.reader.ID, p.Target, p.Clock().Unix()
	members["jti"], members["uid"] = spec.NewUUID(), spec.RandomUUID()
	members["sequence"], members["policy"] = s.reader.Epoch(), 1
	token, err := forge.Sealed(s.reader.Key, spec.KindReceipt.Typ(), members)
	broken(p, "seal", err)
	s.reader.Say(p.Target, token)
}

// caughtUp says a sound record and waits until the target holds it.
func caughtUp(ctx context.Context, p *judge.Probe, as *peer.Peer) {
	g := given{peer: as}
	g.caughtUp(ctx, p)
}
