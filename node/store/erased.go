package store

import "github.com/fukusen/fukusen/spec"

// Erased is an id beside the time of its erasure.
type Erased struct {
	ID spec.ID
	At int64
}

func (e *Erased) fields() []any { return []any{&e.ID, &e.At} }

const (
	insertErased = `
INSERT INTO erased (id, at)
VALUES {rows}
ON CONFLICT (id) DO NOTHING`

	selectErased = `SELECT id FROM erased WHERE id IN ({ids})`

	selectErasedAfter = `
SELECT id
FROM erased
WHERE id > $1
ORDER BY id
LIMIT $2`

	selectNewestErased = `
SELECT id, at
FROM erased
WHERE at <= $1
ORDER BY at DESC, id
LIMIT $2 OFFSET $3`
)

// PutErased remembers that ids were erased, for good (REQ-ERA-005).
func (tx *Tx) PutErased(ids []spec.ID, at int64) error {
	rows := make([]Erased, len(ids))
	for i, id := range ids {
		rows[i] = Erased{id, at}
	}
	_, err := fill(tx, insertErased, rows, func(e *Erased, to []any) []any { return append(to, string(e.ID), e.At) })
	return err
}

// IsErased answers which of ids were erased.
func (tx *Tx) IsErased(ids []spec.ID) (map[spec.ID]bool, error) {
	found, err := listAmong(tx, only[spec.ID], selectErased, ids)
	if err != nil {
		return nil, err
	}
	erased := make(map[spec.ID]bool, len(found))
	for _, id := range found {
		erased[id] = true
	}
	return erased, nil
}

// ErasedAfter answers erased ids that follow one, in order, for the list that
// is kept outside backups (REQ-EPOCH-005).
func (tx *Tx) ErasedAfter(after spec.ID, limit int) ([]spec.ID, error) {
	return list(tx, only[spec.ID], selectErasedAfter, after, limit)
}

// ErasedFrom answers erased ids from a place on, newest first.
func (tx *Tx) ErasedFrom(from Place, limit int) ([]Erased, error) {
	at, skip := from.before()
	return list(tx, (*Erased).fields, selectNewestErased, at, limit, skip)
}
