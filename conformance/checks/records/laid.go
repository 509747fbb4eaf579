package records

import (
	"context"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// members are fresh peers that a check has for itself.
func members(p *judge.Probe, n int) []*peer.Peer {
	list, err := p.Sandbox.Members(n)
	if err != nil {
		p.Broken(err)
	}
	return list
}

// known waits until the target has read that the peers are members.
func known(ctx context.Context, p *judge.Probe, list ...*peer.Peer) {
	ctx, cancel := context.WithTimeout(ctx, p.Patience)
	defer cancel()
	if err := p.Sandbox.Known(ctx, list...); err != nil {
		p.Fail(judge.Why("対象が新しいメンバーのログを読みに来ません", "the target does not come to read a new member's log"))
	}
}

// seal signs a body as a peer's record for the target.
func seal(p *judge.Probe, from *peer.Peer, b spec.Body) string {
	token, err := from.Seal(p.Target, b)
	if err != nil {
		p.Broken(err)
	}
	return token
}

// order is the body of a sound erasure order for a record that nobody has: the
// one kind that every node takes.
func order() *spec.Erasure {
	return &spec.Erasure{IDs: []spec.ID{spec.Digest([]byte(spec.RandomUUID()))}, Basis: "subject-request"}
}

// talent is the body of a sound talent record with a payload that the seed
// decides.
func talent(w *judge.World) *spec.Talent {
	t := peer.Talent(w.Clock())
	t.Skills[0].URI += "/" + spec.RandomUUID()
	t.Skills[0].Level = 1 + w.Pick(5)
	t.Region = []string{"011002", "130001", "271004", "131016", "141003"}[w.Pick(5)]
	return t
}

// lay puts tokens into a peer's log for the target, with a sound order behind
// them, and waits until the target holds the order: then it has read the others.
func lay(ctx context.Context, p *judge.Probe, from *peer.Peer, tokens ...string) evidence.Exchange {
	return layItems(ctx, p, from, peer.Live(tokens...)...)
}

func layItems(ctx context.Context, p *judge.Probe, from *peer.Peer, items ...spec.Item) evidence.Exchange {
	last := peer.Live(seal(p, from, order()))
	from.Enter(spec.LogFor(p.Target), append(items, last...)...)
	x := p.HeldUntil(ctx, from, last[0].ID)
	admitted(p, x, last[0].ID, "a sound order behind the others")
	return x
}

// held asks for what the target holds of a peer until a token is among it.
func held(ctx context.Context, p *judge.Probe, from *peer.Peer, token, name string) {
	admitted(p, p.HeldUntil(ctx, from, forge.ID(token)), forge.ID(token), name)
}

// admitted asserts that an id is among what the target holds.
func admitted(p *judge.Probe, x evidence.Exchange, id spec.ID, name string) {
	p.Expect(x, "status", evidence.Equals, judge.Why("自分の記録の照会は200です", "a member that asks for its own records is answered 200"), "200")
	p.Expect(x, "body", evidence.Contains,
		judge.Why("正しい記録が受け入れられませんでした: "+name, "a sound record was not admitted: "+name), string(id))
}

// keptOut asserts that a text is not among what the target holds.
func keptOut(p *judge.Probe, x evidence.Exchange, text, name string) {
	p.Expect(x, "status", evidence.Equals, judge.Why("自分の記録の照会は200です", "a member that asks for its own records is answered 200"), "200")
	p.Expect(x, "body", evidence.Lacks,
		judge.Why("受け入れてはならない記録が受け入れられました: "+name, "a record was admitted that must not be: "+name), text)
}

// shown asks what the target shows people and programs of a peer's records of
// a kind: the current ones.
func shown(ctx context.Context, p *judge.Probe, from *peer.Peer, kind spec.Kind) evidence.Exchange {
	return p.Pages(ctx, judge.Ask{Path: "/v1/records?limit=500&kind=" + string(kind) + "&issuer=" + string(from.ID), Token: p.Operator})
}

// waiting asserts that the target's operator sees a record among the parked
// ones, where the suite has the operator's token.
func waiting(ctx context.Context, p *judge.Probe, token string) {
	if p.Operator == "" {
		return
	}
	id := forge.ID(token)
	x := find(ctx, p, "/v1/parked", id)
	p.Expect(x, "status", evidence.Equals, judge.Why("保留の一覧は200です", "the list of parked records is answered 200"), "200")
	p.Expect(x, "body", evidence.Contains,
		judge.Why("保留されるべき記録が保留の一覧にありません", "a record that has to wait is not among the parked ones"), string(id))
}

// find asks for an operator's list until an id is in it.
func find(ctx context.Context, p *judge.Probe, list string, id spec.ID) evidence.Exchange {
	return p.Until(ctx, func() evidence.Exchange {
		return p.Pages(ctx, judge.Ask{Path: list + "?limit=500", Token: p.Operator})
	}, func(x evidence.Exchange) bool { return strings.Contains(x.See("body"), string(id)) })
}
