package serving

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/certificate"
)

const certificatePath = "/v1/conformance"

// shown makes a certificate that grants nothing, changed by the caller, and
// shows it to the target. It is signed by the key in by, and carries that of x.
func shown(ctx context.Context, p *judge.Probe, change func(*certificate.Certificate)) (string, evidence.Exchange) {
	runner, err := spec.GenerateSigner()
	if err != nil {
		p.Broken(err)
	}
	now := p.Clock().Unix()
	c := certificate.Certificate{
		Target: p.Target, IssuedAt: now, Expires: now + 3600, Spec: spec.Version, Roles: []string{},
		Bundle: spec.Digest([]byte("bundle")), Program: spec.Digest([]byte("program")),
		Report: spec.Digest([]byte("report")), Evidence: spec.Digest([]byte("evidence")),
	}
	change(&c)
	text, err := certificate.Seal(runner, c)
	if err != nil {
		p.Broken(err)
	}
	return text, show(ctx, p, text)
}

func show(ctx context.Context, p *judge.Probe, text string) evidence.Exchange {
	return p.Do(ctx, judge.Ask{Method: "POST", Path: certificatePath, Body: []byte(text), Type: "application/jose", As: p.Sandbox.Reader})
}

// countersigned is the allowed side of them all: a sound certificate is countersigned.
func countersigned(ctx context.Context, p *judge.Probe, change func(*certificate.Certificate)) {
	text, x := shown(ctx, p, change)
	p.Expect(x, "status", evidence.Equals, judge.Why("対象についての証明書は200で受け付けられます", "a certificate about the target is answered 200"), "200")
	p.Expect(x, "header.Content-Type", evidence.BeginWith, judge.Why("内容の型は application/jose です", "its content type is application/jose"), "application/jose")
	_, id := spec.Peek(text)
	p.Expect(x, "claims.certificate", evidence.Equals, judge.Why("副署は証明書の id を示します", "the countersignature names the certificate's id"), string(id))
	p.Expect(x, "claims.iss", evidence.Equals, judge.Why("副署の iss は対象の識別子です", "the countersignature's iss is the target's node id"), string(p.Target))
	keys, err := p.FetchKeys(ctx)
	if err != nil {
		p.Fail(judge.Why("鍵の履歴を確かめられません", "its key history does not prove itself"))
	}
	if _, err := certificate.OpenCountersignature(strings.TrimSpace(x.See("body")), text, p.Target, keys); err != nil {
		p.Fail(judge.Why("副署を確かめられません", "the countersignature does not open under a record key of the target"))
	}
}

// sound changes nothing.
func sound(*certificate.Certificate) {}

func certificates() []judge.Check {
	refused := func(number string, others ...func(*certificate.Certificate)) judge.Check {
		return judge.Check{
			Requirement: number, Needs: []judge.Need{judge.Sandbox},
			Positive: func(ctx context.Context, p *judge.Probe) { countersigned(ctx, p, sound) },
			Negative: func(ctx context.Context, p *judge.Probe) {
				for _, change := range others {
					_, x := shown(ctx, p, change)
					p.Refused(x, "422", number)
				}
			},
		}
	}
	return []judge.Check{
		{
			Requirement: "REQ-CERT-001", Needs: []judge.Need{judge.Sandbox},
			Positive: func(ctx context.Context, p *judge.Probe) {
				countersigned(ctx, p, func(c *certificate.Certificate) { c.Level, c.Roles = "L0", []string{"policy-follower"} })
			},
		},
		refused("REQ-CERT-002",
			func(c *certificate.Certificate) { c.Target = elsewhere },
			func(c *certificate.Certificate) { c.Target += "/" },
			func(c *certificate.Certificate) { c.Target = "" }),
		refused("REQ-CERT-003",
			func(c *certificate.Certificate) { c.IssuedAt, c.Expires = c.IssuedAt-7200, c.IssuedAt-3600 },
			func(c *certificate.Certificate) { c.Expires = c.IssuedAt + certificate.Life + 1 },
			func(c *certificate.Certificate) { c.IssuedAt, c.Expires = c.IssuedAt+3600, c.IssuedAt+7200 }),
		{
			Requirement: "REQ-CERT-004", Needs: []judge.Need{judge.Sandbox},
			Positive: func(ctx context.Context, p *judge.Probe) { countersigned(ctx, p, sound) },
			Negative: carriesAnotherKey,
		},
	}
}

// elsewhere is a node that is not the target.
const elsewhere = spec.NodeID("https://another.example")

// carriesAnotherKey shows a certificate that is signed by the key that it
// carries, while its kid names another.
func carriesAnotherKey(ctx context.Context, p *judge.Probe) {
	runner, err := spec.GenerateSigner()
	if err != nil {
		p.Broken(err)
	}
	other, err := spec.GenerateSigner()
	if err != nil {
		p.Broken(err)
	}
	now := p.Clock().Unix()
	payload, err := json.Marshal(certificate.Certificate{
		Target: p.Target, IssuedAt: now, Expires: now + 3600, X: spec.EncodeKey(runner.Public()), Spec: spec.Version, Roles: []string{},
	})
	if err != nil {
		p.Broken(err)
	}
	for _, kid := range []string{other.KID(), "runner"} {
		header := fmt.Sprintf(`{"alg":"EdDSA","kid":%q,"typ":"conformance+jwt"}`, kid)
		p.Refused(show(ctx, p, forge.Token(runner, header, string(payload))), "422", "REQ-CERT-004")
	}
}
