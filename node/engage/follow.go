package engage

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// Where people are led by word: a person to their offers, an organisation to a gig.
const (
	OffersPage = "/my/offers"
	GigsPage   = "/gigs"
)

// Follow carries out what an admitted record about work asks for, in the
// transaction that admits it. What names nobody and nothing of ours has no
// effect.
func Follow(c *gate.Change, r *spec.Record) error {
	if r.Envelope().Issuer == c.Self() {
		return regained(c, r)
	}
	switch b := r.Body().(type) {
	case *spec.Proposal:
		return offered(c, r, b)
	case *spec.Hold:
		return answered(c, r.ID(), b)
	}
	return deed.Follow(c, r)
}

// mostOpen is how many open offers of one owner a person is shown at a time;
// more of them are not kept, and end at their owner unanswered.
const mostOpen = 50

// offered keeps a proposal for the person whom it names, if this home gave the
// owner that name and the person still lets the owner know something of them.
func offered(c *gate.Change, r *spec.Record, p *spec.Proposal) error {
	pairs, err := c.Tx().PairwiseBySubject(p.Subject)
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		if pair.Audience != p.Issuer {
			continue
		}
		if asked, err := mayAsk(c, pair); err != nil || !asked {
			return err
		}
		units, err := json.Marshal(p.Units)
		if err != nil {
			return err
		}
		from, _ := work.Span(p.Units)
		d := diary.In(c.Tx())
		if err := d.AddProposal(diary.Proposal{
			ID: r.ID(), Person: pair.Person, Owner: p.Issuer, Gig: p.Gig, Subject: p.Subject, Units: string(units),
			StartsAt: from.Unix(), OfferUntil: unix(p.Offer.Until), State: diary.Open, ReceivedAt: c.Now().Unix(),
		}); err != nil {
			return err
		}
		if h, err := d.HoldFor(r.ID()); err == nil {
			return answeredBefore(d, h) // before this store was restored
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return c.Word(pair.Person, notice.ProposalReceived, string(r.ID()))
	}
	return nil
}

// mayAsk reports whether a person's word to an owner stands on a consent in
// force, in any kind, and there are not too many open offers of the owner yet.
func mayAsk(c *gate.Change, to store.Pairwise) (bool, error) {
	pairs, err := c.Tx().PairwiseBySubject(to.Subject)
	if err != nil {
		return false, err
	}
	stands := false
	for _, pair := range pairs {
		agreed, err := c.Tx().Consent(pair.RecordID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, err
		}
		stands = stands || err == nil && agreed.State == consent.Given && agreed.Until > c.Now().Unix()
	}
	if !stands {
		return false, nil
	}
	d := diary.In(c.Tx())
	if err := d.Lock(to.Person); err != nil {
		return false, err
	}
	open, err := d.Waiting(to.Person, to.Audience, c.Now().Unix())
	return open < mostOpen, err
}

// answered settles the offer that a home's hold answers. Another node's answer,
// one about somebody else, and one that came after the place was freed change
// nothing here.
func answered(c *gate.Change, id spec.ID, h *spec.Hold) error {
	b := board.In(c.Tx())
	o, err := b.Offer(h.Proposal)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.Home != h.Issuer || o.Subject != h.Subject {
		return nil
	}
	if err := b.Lock(o.Gig); err != nil {
		return err
	}
	if o, err = b.Offer(h.Proposal); err != nil { // as it is under the lock
		return err
	}
	row, err := c.Tx().Entry(id)
	if err != nil || row.State != store.StateLive {
		return err // a newer version came first
	}
	if agreed, err := agrees(c, o, id, h); err != nil || !agreed {
		return err
	}
	before := o.State
	switch {
	case h.Status == work.HoldConfirmed && (o.State == board.OfferOpen || o.State == board.OfferConfirmed):
		o.State, o.Party = board.OfferConfirmed, ""
		if h.Party != nil {
			o.Party = h.Party.Name
		}
	case h.Status == work.HoldTentative && o.State == board.OfferOpen:
		if o.Hold == "" {
			err = tellOwner(c, o)
		}
		o.Hold = id // the place stays offered, and the person has kept the time for it
		return errors.Join(err, b.Settle(o))
	case h.Status == work.HoldCancelled && o.State == board.OfferOpen:
		o.State = board.OfferDeclined
	case h.Status == work.HoldCancelled && o.State == board.OfferConfirmed:
		o.State, o.Party = board.OfferCancelled, ""
	default:
		return late(c, o, id, h)
	}
	o.Hold, o.SettledAt = id, c.Now().Unix()
	if o.State == before {
		return b.Settle(o) // the same answer, said anew, is no news
	}
	return errors.Join(b.Settle(o), tellOwner(c, o), deed.Again(c, h.Subject))
}

// tellOwner tells who made an offer that an answer came.
func tellOwner(c *gate.Change, o board.Offer) error {
	return tellStaff(c, o, word.Word{Kind: notice.OfferAnswered, Object: string(o.ID), Link: GigsPage + "/" + o.Gig})
}

// tellStaff tells who made an offer, or else the clerks of the organisation.
func tellStaff(c *gate.Change, o board.Offer, w word.Word) error {
	if o.MadeBy != "" {
		return word.Tell(c.Tx(), c.Now(), o.MadeBy, w)
	}
	g, err := board.In(c.Tx()).Gig(o.Gig)
	if err != nil {
		return err
	}
	return word.TellClerks(c.Tx(), c.Now(), []string{g.Organisation}, w)
}

// ForgetOld drops the names of people from work that is long over, when the
// consent under which they were told has ended with it.
func (e *Engagements) ForgetOld(tx *store.Tx) error {
	return board.In(tx).ForgetNames(e.gate.Clock().Add(-kept).Unix())
}

// Lapse ends what nobody answered, at most most of each a call: at a home the
// proposals whose end its own clock has passed, at an owner the offers after
// whose end, by the home's own clock, all is read and no yes was there. It is a
// job of the node, and returns how many it ended.
func (e *Engagements) Lapse(ctx context.Context, most int) (int, error) {
	ended := 0
	err := e.gate.Change(ctx, func(c *gate.Change) error {
		ended = 0
		if err := e.lapseProposals(c, most, &ended); err != nil {
			return err
		}
		if err := e.releaseHolds(c, most, &ended); err != nil {
			return err
		}
		return errors.Join(deed.Remind(c, most), e.lapseOffers(c, ended+most, &ended))
	})
	return ended, err
}

// warned is how long before its end a person is told of an open offer; whom the
// offer reached later than that was told a moment ago.
const warned = 24 * time.Hour

func (e *Engagements) lapseProposals(c *gate.Change, most int, ended *int) error {
	d := diary.In(c.Tx())
	list, err := d.Lapsing(c.Now().Add(warned).Unix(), most)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.OfferUntil > c.Now().Unix() {
			if err := word.TellPerson(c.Tx(), c.Now(), p.Person, word.Word{
				ID: "lapsing " + string(p.ID), Kind: notice.ProposalLapsing, Object: string(p.ID), Link: OffersPage,
			}); err != nil {
				return err
			}
			continue
		}
		if err := d.Lock(p.Person); err != nil {
			return err
		}
		now, err := d.Proposal(p.ID) // as it is under the lock
		if err != nil {
			return err
		}
		if now.State != diary.Open {
			continue
		}
		now.State, now.SettledAt = diary.Lapsed, c.Now().Unix()
		if err := errors.Join(d.SettleProposal(now), c.Word(p.Person, notice.ProposalLapsed, string(p.ID))); err != nil {
			return err
		}
		*ended++
	}
	return nil
}

// grace is how long after the end of an offer a yes that was given in time may
// still be on its way through the home's own store, in seconds.
const grace = 60

func (e *Engagements) lapseOffers(c *gate.Change, most int, ended *int) error {
	b := board.In(c.Tx())
	for last := (board.Offer{}); ; {
		list, err := b.Overdue(c.Now().Unix(), last, most)
		if err != nil || len(list) == 0 {
			return err
		}
		last = list[len(list)-1] // a home that is silent stands before nobody else's offers
		for _, o := range list {
			if e.read(o.Home) < o.OfferUntil+grace {
				continue // the home may have said yes: it is awaited
			}
			lapsed, err := lapse(c, o)
			if err != nil {
				return err
			}
			if lapsed {
				*ended++
			}
			if *ended >= most {
				return nil
			}
		}
	}
}

func lapse(c *gate.Change, o board.Offer) (bool, error) {
	b := board.In(c.Tx())
	if err := b.Lock(o.Gig); err != nil {
		return false, err
	}
	now, err := b.Offer(o.ID) // as it is under the lock
	if err != nil || now.State != board.OfferOpen {
		return false, err
	}
	now.State, now.SettledAt = board.OfferLapsed, c.Now().Unix()
	return true, errors.Join(b.Settle(now), tellStaff(c, now, word.Word{
		Kind: notice.OfferLapsed, Object: string(now.ID), Link: GigsPage + "/" + now.Gig,
	}))
}
