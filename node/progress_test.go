package node_test

import (
	"errors"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/statement"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// came is what came of one piece of work, as a node keeps it.
type came struct {
	reds  []progress.Red
	turns []progress.Delivery
}

func (w *town) came(at, of string) (k came) {
	w.t.Helper()
	read(w.t, w.Federation, at, func(tx *store.Tx) error {
		var err1, err2 error
		p := progress.In(tx)
		k.reds, err1 = p.Reds(of)
		k.turns, err2 = p.Deliveries(of)
		return errors.Join(err1, err2)
	})
	return k
}

// last is the newest turn, or an empty one.
func (k came) last() (d progress.Delivery) {
	if n := len(k.turns); n > 0 {
		d = k.turns[n-1]
	}
	return d
}

// of is the red that a side raised.
func (k came) of(side string) (r progress.Red) {
	for _, one := range k.reds {
		if one.Side == side {
			r = one
		}
	}
	return r
}

func (w *town) red(what string) deed.Red {
	return deed.Red{Severity: "high", What: what, Ask: "another day", By: w.Clock.Now().Add(24 * time.Hour)}
}

// overWork moves the clock behind the units.
func (w *town) overWork() { w.Clock.Move(w.day.Add(5 * time.Hour).Sub(w.Clock.Now())) }

// A red goes to the other side from either, is answered by one and closed by its
// writer; what was done is delivered, disputed, delivered again and accepted.
func TestWorkIsDeliveredAndAccepted(t *testing.T) {
	for name, stores := range map[string]func(testing.TB) string{store.SQLite: inFile, store.PostgreSQL: storetest.Postgres} {
		t.Run(name, func(t *testing.T) { deliveredAndAccepted(t, newTownOn(t, stores(t), stores(t))) })
	}
}

func deliveredAndAccepted(t *testing.T, w *town) {
	o, hold := w.agreed("club", 1)
	city, club, ctx := w.Node("city").Engagements(), w.Node("club").Engagements(), w.Context()
	raised, err := city.RaiseRed(ctx, w.person, hold, w.red("the data is late"))
	if err != nil {
		t.Fatal(err)
	}
	at := func(node, of string, until func(came) bool) came {
		t.Helper()
		var k came
		w.Eventually(node+" knows", func() bool { k = w.came(node, of); return until(k) })
		return k
	}
	offer := string(o.ID)
	k := at("club", offer, func(k came) bool { return len(k.reds) == 1 })
	if r := k.reds[0]; r.What != "the data is late" || r.Side != progress.Home || r.Person != "" {
		t.Errorf("the club was told %+v", r)
	}
	if _, err := club.RaiseOwners(ctx, o.ID, w.red("it comes tomorrow")); err != nil {
		t.Fatal(err)
	}
	k = at("city", hold, func(k came) bool { return len(k.reds) == 2 })
	if k.of(progress.Home).AnsweredAt == 0 {
		t.Error("the person does not see that their red was answered")
	}
	if err := city.CloseRed(ctx, w.person, hold, raised.UID); err != nil {
		t.Fatal(err)
	}
	k = at("club", offer, func(k came) bool { return k.of(progress.Home).ClosedAt != 0 })
	if r := k.of(progress.Home); r.What != "" || r.Ask != "" {
		t.Errorf("what was taken back is still said: %+v", r)
	}
	done := deed.Delivered{Units: []int{0}, Hours: "1.5", Value: "120", Evidence: "counted at the gate"}
	if _, err := city.Deliver(ctx, w.person, hold, done); !errors.Is(err, engage.ErrInvalid) {
		t.Errorf("delivered before its time: %v", err)
	}
	w.overWork()
	if _, err := club.AnswerDelivery(ctx, o.ID, deed.Accepting{Verdict: work.AnswerAccepted}); !errors.Is(err, deed.ErrUndelivered) {
		t.Errorf("accepted before it was delivered: %v", err)
	}
	first, err := city.Deliver(ctx, w.person, hold, done)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := city.Deliver(ctx, w.person, hold, done); err != nil || again.Record != first.Record {
		t.Errorf("the same again: %v, %+v", err, again)
	}
	at("club", offer, func(k came) bool { return len(k.turns) == 1 })
	if _, err := club.AnswerDelivery(ctx, o.ID, deed.Accepting{Verdict: work.AnswerDisputed, Reason: "the second unit is missing"}); err != nil {
		t.Fatal(err)
	}
	k = at("city", hold, func(k came) bool { return k.last().State == progress.Disputed })
	if k.last().Reason != "the second unit is missing" {
		t.Errorf("the person was told %+v", k.last())
	}
	done.Units, done.Hours = []int{0, 1}, "3"
	if _, err := city.Deliver(ctx, w.person, hold, done); err != nil {
		t.Fatal(err)
	}
	k = at("club", offer, func(k came) bool { return len(k.turns) == 2 })
	if k.turns[0].State != progress.Disputed || k.last().State != progress.Open || k.last().Hours != "3" {
		t.Errorf("the club has %+v", k.turns)
	}
	if _, err := club.AnswerDelivery(ctx, o.ID, deed.Accepting{Verdict: work.AnswerAccepted}); err != nil {
		t.Fatal(err)
	}
	k = at("city", hold, func(k came) bool { return k.last().State == progress.Accepted })
	if len(k.turns) != 2 {
		t.Errorf("the city keeps %d turns", len(k.turns))
	}
	if _, err := city.Deliver(ctx, w.person, hold, deed.Delivered{Units: []int{0}, Hours: "9", Value: "1"}); !errors.Is(err, deed.ErrDelivered) {
		t.Errorf("delivered after it was accepted: %v", err)
	}
	at("city", hold, func(k came) bool { return openReds(k.reds) == 0 })
	if got := w.offer("club", o.ID).State; got != board.OfferConfirmed {
		t.Errorf("the offer is %s", got)
	}
}

func openReds(list []progress.Red) (n int) {
	for _, r := range list {
		if r.ClosedAt == 0 {
			n++
		}
	}
	return n
}

// A copy of before a red, a delivery and their answers has all of it again, at
// the home as at the owner, and a yes that was read before its offer counts.
func TestARestoredNodeRegainsWhatCameOfWork(t *testing.T) {
	for _, lost := range []string{"city", "club"} {
		t.Run(lost, func(t *testing.T) {
			w := newTown(t)
			o, hold := w.agreed("club", 1)
			putBack := backUp(t, w.Federation, lost)
			city, club, ctx := w.Node("city").Engagements(), w.Node("club").Engagements(), w.Context()
			_, err1 := city.RaiseRed(ctx, w.person, hold, w.red("ours"))
			_, err2 := club.RaiseOwners(ctx, o.ID, w.red("theirs"))
			w.overWork()
			_, err3 := city.Deliver(ctx, w.person, hold, deed.Delivered{Units: []int{0, 1}, Hours: "3", Value: "320"})
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
			w.Eventually("the club has it", func() bool { return len(w.came("club", string(o.ID)).turns) == 1 })
			if _, err := club.AnswerDelivery(ctx, o.ID, deed.Accepting{Verdict: work.AnswerDisputed, Reason: "more"}); err != nil {
				t.Fatal(err)
			}
			w.Eventually("the city has the answer", func() bool { return w.came("city", hold).last().State == progress.Disputed })
			putBack()
			w.Eventually(lost+" has drained the others", func() bool { return !restoring(t, w.Federation, lost) })
			of := map[string]string{"city": hold, "club": string(o.ID)}[lost]
			w.Eventually(lost+" has all of it again", func() bool {
				k := w.came(lost, of)
				return len(k.reds) == 2 && k.of(progress.Home).What == "ours" && k.of(progress.Owner).What == "theirs" &&
					len(k.turns) == 1 && k.last().State == progress.Disputed && k.last().Reason == "more" && k.last().Hours == "3"
			})
			if _, err := w.Node("city").Engagements().Deliver(ctx, w.person, hold, deed.Delivered{Units: []int{0, 1}, Hours: "4", Value: "320"}); err != nil {
				t.Fatal(err)
			}
			w.Eventually("the club has the second turn", func() bool { return w.came("club", string(o.ID)).last().Hours == "4" })
			if _, err := w.Node("club").Engagements().AnswerDelivery(ctx, o.ID, deed.Accepting{Verdict: work.AnswerAccepted}); err != nil {
				t.Fatal(err)
			}
			w.Eventually("the city has the second answer", func() bool { return w.came("city", hold).last().State == progress.Accepted })
		})
	}
}

// Who leaves is left nowhere at an owner: neither what came of the work, nor for
// whom and when it was offered, in the tables or in the owner's own records.
func TestWhoLeavesIsForgottenByTheOwner(t *testing.T) {
	w := newTown(t)
	o, hold := w.agreed("club", 1)
	_, err1 := w.Node("city").Engagements().RaiseRed(w.Context(), w.person, hold, w.red("ours"))
	r, err2 := w.Node("club").Engagements().RaiseOwners(w.Context(), o.ID, w.red("theirs"))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the club has the red", func() bool { return len(w.came("club", string(o.ID)).reds) == 2 })
	taken, err := w.Node("city").Gate().Erase(w.Context(), w.person)
	if err != nil {
		t.Fatal(err)
	}
	w.Eventually("the club has forgotten", func() bool {
		now := w.offer("club", o.ID)
		return now.Subject == "" && now.Units == "[]" && now.Party == "" && len(w.came("club", string(o.ID)).reds) == 0
	})
	for _, id := range []spec.ID{o.ID, r.Record} {
		if e := w.Entry("club", id); e.State != store.StateErased || e.Token != "" || e.Subject != "" {
			t.Errorf("the club keeps its own record as %s, %d octets", e.State, len(e.Token))
		}
	}
	w.Eventually("every order is answered", func() bool { return w.Settled("city", w.person, spec.ActionErased) == taken.Records })
	if k := w.came("city", hold); len(k.reds)+len(k.turns) != 0 {
		t.Errorf("the city keeps %+v", k)
	}
}

// A yes with other times than were offered is none, and one that came after its
// place was freed takes it again, or is asked back.
func TestALateYesTakesAFreePlaceOrIsAskedBack(t *testing.T) {
	a := newAnswering(t)
	city := a.ID("city")
	other := a.hold(a.rogues.ID, a.subject, work.HoldConfirmed, spec.RandomUUID(), 1)
	other.Units[0].End = spec.FormatUTC(a.Clock.Now().Add(200 * time.Hour))
	a.said(a.r.Seal(city, other))
	a.states("open open 2")
	if list := refusedBy(t, a.Federation, "city", a.r.ID); len(list) != 1 || list["REQ-HLD-003"] == 0 {
		t.Errorf("the operator sees %+v", list)
	}
	lapse := func() {
		read(t, a.Federation, "city", func(*store.Tx) error { return nil })
		if err := a.Node("city").Store().Write(a.Context(), func(tx *store.Tx) error {
			o, err := board.In(tx).Offer(a.rogues.ID)
			o.State = board.OfferLapsed
			return errors.Join(err, board.In(tx).Settle(o))
		}); err != nil {
			t.Fatal(err)
		}
	}
	lapse()
	a.said(a.r.Seal(city, a.hold(a.rogues.ID, a.subject, work.HoldConfirmed, spec.RandomUUID(), 1)))
	a.states("open confirmedForged 2")
	lapse()
	third := a.ask(a.second)
	a.said(a.r.Seal(city, a.hold(a.rogues.ID, a.subject, work.HoldConfirmed, spec.RandomUUID(), 1)))
	read(t, a.Federation, "city", func(tx *store.Tx) error {
		o, err1 := board.In(tx).Offer(a.rogues.ID)
		reds, err2 := progress.In(tx).Reds(string(a.rogues.ID))
		if o.State != board.OfferLapsed || len(reds) != 1 || reds[0].Ask != work.AskCancellation {
			t.Errorf("the offer is %s, the reds %+v, beside %s", o.State, reds, third.State)
		}
		return errors.Join(err1, err2)
	})
}

// A person's statement counts what was accepted, through the contract, and says
// what waits apart.
func TestAStatementCountsAcceptedWork(t *testing.T) {
	w := newTown(t)
	o, hold := w.agreed("club", 1)
	w.overWork()
	city := w.Node("city").Engagements()
	if _, err := city.Deliver(w.Context(), w.person, hold, deed.Delivered{Units: []int{0, 1}, Hours: "3.5", Value: "320"}); err != nil {
		t.Fatal(err)
	}
	year := func() (s statement.Statement) {
		read(t, w.Federation, "city", func(tx *store.Tx) error {
			all, err := dossier.Worked(tx, w.person, func(id string) string { return id })
			limits, source := dossier.Thresholds(w.Node("city").Trust().Book(), w.Clock.Now())
			if source == nil || source.Series != "safety" || limits.WeekHours != 20 || limits.YearIncome != 200_000 {
				t.Errorf("the thresholds: %+v", limits)
			}
			s = statement.Of(all, w.day.In(availability.Home).Year(), availability.Home, limits)
			return err
		})
		return s
	}
	if s := year(); s.Waiting.String() != "3.5" || s.Sum.Hours != 0 || len(s.Sum.Pay) != 0 {
		t.Errorf("before it was accepted: %+v", s)
	}
	w.Eventually("the club has it", func() bool { return len(w.came("club", string(o.ID)).turns) == 1 })
	g, err := w.gigOf("club", o)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Node("club").Engagements().Close(w.Context(), g); err != nil { // what was agreed stays
		t.Fatal(err)
	}
	if _, err := w.Node("club").Engagements().AnswerDelivery(w.Context(), o.ID, deed.Accepting{Verdict: work.AnswerAccepted}); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the city has the answer", func() bool { return w.came("city", hold).last().State == progress.Accepted })
	s := year()
	if s.Waiting != 0 || s.Sum.Hours.String() != "3.5" || len(s.Sum.Pay) != 1 || s.Sum.Pay[0] != (statement.Money{Currency: "JPY", Amount: 24_000}) {
		t.Errorf("after it was accepted: %+v", s)
	}
	if err := w.Node("city").Engagements().Cancel(w.Context(), w.person, hold); !errors.Is(err, deed.ErrDelivered) {
		t.Errorf("accepted work was cancelled: %v", err)
	}
	var whole dossier.Document
	read(t, w.Federation, "city", func(tx *store.Tx) (err error) {
		whole, err = dossier.Of(tx, w.person, w.Clock.Now())
		return err
	})
	if len(whole.Work) != 1 || whole.Work[0].Terms == nil || len(whole.Work[0].Deliveries) != 1 {
		t.Errorf("the export: %+v", whole.Work)
	}
}

func (w *town) gigOf(at string, o board.Offer) (id string, err error) {
	read(w.t, w.Federation, at, func(tx *store.Tx) error {
		now, err := board.In(tx).Offer(o.ID)
		id = now.Gig
		return err
	})
	return id, err
}
