package store

import "github.com/fukusen/fukusen/spec"

// Cursor is how far a neighbour's log was read, and how reading goes.
type Cursor struct {
	Peer     spec.NodeID
	Log      string
	Epoch    int64
	Next     uint64 // the n to be read next
	Frontier []byte // of the tree over all n below Next
	Note     string // the head read up to
	PulledAt int64
	Error    string // what the last attempt failed with, or empty
	Failures int    // attempts failed in a row
	Halted   bool   // until an operator has looked (REQ-HEAD-006)
	Relist   bool   // a new epoch's live list is still to be compared (REQ-EPOCH-004)
}

func (c *Cursor) fields() []any {
	return []any{
		&c.Peer, &c.Log, &c.Epoch, &c.Next, &c.Frontier, &c.Note, &c.PulledAt, &c.Error, &c.Failures, &c.Halted, &c.Relist,
	}
}

const (
	cursorColumns = `
SELECT peer, log, epoch, next, frontier, note, pulled_at, error, failures, halted, relist
FROM cursor`

	selectCursor  = cursorColumns + ` WHERE peer = $1 AND log = $2`
	selectCursors = cursorColumns + ` ORDER BY peer, log`

	upsertCursor = `
INSERT INTO cursor (peer, log, epoch, next, frontier, note, pulled_at, error, failures, halted, relist)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (peer, log) DO UPDATE
SET epoch = excluded.epoch, next = excluded.next, frontier = excluded.frontier, note = excluded.note,
    pulled_at = excluded.pulled_at, error = excluded.error, failures = excluded.failures, halted = excluded.halted,
    relist = excluded.relist`
)

// Cursor answers how far a log was read.
func (tx *Tx) Cursor(peer spec.NodeID, log string) (Cursor, error) {
	return one(tx, (*Cursor).fields, selectCursor, peer, log)
}

// Cursors answers all cursors, by peer and log.
func (tx *Tx) Cursors() ([]Cursor, error) { return list(tx, (*Cursor).fields, selectCursors) }

// PutCursor writes a cursor over what was there.
func (tx *Tx) PutCursor(c Cursor) error {
	return tx.run(upsertCursor, c.Peer, c.Log, c.Epoch, int64(c.Next), filled(c.Frontier), c.Note, c.PulledAt,
		c.Error, c.Failures, c.Halted, c.Relist)
}
