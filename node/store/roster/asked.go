package roster

import "github.com/fukusen/fukusen/node/store/engine"

// States of what is asked.
const (
	Open     = "open"
	Agreed   = "agreed"
	Declined = "declined"
	Done     = "done"
)

// Asked is a consent that somebody asks a person for.
type Asked struct {
	ID           string
	Person       string
	Organisation string
	Recipient    string // node id
	Kinds        string // words with a space between them
	Purposes     string
	Until        int64
	Account      string // who asks
	CreatedAt    int64
	State        string // open, agreed or declined
	AnsweredAt   int64
	Consent      string // the consent record that came of it
}

func (a *Asked) fields() []any {
	return []any{
		&a.ID, &a.Person, &a.Organisation, &a.Recipient, &a.Kinds, &a.Purposes, &a.Until, &a.Account, &a.CreatedAt,
		&a.State, &a.AnsweredAt, &a.Consent,
	}
}

// Correction is what a person says is wrong.
type Correction struct {
	ID         string
	Person     string
	Field      string
	Wanted     string
	CreatedAt  int64
	State      string // open, done or declined
	Account    string // who answered
	AnsweredAt int64
}

func (c *Correction) fields() []any {
	return []any{&c.ID, &c.Person, &c.Field, &c.Wanted, &c.CreatedAt, &c.State, &c.Account, &c.AnsweredAt}
}

const (
	insertAsked = `
INSERT INTO asked (id, person, organisation, recipient, kinds, purposes, until, account, created_at, state, answered_at, consent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

	answerAsked = `
UPDATE asked
SET state = $1, answered_at = $2, consent = $3
WHERE id = $4 AND state = 'open'`

	askedColumns = `
SELECT id, person, organisation, recipient, kinds, purposes, until, account, created_at, state, answered_at, consent
FROM asked`

	selectAsked   = askedColumns + ` WHERE id = $1`
	selectAskedOf = askedColumns + ` WHERE person = $1 ORDER BY created_at DESC, id`

	upsertCorrection = `
INSERT INTO correction (id, person, field, wanted, created_at, state, account, answered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE
SET state = excluded.state, account = excluded.account, answered_at = excluded.answered_at
WHERE correction.state = 'open'`

	correctionColumns = `
SELECT id, person, field, wanted, created_at, state, account, answered_at
FROM correction`

	selectCorrection   = correctionColumns + ` WHERE id = $1`
	selectCorrectionOf = correctionColumns + ` WHERE person = $1 ORDER BY created_at DESC, id`
	selectOpen         = correctionColumns + ` WHERE state = 'open' ORDER BY created_at, id LIMIT $1`
)

// PutAsked writes a new question.
func (s Roster) PutAsked(a Asked) error {
	return s.rows.Run(insertAsked, a.ID, a.Person, a.Organisation, a.Recipient, a.Kinds, a.Purposes, a.Until, a.Account, a.CreatedAt, a.State, a.AnsweredAt, a.Consent)
}

// Answer writes the answer to a question, and says whether it was the first:
// once answered, a question stays as it is.
func (s Roster) Answer(a Asked) (first bool, err error) {
	n, err := s.rows.Change(answerAsked, a.State, a.AnsweredAt, a.Consent, a.ID)
	return n == 1, err
}

// Asked answers one question.
func (s Roster) Asked(id string) (Asked, error) {
	return engine.One(s.rows, (*Asked).fields, selectAsked, id)
}

// AskedOf answers what a person was asked, newest first.
func (s Roster) AskedOf(person string) ([]Asked, error) {
	return engine.List(s.rows, (*Asked).fields, selectAskedOf, person)
}

// PutCorrection writes a wish; once answered it stays as it is.
func (s Roster) PutCorrection(c Correction) error {
	return s.rows.Run(upsertCorrection, c.ID, c.Person, c.Field, c.Wanted, c.CreatedAt, c.State, c.Account, c.AnsweredAt)
}

// Correction answers one wish.
func (s Roster) Correction(id string) (Correction, error) {
	return engine.One(s.rows, (*Correction).fields, selectCorrection, id)
}

// CorrectionsOf answers the wishes of a person, newest first.
func (s Roster) CorrectionsOf(person string) ([]Correction, error) {
	return engine.List(s.rows, (*Correction).fields, selectCorrectionOf, person)
}

// OpenCorrections answers the wishes that wait, oldest first.
func (s Roster) OpenCorrections(limit int) ([]Correction, error) {
	return engine.List(s.rows, (*Correction).fields, selectOpen, limit)
}

// Forget deletes all that this room keeps of a person.
func (s Roster) Forget(person string) error {
	for _, query := range []string{
		deleteEntry, deleteLinesOf, `DELETE FROM asked WHERE person = $1`, `DELETE FROM correction WHERE person = $1`,
		`DELETE FROM merged WHERE person = $1`,
	} {
		if err := s.rows.Run(query, person); err != nil {
			return err
		}
	}
	return nil
}
