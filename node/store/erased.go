package store

import "github.com/fukusen/fukusen/spec"

// erasedID is an id to write beside the time of its erasure.
type erasedID struct {
	id spec.ID
	at int64
}

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
)

// PutErased remembers that ids were erased, for good (REQ-ERA-005).
func (tx *Tx) PutErased(ids []spec.ID, at int64) error {
	rows := make([]erasedID, len(ids))
	for i, id := range ids {
		rows[i] = erasedID{id, at}
	}
	_, err := fill(tx, insertErased, rows, func(e *erasedID, to []any) []any { return append(to, string(e.id), e.at) })
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
