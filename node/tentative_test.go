package node_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/slots"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// keep answers that the time is to be held until some hours from now.
func (w *town) keep(o board.Offer, hours int) (diary.Hold, error) {
	return w.Node("city").Engagements().Answer(w.Context(), engage.Answer{
		Person: w.person, Proposal: o.ID, Until: w.Clock.Now().Add(time.Duration(hours) * time.Hour), Language: "en",
	})
}

// told are the kinds of word to the person, the newest first.
func (w *town) told() (kinds []notice.Kind) {
	w.t.Helper()
	if err := w.Node("city").Store().Read(w.Context(), func(tx *store.Tx) error {
		who, err := account.In(tx).OfPerson(w.person)
		if err != nil {
			return err
		}
		list, err := inbox.In(tx).List(who.ID, inbox.Place{}, 100)
		kinds = nil
		for _, m := range list {
			kinds = append(kinds, m.Kind)
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return kinds
}

// holdAt is the newest hold that a node was told.
func (w *town) holdAt(owner string) (h spec.Hold) {
	w.t.Helper()
	for _, l := range w.Current(owner, spec.KindHold) {
		if err := json.Unmarshal(spec.Payload(l.Token), &h); err != nil {
			w.t.Fatal(err)
		}
	}
	return h
}

func (w *town) lapse() int {
	w.t.Helper()
	n, err := w.Node("city").Engagements().Lapse(w.Context(), 100)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// "Hold it for me until…": the owner and whoever may see the person's time see
// it as tentative, nothing else takes it, and it becomes a confirmed hold.
func TestATentativeHoldBecomesAConfirmedOne(t *testing.T) {
	w := newTown(t)
	g, other := w.gig("club", 2), w.gig("shop", 1)
	first, err := w.ask("club", g, 1)
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.ask("shop", other, 2)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(first)
	w.arrived(second)
	if _, err := w.keep(first, 24*20); !errors.Is(err, engage.ErrInvalid) {
		t.Errorf("past the end of the offer: %v", err)
	}
	held, err := w.keep(first, 12)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.keep(first, 12)
	if err != nil || again.ID != held.ID || again.Sequence != held.Sequence {
		t.Errorf("the same answer again: %+v, %v", again, err)
	}
	longer, err := w.keep(first, 13)
	if err != nil || longer.ID != held.ID || longer.Sequence <= held.Sequence || longer.ReleaseAt != held.ReleaseAt+3600 {
		t.Errorf("held for longer: %+v, %v", longer, err)
	}
	w.Eventually("the club sees a tentative hold that names what it knew", func() bool {
		h := w.holdAt("club")
		return h.Status == work.HoldTentative && h.Sequence == longer.Sequence && h.ReleaseAt != "" && h.Party == nil && h.FreeBusy != nil && h.FreeBusy.Sequence > 0 &&
			w.offer("club", first.ID).State == board.OfferOpen && w.offer("club", first.ID).Hold != ""
	})
	w.Eventually("the shop sees tentative time", func() bool {
		b := w.availabilityAt("shop").Busy
		return len(b) == 1 && b[0].Status == spec.BusyTentative && b[0].Start == w.units(1)[0].Start
	})
	if _, err := w.answer(second, true); !errors.Is(err, engage.ErrTaken) {
		t.Errorf("a yes over time that is kept: %v", err)
	}
	yes, err := w.answer(first, true)
	if err != nil || yes.ID != held.ID || yes.State != work.HoldConfirmed || yes.ReleaseAt != 0 || yes.Consent != held.Consent {
		t.Fatalf("%+v, %v", yes, err)
	}
	w.Eventually("the club has it confirmed", func() bool {
		return w.offer("club", first.ID).State == board.OfferConfirmed && w.holdAt("club").Status == work.HoldConfirmed
	})
	w.Clock.Move(14 * time.Hour)
	if n := w.lapse(); n != 0 {
		t.Errorf("a confirmed hold was released: %d", n)
	}
}

// Whoever does not decide is warned, and then the time is free again, for them
// and at the owner; saying no gives it back at once.
func TestATentativeHoldIsGivenBackWithNotice(t *testing.T) {
	w := newTown(t)
	w.Account("city", w.person)
	g := w.gig("club", 2)
	o, err := w.ask("club", g, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(o)
	held, err := w.keep(o, 20)
	if err != nil {
		t.Fatal(err)
	}
	w.Eventually("the club has it tentative", func() bool { return w.holdAt("club").Status == work.HoldTentative })
	if w.lapse(); slices.Contains(w.told(), notice.HoldLapsing) {
		t.Error("warned at once, of a hold that has just been asked for")
	}
	w.Clock.Move(11 * time.Hour) // within the last half
	for range 2 {
		w.lapse()
	}
	warned := 0
	for _, k := range w.told() {
		if k == notice.HoldLapsing {
			warned++
		}
	}
	if warned != 1 {
		t.Errorf("warned %d times: %v", warned, w.told())
	}
	w.Clock.Move(10 * time.Hour)
	if n := w.lapse(); n != 1 {
		t.Errorf("%d ended", n)
	}
	if kinds := w.told(); kinds[0] != notice.HoldReleased {
		t.Errorf("told %v", kinds)
	}
	if p := w.proposals(); p[0].State != diary.Lapsed || p[0].Hold != held.ID {
		t.Errorf("the proposal is %+v", p[0])
	}
	if _, err := w.answer(o, true); !errors.Is(err, engage.ErrOver) {
		t.Errorf("a yes after it was given back: %v", err)
	}
	w.Eventually("the club's place is free", func() bool { return w.offer("club", o.ID).State == board.OfferDeclined })
	w.Eventually("nothing is busy", func() bool { return len(w.availabilityAt("shop").Busy) == 0 })

	o, err = w.ask("club", w.gig("club", 1), 7)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(o)
	if _, err := w.keep(o, 1); err != nil {
		t.Fatal(err)
	}
	if h, err := w.answer(o, false); err != nil || h.State != work.HoldCancelled {
		t.Errorf("%+v, %v", h, err)
	}
	w.Eventually("the club knows of the no", func() bool { return w.offer("club", o.ID).State == board.OfferDeclined })
}

// The way to work at a place is busy time, stands in the hold, and keeps other
// work away from it.
func TestTheWayToWorkIsKeptFree(t *testing.T) {
	w := newTown(t)
	if err := slots.PutTravel(w.Context(), w.Node("city").Gate(), w.person, 45, 60); err != nil {
		t.Fatal(err)
	}
	first, err := w.ask("club", w.gig("club", 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	soon, err := w.ask("shop", w.gig("shop", 1), 5)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(first)
	w.arrived(soon)
	if _, err := w.answer(first, true); err != nil {
		t.Fatal(err)
	}
	from, to := w.day.Add(15*time.Minute), w.day.Add(5*time.Hour) // 1:00 to 4:00 with the way
	w.Eventually("the club reads the way in the hold", func() bool {
		h := w.holdAt("club")
		return h.Travel != nil && h.Travel.Start == spec.FormatUTC(from) && h.Travel.End == spec.FormatUTC(to)
	})
	w.Eventually("the shop sees it as busy", func() bool {
		b := w.availabilityAt("shop").Busy
		return len(b) == 1 && b[0].Start == spec.FormatUTC(from) && b[0].End == spec.FormatUTC(to) && b[0].Status == spec.BusyConfirmed
	})
	if _, err := w.answer(soon, true); !errors.Is(err, engage.ErrTaken) { // 5:00, and 45 minutes on the way to it
		t.Errorf("work that begins while the person is on the way: %v", err)
	}
	if err := slots.PutTravel(w.Context(), w.Node("city").Gate(), w.person, 0, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := w.answer(soon, true); err != nil {
		t.Errorf("work that begins when the person is back: %v", err)
	}
}
