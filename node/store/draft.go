package store

import "github.com/fukusen/fukusen/spec"

// Draft is a document that the council has not agreed on yet.
type Draft struct {
	ID    spec.ID
	Token string
	At    int64
}

func (d *Draft) fields() []any { return []any{&d.ID, &d.Token, &d.At} }

// DraftBallot is one member's ballot on a draft.
type DraftBallot struct {
	Draft  spec.ID
	Issuer spec.NodeID
	Token  string
}

func (b *DraftBallot) fields() []any { return []any{&b.Draft, &b.Issuer, &b.Token} }

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

// PutDraft keeps a draft.
func (tx *Tx) PutDraft(d Draft) error { return tx.run(insertDraft, d.ID, d.Token, d.At) }

// Draft answers one draft.
func (tx *Tx) Draft(id spec.ID) (Draft, error) { return one(tx, (*Draft).fields, selectDraft, id) }

// Drafts answers all drafts, newest first.
func (tx *Tx) Drafts() ([]Draft, error) { return list(tx, (*Draft).fields, selectDrafts) }

// DropDraft takes a draft and its ballots away: it was agreed, or given up.
func (tx *Tx) DropDraft(id spec.ID) error {
	if err := tx.run(deleteDraftBallots, id); err != nil {
		return err
	}
	return tx.run(deleteDraft, id)
}

// PutDraftBallot keeps a member's ballot; a later one takes its place.
func (tx *Tx) PutDraftBallot(b DraftBallot) error {
	return tx.run(upsertDraftBallot, b.Draft, b.Issuer, b.Token)
}

// DraftBallots answers the ballots on a draft, by issuer.
func (tx *Tx) DraftBallots(draft spec.ID) ([]DraftBallot, error) {
	return list(tx, (*DraftBallot).fields, selectDraftBallots, draft)
}
