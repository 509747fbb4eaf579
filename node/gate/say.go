package gate

import (
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// say seals a body as this node's record for one reader, walks it through the
// same door as anybody's, and numbers it in the reader's log. The caller sets
// UID, and Sequence as the last one used (0 for none).
func (c *Change) say(reader spec.NodeID, b spec.Body) (spec.ID, error) {
	e := b.Claims()
	e.Issuer, e.Audience = c.gate.Self, reader
	e.IssuedAt, e.JTI = c.now.Unix(), spec.NewUUID()
	e.Policy = c.gate.Trust.PolicyPoint().Size
	e.Sequence = max(e.Sequence+1, uint64(c.gate.epoch))
	if v, ok := b.(*spec.Evaluation); ok {
		v.ID = v.JTI
	}
	record, err := spec.SealOwn(c.gate.Signer(), b, c.gate.Trust.History(c.gate.Self), spec.Expect{
		Issuer: c.gate.Self, Audience: reader, Kind: b.Kind(), Now: c.now,
	})
	if err != nil {
		return "", fmt.Errorf("own %s record: %w", b.Kind(), err)
	}
	row := c.row(record)
	added, err := c.tx.Append([]store.Entry{row})
	if err != nil {
		return "", err
	}
	if !added[0] {
		return "", errors.New("a fresh record is already in the ledger")
	}
	if err := c.version([]store.Entry{row}); err != nil {
		return "", err
	}
	c.enter(reader, record.ID(), record.Kind(), spec.Live)
	return record.ID(), nil
}

// takeFrom appends a state to a reader's log for own records, in the
// transaction that took the ground away.
func (c *Change) takeFrom(reader spec.NodeID, rows []store.Entry, state spec.State) {
	for _, r := range rows {
		c.enter(reader, r.ID, r.Kind, state)
	}
}
