package gate

import (
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// saying is one record of ours on its way to one reader.
type saying struct {
	reader spec.NodeID
	body   spec.Body
	record *spec.Record // once it is sealed
}

// say is sayAll for one body; it answers the record's id.
func (c *Change) say(reader spec.NodeID, b spec.Body) (spec.ID, error) {
	s := c.address(reader, b)
	if err := c.sayAll([]*saying{s}); err != nil {
		return "", err
	}
	return s.record.ID(), nil
}

// address fills in what does not depend on the kind. The caller sets UID, and
// Sequence as the last one used (0 for none).
func (c *Change) address(reader spec.NodeID, b spec.Body) *saying {
	e := b.Claims()
	e.Issuer, e.Audience = c.gate.Self, reader
	e.IssuedAt, e.JTI = c.now.Unix(), spec.NewUUID()
	e.Policy = c.gate.Trust.PolicyPoint().Size
	e.Sequence = max(e.Sequence+1, uint64(c.gate.epoch))
	if v, ok := b.(*spec.Evaluation); ok {
		v.ID = v.JTI
	}
	return &saying{reader: reader, body: b}
}

// sayAll seals addressed bodies as this node's records over all cores, walks
// them through the same door as anybody's, and numbers them in their readers'
// logs. Of one uid, a later body has a higher sequence.
func (c *Change) sayAll(list []*saying) error {
	if len(list) == 0 {
		return nil
	}
	if err := c.seal(list); err != nil {
		return err
	}
	rows := make([]store.Entry, len(list))
	for i, s := range list {
		rows[i] = c.row(s.record)
	}
	added, err := c.tx.Append(rows)
	if err != nil {
		return err
	}
	for _, fresh := range added {
		if !fresh {
			return errors.New("a fresh record is already in the ledger")
		}
	}
	if err := c.version(rows); err != nil {
		return err
	}
	for _, s := range list {
		c.enter(s.reader, s.record.ID(), s.record.Kind(), spec.Live)
	}
	return nil
}

func (c *Change) seal(list []*saying) error {
	signer, keys := c.gate.Signer(), c.gate.Trust.History(c.gate.Self)
	errs := make([]error, len(list))
	spread(len(list), 4, func(i int) {
		s := list[i]
		s.record, errs[i] = spec.SealOwn(signer, s.body, keys, spec.Expect{
			Issuer: c.gate.Self, Audience: s.reader, Kind: s.body.Kind(), Now: c.now,
		})
	})
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("own %s record: %w", list[i].body.Kind(), err)
		}
	}
	return nil
}

// takeFrom appends a state to a reader's log for own records, in the
// transaction that took the ground away.
func (c *Change) takeFrom(reader spec.NodeID, rows []store.Entry, state spec.State) {
	for _, r := range rows {
		c.enter(reader, r.ID, r.Kind, state)
	}
}
