package web_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/draft"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// acts are things that only acts make, by the names that routes give them: each
// of them has pages of its own.
func (v town) acts(t *testing.T) map[string]string {
	t.Helper()
	values := map[string]string{":document": "charter", ":version": "1", ":draft": v.draft(t)}
	values[":consent"] = v.consent.RecordID
	values[":asked"] = spec.NewUUID()
	now := v.Clock.Now()
	v.write(t, func(tx *store.Tx) error {
		return roster.In(tx).PutAsked(roster.Asked{
			ID: values[":asked"], Person: v.rower, Organisation: access.Home, Recipient: string(v.ID("club")), Kinds: "vc", Purposes: "evaluation",
			Until: now.AddDate(0, 6, 0).Unix(), Account: v.accounts[access.Clerk], CreatedAt: now.Unix(), State: roster.Open,
		})
	})
	values[":intake"] = v.plan(t, "氏名,フリガナ,生年月日\n架空 一,カクウ ハジメ,2000/1/2\n架空 二,カクウ ツギ,いつか\n")
	values[":applied"] = v.plan(t, "氏名,フリガナ\n架空 三,カクウ ミツ\n")
	if err := v.Node("city").Desk().Apply(v.Context(), v.accounts[access.Clerk], values[":applied"]); err != nil {
		t.Fatal(err)
	}
	values[":other"] = v.Person("city", "花子")
	values[":gig"] = v.post(t, "city").ID
	published, err := v.Node("city").Calendars().Put(v.Context(), access.Home, "", work.Calendar{Name: "夏の遠征", Type: work.CalendarEvents, Entries: []work.CalendarEntry{
		{Name: "架空の大会", Start: spec.FormatUTC(now.AddDate(0, 0, 9)), Duration: "P2D", Trip: true, Place: "架空の市"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	values[":calendar"] = published.ID
	values[":proposal"], values[":hold"] = v.offers(t)
	values[":offer"] = v.agreed(t, values[":gig"], values[":hold"])
	values[":team"] = v.rhythm(t)
	values[":reference"] = "FICTIONALREFERENCE"
	leaver := v.Person("city", "去る人")
	v.Talent("city", leaver)
	v.Consent("city", leaver, "club", spec.KindTalent)
	v.write(t, func(tx *store.Tx) error { return enrol.Refer(tx, values[":reference"], leaver, now) })
	if _, err := v.Node("city").Gate().Erase(v.Context(), leaver); err != nil {
		t.Fatal(err)
	}
	return values
}

// plan reads a spreadsheet as the clerk and answers its preview.
func (v town) plan(t *testing.T, text string) string {
	t.Helper()
	id, err := v.Node("city").Desk().Plan(v.Context(), v.accounts[access.Clerk], access.Home, "people.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// draft puts the next data guideline before the city's council.
func (v town) draft(t *testing.T) string {
	t.Helper()
	d, err := documents.Find("data-guideline")
	if err != nil {
		t.Fatal(err)
	}
	now, drafter := v.Clock.Now().Unix(), v.ID("city")
	title := spec.Text{JA: "架空の案", EN: "A fictional draft"}
	doc, err := policy.Draft(v.Node("city").Trust().Book(), d.Series, d.Series, json.RawMessage(d.Body), title, title, now, drafter, now)
	if err != nil {
		t.Fatal(err)
	}
	token, err := spec.SealDocument(v.Founded.Ballots[drafter], doc)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := spec.ReadDocument(token)
	if err != nil {
		t.Fatal(err)
	}
	v.write(t, func(tx *store.Tx) error { return draft.In(tx).Put(draft.Draft{ID: sealed.ID(), Token: token, At: now}) })
	return string(sealed.ID())
}

type posted struct {
	ID     string
	Record spec.ID
	Units  []work.Unit
}

// post offers one unit of work at a node, and says when it could be done.
func (v town) post(t *testing.T, at string) posted {
	t.Helper()
	amount, day := int64(12000), v.Clock.Now().UTC().Truncate(24*time.Hour).Add(48*time.Hour)
	g, err := v.Node(at).Engagements().Post(v.Context(), access.Home, work.Gig{
		Title:   "市の日の計画",
		Outcome: &work.Outcome{Statement: "来場者が増える", Measure: "来場者数", Unit: "人", Target: "300", Due: spec.FormatUTC(day.Add(240 * time.Hour))},
		Units:   &work.GigUnits{Count: 1, Duration: "PT1H30M", Sittings: 1},
		Window:  &work.Window{Start: spec.FormatUTC(day), End: spec.FormatUTC(day.Add(240 * time.Hour))},
		Skills:  []work.SkillNeed{{URI: "https://skills.example/rowing", MinLevel: 3}}, Place: "141003", Places: 2,
		Pay: &work.Pay{Amount: &amount, Currency: "JPY", Per: "unit", Basis: work.BasisContract},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	start := day.Add(time.Duration(len(at)) * time.Hour)
	return posted{g.ID, g.Record, []work.Unit{{Start: spec.FormatUTC(start), End: spec.FormatUTC(start.Add(90 * time.Minute))}}}
}

// offers makes two offers of the club to the rower, one of which is accepted.
func (v town) offers(t *testing.T) (proposal, hold string) {
	t.Helper()
	subject := v.Current("club", spec.KindTalent)[0].Current.Subject
	for i := range 2 {
		g := v.post(t, "club")
		units := g.Units
		if i == 1 { // on another day
			at, _ := time.Parse(spec.UTCDateTime, units[0].Start)
			units = []work.Unit{{Start: spec.FormatUTC(at.Add(48 * time.Hour)), End: spec.FormatUTC(at.Add(48*time.Hour + 90*time.Minute))}}
		}
		o, err := v.Node("club").Engagements().Propose(v.Context(), engage.Ask{Gig: g.ID, Subject: subject, Units: units})
		if err != nil {
			t.Fatal(err)
		}
		v.Eventually("the offer and its gig are at the city", func() bool {
			found := false
			v.write(t, func(tx *store.Tx) error {
				_, offered := diary.In(tx).Proposal(o.ID)
				_, readable := tx.Entry(g.Record)
				found = offered == nil && readable == nil
				return nil
			})
			return found
		})
		if proposal = string(o.ID); i == 0 {
			h, err := v.Node("city").Engagements().Answer(v.Context(), engage.Answer{Person: v.rower, Proposal: o.ID, Yes: true, Language: "ja"})
			if err != nil {
				t.Fatal(err)
			}
			hold = h.ID
		}
	}
	return proposal, hold
}

// agreed is an offer of the city's that somebody at the club said yes to, with a
// red and a delivery as at the rower's own hold.
func (v town) agreed(t *testing.T, gig, hold string) string {
	t.Helper()
	id, now := spec.Digest([]byte("agreed")), v.Clock.Now().Unix()
	v.write(t, func(tx *store.Tx) error {
		g, err := board.In(tx).Gig(gig)
		p := progress.In(tx)
		units, err2 := json.Marshal([]work.Unit{{Start: spec.FormatUTC(v.Clock.Now()), End: spec.FormatUTC(v.Clock.Now().Add(time.Hour))}})
		err = errors.Join(err, err2, board.In(tx).AddOffer(board.Offer{
			ID: id, Gig: g.ID, Home: v.ID("club"), Subject: "fictional", Units: string(units), StartsAt: now, EndsAt: now + 3600, OfferUntil: now,
			State: board.OfferConfirmed, Hold: spec.Digest([]byte("hold")), Party: "架空 漕手", CreatedAt: now - 3600,
		}))
		for person, of := range map[string]string{"": string(id), v.rower: hold} {
			for _, side := range []string{progress.Home, progress.Owner} {
				err = errors.Join(err, p.PutRed(progress.Red{
					UID: side + of, Work: of, Person: person, Side: side, Record: spec.Digest([]byte(side + of)), Severity: "high", What: "資料が届いていません",
					Ask: work.AskCancellation, HelpBy: now + 86400, RaisedAt: now - 60,
				}))
			}
			err = errors.Join(err, p.PutDelivery(progress.Delivery{
				Work: of, Person: person, Turn: 1, Record: spec.Digest([]byte("turn " + of)), Units: "[0]", Hours: "1.5", Value: "120", Evidence: "来場者名簿",
				At: now - 30, State: progress.Disputed, Reason: "二日目がまだです", AnsweredAt: now - 20,
			}))
		}
		return err
	})
	return string(id)
}
