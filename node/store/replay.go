package store

import "github.com/fukusen/fukusen/spec"

const (
	insertReplay = `
INSERT INTO replay (issuer, jti, expires)
VALUES ($1, $2, $3)
ON CONFLICT (issuer, jti) DO NOTHING`

	deleteReplays = `DELETE FROM replay WHERE expires <= $1`
)

// Once says whether a signed write comes for the first time (REQ-REQ-007). It
// belongs in the transaction of the write itself, so that one write has one
// effect, whatever process takes it.
func (tx *Tx) Once(issuer spec.NodeID, jti string, expires int64) (fresh bool, err error) {
	n, err := tx.change(insertReplay, issuer, jti, expires)
	return n == 1, err
}

// ForgetReplays drops what can no longer be replayed, because it has expired,
// and answers how many.
func (tx *Tx) ForgetReplays(now int64) (int64, error) { return tx.change(deleteReplays, now) }
