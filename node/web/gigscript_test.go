package web_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

const (
	poisonedGig   = "urn:uuid:0b5e6b7e-0000-4000-8000-000000000002"
	poisonedOffer = spec.ID("b2ZmZXItb2ZmZXItb2ZmZXItb2ZmZXItb2ZmZXItb2Y")
)

// poisonedWork is a gig of the club's that the rower is offered and holds time
// for, and one of the city's that somebody has said yes to: payloads in every
// text that a neighbour can bring, past the rules that would have refused them.
func (v town) poisonedWork(tx *store.Tx, all string) []func() error {
	now := v.Clock.Now()
	day, amount := now.Add(48*time.Hour).UTC(), int64(1)
	long := all
	all = strings.Map(func(r rune) rune { // what the strict reader lets through
		if unicode.IsControl(r) && r != '\n' {
			return -1
		}
		return r
	}, strings.Join(seeds(), " "))
	g := work.Gig{
		Title: all, Outcome: &work.Outcome{Statement: all, Measure: all, Unit: all, Target: all, Due: spec.FormatUTC(day)},
		Units:  &work.GigUnits{Count: 1, Duration: "PT1H", Sittings: 1},
		Window: &work.Window{Start: spec.FormatUTC(day), End: spec.FormatUTC(day.Add(96 * time.Hour))},
		Place:  "141003", Remote: true, Pay: &work.Pay{Amount: &amount, Currency: all, Per: "unit", Basis: "contract"}, Places: 9,
		Skills: []work.SkillNeed{{URI: string(v.ID("city")) + "/skills/" + payloads()[0], MinLevel: 1}},
	}
	for _, p := range payloads()[:18] {
		g.Skills = append(g.Skills, work.SkillNeed{URI: p, MinLevel: 1})
	}
	body, err := json.Marshal(g)
	units, err2 := json.Marshal([]work.Unit{{Start: spec.FormatUTC(day), End: spec.FormatUTC(day.Add(time.Hour))}})
	part := base64.RawURLEncoding.EncodeToString
	token := strings.Join([]string{part([]byte(`{"alg":"EdDSA","kid":"` + strings.Repeat("A", 43) + `","typ":"gig+jwt"}`)), part(body), part(make([]byte, 64))}, ".")
	record, club, subject := spec.Digest([]byte("gig")), v.ID("club"), spec.Subject(spec.RandomUUID())
	d, b := diary.In(tx), board.In(tx)
	said, err3 := json.Marshal(map[string]any{
		"awardedDate": all, "issuer": map[string]any{"name": all}, "evidence": []any{map[string]any{"narrative": all}},
		"credentialSubject": map[string]any{"narrative": all, "achievement": map[string]any{"name": all, "description": all}},
	})
	credential := strings.Join([]string{part([]byte(`{"alg":"EdDSA","kid":"` + strings.Repeat("A", 43) + `","typ":"vc+jwt"}`)), part(said), part(make([]byte, 64))}, ".")
	return []func() error{
		func() error {
			return errors.Join(err3, tx.PutEngagement(store.Engagement{
				Subject: "poisoned", Person: v.rower, Evaluator: club, Consent: spec.RandomUUID(), Purpose: "evaluation", Until: day.Unix(), CreatedAt: now.Unix(),
			}))
		},
		func() error {
			_, err := tx.Append([]store.Entry{{
				ID: spec.Digest([]byte("vc")), Kind: spec.KindEvaluation, Issuer: club, Audience: v.ID("city"), Subject: "poisoned", UID: spec.RandomUUID(),
				Sequence: 1, IssuedAt: now.Unix(), Until: day.Unix(), KID: all, Token: credential, State: store.StateLive, AdmittedAt: now.Unix(),
			}})
			return err
		},
		func() error { return errors.Join(err, err2) },
		func() error {
			_, err := tx.Append([]store.Entry{{
				ID: record, Kind: spec.KindGig, Issuer: club, UID: spec.RandomUUID(), Sequence: 1, IssuedAt: now.Unix(),
				Expires: day.Unix(), KID: all, Token: token, State: store.StateLive, AdmittedAt: now.Unix(),
			}})
			return err
		},
		func() error {
			return d.AddProposal(diary.Proposal{
				ID: poisonedOffer, Person: v.rower, Owner: club, Gig: record, Subject: subject, Units: string(units), StartsAt: day.Unix(),
				OfferUntil: day.Unix(), State: diary.Open, ReceivedAt: now.Unix(),
			})
		},
		func() error {
			return d.PutHold(diary.Hold{
				ID: poisonedGig, Person: v.rower, Owner: club, Proposal: poisonedOffer, Gig: record, Title: long, State: work.HoldConfirmed,
				UID: spec.RandomUUID(), CreatedAt: now.Unix(),
			})
		},
		func() error {
			return b.PutGig(board.Gig{ID: poisonedGig, Organisation: "home", Record: record, Body: string(body), Places: 9, State: board.Open, CreatedAt: now.Unix()})
		},
		func() error {
			return b.AddOffer(board.Offer{
				ID: record, Gig: poisonedGig, Home: club, Subject: subject, Units: string(units), StartsAt: day.Unix(), EndsAt: day.Unix() + 3600,
				OfferUntil: day.Unix(), State: board.OfferConfirmed, Party: long, CreatedAt: now.Unix(),
			})
		},
	}
}
