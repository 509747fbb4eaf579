package node_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

const emptyCalendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//fukusen//test//EN\r\nEND:VCALENDAR\r\n"

// town is a home with one person whom an owner may ask, and the clock's morning.
type town struct {
	*nodetest.Federation
	t      *testing.T
	person string
	day    time.Time
}

func newTown(t *testing.T) *town { return newTownOn(t, "", "") }

// newTownOn is newTown with the stores of its city and its club.
func newTownOn(t *testing.T, home, owner string) *town {
	city, club := nodetest.City, nodetest.Club
	city.Store, club.Store = home, owner
	f := nodetest.New(t, city, club, nodetest.Seat{Name: "shop", Kind: "company"})
	w := &town{Federation: f, t: t, person: f.Person("city", "Rower"), day: f.Clock.Now().UTC().Truncate(24 * time.Hour).Add(72 * time.Hour)}
	f.Talent("city", w.person)
	if _, err := f.Node("city").Gate().PutCalendar(f.Context(), w.person, "work", []byte(emptyCalendar)); err != nil {
		t.Fatal(err)
	}
	for _, owner := range []string{"club", "shop"} {
		f.Consent("city", w.person, owner, spec.KindTalent, spec.KindAvailability)
		f.Eventually(owner+" knows the person", func() bool {
			return len(f.Current(owner, spec.KindTalent)) == 1 && len(f.Current(owner, spec.KindAvailability)) == 1
		})
	}
	return w
}

func (w *town) gig(owner string, places int) board.Gig {
	w.t.Helper()
	amount := int64(12000)
	g, err := w.Node(owner).Engagements().Post(w.Context(), "home", work.Gig{
		Title:   "Plan a market day",
		Outcome: &work.Outcome{Statement: "More visitors come.", Measure: "visitors", Unit: "people", Target: "300", Due: spec.FormatUTC(w.day.Add(240 * time.Hour))},
		Units:   &work.GigUnits{Count: 2, Duration: "PT1H30M", Sittings: 1},
		Window:  &work.Window{Start: spec.FormatUTC(w.day), End: spec.FormatUTC(w.day.Add(240 * time.Hour))},
		Skills:  []work.SkillNeed{{URI: "https://skills.example/rowing", MinLevel: 3}}, Place: "141003", Places: places,
		Pay: &work.Pay{Amount: &amount, Currency: "JPY", Per: "unit", Basis: work.BasisContract},
	}, "")
	if err != nil {
		w.t.Fatal(err)
	}
	w.Eventually("the city can read the gig", func() bool {
		list := w.Current("city", spec.KindGig)
		for _, l := range list {
			if l.Current.ID == g.Record {
				return true
			}
		}
		return false
	})
	return g
}

// units are two of 90 minutes from an hour of the day on.
func (w *town) units(hour int) []work.Unit {
	at := w.day.Add(time.Duration(hour) * time.Hour)
	list := make([]work.Unit, 2)
	for i := range list {
		list[i] = work.Unit{Index: i, Start: spec.FormatUTC(at), End: spec.FormatUTC(at.Add(90 * time.Minute))}
		at = at.Add(90 * time.Minute)
	}
	return list
}

func (w *town) ask(owner string, g board.Gig, hour int) (board.Offer, error) {
	return w.Node(owner).Engagements().Propose(w.Context(), engage.Ask{
		Gig: g.ID, Subject: w.Current(owner, spec.KindTalent)[0].Current.Subject, Units: w.units(hour),
	})
}

func (w *town) proposals() (list []diary.Proposal) {
	w.t.Helper()
	if err := w.Node("city").Store().Read(w.Context(), func(tx *store.Tx) (err error) {
		list, err = diary.In(tx).Proposals(w.person)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return list
}

func (w *town) offer(owner string, id spec.ID) (o board.Offer) {
	w.t.Helper()
	if err := w.Node(owner).Store().Read(w.Context(), func(tx *store.Tx) (err error) {
		o, err = board.In(tx).Offer(id)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return o
}

func (w *town) arrived(o board.Offer) {
	w.t.Helper()
	w.Eventually("the proposal is at the city", func() bool {
		for _, p := range w.proposals() {
			if p.ID == o.ID {
				return true
			}
		}
		return false
	})
}

func (w *town) answer(o board.Offer, yes bool) (diary.Hold, error) {
	return w.Node("city").Engagements().Answer(w.Context(), engage.Answer{
		Person: w.person, Proposal: o.ID, Yes: yes, Name: true, Language: "en",
	})
}

// A gig at another node becomes one hold that both sides see, and the time is
// busy for everybody whom the person lets know.
func TestAGigBecomesOneConfirmedHold(t *testing.T) {
	w := newTown(t)
	g := w.gig("club", 1)
	page, looked, err := w.Node("club").Engagements().Candidates(w.Context(), g.ID, 20, 20)
	if err != nil || looked != 1 || len(page.Candidates) != 1 {
		t.Fatalf("%d looked at, %d candidates: %v", looked, len(page.Candidates), err)
	}
	if c := page.Candidates[0]; len(c.Units) != 2 || !c.Units[0].Start.Equal(w.day) || c.Skills[0].Level != 4 {
		t.Errorf("the candidate's units and skills: %+v", c)
	}
	o, err := w.ask("club", g, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.ask("club", g, 5); !errors.Is(err, engage.ErrOffered) {
		t.Errorf("a second offer to the same person: %v", err)
	}
	w.arrived(o)
	first, err := w.answer(o, true)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.answer(o, true)
	if err != nil || again.ID != first.ID {
		t.Errorf("the same answer again: %v, hold %q and not %q", err, again.ID, first.ID)
	}
	var whole dossier.Document
	if err := w.Node("city").Store().Read(w.Context(), func(tx *store.Tx) (err error) {
		whole, err = dossier.Of(tx, w.person, w.Clock.Now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(whole.Proposals) != 1 || whole.Proposals[0].Title != "Plan a market day" || len(whole.Holds) != 1 || whole.Holds[0].ID != first.ID {
		t.Errorf("the person's export: %+v, %+v", whole.Proposals, whole.Holds)
	}
	w.Eventually("the club knows", func() bool { return w.offer("club", o.ID).State == board.OfferConfirmed })
	if got := w.offer("club", o.ID); got.Party != "Fiction Rower" {
		t.Errorf("the club was told %q", got.Party)
	}
	for _, owner := range []string{"club", "shop"} {
		w.Eventually(owner+" sees that the time is busy", func() bool {
			r, err := spec.Open(w.Current(owner, spec.KindAvailability)[0].Token, w.Node(owner).Trust().History(w.ID("city")), spec.Expect{
				Issuer: w.ID("city"), Audience: w.ID(owner), Now: w.Clock.Now(),
			})
			if err != nil {
				t.Fatal(err)
			}
			busy := r.Body().(*spec.Availability).Busy
			return len(busy) == 1 && busy[0].Start == w.units(1)[0].Start && busy[0].End == w.units(1)[1].End
		})
	}

	w.Eventually("the club's index knows that the time is taken", func() bool {
		page, _, err := w.Node("club").Engagements().Candidates(w.Context(), g.ID, 20, 20)
		afterwards := w.day.Add(4*time.Hour + 30*time.Minute) // with half an hour to come
		return err == nil && len(page.Candidates) == 1 && page.Candidates[0].Units[0].Start.Equal(afterwards)
	})
	if err := w.Node("city").Engagements().Cancel(w.Context(), w.person, first.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.answer(o, true); !errors.Is(err, engage.ErrOver) {
		t.Errorf("a form from before the cancelling: %v", err)
	}
	w.Eventually("the place is free again", func() bool {
		got := w.offer("club", o.ID)
		return got.State == board.OfferCancelled && got.Party == ""
	})
	w.Eventually("the name was withdrawn and a receipt came", func() bool { return w.Settled("city", w.person, spec.ActionWithdrawn) == 1 })
}

// Whoever asks, and however many say yes at one moment: one hold at a time.
func TestNobodyIsBookedTwice(t *testing.T) {
	for name, home := range map[string]func(testing.TB) string{store.SQLite: inFile, store.PostgreSQL: storetest.Postgres} {
		t.Run(name, func(t *testing.T) { nobodyIsBookedTwice(t, newTownOn(t, home(t), "")) })
	}
}

// inFile leaves a node the file in its directory.
func inFile(testing.TB) string { return "" }

func nobodyIsBookedTwice(t *testing.T, w *town) {
	var offers []board.Offer
	for i, owner := range []string{"club", "shop", "club", "shop"} {
		o, err := w.ask(owner, w.gig(owner, 1), 1+i%2) // they overlap
		if err != nil {
			t.Fatal(err)
		}
		w.arrived(o)
		offers = append(offers, o)
	}
	var wait sync.WaitGroup
	errs := make([]error, 3*len(offers))
	for i := range errs {
		wait.Go(func() { _, errs[i] = w.answer(offers[i%len(offers)], true) })
	}
	wait.Wait()
	yes := map[spec.ID]bool{}
	for i, err := range errs {
		switch {
		case err == nil:
			yes[offers[i%len(offers)].ID] = true
		case !errors.Is(err, engage.ErrTaken):
			t.Errorf("refused by %v, want %v", err, engage.ErrTaken)
		}
	}
	if len(yes) != 1 {
		t.Errorf("%d offers were accepted for one time", len(yes))
	}
}

// Who asks at one moment gets no more places than there are.
func TestNoPlaceIsOfferedTwice(t *testing.T) {
	for name, owner := range map[string]func(testing.TB) string{store.SQLite: inFile, store.PostgreSQL: storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			w := newTownOn(t, "", owner(t))
			other := w.Person("city", "Sculler")
			w.Talent("city", other)
			w.Consent("city", other, "club", spec.KindTalent, spec.KindAvailability)
			w.Eventually("the club knows both", func() bool { return len(w.Current("club", spec.KindTalent)) == 2 })
			g, people := w.gig("club", 1), w.Current("club", spec.KindTalent)
			var wait sync.WaitGroup
			errs := make([]error, 8)
			for i := range errs {
				wait.Go(func() {
					_, errs[i] = w.Node("club").Engagements().Propose(w.Context(), engage.Ask{
						Gig: g.ID, Subject: people[i%2].Current.Subject, Units: w.units(1),
					})
				})
			}
			wait.Wait()
			made := 0
			for _, err := range errs {
				switch {
				case err == nil:
					made++
				case !errors.Is(err, engage.ErrFull) && !errors.Is(err, engage.ErrOffered):
					t.Errorf("refused by %v", err)
				}
			}
			if made != 1 {
				t.Errorf("%d offers of one place", made)
			}
		})
	}
}

// A person's no frees the place, and so does an end that the home's clock has passed.
func TestAPlaceComesFree(t *testing.T) {
	w := newTown(t)
	g := w.gig("club", 1)
	o, err := w.ask("club", g, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(o)
	if _, err := w.answer(o, false); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the club knows", func() bool { return w.offer("club", o.ID).State == board.OfferDeclined })
	o, err = w.ask("club", g, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(o)
	w.Clock.Move(73 * time.Hour)
	if _, err := w.answer(o, true); !errors.Is(err, engage.ErrOver) {
		t.Errorf("an answer after the end: %v", err)
	}
	w.Eventually("the club has read a head of after the end", func() bool {
		if _, err := w.Node("club").Engagements().Lapse(w.Context(), 10); err != nil {
			t.Fatal(err)
		}
		return w.offer("club", o.ID).State == board.OfferLapsed
	})
}

// A home put back from a copy of before a yes still knows what it has given, and
// gives it to nobody else.
func TestARestoredHomeGivesNoTimeTwice(t *testing.T) {
	w := newTown(t)
	first, err := w.ask("club", w.gig("club", 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(first)
	putBack := backUp(t, w.Federation, "city")
	if _, err := w.answer(first, true); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the club knows", func() bool { return w.offer("club", first.ID).State == board.OfferConfirmed })
	putBack()
	w.Eventually("the city has drained the others", func() bool { return !restoring(t, w.Federation, "city") })
	second, err := w.ask("shop", w.gig("shop", 1), 2) // over the first
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(second)
	if _, err := w.answer(second, true); !errors.Is(err, engage.ErrTaken) {
		t.Errorf("a second yes for one time: %v", err)
	}
	again, err := w.answer(first, true)
	if err != nil || again.State != work.HoldConfirmed {
		t.Errorf("the first yes, said again: %v, %+v", err, again)
	}
	if err := w.Node("city").Engagements().Cancel(w.Context(), w.person, again.ID); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the club's place is free", func() bool { return w.offer("club", first.ID).State == board.OfferCancelled })
}

// The name that a person told for a piece of work is forgotten half a year after
// its last unit, when the consent to it has ended.
func TestANameIsForgottenWhenTheWorkIsLongOver(t *testing.T) {
	w := newTown(t)
	o, err := w.ask("club", w.gig("club", 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(o)
	if _, err := w.answer(o, true); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the club knows who", func() bool { return w.offer("club", o.ID).Party != "" })
	clean := func() {
		if err := w.Node("club").Clean(w.Context()); err != nil {
			t.Fatal(err)
		}
	}
	w.Clock.Move(30 * 24 * time.Hour)
	clean()
	if w.offer("club", o.ID).Party == "" {
		t.Error("forgotten while the work may still be evaluated")
	}
	w.Clock.Move(160 * 24 * time.Hour)
	clean()
	if w.offer("club", o.ID).Party != "" {
		t.Error("the name is still there")
	}
}
