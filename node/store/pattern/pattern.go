// Package pattern keeps when people of this node offer their time, and how long
// they are on the way to work. It refuses to read what a pattern says: to its
// tables a pattern is a document with a number.
package pattern

import (
	"github.com/fukusen/fukusen/node/store/engine"
)

// Pattern is one availability pattern of a person.
type Pattern struct {
	Person    string
	UID       string
	Sequence  uint64
	Document  string // JSON, as the room of patterns writes it
	UpdatedAt int64
}

func (p *Pattern) fields() []any {
	return []any{&p.Person, &p.UID, &p.Sequence, &p.Document, &p.UpdatedAt}
}

// Travel is how many minutes a person wants free before and after work at a
// place.
type Travel struct {
	Person string
	Before int
	After  int
}

func (t *Travel) fields() []any { return []any{&t.Person, &t.Before, &t.After} }

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Patterns is the tables of this room within one transaction.
type Patterns struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Patterns { return Patterns{tx.Rows()} }

const (
	upsertPattern = `
INSERT INTO pattern (person, uid, sequence, document, updated_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person, uid) DO UPDATE
SET sequence = excluded.sequence, document = excluded.document, updated_at = excluded.updated_at`

	patternColumns = `
SELECT person, uid, sequence, document, updated_at
FROM pattern`

	selectPattern  = patternColumns + ` WHERE person = $1 AND uid = $2`
	selectPatterns = patternColumns + ` WHERE person = $1 ORDER BY uid`
	deletePattern  = `DELETE FROM pattern WHERE person = $1 AND uid = $2`
	forgetPatterns = `DELETE FROM pattern WHERE person = $1`

	upsertTravel = `
INSERT INTO travel (person, minutes_before, minutes_after)
VALUES ($1, $2, $3)
ON CONFLICT (person) DO UPDATE
SET minutes_before = excluded.minutes_before, minutes_after = excluded.minutes_after`

	selectTravel = `
SELECT person, minutes_before, minutes_after
FROM travel
WHERE person = $1`

	forgetTravel = `DELETE FROM travel WHERE person = $1`
)

// Put writes a pattern over the person's earlier one of that uid.
func (p Patterns) Put(row Pattern) error {
	return p.rows.Run(upsertPattern, row.Person, row.UID, int64(row.Sequence), row.Document, row.UpdatedAt)
}

// One answers a person's pattern. Errors: engine.ErrNotFound.
func (p Patterns) One(person, uid string) (Pattern, error) {
	return engine.One(p.rows, (*Pattern).fields, selectPattern, person, uid)
}

// Of answers all patterns of a person, by uid.
func (p Patterns) Of(person string) ([]Pattern, error) {
	return engine.List(p.rows, (*Pattern).fields, selectPatterns, person)
}

// Delete removes a pattern, and answers whether there was one.
func (p Patterns) Delete(person, uid string) (bool, error) {
	n, err := p.rows.Change(deletePattern, person, uid)
	return n > 0, err
}

// PutTravel writes how long a person is on the way.
func (p Patterns) PutTravel(t Travel) error {
	return p.rows.Run(upsertTravel, t.Person, t.Before, t.After)
}

// Travel answers how long a person is on the way. Errors: engine.ErrNotFound
// for somebody who never said.
func (p Patterns) Travel(person string) (Travel, error) {
	return engine.One(p.rows, (*Travel).fields, selectTravel, person)
}

// Forget removes what is kept here of a person.
func (p Patterns) Forget(person string) error {
	for _, query := range []string{forgetPatterns, forgetTravel} {
		if err := p.rows.Run(query, person); err != nil {
			return err
		}
	}
	return nil
}
