package serving

import (
	"context"
	"fmt"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
)

// cast are members that several checks speak through; none of them ever lies.
type cast struct {
	caller *peer.Peer // makes requests
	other  *peer.Peer // asks for what is not its own
}

// players makes the cast once and waits until the target knows it: from then
// on a refusal has another cause than ignorance.
func players(ctx context.Context, p *judge.Probe) *cast {
	c, err := judge.Scene(p.World, "cast", func() (*cast, error) {
		list, err := known(ctx, p.World, 2)
		if err != nil {
			return nil, err
		}
		return &cast{caller: list[0], other: list[1]}, nil
	})
	if err != nil {
		p.Broken(err)
	}
	return c
}

// known makes members and waits until the target reads them.
func known(ctx context.Context, w *judge.World, n int) ([]*peer.Peer, error) {
	list, err := w.Sandbox.Members(n)
	if err != nil {
		return nil, err
	}
	return list, awaited(ctx, w, list...)
}

// awaited waits until the target reads each peer, which it does once it has
// read that they are members.
func awaited(ctx context.Context, w *judge.World, list ...*peer.Peer) error {
	ctx, cancel := context.WithTimeout(ctx, 4*w.Patience)
	defer cancel()
	return w.Sandbox.Known(ctx, list...)
}

// fresh is one more member for a check of its own.
func fresh(ctx context.Context, p *judge.Probe) *peer.Peer {
	list, err := known(ctx, p.World, 1)
	if err != nil {
		p.Broken(err)
	}
	return list[0]
}

// heldPath asks for the caller's own records: a request that every node
// answers to every member.
const heldPath = "/v1/held?limit=1"

// taken asserts that a request was accepted.
func taken(p *judge.Probe, x evidence.Exchange, status, name string) {
	p.Expect(x, "status", evidence.Equals,
		judge.Why("正しい要求が受け入れられませんでした: "+name, "a sound request was not accepted: "+name), status)
}

// turned asserts that a request was refused as one of the requirements asks.
func turned(p *judge.Probe, x evidence.Exchange, status, name string, requirements ...string) {
	p.Expect(x, "status", evidence.Equals,
		judge.Why("要求は"+status+"で拒否されなければなりません: "+name, "the request is answered "+status+": "+name), status)
	p.Expect(x, "header.Content-Type", evidence.BeginWith,
		judge.Why("エラーは application/problem+json です", "an error is application/problem+json"), "application/problem+json")
	p.Expect(x, "body.requirement", evidence.OneOf,
		judge.Why("破られた要件の番号が示されていません: "+name, "the problem names the requirement: "+name), requirements...)
	var types []string
	for _, r := range requirements {
		types = append(types, problemOf(r))
	}
	p.Expect(x, "body.type", evidence.OneOf,
		judge.Why("問題の型が標準と異なります: "+name, "the problem type is the standard's: "+name), types...)
}

// broken ends a check that the suite cannot go on with.
func broken(p *judge.Probe, doing string, err error) {
	if err != nil {
		p.Broken(fmt.Errorf("%s: %w", doing, err))
	}
}
