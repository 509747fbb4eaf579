// Package diary keeps the time of this node's people: what they were offered,
// and what they have given. It refuses to decide who may have it; of two holds
// at one time its tables take one.
package diary

import (
	"github.com/fukusen/fukusen/node/store/engine"
	"github.com/fukusen/fukusen/spec"
)

// States of a proposal.
const (
	Open     = "open"
	Accepted = "accepted"
	Declined = "declined"
	Lapsed   = "lapsed" // offerUntil passed without an answer
	// The person keeps the time for it and has not decided.
	Tentative = "tentative"
)

// Proposal is an offer to a person of this node.
type Proposal struct {
	ID         spec.ID // the proposal's record
	Person     string
	Owner      spec.NodeID
	Gig        spec.ID // the gig's record
	Subject    spec.Subject
	Units      string // JSON
	StartsAt   int64
	OfferUntil int64
	State      string
	Hold       string // the hold that answers it, or empty
	ReceivedAt int64
	SettledAt  int64
}

func (p *Proposal) fields() []any {
	return []any{
		&p.ID, &p.Person, &p.Owner, &p.Gig, &p.Subject, &p.Units, &p.StartsAt, &p.OfferUntil, &p.State, &p.Hold,
		&p.ReceivedAt, &p.SettledAt,
	}
}

// Hold is time that a person has given for a proposal, or, where it was
// cancelled at once, has refused.
type Hold struct {
	ID        string
	Person    string
	Owner     spec.NodeID
	Proposal  spec.ID
	Gig       spec.ID
	Title     string
	State     string // of spec/work: tentative, confirmed or cancelled
	UID       string
	Record    spec.ID // what was said last
	Sequence  uint64
	Consent   string // the consent record that it stands on
	CreatedAt int64
	SettledAt int64
	ReleaseAt int64 // of a tentative one: when it is given back by itself
}

func (h *Hold) fields() []any {
	return []any{
		&h.ID, &h.Person, &h.Owner, &h.Proposal, &h.Gig, &h.Title, &h.State, &h.UID, &h.Record, &h.Sequence, &h.Consent,
		&h.CreatedAt, &h.SettledAt, &h.ReleaseAt,
	}
}

// Held is one stretch of time that is kept; ends are exclusive.
type Held struct {
	Person    string
	StartsAt  int64
	EndsAt    int64
	LeavesAt  int64 // no later than StartsAt: from when on the person is on the way
	ReturnsAt int64 // no earlier than EndsAt
	Hold      string
	State     string // of the hold: tentative or confirmed
}

func (h *Held) fields() []any {
	return []any{&h.Person, &h.StartsAt, &h.EndsAt, &h.LeavesAt, &h.ReturnsAt, &h.Hold, &h.State}
}

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Diary is the tables of this room within one transaction.
type Diary struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Diary { return Diary{tx.Rows()} }

const (
	// Who looks for free time to give it holds the row until the transaction ends.
	lockDiary = `
INSERT INTO diary (person, turn)
VALUES ($1, 1)
ON CONFLICT (person) DO UPDATE
SET turn = diary.turn + 1`

	insertProposal = `
INSERT INTO proposal (
    id, person, owner, gig, subject, units, starts_at, offer_until, state, hold, received_at, settled_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (id) DO NOTHING`

	updateProposal = `
UPDATE proposal
SET state = $1, hold = $2, settled_at = $3
WHERE id = $4`

	proposalColumns = `
SELECT id, person, owner, gig, subject, units, starts_at, offer_until, state, hold, received_at, settled_at
FROM proposal`

	selectProposal    = proposalColumns + ` WHERE id = $1`
	selectProposalsOf = proposalColumns + ` WHERE person = $1 ORDER BY received_at DESC, id`
	selectLapsing     = proposalColumns + ` WHERE state = 'open' AND offer_until <= $1 ORDER BY offer_until, id LIMIT $2`

	countWaiting = `
SELECT COUNT(*)
FROM proposal
WHERE person = $1 AND owner = $2 AND state = 'open' AND offer_until > $3`

	upsertHold = `
INSERT INTO hold (
    id, person, owner, proposal, gig, title, state, uid, record, sequence, consent, created_at, settled_at, release_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (id) DO UPDATE
SET state = excluded.state, record = excluded.record, sequence = excluded.sequence, consent = excluded.consent,
    settled_at = excluded.settled_at, release_at = excluded.release_at`

	holdColumns = `
SELECT id, person, owner, proposal, gig, title, state, uid, record, sequence, consent, created_at, settled_at, release_at
FROM hold`

	selectHold    = holdColumns + ` WHERE id = $1`
	selectHoldFor = holdColumns + ` WHERE proposal = $1`
	selectHoldsOf = holdColumns + ` WHERE person = $1 ORDER BY created_at DESC, id`

	// Tentative holds that are given back until a time.
	selectReleasing = holdColumns + ` WHERE state = 'tentative' AND release_at <= $1 ORDER BY release_at, id LIMIT $2`

	insertHeld = `
INSERT INTO held (person, starts_at, ends_at, leaves_at, returns_at, hold, state)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

	deleteHeld = `DELETE FROM held WHERE hold = $1`

	selectHeld = `
SELECT person, starts_at, ends_at, leaves_at, returns_at, hold, state
FROM held
WHERE person = $1 AND leaves_at < $3 AND returns_at > $2
ORDER BY starts_at`

	forgetHeld      = `DELETE FROM held WHERE person = $1`
	forgetHolds     = `DELETE FROM hold WHERE person = $1`
	forgetProposals = `DELETE FROM proposal WHERE person = $1`
	forgetDiary     = `DELETE FROM diary WHERE person = $1`
)

// Lock keeps others from a person's time until the transaction ends.
func (d Diary) Lock(person string) error { return d.rows.Run(lockDiary, person) }

// AddProposal writes a proposal; one that is known stays as it is.
func (d Diary) AddProposal(p Proposal) error {
	return d.rows.Run(insertProposal, p.ID, p.Person, p.Owner, p.Gig, p.Subject, p.Units, p.StartsAt, p.OfferUntil, p.State,
		p.Hold, p.ReceivedAt, p.SettledAt)
}

// SettleProposal writes what became of a proposal.
func (d Diary) SettleProposal(p Proposal) error {
	return d.rows.Run(updateProposal, p.State, p.Hold, p.SettledAt, p.ID)
}

// Proposal answers one proposal.
func (d Diary) Proposal(id spec.ID) (Proposal, error) {
	return engine.One(d.rows, (*Proposal).fields, selectProposal, id)
}

// Proposals answers a person's proposals, the newest first.
func (d Diary) Proposals(person string) ([]Proposal, error) {
	return engine.List(d.rows, (*Proposal).fields, selectProposalsOf, person)
}

// Waiting counts an owner's proposals that a person may still answer at a time.
func (d Diary) Waiting(person string, owner spec.NodeID, at int64) (int64, error) {
	return engine.One(d.rows, engine.Only[int64], countWaiting, person, owner, at)
}

// Lapsing answers open proposals whose offer ends until a time.
func (d Diary) Lapsing(at int64, limit int) ([]Proposal, error) {
	return engine.List(d.rows, (*Proposal).fields, selectLapsing, at, limit)
}

// PutHold writes a hold; what it is for stays.
func (d Diary) PutHold(h Hold) error {
	return d.rows.Run(upsertHold, h.ID, h.Person, h.Owner, h.Proposal, h.Gig, h.Title, h.State, h.UID, h.Record,
		int64(h.Sequence), h.Consent, h.CreatedAt, h.SettledAt, h.ReleaseAt)
}

// Hold answers one hold.
func (d Diary) Hold(id string) (Hold, error) {
	return engine.One(d.rows, (*Hold).fields, selectHold, id)
}

// HoldFor answers the hold that answers a proposal.
func (d Diary) HoldFor(proposal spec.ID) (Hold, error) {
	return engine.One(d.rows, (*Hold).fields, selectHoldFor, proposal)
}

// Holds answers a person's holds, the newest first.
func (d Diary) Holds(person string) ([]Hold, error) {
	return engine.List(d.rows, (*Hold).fields, selectHoldsOf, person)
}

// Releasing answers tentative holds that are given back until a time.
func (d Diary) Releasing(at int64, limit int) ([]Hold, error) {
	return engine.List(d.rows, (*Hold).fields, selectReleasing, at, limit)
}

// Keep writes the units of a hold that keeps time. Lock the diary first, and look
// whether the time is free.
func (d Diary) Keep(list []Held) error {
	for _, h := range list {
		if err := d.rows.Run(insertHeld, h.Person, h.StartsAt, h.EndsAt, h.LeavesAt, h.ReturnsAt, h.Hold, h.State); err != nil {
			return err
		}
	}
	return nil
}

// Free gives back the time of a hold.
func (d Diary) Free(hold string) error { return d.rows.Run(deleteHeld, hold) }

// Held answers what keeps part of a span, with the way there and back, in order.
func (d Diary) Held(person string, from, to int64) ([]Held, error) {
	return engine.List(d.rows, (*Held).fields, selectHeld, person, from, to)
}

// Forget removes a person.
func (d Diary) Forget(person string) error {
	for _, query := range []string{forgetHeld, forgetHolds, forgetProposals, forgetDiary} {
		if err := d.rows.Run(query, person); err != nil {
			return err
		}
	}
	return nil
}
