package node_test

import (
	"errors"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/spec"
)

// agreed is an offer that the person said yes to, with their name, as the owner knows.
func (w *town) agreed(owner string, hour int) (o board.Offer, hold string) {
	w.t.Helper()
	o, err := w.ask(owner, w.gig(owner, 1), hour)
	if err != nil {
		w.t.Fatal(err)
	}
	w.arrived(o)
	h, err := w.answer(o, true)
	if err != nil {
		w.t.Fatal(err)
	}
	w.Eventually(owner+" knows who comes", func() bool { return w.offer(owner, o.ID).Party != "" })
	return o, h.ID
}

// Who leaves is named nowhere any more, their places come free, and every order
// that their home gave is answered.
func TestWhoLeavesGivesTheirPlacesBack(t *testing.T) {
	w := newTown(t)
	agreed, _ := w.agreed("club", 1)
	open, err := w.ask("shop", w.gig("shop", 1), 9)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(open)
	taken, err := w.Node("city").Gate().Erase(w.Context(), w.person)
	if err != nil || taken.Readers != 2 {
		t.Fatalf("ordered %+v: %v", taken, err)
	}
	w.Eventually("the place is free and nobody is named", func() bool {
		o := w.offer("club", agreed.ID)
		return o.State == board.OfferCancelled && o.Party == ""
	})
	w.Eventually("every order is answered", func() bool { return w.Settled("city", w.person, spec.ActionErased) == taken.Records })
	for _, owner := range []string{"club", "shop"} {
		if list := refusedBy(t, w.Federation, owner, w.ID("city")); len(list) != 0 {
			t.Errorf("%s refused %+v", owner, list)
		}
	}
	if list := w.proposals(); len(list) != 0 {
		t.Errorf("the city keeps %d proposals", len(list))
	}
	for _, o := range []board.Offer{agreed, open} {
		if e := w.Entry("city", o.ID); e.State != store.StateErased || e.Token != "" {
			t.Errorf("the city keeps an offer's record as %s, %d octets", e.State, len(e.Token))
		}
	}
}

// A hold that its home takes back without another answer frees its place, too.
func TestAWithdrawnHoldHoldsNothing(t *testing.T) {
	w := newTown(t)
	o, _ := w.agreed("club", 1)
	hold := w.offer("club", o.ID).Hold
	if err := w.Node("city").Gate().Change(w.Context(), func(c *gate.Change) error {
		row, err := c.Tx().Entry(hold)
		if err != nil {
			return err
		}
		return c.TakeBack(w.ID("club"), []store.Entry{row}, w.person)
	}); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the place is free and nobody is named", func() bool {
		now := w.offer("club", o.ID)
		return now.State == board.OfferCancelled && now.Party == ""
	})
}

// After a key was revoked a hold has been said twice, and the offer once: the
// person can still give the time back, and answer.
func TestAnAnswerOutlivesItsKey(t *testing.T) {
	w := newTown(t)
	o, hold := w.agreed("club", 1)
	open, err := w.ask("club", w.gig("club", 1), 9)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(open)
	first := w.offer("club", o.ID).Hold
	for _, name := range []string{"city", "club"} {
		w.newKey(name)
	}
	w.Eventually("the club has the hold anew", func() bool { return w.offer("club", o.ID).Hold != first })
	if err := w.Node("city").Engagements().Cancel(w.Context(), w.person, hold); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the place is free and nobody is named", func() bool {
		now := w.offer("club", o.ID)
		return now.State == board.OfferCancelled && now.Party == ""
	})
	w.Eventually("both versions were withdrawn", func() bool { return w.Settled("city", w.person, spec.ActionWithdrawn) == 2 })
	if list := w.Proofs("club"); len(list) != 0 {
		t.Errorf("one version was said twice: %d proofs", len(list))
	}
	if list := w.proposals(); len(list) != 2 {
		t.Errorf("the person is shown %d offers of two", len(list))
	}
	if _, err := w.answer(open, true); err != nil {
		t.Errorf("the open offer: %v", err)
	}
	w.Eventually("the club knows the yes", func() bool { return w.offer("club", open.ID).State == board.OfferConfirmed })
}

// newKey gives a node another key and revokes the one it had.
func (w *town) newKey(name string) {
	w.t.Helper()
	data, root, before := w.Config(name).Data, w.Founded.Roots[w.ID(name)], w.Node(name).Gate().Signer().KID()
	_, err := keys.Rotate(data, root, w.Clock.Now())
	if err == nil {
		w.Clock.Move(2 * time.Second)
		_, err = keys.Revoke(data, root, before, "lost", w.Clock.Now())
	}
	if err == nil {
		err = w.Node(name).ReloadKeys(w.Context())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// Nothing rests on an offer that its owner took back.
func TestAnOfferThatWasTakenBackIsOver(t *testing.T) {
	w := newTown(t)
	o, err := w.ask("club", w.gig("club", 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(o)
	if err := w.Node("club").Gate().Change(w.Context(), func(c *gate.Change) error {
		row, err := c.Tx().Entry(o.ID)
		if err != nil {
			return err
		}
		return c.TakeBack(w.ID("city"), []store.Entry{row}, "")
	}); err != nil {
		t.Fatal(err)
	}
	w.Eventually("the city has read it", func() bool { return w.Entry("city", o.ID).State == store.StateWithdrawn })
	if _, err := w.answer(o, true); !errors.Is(err, engage.ErrOver) {
		t.Errorf("a yes to it: %v", err)
	}
}

// A home that says nothing any more keeps its own places only.
func TestASilentHomeKeepsNoOtherPlace(t *testing.T) {
	w := newTown(t)
	o, err := w.ask("club", w.gig("club", 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.arrived(o)
	silent := o
	silent.ID, silent.Home, silent.OfferUntil = "silent", w.ID("shop")+"/gone", o.OfferUntil-1
	if err := w.Node("club").Store().Write(w.Context(), func(tx *store.Tx) error { return board.In(tx).AddOffer(silent) }); err != nil {
		t.Fatal(err)
	}
	w.Clock.Move(73 * time.Hour)
	w.Eventually("the offer has lapsed", func() bool {
		if _, err := w.Node("club").Engagements().Lapse(w.Context(), 1); err != nil {
			t.Fatal(err)
		}
		return w.offer("club", o.ID).State == board.OfferLapsed
	})
	if got := w.offer("club", silent.ID).State; got != board.OfferOpen {
		t.Errorf("the silent home's offer is %s", got)
	}
}
