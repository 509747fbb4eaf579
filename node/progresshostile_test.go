package node_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// about gives a body of the rogue's the names of an engagement.
func (a *answering) about(e *spec.Envelope, subject spec.Subject, uid string, sequence uint64) {
	e.Subject, e.Consent, e.Purpose, e.Until = subject, spec.RandomUUID(), "engagement", a.Clock.Now().Add(30*24*time.Hour).Unix()
	e.UID, e.Sequence = uid, sequence
}

func (a *answering) risk(hold spec.ID, subject spec.Subject, uid string, sequence uint64) *spec.Risk {
	r := &spec.Risk{Of: hold, Risk: work.Risk{Severity: "high", What: "Forged", Ask: "Forged", By: spec.FormatUTC(a.Clock.Now().Add(time.Hour))}}
	a.about(&r.Envelope, subject, uid, sequence)
	return r
}

func (a *answering) delivery(hold spec.ID, subject spec.Subject, uid string, sequence uint64, unit int) *spec.Delivery {
	d := &spec.Delivery{Of: hold, Delivery: work.Delivery{Units: []*int{&unit}, Hours: fmt.Sprint(sequence), Outcome: &work.Outturn{Value: "1"}}}
	a.about(&d.Envelope, subject, uid, sequence)
	return d
}

func (a *answering) acceptance(delivery spec.ID, subject spec.Subject, verdict string) *spec.Acceptance {
	b := &spec.Acceptance{Delivery: delivery, Answer: work.Answer{Verdict: verdict, Reason: "Forged"}}
	a.about(&b.Envelope, subject, spec.RandomUUID(), 1)
	return b
}

// clubs is the yes of the club's person to the city's offer, once it came and the
// gig with it.
func (a *answering) clubs() (yes engage.Answer) {
	a.t.Helper()
	a.Eventually("the offer is at the club", func() bool {
		found := false
		read(a.t, a.Federation, "club", func(tx *store.Tx) error {
			people, err := tx.People("", 1)
			if err != nil {
				return err
			}
			list, err := diary.In(tx).Proposals(people[0].ID)
			if err == nil && len(list) == 1 {
				_, unread := tx.Entry(list[0].Gig)
				found = unread == nil
				yes = engage.Answer{Person: people[0].ID, Proposal: list[0].ID, Yes: true, Language: "en"}
			}
			return err
		})
		return found
	})
	return yes
}

// cameTo says how many reds and turns a node keeps of a piece of work.
func cameTo(t *testing.T, a *answering, of string) string {
	t.Helper()
	var said string
	read(t, a.Federation, "city", func(tx *store.Tx) error {
		reds, err1 := progress.In(tx).Reds(of)
		turns, err2 := progress.In(tx).Deliveries(of)
		said = fmt.Sprint(openReds(reds), " ", len(turns))
		return errors.Join(err1, err2)
	})
	return said
}

// TestANeighbourForgesNoProgress: a red counts from a side of the engagement, a
// delivery from its home, an answer from its owner, and nothing from anybody
// about another's, by whatever hold and name they say it.
func TestANeighbourForgesNoProgress(t *testing.T) {
	a := newAnswering(t)
	city, club, uid := a.ID("city"), a.ID("club"), spec.RandomUUID
	// The club's person says yes at the city's offer; the rogue says yes at its own.
	yes := a.r.Seal(city, a.hold(a.rogues.ID, a.subject, work.HoldConfirmed, uid(), 5))
	a.said(yes)
	own := idOf(yes)
	var theirs spec.ID
	ofClub := a.theirs
	h, err := a.Node("club").Engagements().Answer(a.Context(), a.clubs())
	if err != nil {
		t.Fatal(err)
	}
	theirs = h.Record
	a.Eventually("the club's yes is known", func() bool {
		read(t, a.Federation, "city", func(tx *store.Tx) (err error) {
			ofClub, err = board.In(tx).Offer(a.theirs.ID)
			return err
		})
		return ofClub.State == board.OfferConfirmed
	})
	none := spec.Digest([]byte("nowhere"))
	for _, hold := range []spec.ID{theirs, none, a.theirs.ID, a.rogues.ID} {
		for _, subject := range []spec.Subject{a.theirs.Subject, a.subject, a.second} {
			a.said(
				a.r.Seal(city, a.risk(hold, subject, uid(), 1)), a.r.Seal(city, a.delivery(hold, subject, uid(), 1, 0)),
				a.r.SealAs(club, city, a.risk(hold, subject, uid(), 1)), a.r.SealAs(club, city, a.delivery(hold, subject, uid(), 1, 0)),
			)
		}
	}
	a.said(
		a.r.Seal(city, a.risk(own, a.second, uid(), 1)), a.r.Seal(club, a.risk(own, a.subject, uid(), 1)),
		a.r.Seal(city, a.delivery(own, a.second, uid(), 1, 0)), a.r.Seal(city, a.delivery(own, a.subject, uid(), 1, 7)),
	)
	for _, o := range []board.Offer{a.theirs, a.rogues} {
		if got := cameTo(t, a, string(o.ID)); got != "0 0" {
			t.Errorf("of %s came %s", o.Home, got)
		}
	}
	// Its own engagement it may speak of, within bounds.
	line := uid()
	var many []string
	for i := range uint64(30) {
		many = append(many, a.r.Seal(city, a.risk(own, a.subject, uid(), 1)), a.r.Seal(city, a.delivery(own, a.subject, line, i+1, 0)))
	}
	a.said(many...)
	a.said(a.r.Seal(city, a.delivery(own, a.subject, uid(), 90, 0)), a.r.Seal(city, a.delivery(own, a.subject, line, 1, 0)))
	if got := cameTo(t, a, string(a.rogues.ID)); got != "20 30" && got != "20 1" {
		t.Errorf("of the rogue's own came %s", got)
	}
	// What a person of the city delivers is answered by its owner alone.
	a.said(a.r.Seal(city, a.acceptance(theirs, a.theirs.Subject, work.AnswerAccepted)), a.r.Seal(city, a.acceptance(none, a.subject, work.AnswerAccepted)))
	if _, err := a.Node("city").Engagements().AnswerDelivery(a.Context(), a.theirs.ID, deed.Accepting{Verdict: work.AnswerAccepted}); !errors.Is(err, deed.ErrUndelivered) {
		t.Errorf("what nobody delivered: %v", err)
	}
}
