package gate

import (
	"context"
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/restore"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Recover takes back own records that another node holds and this store, being
// a copy, has forgotten. Only what opens under this node's own keys is taken
// (REQ-HELD-002). It returns how many were new here.
func (g *Gate) Recover(ctx context.Context, holder spec.NodeID, items []spec.Item) (int, error) {
	fresh := 0
	err := g.Change(ctx, func(c *Change) error {
		fresh = 0
		for _, it := range items {
			known, err := c.recover(holder, it)
			if err != nil {
				return err
			}
			if !known {
				fresh++
			}
		}
		return nil
	})
	return fresh, err
}

// recover reports whether the record was known, or is none of ours.
func (c *Change) recover(holder spec.NodeID, it spec.Item) (bool, error) {
	g := c.gate
	record, err := spec.Reopen(it.Record, g.Trust.History(g.Self), spec.Expect{
		Issuer: g.Self, Audience: holder, ID: it.ID, Kind: it.Kind, Vouched: true, Now: c.now,
	})
	if err != nil {
		return true, nil //nolint:nilerr // not ours or damaged: ignored (REQ-HELD-002)
	}
	erased, err := c.tx.IsErased([]spec.ID{record.ID()})
	if err != nil || erased[record.ID()] {
		return true, err
	}
	row := c.row(record)
	added, err := c.tx.Append([]store.Entry{row})
	if err != nil || !added[0] {
		return true, err
	}
	if err := c.version([]store.Entry{row}); err != nil {
		return false, err
	}
	if order, ok := record.Body().(*spec.Erasure); ok {
		return false, c.forget(order.IDs)
	}
	return false, errors.Join(c.advance(row), c.gate.Agree(c, record))
}

// advance moves the last used sequence of a uid forward, so that none is used
// twice even where the clock was set back (REQ-EPOCH-002).
func (c *Change) advance(row store.Entry) error {
	if row.Subject == "" {
		return nil
	}
	pairs, err := c.tx.PairwiseBySubject(row.Subject)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if p.UID == row.UID && row.Sequence > p.LastSequence {
			p.LastSequence, p.LastID = row.Sequence, row.ID
			if err := c.tx.PutPairwise(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// listLive appends what is live to each reader's log of the new epoch. What
// stands on no active consent that this store knows is not listed, so readers
// withdraw it: after a restore silence is the safe side.
func (c *Change) listLive() error {
	for after := int64(0); ; {
		rows, err := c.tx.ByIssuer(c.gate.Self, after, mostInOrder)
		if err != nil || len(rows) == 0 {
			return err
		}
		after = rows[len(rows)-1].Pos
		for _, r := range rows {
			if r.State != store.StateLive || r.Expires != 0 && r.Expires <= c.now.Unix() {
				continue
			}
			stands, err := c.stands(r)
			if err != nil {
				return err
			}
			if stands {
				c.enter(r.Audience, r.ID, r.Kind, spec.Live)
				continue
			}
			if err := c.tx.SetState([]spec.ID{r.ID}, store.StateWithdrawn); err != nil {
				return err
			}
			if err := c.tx.DropCurrent([]spec.ID{r.ID}); err != nil {
				return err
			}
		}
	}
}

// stands reports whether the ground of an own record is known here.
func (c *Change) stands(r store.Entry) (bool, error) {
	if r.Kind != spec.KindTalent && r.Kind != spec.KindAvailability {
		return true, nil
	}
	pairs, err := c.tx.PairwiseBySubject(r.Subject)
	if err != nil {
		return false, err
	}
	at := slices.IndexFunc(pairs, func(p store.Pairwise) bool { return p.UID == r.UID })
	if at < 0 {
		return false, nil
	}
	row, found, err := maybe(c.tx.Consent(pairs[at].RecordID))
	return found && row.State == consent.Given && row.Until > c.now.Unix(), err
}

// toldBefore takes over what a reader's receipt says was done on our word,
// where this store, being a copy, does not know that it gave it. Only of what
// was said before this epoch can that be true: of the rest we know, and a reader
// that was told nothing ends nobody's consent.
func (c *Change) toldBefore(from spec.NodeID, b *spec.Receipt) error {
	found, err := c.tx.Entries(b.IDs)
	if err != nil {
		return err
	}
	var rows []store.Entry
	for _, r := range found {
		ours := r.Issuer == c.gate.Self && r.Audience == from && r.Kind.Personal() && r.Sequence < uint64(c.gate.epoch)
		if ours && (r.State == store.StateLive || r.State == store.StateSuperseded) {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	gone, state := idsOf(rows), spec.Withdrawn
	if b.Action == spec.ActionErased {
		state, err = spec.Erased, c.forget(gone)
	} else if err = c.tx.SetState(gone, store.StateWithdrawn); err == nil {
		err = c.tx.DropCurrent(gone)
	}
	if err != nil {
		return err
	}
	if open, err := restore.Open(c.tx); err != nil {
		return err
	} else if !open { // the log of this epoch lists them already
		c.takeFrom(from, rows, state)
	}
	for _, r := range rows {
		if err := c.endPair(r); err != nil {
			return err
		}
	}
	return nil
}

// endPair ends the consent that a record stood on: the person ended it before
// the copy was put back. What else was said under it ends with it.
func (c *Change) endPair(r store.Entry) error {
	pairs, err := c.tx.PairwiseBySubject(r.Subject)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if p.UID != r.UID {
			continue
		}
		row, found, err := maybe(c.tx.Consent(p.RecordID))
		if err != nil {
			return err
		}
		if found && row.State == consent.Given {
			if err := c.end(row, &Taken{}); err != nil {
				return err
			}
		}
	}
	return nil
}
