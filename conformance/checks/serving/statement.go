package serving

import (
	"context"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

func statement() []judge.Check {
	return []judge.Check{{
		Requirement: "REQ-STM-001",
		Positive: func(ctx context.Context, p *judge.Probe) {
			x := p.Do(ctx, judge.Ask{Path: "/.well-known/fukusen"})
			p.Expect(x, "status", evidence.Equals, judge.Why("ステートメントは200で返されなければなりません", "the statement is answered 200"), "200")
			p.Expect(x, "header.Content-Type", evidence.BeginWith, judge.Why("内容の型は application/jose です", "its content type is application/jose"), "application/jose")
			p.Expect(x, "claims.iss", evidence.Equals, judge.Why("ステートメントの iss は対象の識別子です", "the statement's iss is the target's node id"), string(p.Target))
			keys, err := p.Keys(ctx)
			if err != nil {
				p.Fail(judge.Why("鍵の履歴を確かめられません", "its key history does not prove itself"))
			}
			if _, err := spec.OpenStatement(strings.TrimSpace(x.See("body")), p.Target, keys, p.Clock()); err != nil {
				p.Fail(judge.Why("ステートメントが標準に合いません", "the statement does not open"))
			}
		},
	}}
}
