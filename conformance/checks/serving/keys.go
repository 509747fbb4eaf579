package serving

import (
	"context"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
)

func keys() []judge.Check {
	return []judge.Check{{
		Requirement: "REQ-KEY-001",
		Positive: func(ctx context.Context, p *judge.Probe) {
			x := p.Do(ctx, judge.Ask{Path: "/.well-known/fukusen/keys"})
			p.Expect(x, "status", evidence.Equals, judge.Why("鍵の履歴は200で返されなければなりません", "the key history is answered 200"), "200")
			p.Expect(x, "claims.iss", evidence.Equals, judge.Why("鍵の履歴の iss は対象の識別子です", "the key history's iss is the target's node id"), string(p.Target))
			if _, err := p.FetchKeys(ctx); err != nil {
				p.Fail(judge.Why("鍵の履歴が標準に合いません", "the key history does not prove itself under the pinned root key"))
			}
		},
	}}
}
