package serving

import (
	"context"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

func problems() []judge.Check {
	return []judge.Check{{
		Requirement: "REQ-ERR-005",
		Negative: func(ctx context.Context, p *judge.Probe) {
			x := p.Do(ctx, judge.Ask{Path: "/v1/no-such-operation"})
			p.Expect(x, "status", evidence.Equals, judge.Why("未定義のパスは404です", "a path that the contract does not define is answered 404"), "404")
			p.Expect(x, "body.type", evidence.Equals, judge.Why("問題の型は not-found です", "its problem type is not-found"), spec.ProblemPrefix+"not-found")
			x = p.Do(ctx, judge.Ask{Method: "DELETE", Path: "/v1/health"})
			p.Expect(x, "status", evidence.Equals, judge.Why("未定義のメソッドは405です", "a method that the contract does not define is answered 405"), "405")
			p.Expect(x, "header.Allow", evidence.Contains, judge.Why("405には Allow が要ります", "a 405 has Allow"), "GET")
		},
	}}
}
