package node_test

import (
	"errors"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/store/storetest"
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
