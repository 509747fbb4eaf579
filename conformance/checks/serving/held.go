package serving

import (
	"context"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// given is a peer that gave the target two talent records, which it holds.
type given struct {
	peer   *peer.Peer
	tokens []string
	ids    []spec.ID
}

// give makes a peer that says n talent records, and waits until they are held.
func give(ctx context.Context, p *judge.Probe, n int) given {
	g := given{peer: fresh(ctx, p)}
	g.say(ctx, p, n)
	return g
}

// say adds n talent records and waits until the target holds them.
func (g *given) say(ctx context.Context, p *judge.Probe, n int) {
	for range n {
		token, err := g.peer.Seal(p.Target, peer.Talent(p.Clock()))
		broken(p, "seal", err)
		_, id := spec.Peek(token)
		g.tokens, g.ids = append(g.tokens, token), append(g.ids, id)
	}
	g.peer.Say(p.Target, g.tokens[len(g.tokens)-n:]...)
	p.Expect(p.HeldUntil(ctx, g.peer, g.ids[len(g.ids)-1]), "body", evidence.Contains,
		judge.Why("正しい記録が受け入れられませんでした", "a sound record was not admitted"), string(g.ids[len(g.ids)-1]))
}

// caughtUp says one more sound record and waits until it is held: the target
// has then judged all that the log said before.
func (g *given) caughtUp(ctx context.Context, p *judge.Probe) { g.say(ctx, p, 1) }

// held: REQ-HELD-001.
func held() []judge.Check {
	return []judge.Check{{
		Requirement: "REQ-HELD-001",
		Roles:       []string{"availability-consumer"},
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			g := give(ctx, p, 2)
			x := p.Do(ctx, judge.Ask{Path: "/v1/held?limit=1", As: g.peer})
			p.Expect(x, "body.items.#", evidence.Equals, judge.Why("一件ずつのページです", "a page of one item"), "1")
			p.Expect(x, "body.head", evidence.BeginWith, judge.Why("最初のページには、最後に受け入れた先頭が要ります",
				"the first page has the last head that the target accepted"), spec.LogOrigin(g.peer.ID, spec.LogFor(p.Target))+"\n2\n")
			next := x.See("body.next")
			p.Expect(x, "body.next", evidence.Present, judge.Why("続きがあるページには next が要ります", "a page that is not the last has next"))
			seen := map[string]string{x.See("body.items.0.id"): x.See("body.items.0.record")}
			x = p.Do(ctx, judge.Ask{Path: "/v1/held?limit=1&after=" + next, As: g.peer})
			seen[x.See("body.items.0.id")] = x.See("body.items.0.record")
			p.Expect(x, "body.head", evidence.Absent, judge.Why("先頭は最初のページだけにあります", "the head stands on the first page alone"))
			p.Expect(x, "body.items.0.kind", evidence.Equals, judge.Why("種類が違います", "the kind is the record's"), string(spec.KindTalent))
			for i, id := range g.ids {
				if seen[string(id)] != g.tokens[i] {
					p.Fail(judge.Why("保持する記録がそのままの形で返されませんでした", "a record that is held was not given byte for byte"))
				}
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			g := give(ctx, p, 1)
			p.Expect(p.Held(ctx, players(ctx, p).other), "body", evidence.Lacks,
				judge.Why("他者の記録が渡されました", "another's record was given"), string(g.ids[0]))
		},
	}}
}
