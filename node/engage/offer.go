package engage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

var (
	// ErrInvalid begins every refusal of what somebody wrote; the text names the
	// field and what it needs.
	ErrInvalid = deed.ErrInvalid
	// ErrUnknownGig means that this node offers no such gig.
	ErrUnknownGig = errors.New("this node offers no such gig")
	// ErrUnknownOffer means that this node made no such offer.
	ErrUnknownOffer = deed.ErrUnknownOffer
	// ErrClosed means that a gig takes no more offers.
	ErrClosed = errors.New("the gig is closed")
	// ErrFull means that every place of a gig is offered or held; one comes free
	// when a person says no or an offer ends.
	ErrFull = errors.New("every place of the gig is offered or held")
	// ErrOffered means that this person has an open offer, or holds a place.
	ErrOffered = errors.New("this person already has an offer of this gig")
	// ErrUnknownSubject means that no record with consent names such a person here.
	ErrUnknownSubject = errors.New("no consented record names such a person")
)

func invalid(field, need string) error { return fmt.Errorf("%w: %s: %s", ErrInvalid, field, need) }

// afterwards is how long a gig stays readable after its window and due time.
const afterwards = 30 * 24 * time.Hour

// Post offers a gig to everybody, or to one node. Errors: a refusal that names
// the requirement and the field; ErrInvalid for times that are past.
func (e *Engagements) Post(ctx context.Context, organisation string, g work.Gig, audience spec.NodeID) (board.Gig, error) {
	if err := spec.RefuseFault(g.Check()); err != nil {
		return board.Gig{}, err
	}
	row := board.Gig{ID: spec.RandomUUID(), Organisation: organisation, Audience: audience, Places: g.Places, State: board.Open}
	octets, err := json.Marshal(g)
	if err != nil {
		return row, err
	}
	row.Body = string(octets)
	err = e.gate.Change(ctx, func(c *gate.Change) error {
		end, _ := code.ParseUTC(g.Window.End)
		due, _ := code.ParseUTC(g.Outcome.Due)
		switch {
		case !end.After(c.Now()):
			return invalid("window.utcEnd", "a time in the future is required")
		case !due.After(c.Now()):
			return invalid("outcome.due", "a time in the future is required")
		}
		last := end
		if due.After(last) {
			last = due
		}
		body := &spec.Gig{Gig: g}
		body.UID, body.Expires = row.ID, min(last.Add(afterwards).Unix(), c.Now().Unix()+spec.MaxPublicLife)
		if row.Record, err = c.Say(audience, body); err != nil {
			return err
		}
		row.Sequence, row.CreatedAt = body.Sequence, c.Now().Unix()
		return board.In(c.Tx()).PutGig(row)
	})
	return row, err
}

// Close takes a gig back. Offers that are open stay firm until they end.
func (e *Engagements) Close(ctx context.Context, id string) error {
	return e.gate.Change(ctx, func(c *gate.Change) error {
		b := board.In(c.Tx())
		if err := b.Lock(id); err != nil {
			return err
		}
		g, err := gigOf(b, id)
		if err != nil || g.State == board.Closed {
			return err
		}
		row, err := c.Tx().Entry(g.Record)
		if err != nil {
			return err
		}
		if err := c.TakeBack(g.Audience, []store.Entry{row}, ""); err != nil {
			return err
		}
		g.State, g.ClosedAt = board.Closed, c.Now().Unix()
		return b.PutGig(g)
	})
}

func gigOf(b board.Board, id string) (board.Gig, error) {
	g, err := b.Gig(id)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrUnknownGig
	}
	return g, err
}

// Ask is an offer to one person, who is known here by a subject alone.
type Ask struct {
	Gig     string
	Subject spec.Subject
	Units   []work.Unit
	Until   time.Time // zero: three days, or the start of the first unit
	By      string    // the account that makes it
}

const usualOffer = 72 * time.Hour

// Propose makes a firm offer. It occupies a place until the person's home
// answers, or its clock has passed the end of the offer. Errors: ErrUnknownGig,
// ErrClosed, ErrFull, ErrOffered, ErrUnknownSubject, ErrInvalid, and the refusal
// of the policy in force.
func (e *Engagements) Propose(ctx context.Context, ask Ask) (board.Offer, error) {
	var offer board.Offer
	err := e.gate.Change(ctx, func(c *gate.Change) error {
		b := board.In(c.Tx())
		if err := b.Lock(ask.Gig); err != nil {
			return err
		}
		row, err := gigOf(b, ask.Gig)
		if err != nil {
			return err
		}
		if err := free(b, row, ask.Subject); err != nil {
			return err
		}
		known, err := e.known(c, ask.Subject)
		if err != nil {
			return err
		}
		var g work.Gig
		if err := json.Unmarshal([]byte(row.Body), &g); err != nil {
			return fmt.Errorf("stored gig: %w", err)
		}
		if ask.Until.IsZero() {
			start, _ := work.Span(ask.Units)
			ask.Until = c.Now().Add(usualOffer)
			if start.Before(ask.Until) {
				ask.Until = start
			}
		}
		body := &spec.Proposal{Gig: row.Record}
		body.Offer = work.Offer{Units: ask.Units, Until: spec.FormatUTC(ask.Until)}
		if err := fits(&g, body, c.Now()); err != nil {
			return err
		}
		decision := e.gate.Trust.Book().Decide(policy.Facts{
			Act: policy.ActEngage, Issuer: e.gate.Self, Audience: known.Issuer, Kind: spec.KindProposal, Purpose: known.Purpose,
			Parties: []policy.Party{{ID: string(e.gate.Self), Role: "client"}, {ID: string(known.Issuer), Role: "home", Counterpart: true}},
			Units:   intervals(ask.Units), Contract: g.Pay.Basis == work.BasisContract, Trip: trip(&g), Insurance: insured(&g),
		}, c.Now())
		if r := policy.Refusal(decision); r != nil {
			return r
		}
		body.Subject, body.Consent, body.Purpose, body.Envelope.Until = known.Subject, known.Consent, known.Purpose, known.Until
		body.UID = spec.RandomUUID()
		id, err := c.Say(known.Issuer, body)
		if err != nil {
			return err
		}
		if err := c.Decided(id, decision); err != nil {
			return err
		}
		offer, err = offerOf(id, ask, known, c.Now())
		if err != nil {
			return err
		}
		return b.AddOffer(offer)
	})
	return offer, err
}

func offerOf(id spec.ID, ask Ask, known store.Entry, now time.Time) (board.Offer, error) {
	units, err := json.Marshal(ask.Units)
	from, to := work.Span(ask.Units)
	return board.Offer{
		ID: id, Gig: ask.Gig, Home: known.Issuer, Subject: ask.Subject, Units: string(units), StartsAt: from.Unix(), EndsAt: to.Unix(),
		OfferUntil: ask.Until.Unix(), State: board.OfferOpen, MadeBy: ask.By, CreatedAt: now.Unix(),
	}, err
}

// free reports whether a gig, which is locked, has a place for this person.
func free(b board.Board, g board.Gig, subject spec.Subject) error {
	if g.State != board.Open {
		return ErrClosed
	}
	offers, err := b.Offers(g.ID)
	if err != nil {
		return err
	}
	taken := 0
	for _, o := range offers {
		if o.State != board.OfferOpen && o.State != board.OfferConfirmed {
			continue
		}
		taken++
		if o.Subject == subject {
			return ErrOffered
		}
	}
	if taken >= g.Places {
		return ErrFull
	}
	return nil
}

// known is the newest live record with which a home told us about a person.
func (e *Engagements) known(c *gate.Change, subject spec.Subject) (store.Entry, error) {
	rows, err := c.Tx().BySubject(subject)
	if err != nil {
		return store.Entry{}, err
	}
	now := c.Now().Unix()
	for i := len(rows) - 1; i >= 0; i-- {
		r := rows[i]
		told := r.Kind == spec.KindTalent || r.Kind == spec.KindAvailability
		if told && r.State == store.StateLive && r.Audience == e.gate.Self && r.Until > now && (r.Expires == 0 || r.Expires > now) {
			return r, nil
		}
	}
	return store.Entry{}, ErrUnknownSubject
}

// fits judges an offer by its gig, before the standard's own rules do.
func fits(g *work.Gig, p *spec.Proposal, now time.Time) error {
	if err := spec.RefuseFault(p.Offer.Check(now)); err != nil {
		return err
	}
	if len(p.Units) != g.Units.Count {
		return invalid("units", "as many units as the gig has are offered")
	}
	each, _ := code.ParseDuration(g.Units.Duration)
	from, _ := code.ParseUTC(g.Window.Start)
	to, _ := code.ParseUTC(g.Window.End)
	sittings, last := 0, time.Time{}
	for _, u := range intervals(p.Units) {
		switch {
		case u.End.Sub(u.Start) != each:
			return invalid("units", "each unit lasts as long as the gig says")
		case u.Start.Before(from) || u.End.After(to):
			return invalid("units", "each unit lies within the gig's window")
		}
		if !u.Start.Equal(last) {
			sittings++
		}
		last = u.End
	}
	if sittings > g.Units.Sittings {
		return invalid("units", "the units lie in at most as many sittings as the gig has")
	}
	return nil
}

func intervals(units []work.Unit) []policy.Interval {
	list := make([]policy.Interval, len(units))
	for i, u := range units {
		list[i].Start, _ = code.ParseUTC(u.Start)
		list[i].End, _ = code.ParseUTC(u.End)
	}
	return list
}

func trip(g *work.Gig) bool { return g.Safety != nil && g.Safety.Trip }

func insured(g *work.Gig) *policy.Insurance {
	if g.Safety == nil || g.Safety.Insurance == nil {
		return nil
	}
	in := g.Safety.Insurance
	until, _ := code.ParseUTC(in.ValidUntil)
	return &policy.Insurance{Kind: in.Kind, Insurer: in.Insurer, ValidUntil: until}
}
