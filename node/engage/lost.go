package engage

import (
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/spec"
)

// Lost follows the end of records that others withdrew or had erased without
// another answer: the places of holds come free and the names go with them,
// reds are over, and nothing that was delivered is said any more. Who was erased
// is forgotten, in what this node itself said about them too. Other records
// change nothing.
func Lost(c *gate.Change, records []spec.ID, erased bool) error {
	for _, id := range records {
		if err := errors.Join(lostHold(c, id), deed.Lost(c, id), lostProposal(c, id)); err != nil {
			return err
		}
	}
	if !erased {
		return nil
	}
	return gone(c, records)
}

func lostHold(c *gate.Change, id spec.ID) error {
	offers, err := board.In(c.Tx()).OffersHeldBy(id)
	if err != nil {
		return err
	}
	for _, o := range offers {
		if err := lost(c, o.ID, id); err != nil {
			return err
		}
	}
	return nil
}

func lost(c *gate.Change, offer, hold spec.ID) error {
	b := board.In(c.Tx())
	o, err := b.Offer(offer)
	if err != nil {
		return err
	}
	if err := b.Lock(o.Gig); err != nil {
		return err
	}
	if o, err = b.Offer(offer); err != nil { // as it is under the lock
		return err
	}
	if o.Hold != hold || o.State != board.OfferConfirmed {
		return nil
	}
	if done, err := deed.Accepted(c, string(offer)); err != nil || done {
		o.Party = "" // the work is done: its place was filled
		return errors.Join(err, b.Settle(o))
	}
	o.State, o.Party, o.SettledAt = board.OfferCancelled, "", c.Now().Unix()
	return errors.Join(b.Settle(o), tellOwner(c, o))
}

// lostProposal ends an offer that its owner took back: nothing rests on it any
// more, and the person hears of it.
func lostProposal(c *gate.Change, id spec.ID) error {
	d := diary.In(c.Tx())
	p, err := d.Proposal(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && p.State != diary.Open {
		return nil
	}
	if err != nil {
		return err
	}
	if err := d.Lock(p.Person); err != nil {
		return err
	}
	if p, err = d.Proposal(id); err != nil || p.State != diary.Open { // as it is under the lock
		return err
	}
	p.State, p.SettledAt = diary.Lapsed, c.Now().Unix()
	return errors.Join(d.SettleProposal(p), c.Word(p.Person, notice.ProposalLapsed, string(p.ID)))
}

// gone forgets those of whom no record is left here once some are erased.
func gone(c *gate.Change, records []spec.ID) error {
	rows, err := c.Tx().Entries(records)
	if err != nil {
		return err
	}
	seen := map[spec.Subject]bool{}
	for _, r := range rows {
		if r.Subject == "" || r.Issuer == c.Self() || seen[r.Subject] {
			continue
		}
		seen[r.Subject] = true
		about, err := c.Tx().BySubject(r.Subject)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(about, func(e store.Entry) bool {
			return e.Issuer == r.Issuer && e.Token != "" && !slices.Contains(records, e.ID)
		}) {
			continue
		}
		if err := forgotten(c, r.Issuer, r.Subject, about); err != nil {
			return err
		}
	}
	return nil
}

// forgotten drops whom offers were made to, what came of them, and what this
// node said about somebody whom their home had erased.
func forgotten(c *gate.Change, home spec.NodeID, subject spec.Subject, about []store.Entry) error {
	b := board.In(c.Tx())
	offers, err := b.OffersTo(home, subject)
	if err != nil {
		return err
	}
	for _, o := range offers {
		if err := b.Lock(o.Gig); err != nil {
			return err
		}
		if o, err = b.Offer(o.ID); err != nil { // as it is under the lock
			return err
		}
		if o.State == board.OfferOpen {
			o.State, o.SettledAt = board.OfferLapsed, c.Now().Unix()
		}
		if err := errors.Join(b.Settle(o), b.Forget(o.ID), progress.In(c.Tx()).Drop(string(o.ID))); err != nil {
			return err
		}
	}
	mine := slices.DeleteFunc(slices.Clone(about), func(e store.Entry) bool {
		return e.Issuer != c.Self() || e.Audience != home || e.State == store.StateErased
	})
	if len(mine) == 0 {
		return nil
	}
	return c.Blot(home, mine)
}
