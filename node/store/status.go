package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
)

// statusAttempts bounds the search for a free index. In a list that is half
// full one more draw fails once in two: 64 in a row do not fail by chance.
const statusAttempts = 64

const (
	insertStatusEntry = `
INSERT INTO status_entry (list, n, record, revoked)
VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING`

	selectStatusEntry = `SELECT n FROM status_entry WHERE list = $1 AND record = $2`

	updateStatusEntry = `
UPDATE status_entry
SET revoked = $1
WHERE list = $2 AND n = $3`

	selectStatusEntries = `
SELECT n, revoked
FROM status_entry
WHERE list = $1
ORDER BY n`
)

// StatusIndex gives a credential its index in a list of size entries: random,
// so that it tells nothing about when the credential was made, and the same
// again when asked again for the same credential.
func (tx *Tx) StatusIndex(list, credential string, size int) (int, error) {
	for range statusAttempts {
		if err := tx.run(insertStatusEntry, list, rand.IntN(size), credential, false); err != nil {
			return 0, err
		}
		n, err := one(tx, only[int], selectStatusEntry, list, credential)
		if !errors.Is(err, ErrNotFound) {
			return n, err
		}
	}
	return 0, fmt.Errorf("store: status list %s: %w", list, ErrListFull)
}

// SetStatus sets or clears the bit of an index that was given.
func (tx *Tx) SetStatus(list string, n int, revoked bool) error {
	changed, err := tx.change(updateStatusEntry, revoked, list, n)
	if err == nil && changed == 0 {
		return fmt.Errorf("store: status list %s: index %d: %w", list, n, ErrNotFound)
	}
	return err
}

// StatusBits answers a list of size entries, one bit each, index 0 leftmost
// (W3C Bitstring Status List section 3.2).
func (tx *Tx) StatusBits(name string, size int) ([]byte, error) {
	type entry struct {
		n       int
		revoked bool
	}
	entries, err := list(tx, func(e *entry) []any { return []any{&e.n, &e.revoked} }, selectStatusEntries, name)
	if err != nil {
		return nil, err
	}
	bits := make([]byte, (size+7)/8)
	for _, e := range entries {
		if e.revoked && e.n < size {
			bits[e.n/8] |= 0x80 >> (e.n % 8)
		}
	}
	return bits, nil
}
