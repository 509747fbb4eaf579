package governing

import (
	"context"
	"crypto/rand"
	"net/http"
	"sync/atomic"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// confidential checks who is given a confidential body, and which body a node
// takes for one (REQ-POL-018 and 019).
func confidential() []judge.Check {
	return []judge.Check{
		{
			Requirement: "REQ-POL-018", Needs: []judge.Need{judge.Sandbox},
			Positive: func(ctx context.Context, p *judge.Probe) {
				b := listed(ctx, p)
				b.give(func() []byte { return b.octets })
				b.served(ctx, p, b.reader)
				// The council may read it whether it is listed or not.
				b.served(ctx, p, p.Sandbox.Council)
			},
			Negative: func(ctx context.Context, p *judge.Probe) {
				b := listed(ctx, p)
				b.give(func() []byte { return b.octets })
				b.served(ctx, p, b.reader)
				x := p.Do(ctx, judge.Ask{Path: b.path, As: b.other})
				p.Refused(x, "403", "REQ-POL-018")
				p.Expect(x, "body", evidence.Lacks, judge.Why("拒否の応答に本文が含まれています", "a refusal does not hold the body"), b.mark)
				x = p.Do(ctx, judge.Ask{Path: b.path})
				p.Expect(x, "status", evidence.Equals, judge.Why("名乗らない者には401です", "who does not say who it is, is answered 401"), "401")
				x = p.Do(ctx, judge.Ask{Path: "/v1/feed/policy?limit=500"})
				p.Expect(x, "body", evidence.Lacks, judge.Why("政策記録の写しに本文が含まれています", "the mirror of the log does not hold the body"), b.mark)
			},
		},
		{
			Requirement: "REQ-POL-019", Needs: []judge.Need{judge.Sandbox},
			Positive: func(ctx context.Context, p *judge.Probe) {
				b := listed(ctx, p)
				b.give(func() []byte { return b.octets })
				b.served(ctx, p, b.reader)
			},
			Negative: func(ctx context.Context, p *judge.Probe) {
				b := listed(ctx, p)
				var asked atomic.Int32
				b.give(func() []byte {
					if asked.Add(1) == 1 {
						wrong := append([]byte(nil), b.octets...)
						wrong[0] ^= 1 // other random octets before the same body
						return wrong
					}
					return b.octets
				})
				// A wrong body that was taken would be given on, and the right one
				// never asked for.
				b.served(ctx, p, b.reader)
			},
		},
	}
}

// listing is a confidential document that names the target and one peer as its
// readers, and the body that the council holds of it.
type listing struct {
	octets        []byte // 32 random octets and the clear body
	mark          string // what only the body holds
	path          string
	reader, other *peer.Peer
	council       *peer.Peer
	adopt         func()
}

func listed(ctx context.Context, p *judge.Probe) *listing {
	d := newDesk(p)
	list, err := p.Sandbox.Members(2)
	d.must(err)
	b := &listing{mark: "reason-" + spec.RandomUUID()[len("urn:uuid:"):], reader: list[0], other: list[1], council: p.Sandbox.Council}
	salt := make([]byte, 32)
	if _, err := rand.Read(salt); err != nil {
		d.must(err)
	}
	b.octets = append(salt, `{"rows":[{"partyA":"https://a.example","partyB":"https://b.example","validFrom":1700000000,"reasonCode":"`+b.mark+`"}]}`...)
	digest := spec.Digest(b.octets)
	b.path = "/v1/policy/confidential/" + string(digest)
	b.adopt = func() {
		body := map[string]any{"digest": string(digest), "readers": []spec.NodeID{p.Target, b.reader.ID}}
		accepted(ctx, d, d.passed(d.first("red-list", body)))
	}
	return b
}

// give lets the council answer with a body from now on, and puts the document
// into the log.
func (b *listing) give(body func() []byte) {
	b.council.On(b.path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(body())
	})
	b.adopt()
}

// served waits until the target gives the body to a peer, octet by octet.
func (b *listing) served(ctx context.Context, p *judge.Probe, to *peer.Peer) {
	given := func(x evidence.Exchange) bool { return x.Status == http.StatusOK }
	ask := func() evidence.Exchange { return p.Do(ctx, judge.Ask{Path: b.path, As: to}) }
	x := p.Until(ctx, ask, given)
	if !given(x) {
		// After a wrong body a node may rest before it asks again.
		x = p.Until(ctx, ask, given)
	}
	p.Expect(x, "status", evidence.Equals,
		judge.Why("秘密文書の読み手に本文が渡されません", "a listed reader is given the body of the confidential document"), "200")
	p.Expect(x, "digest", evidence.Equals,
		judge.Why("渡された本文のダイジェストが文書と合いません", "the body that was given has the document's digest"), string(spec.Digest(b.octets)))
}
