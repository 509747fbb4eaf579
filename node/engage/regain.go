package engage

import (
	"encoding/json"
	"errors"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

// regained puts back what an own record says that this store, being a copy, had
// forgotten: gigs, the offers that were made of them, and time that is held, so
// that none of it is given twice. Whoever was told of it has it still.
func regained(c *gate.Change, r *spec.Record) error {
	row, err := c.Tx().Entry(r.ID())
	if err != nil || row.State != store.StateLive {
		return err // a newer version speaks
	}
	switch b := r.Body().(type) {
	case *spec.Gig:
		return regainedGig(c, row, b)
	case *spec.Proposal:
		return regainedOffer(c, r.ID(), b)
	case *spec.Hold:
		return regainedHold(c, r.ID(), b)
	}
	return deed.Follow(c, r)
}

func regainedGig(c *gate.Change, row store.Entry, g *spec.Gig) error {
	octets, err := json.Marshal(g.Gig)
	if err != nil {
		return err
	}
	b := board.In(c.Tx())
	was, err := b.Gig(g.UID)
	if errors.Is(err, store.ErrNotFound) {
		was, err = board.Gig{ID: g.UID, Organisation: access.Home, Audience: row.Audience, State: board.Open, CreatedAt: g.IssuedAt}, nil
	}
	if err != nil {
		return err
	}
	was.Record, was.Sequence, was.Body, was.Places = row.ID, g.Sequence, string(octets), g.Places
	return b.PutGig(was)
}

func regainedOffer(c *gate.Change, id spec.ID, p *spec.Proposal) error {
	b := board.In(c.Tx())
	if _, err := b.Offer(id); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	of, err := c.Tx().Entry(p.Gig)
	if errors.Is(err, store.ErrNotFound) {
		return nil // nobody holds the gig any more
	}
	if err != nil {
		return err
	}
	units, err := json.Marshal(p.Units)
	if err != nil {
		return err
	}
	from, to := work.Span(p.Units)
	return errors.Join(b.AddOffer(board.Offer{
		ID: id, Gig: of.UID, Home: p.Audience, Subject: p.Subject, Units: string(units), StartsAt: from.Unix(), EndsAt: to.Unix(),
		OfferUntil: unix(p.Offer.Until), State: board.OfferOpen, CreatedAt: p.IssuedAt,
	}), heldAlready(c, p))
}

func regainedHold(c *gate.Change, id spec.ID, h *spec.Hold) error {
	pairs, err := c.Tx().PairwiseBySubject(h.Subject)
	if err != nil || len(pairs) == 0 {
		return err // the copy does not know the person
	}
	d := diary.In(c.Tx())
	if err := d.Lock(pairs[0].Person); err != nil {
		return err
	}
	holds, err := d.Holds(pairs[0].Person)
	if err != nil {
		return err
	}
	kept := diary.Hold{
		ID: h.UID, Person: pairs[0].Person, Owner: h.Audience, Proposal: h.Proposal, UID: h.UID, CreatedAt: h.IssuedAt,
	}
	for _, was := range holds {
		if was.UID == h.UID {
			kept = was
		}
	}
	kept.State, kept.Record, kept.Sequence, kept.ReleaseAt = h.Status, id, h.Sequence, 0
	if h.Status == work.HoldTentative {
		kept.ReleaseAt = unix(h.ReleaseAt)
	}
	if err := errors.Join(d.Free(kept.ID), d.PutHold(kept), answeredBefore(d, kept)); err != nil || h.Status == work.HoldCancelled {
		return err
	}
	way, err := wayTo(c, kept.Person, h.Units, false)
	if err != nil {
		return err
	}
	if h.Travel != nil { // as it was when the person said yes
		way[0].Leaves, _ = code.ParseUTC(h.Travel.Start)
		way[len(way)-1].Returns, _ = code.ParseUTC(h.Travel.End)
	}
	return errors.Join(d.Keep(held(&kept, way)), deed.Again(c, h.Subject))
}

// answeredBefore settles a proposal whose answer was found.
func answeredBefore(d diary.Diary, h diary.Hold) error {
	p, err := d.Proposal(h.Proposal)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	p.Hold, p.SettledAt, p.State = h.ID, h.CreatedAt, diary.Accepted
	if h.State == work.HoldTentative {
		p.State = diary.Tentative
	}
	return d.SettleProposal(p)
}
