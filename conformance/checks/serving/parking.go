package serving

import (
	"context"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// parking: REQ-ERR-007. One peer says two records under a key that its history
// does not list yet, a sound one and one that nothing can mend.
func parking() judge.Check {
	return judge.Check{
		Requirement: "REQ-ERR-007",
		Roles:       consumerRole,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			g := given{peer: fresh(ctx, p)}
			coming, err := spec.GenerateSigner()
			broken(p, "make a key", err)
			body := func() *spec.Talent {
				b := peer.Talent(p.Clock())
				g.peer.Fill(p.Target, b.Claims())
				return b
			}
			early, err := spec.Seal(coming, body())
			broken(p, "seal", err)
			bad := body()
			hopeless, err := forge.Sealed(coming, spec.KindTalent.Typ(), map[string]any{
				"iss": bad.Issuer, "aud": bad.Audience, "iat": bad.IssuedAt, "jti": bad.JTI, "uid": bad.UID, "sequence": bad.Sequence,
				"policy": bad.Policy, "sub": bad.Subject, "consent": bad.Consent, "purpose": bad.Purpose, "until": bad.Until,
				"exp": bad.Expires, "skills": []any{}, "languages": []string{"ja"}, "region": "141003", "remote": false, "name": "of nobody",
			})
			broken(p, "seal", err)
			g.peer.Say(p.Target, early, hopeless)
			g.caughtUp(ctx, p)
			x := p.Held(ctx, g.peer)
			p.Expect(x, "body", evidence.Lacks, judge.Why("知らない鍵の記録が受け入れられました", "a record under an unknown key was admitted"), string(forge.ID(early)))
			broken(p, "show keys", g.peer.ShowKeys(g.peer.Entry(g.peer.Key, spec.UseRecord), g.peer.Entry(coming, spec.UseRecord)))
			g.caughtUp(ctx, p) // under a head that tells of the new history
			x = p.HeldUntil(ctx, g.peer, forge.ID(early))
			p.Expect(x, "body", evidence.Contains,
				judge.Why("後の事実で受け入れられる記録が捨てられました", "a record that a later fact makes sound was refused for good"), string(forge.ID(early)))
			p.Expect(x, "body", evidence.Lacks,
				judge.Why("正せない記録が受け入れられました", "a record that no later fact can mend was admitted"), string(forge.ID(hopeless)))
		},
	}
}
