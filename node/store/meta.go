package store

import "errors"

const (
	selectMeta = `SELECT value FROM meta WHERE name = $1`

	upsertMeta = `
INSERT INTO meta (name, value)
VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE
SET value = excluded.value`
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
