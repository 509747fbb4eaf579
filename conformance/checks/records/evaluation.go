package records

import (
	"context"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/badge"
)

// evaluation are the checks of section 12.3 but for the status list, which is
// served.
func evaluation() []judge.Check {
	list := every(verifier, "REQ-EVL-001", "REQ-EVL-002", "REQ-EVL-003", "REQ-EVL-004", "REQ-EVL-005", "REQ-EVL-006",
		"REQ-EVL-007", "REQ-EVL-008", "REQ-EVL-009", "REQ-EVL-010", "REQ-EVL-014")
	return append(list, strangers(), conflicts())
}

// credential is the body of a sound credential.
func credential(w *judge.World, by *peer.Peer, about engagement, awarded time.Time) *spec.Evaluation {
	value := fmt.Sprint(300 + w.Pick(700))
	v := &spec.Evaluation{
		Envelope: peer.About(w.Clock()), Context: badge.Contexts(), Type: []string{"VerifiableCredential", "OpenBadgeCredential"},
		IssuedBy:  spec.CredentialIssuer{ID: by.ID, Type: []string{"Profile"}, Name: by.Name.EN},
		ValidFrom: spec.FormatUTC(awarded), AwardedDate: spec.FormatUTC(awarded),
		Credential: spec.CredentialSubject{
			ID: about.Subject,
			Achievement: badge.Achievement{
				ID: string(by.ID) + "/achievements/market-day", Type: []string{"Achievement"}, Name: "Market day",
				Description: "Planned and held a market day.", Criteria: badge.Criteria{Narrative: "Visitors come back."}, AchievementType: "Fieldwork",
				ResultDescription: []badge.ResultDescription{{ID: "urn:result:visitors", Type: []string{"ResultDescription"}, Name: "Visitors", ResultType: "RawScore"}},
			},
			Result: []badge.Result{{Type: []string{"Result"}, ResultDescription: "urn:result:visitors", Value: &value}},
		},
		Status: &badge.Status{
			Type: "BitstringStatusListEntry", Purpose: "revocation", Index: fmt.Sprint(w.Pick(131072)), List: string(by.ID) + "/v1/status/1",
		},
		Own: &spec.EvaluationContext{
			Rubric: &badge.RubricUsed{Document: string(spec.Digest([]byte("rubric"))), Version: 1}, Policy: 1,
			ConflictCheck: &badge.ConflictCheck{Effect: "allow", Decision: string(spec.Digest([]byte("decision")))},
		},
	}
	v.JTI = spec.RandomUUID()
	v.ID, v.Subject, v.Consent, v.Purpose, v.Expires = v.JTI, about.Subject, about.Consent, evaluating, 0
	return v
}

// engaged is a peer that may evaluate a person of the target's.
func engaged(ctx context.Context, p *judge.Probe, by *peer.Peer) engagement {
	given, err := engage(ctx, p.World, by)
	if err != nil {
		cannot(p, err)
	}
	return given
}

// strangers: a subject counts for the one evaluator that the home gave it to.
func strangers() judge.Check {
	return judge.Check{
		Requirement: "REQ-EVL-011",
		Roles:       []string{verifier},
		Needs:       []judge.Need{judge.Sandbox, judge.Clerk},
		Positive: func(ctx context.Context, p *judge.Probe) {
			by := members(p, 1)[0]
			given := engaged(ctx, p, by)
			token := seal(p, by, credential(p.World, by, given, p.Clock()))
			lay(ctx, p, by, token)
			held(ctx, p, by, token, "a credential about a subject that the home gave")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			list := members(p, 2)
			given := engaged(ctx, p, list[0])
			never := engagement{Subject: spec.Subject(spec.RandomUUID()), Consent: spec.RandomUUID()}
			known(ctx, p, list[1])
			for _, about := range []engagement{never, given} {
				token := seal(p, list[1], credential(p.World, list[1], about, p.Clock()))
				keptOut(p, lay(ctx, p, list[1], token), string(forge.ID(token)), "a credential about a subject that the home did not give to its issuer")
				waiting(ctx, p, token)
			}
		},
	}
}

// conflicts: a row that denies acts on what is awarded from that day on.
func conflicts() judge.Check {
	type denial struct {
		by    *peer.Peer
		given engagement
	}
	deny := func(ctx context.Context, p *judge.Probe) *denial {
		d, err := judge.Scene(p.World, "conflict", func() (*denial, error) {
			list := members(p, 1)
			d := &denial{list[0], engaged(ctx, p, list[0])}
			return d, p.Sandbox.Amend("conflict-matrix", func(body map[string]any) {
				rows, _ := body["rows"].([]any)
				body["rows"] = append(rows, map[string]any{
					"partyA": d.by.ID, "partyB": p.Target, "relation": "competitor", "effect": "deny",
					"validFrom": p.Clock().Unix(), "reasonCode": "conformance-test",
				})
			}, change())
		})
		if err != nil {
			p.Broken(err)
		}
		return d
	}
	// Made under the log that has the row, once the target holds that log.
	under := func(ctx context.Context, p *judge.Probe, d *denial, awarded time.Time) string {
		v := credential(p.World, d.by, d.given, awarded)
		v.Policy = uint64(len(p.Sandbox.PolicyEntries()))
		followed(ctx, p, v.Policy)
		return seal(p, d.by, v)
	}
	return judge.Check{
		Requirement: "REQ-EVL-012",
		Roles:       []string{verifier},
		Needs:       []judge.Need{judge.Sandbox, judge.Clerk},
		Positive: func(ctx context.Context, p *judge.Probe) {
			d := deny(ctx, p)
			token := under(ctx, p, d, p.Clock().AddDate(-1, 0, 0))
			d.by.Say(p.Target, token)
			held(ctx, p, d.by, token, "awarded before the row that denies")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			d := deny(ctx, p)
			token := under(ctx, p, d, p.Clock())
			x := lay(ctx, p, d.by, token)
			keptOut(p, x, string(forge.ID(token)), "a credential of an evaluator in conflict with the home")
		},
	}
}
