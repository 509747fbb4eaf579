package enrol

import (
	"context"
	"errors"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
)

// ErrEvaluated means that somebody has credentials of evaluators, which name
// them alone: they are kept, and the other one is dropped.
var ErrEvaluated = errors.New("who has evaluations is kept")

// Merging is what making one of two would do.
type Merging struct {
	Keep, Drop Registered
	Merged     talent.Entry
	Conflicts  []talent.Conflict
	Consents   int  // of the dropped one, which end
	Calendars  int  // of the dropped one, which go
	Evaluated  bool // the dropped one has evaluations: not this way round
}

// Compare says what Merge would do. Nothing is done by it.
//
// Errors: store.ErrNotFound.
func (d *Desk) Compare(tx *store.Tx, keep, drop string) (Merging, error) {
	var m Merging
	if keep == drop {
		return m, store.ErrNotFound
	}
	var err error
	if m.Keep, err = Of(tx, keep); err != nil {
		return m, err
	}
	if m.Drop, err = Of(tx, drop); err != nil {
		return m, err
	}
	m.Merged, m.Conflicts = talent.Merge(m.Keep.Entry, m.Drop.Entry)
	given, err := tx.ConsentsOf(drop)
	if err != nil {
		return m, err
	}
	for _, row := range given {
		if row.State == consent.Given {
			m.Consents++
		}
	}
	calendars, err := tx.Calendars(drop)
	if err != nil {
		return m, err
	}
	m.Calendars = len(calendars)
	engaged, err := tx.EngagementsOf(drop)
	m.Evaluated = len(engaged) > 0
	return m, err
}

// Merge makes one of two people. What the dropped one agreed to ends and what
// was said of it is withdrawn before it is erased, here and at its readers: a
// consent is given by somebody for one register entry, and no way in of an
// account is carried to another. The note that one became the other stays.
// Where it stopped half way it may be repeated.
//
// Errors: ErrStale, ErrEvaluated, *Invalid, store.ErrNotFound.
func (d *Desk) Merge(ctx context.Context, by, keep, drop string, keepVersion, dropVersion int64) error {
	var given []store.Consent
	look := func(tx *store.Tx) (Merging, error) {
		m, err := d.Compare(tx, keep, drop)
		switch {
		case err != nil:
			return m, err
		case m.Keep.Version != keepVersion || m.Drop.Version != dropVersion:
			return m, ErrStale
		case m.Evaluated:
			return m, ErrEvaluated
		}
		if problems := talent.Validate(m.Merged, d.Clock()); !talent.Valid(problems) {
			return m, &Invalid{problems}
		}
		given, err = tx.ConsentsOf(drop)
		return m, err
	}
	if err := d.Store.Read(ctx, func(tx *store.Tx) error { _, err := look(tx); return err }); err != nil {
		return err
	}
	for _, row := range given {
		if _, err := d.Gate.Withdraw(ctx, drop, row.RecordID); err != nil {
			return err
		}
	}
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		m, err := look(tx)
		if err != nil {
			return err
		}
		if _, err := d.change(tx, by, "person.merge", keep, keepVersion, m.Merged); err != nil {
			return err
		}
		return roster.In(tx).Merge(drop, keep, by, d.Clock().Unix())
	})
	if err != nil {
		return err
	}
	if _, err := d.Gate.Erase(ctx, drop); err != nil {
		return err
	}
	return d.keepInStep(ctx, keep)
}
