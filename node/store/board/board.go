// Package board keeps the work that this node's organisations offer: gigs, and
// the offers of them to people elsewhere. It refuses to decide who may offer
// what, and counts no place twice.
package board

import (
	"github.com/fukusen/fukusen/node/store/engine"
	"github.com/fukusen/fukusen/spec"
)

// States of a gig.
const (
	Open   = "open"
	Closed = "closed"
)

// States of an offer.
const (
	OfferOpen      = "open"      // the person may still answer; it occupies a place
	OfferConfirmed = "confirmed" // held by the home; it occupies a place
	OfferDeclined  = "declined"  // refused by the person
	OfferCancelled = "cancelled" // confirmed once, and taken back by the home
	OfferLapsed    = "lapsed"    // the home's clock passed offerUntil without an answer
)

// Gig is work that an organisation of this node offers.
type Gig struct {
	ID           string // the uid of its records
	Organisation string
	Audience     spec.NodeID // the one reader, or empty for everybody
	Record       spec.ID     // what was said last
	Sequence     uint64
	Body         string // JSON of what was offered, without its envelope
	Places       int
	State        string
	CreatedAt    int64
	ClosedAt     int64
}

func (g *Gig) fields() []any {
	return []any{
		&g.ID, &g.Organisation, &g.Audience, &g.Record, &g.Sequence, &g.Body, &g.Places, &g.State, &g.CreatedAt, &g.ClosedAt,
	}
}

// Offer is a gig offered to one person, who is known by a subject alone.
type Offer struct {
	ID         spec.ID // the proposal's record
	Gig        string
	Home       spec.NodeID
	Subject    spec.Subject
	Units      string // JSON
	StartsAt   int64
	EndsAt     int64
	OfferUntil int64
	State      string
	Hold       spec.ID // what the home said last, or empty
	Party      string  // who the person is, once agreed
	MadeBy     string  // the account
	CreatedAt  int64
	SettledAt  int64
}

func (o *Offer) fields() []any {
	return []any{
		&o.ID, &o.Gig, &o.Home, &o.Subject, &o.Units, &o.StartsAt, &o.EndsAt, &o.OfferUntil, &o.State, &o.Hold, &o.Party,
		&o.MadeBy, &o.CreatedAt, &o.SettledAt,
	}
}

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Board is the tables of this room within one transaction.
type Board struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Board { return Board{tx.Rows()} }

const (
	upsertGig = `
INSERT INTO gig (id, organisation, audience, record, sequence, body, places, state, created_at, closed_at, turn)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)
ON CONFLICT (id) DO UPDATE
SET record = excluded.record, sequence = excluded.sequence, body = excluded.body, places = excluded.places,
    state = excluded.state, closed_at = excluded.closed_at`

	gigColumns = `
SELECT id, organisation, audience, record, sequence, body, places, state, created_at, closed_at
FROM gig`

	selectGig       = gigColumns + ` WHERE id = $1`
	selectGigs      = gigColumns + ` ORDER BY created_at DESC, id`
	selectGigsOfOrg = gigColumns + ` WHERE organisation = $1 ORDER BY created_at DESC, id`

	// Who counts places holds the row until the transaction ends.
	lockGig = `
UPDATE gig
SET turn = turn + 1
WHERE id = $1`

	insertOffer = `
INSERT INTO offer (
    id, gig, home, subject, units, starts_at, ends_at, offer_until, state, hold, party, made_by, created_at, settled_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

	updateOffer = `
UPDATE offer
SET state = $1, hold = $2, party = $3, settled_at = $4
WHERE id = $5`

	unnameOffer = `
UPDATE offer
SET party = ''
WHERE hold = $1 AND hold <> '' AND party <> ''`

	offerColumns = `
SELECT id, gig, home, subject, units, starts_at, ends_at, offer_until, state, hold, party, made_by, created_at, settled_at
FROM offer`

	// The offers of an organisation that last changed or will change, the newest first.
	selectOffersBy = `
SELECT offer.id, gig, home, subject, units, starts_at, ends_at, offer_until, offer.state, hold, party, made_by, offer.created_at, settled_at
FROM offer JOIN gig ON gig.id = offer.gig
WHERE organisation = $1
ORDER BY offer.created_at DESC, offer.id
LIMIT $2`

	selectOffer    = offerColumns + ` WHERE id = $1`
	selectOffersOf = offerColumns + ` WHERE gig = $1 ORDER BY created_at, id`
	selectOverdue  = offerColumns + `
WHERE state = 'open' AND offer_until <= $1 AND (offer_until, id) > ($2, $3)
ORDER BY offer_until, id
LIMIT $4`
	selectHeldBy = offerColumns + ` WHERE hold = $1 AND hold <> '' ORDER BY created_at, id`

	selectOffersTo = offerColumns + ` WHERE home = $1 AND subject = $2 AND subject <> '' ORDER BY created_at, id`

	// What is left of an offer says that a place was offered, and to nobody whom.
	forgetOffer = `
UPDATE offer
SET subject = '', units = '[]', party = ''
WHERE id = $1`

	forgetNames = `
UPDATE offer
SET party = ''
WHERE party <> '' AND ends_at <= $1`

	countTaken = `
SELECT COUNT(*)
FROM offer
WHERE gig = $1 AND state IN ('open', 'confirmed')`
)

// PutGig writes a gig; whose it is, for whom, and since when stay.
func (b Board) PutGig(g Gig) error {
	return b.rows.Run(upsertGig, g.ID, g.Organisation, g.Audience, g.Record, int64(g.Sequence), g.Body, g.Places, g.State, g.CreatedAt, g.ClosedAt)
}

// Gig answers one gig.
func (b Board) Gig(id string) (Gig, error) { return engine.One(b.rows, (*Gig).fields, selectGig, id) }

// Gigs answers the gigs of an organisation, or of all, the newest first.
func (b Board) Gigs(organisation string) ([]Gig, error) {
	if organisation == "" {
		return engine.List(b.rows, (*Gig).fields, selectGigs)
	}
	return engine.List(b.rows, (*Gig).fields, selectGigsOfOrg, organisation)
}

// Lock keeps others from a gig's places until the transaction ends.
func (b Board) Lock(gig string) error { return b.rows.Run(lockGig, gig) }

// Taken counts the places of a gig that are occupied. Lock it first.
func (b Board) Taken(gig string) (int64, error) {
	return engine.One(b.rows, engine.Only[int64], countTaken, gig)
}

// ForgetNames drops who people were in work that ended until a time.
func (b Board) ForgetNames(until int64) error { return b.rows.Run(forgetNames, until) }

// AddOffer writes a new offer.
func (b Board) AddOffer(o Offer) error {
	return b.rows.Run(insertOffer, o.ID, o.Gig, o.Home, o.Subject, o.Units, o.StartsAt, o.EndsAt, o.OfferUntil, o.State,
		o.Hold, o.Party, o.MadeBy, o.CreatedAt, o.SettledAt)
}

// Settle writes what became of an offer.
func (b Board) Settle(o Offer) error {
	return b.rows.Run(updateOffer, o.State, o.Hold, o.Party, o.SettledAt, o.ID)
}

// Unname drops who gave holds, by the records that said them last.
func (b Board) Unname(holds []spec.ID) error {
	for _, id := range holds {
		if err := b.rows.Run(unnameOffer, id); err != nil {
			return err
		}
	}
	return nil
}

// Offer answers one offer.
func (b Board) Offer(id spec.ID) (Offer, error) {
	return engine.One(b.rows, (*Offer).fields, selectOffer, id)
}

// Offers answers the offers of a gig, oldest first.
func (b Board) Offers(gig string) ([]Offer, error) {
	return engine.List(b.rows, (*Offer).fields, selectOffersOf, gig)
}

// OffersBy answers the newest offers of an organisation, of all its gigs.
func (b Board) OffersBy(organisation string, limit int) ([]Offer, error) {
	return engine.List(b.rows, (*Offer).fields, selectOffersBy, organisation, limit)
}

// OffersHeldBy answers the offers of which a hold's record said what last became.
func (b Board) OffersHeldBy(hold spec.ID) ([]Offer, error) {
	return engine.List(b.rows, (*Offer).fields, selectHeldBy, hold)
}

// OffersTo answers the offers to somebody whom a home named, oldest first.
func (b Board) OffersTo(home spec.NodeID, subject spec.Subject) ([]Offer, error) {
	return engine.List(b.rows, (*Offer).fields, selectOffersTo, home, subject)
}

// Forget drops of an offer whom it was made to, and for when.
func (b Board) Forget(id spec.ID) error { return b.rows.Run(forgetOffer, id) }

// Overdue answers open offers that ended until a time, the longest over first.
// The next list goes on after the last of this one; the first is after none.
func (b Board) Overdue(at int64, after Offer, limit int) ([]Offer, error) {
	return engine.List(b.rows, (*Offer).fields, selectOverdue, at, after.OfferUntil, after.ID, limit)
}
