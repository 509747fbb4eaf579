// Package draft keeps documents that the council has not agreed on yet, and the
// ballots on them. It refuses to count.
package draft

import (
	"github.com/fukusen/fukusen/node/store/engine"
	"github.com/fukusen/fukusen/spec"
)

// Draft is a document that the council has not agreed on yet.
type Draft struct {
	ID    spec.ID
	Token string
	At    int64
}

func (d *Draft) fields() []any { return []any{&d.ID, &d.Token, &d.At} }

// Ballot is one member's ballot on a draft.
type Ballot struct {
	Draft  spec.ID
	Issuer spec.NodeID
	Token  string
}

func (b *Ballot) fields() []any { return []any{&b.Draft, &b.Issuer, &b.Token} }

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Drafts are the tables of this room within one transaction.
type Drafts struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Drafts { return Drafts{tx.Rows()} }

const (
	insertDraft = `
INSERT INTO draft (id, token, at)
VALUES ($1, $2, $3)
ON CONFLICT (id) DO NOTHING`

	draftColumns = `
SELECT id, token, at
FROM draft`

	selectDraft  = draftColumns + ` WHERE id = $1`
	selectDrafts = draftColumns + ` ORDER BY at DESC, id`
	deleteDraft  = `DELETE FROM draft WHERE id = $1`

	upsertDraftBallot = `
INSERT INTO draft_ballot (draft, issuer, token)
VALUES ($1, $2, $3)
ON CONFLICT (draft, issuer) DO UPDATE
SET token = excluded.token`

	selectDraftBallots = `
SELECT draft, issuer, token
FROM draft_ballot
WHERE draft = $1
ORDER BY issuer`

	deleteDraftBallots = `DELETE FROM draft_ballot WHERE draft = $1`
)

// Put keeps a draft. One that is there stays as it was.
func (s Drafts) Put(d Draft) error {
	return s.rows.Run(insertDraft, string(d.ID), d.Token, d.At)
}

// Draft answers one draft, or engine.ErrNotFound.
func (s Drafts) Draft(id spec.ID) (Draft, error) {
	return engine.One(s.rows, (*Draft).fields, selectDraft, string(id))
}

// All answers all drafts, newest first.
func (s Drafts) All() ([]Draft, error) { return engine.List(s.rows, (*Draft).fields, selectDrafts) }

// Drop takes a draft and its ballots away: it was agreed, or given up.
func (s Drafts) Drop(id spec.ID) error {
	if err := s.rows.Run(deleteDraftBallots, string(id)); err != nil {
		return err
	}
	return s.rows.Run(deleteDraft, string(id))
}

// PutBallot keeps a member's ballot; a later one takes its place.
func (s Drafts) PutBallot(b Ballot) error {
	return s.rows.Run(upsertDraftBallot, string(b.Draft), string(b.Issuer), b.Token)
}

// Ballots answers the ballots on a draft, by issuer.
func (s Drafts) Ballots(of spec.ID) ([]Ballot, error) {
	return engine.List(s.rows, (*Ballot).fields, selectDraftBallots, string(of))
}
