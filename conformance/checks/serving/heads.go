package serving

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

const headsHeader = "Fukusen-Heads"

// carried: REQ-HEAD-010, in the target's answers and in its requests.
func carried() judge.Check {
	return judge.Check{
		Requirement: "REQ-HEAD-010",
		Needs:       []judge.Need{judge.Sandbox, judge.Pull},
		Positive: func(ctx context.Context, p *judge.Probe) {
			as := fresh(ctx, p)
			pullNow(ctx, p, as)
			x := p.Until(ctx, func() evidence.Exchange { return p.Do(ctx, judge.Ask{Path: heldPath, As: as}) },
				func(x evidence.Exchange) bool { return x.See("header."+headsHeader) != "" })
			p.Expect(x, "header."+headsHeader, evidence.Present,
				judge.Why("応答に公開ログの先頭がありません", "an answer carries no heads of public logs"))
			publicHeads(p, x.See("header."+headsHeader))
			asked := func() string {
				for _, path := range []string{"/v1/feed/" + spec.LogFor(p.Target), "/v1/feed/public"} {
					for _, v := range as.Visits(http.MethodGet, path) {
						if h := v.Header.Get(headsHeader); h != "" {
							return h
						}
					}
				}
				return ""
			}
			caughtUp(ctx, p, as) // the target asks anew after what it read
			if !visited(ctx, p, as, func() bool { return asked() != "" }) {
				p.Fail(judge.Why("要求に公開ログの先頭がありません", "the target's requests carry no heads of public logs"))
			}
			publicHeads(p, asked())
		},
	}
}

// pullNow makes the target read a peer's logs, the public one too.
func pullNow(ctx context.Context, p *judge.Probe, as *peer.Peer) {
	if p.Operator == "" {
		broken(p, "make the target pull", p.Hooks.Pull(ctx))
		return
	}
	x := p.Do(ctx, judge.Ask{
		Method: http.MethodPost, Path: "/v1/peers/pull", Token: p.Operator, Type: "application/json", Body: fmt.Appendf(nil, `{"nodes":[%q]}`, as.ID),
	})
	taken(p, x, "202", "POST /v1/peers/pull")
}

// publicHeads asserts that a header is one to eight heads of public logs.
func publicHeads(p *judge.Probe, header string) {
	list := strings.Split(header, ",")
	if len(list) > 8 {
		p.Fail(judge.Why("先頭は8つまでです", "at most 8 heads are carried"))
	}
	for _, part := range list {
		note, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimSpace(part))
		if err != nil {
			p.Fail(judge.Why("先頭は base64url で運ばれます", "a head is carried as base64url of its note"))
		}
		head := spec.AcceptedHead(string(note))
		if head == nil || !strings.HasSuffix(head.Origin, "/v1/feed/"+spec.PublicLog) {
			p.Fail(judge.Why("公開ログの先頭ではありません", "what is carried is not the head of a public log"))
		}
	}
}
