package store

import "errors"

const (
	selectMeta = `SELECT value FROM meta WHERE name = $1`

	upsertMeta = `
INSERT INTO meta (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE
SET value = excluded.value`

	selectMetaNames = `SELECT name FROM meta WHERE name LIKE $1 ORDER BY name`
	deleteMeta      = `DELETE FROM meta WHERE name = $1`
)

// Meta answers what this node remembers about itself under a name.
func (tx *Tx) Meta(name string) (value string, ok bool, err error) {
	value, err = one(tx, only[string], selectMeta, name)
	if errors.Is(err, ErrNotFound) {
		return "", false, nil
	}
	return value, err == nil, err
}

// SetMeta remembers a value under a name.
func (tx *Tx) SetMeta(name, value string) error { return tx.run(upsertMeta, name, value) }

// MetaNames answers the names with a beginning, in order.
func (tx *Tx) MetaNames(begin string) ([]string, error) {
	return list(tx, only[string], selectMetaNames, begin+"%")
}

// DropMeta forgets a name.
func (tx *Tx) DropMeta(name string) error { return tx.run(deleteMeta, name) }
