package serving

import (
	"context"

	"github.com/fukusen/fukusen/conformance/judge"
)

func requests() []judge.Check {
	return []judge.Check{{
		Requirement: "REQ-REQ-001",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			x := p.Do(ctx, judge.Ask{Path: "/v1/held", As: p.Sandbox.Reader})
			p.Expect(x, "status", "equals", judge.Why("署名された要求は受け入れられます", "a signed request is taken"), "200")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			p.Refused(p.Do(ctx, judge.Ask{Path: "/v1/held"}), "401", "REQ-REQ-001")
		},
	}}
}
