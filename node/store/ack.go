package store

import "github.com/fukusen/fukusen/spec"

// Ack is how far a reader says it has read. It feeds the console and decides
// nothing.
type Ack struct {
	Reader spec.NodeID
	Log    string
	N      uint64
	At     int64
}

func (a *Ack) fields() []any { return []any{&a.Reader, &a.Log, &a.N, &a.At} }

const (
	upsertAck = `
INSERT INTO ack (reader, log, n, at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (reader, log) DO UPDATE
SET n = excluded.n, at = excluded.at`

	selectAcks = `
SELECT reader, log, n, at
FROM ack
ORDER BY reader, log`
)

// PutAck notes how far a reader has read, over what was there.
func (tx *Tx) PutAck(a Ack) error { return tx.run(upsertAck, a.Reader, a.Log, int64(a.N), a.At) }

// Acks answers how far readers have read, by reader and log.
func (tx *Tx) Acks() ([]Ack, error) { return list(tx, (*Ack).fields, selectAcks) }
