package store

const (
	claimLease = `
INSERT INTO lease (name, holder, until)
VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE
SET holder = excluded.holder, until = excluded.until
WHERE lease.holder = excluded.holder OR lease.until <= $4`

	releaseLease = `DELETE FROM lease WHERE name = $1 AND holder = $2`
)

// Claim takes or prolongs the lease on a piece of background work until a
// time, and says whether it was given. Another holder's lease that has not
// ended at now is left alone.
func (tx *Tx) Claim(name, holder string, now, until int64) (bool, error) {
	n, err := tx.change(claimLease, name, holder, until, now)
	return n == 1, err
}

// Release gives a lease back early. Only its holder can.
func (tx *Tx) Release(name, holder string) error { return tx.run(releaseLease, name, holder) }
