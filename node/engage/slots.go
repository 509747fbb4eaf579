package engage

import (
	"context"
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/store"
	placed "github.com/fukusen/fukusen/node/store/pattern"
	"github.com/fukusen/fukusen/spec"
)

// MostPatterns is how many patterns a person has at a time.
const MostPatterns = 50

// PutPattern keeps when a person offers their time, over the pattern of that
// uid, and says the new free and busy times to everyone the person consented
// to. It answers the pattern with its number. Errors: pattern.ErrInvalid,
// gate.ErrUnknownPerson.
func (e *Engagements) PutPattern(ctx context.Context, person string, p pattern.Pattern) (pattern.Pattern, error) {
	err := e.EditPattern(ctx, person, p.UID, func(stands *pattern.Pattern) error {
		p.Sequence = stands.Sequence
		*stands = p
		return nil
	}, &p)
	return p, err
}

// EditPattern changes the pattern of a uid in one transaction, or a new one of
// it; edit may run more than once. The result is written to into. Errors: as
// PutPattern, and those of edit.
func (e *Engagements) EditPattern(ctx context.Context, person, uid string, edit func(*pattern.Pattern) error, into *pattern.Pattern) error {
	return e.gate.Change(ctx, func(c *gate.Change) error {
		if err := errors.Join(c.Tx().HoldPerson(person), c.Known(person)); err != nil {
			return err
		}
		all, err := agenda.Patterns(c.Tx(), person)
		if err != nil {
			return err
		}
		now := pattern.Pattern{UID: uid, TimeZone: zone, Available: []pattern.Slot{}}
		for _, p := range all {
			if p.UID == uid {
				now = p
			}
		}
		if now.Sequence == 0 && len(all) >= MostPatterns {
			return fmt.Errorf("%w: uid: at most 50 patterns", pattern.ErrInvalid)
		}
		sequence := now.Sequence + 1
		if err := edit(&now); err != nil {
			return err
		}
		now.UID, now.Sequence, now.Updated = uid, sequence, spec.FormatUTC(c.Now())
		if err := now.Validate(); err != nil {
			return err
		}
		octets, err := pattern.Write(now)
		if err != nil {
			return err
		}
		*into = now
		row := placed.Pattern{Person: person, UID: uid, Sequence: sequence, Document: string(octets), UpdatedAt: c.Now().Unix()}
		return errors.Join(placed.In(c.Tx()).Put(row), c.Retell(person))
	})
}

// DeletePattern takes a pattern back. One that is not there is no error.
func (e *Engagements) DeletePattern(ctx context.Context, person, uid string) error {
	return e.gate.Change(ctx, func(c *gate.Change) error {
		if err := errors.Join(c.Tx().HoldPerson(person), c.Known(person)); err != nil {
			return err
		}
		was, err := placed.In(c.Tx()).Delete(person, uid)
		if err != nil || !was {
			return err
		}
		return c.Retell(person)
	})
}

// longestTravel is the most minutes that a person can be on the way.
const longestTravel = 240

// PutTravel keeps how many minutes a person wants free before and after work at
// a place, for what is agreed from now on. Errors: ErrInvalid.
func (e *Engagements) PutTravel(ctx context.Context, person string, before, after int) error {
	for field, minutes := range map[string]int{"before": before, "after": after} {
		if minutes < 0 || minutes > longestTravel {
			return invalid(field, "0 to 240 minutes")
		}
	}
	return e.gate.Change(ctx, func(c *gate.Change) error {
		if err := errors.Join(c.Tx().HoldPerson(person), c.Known(person)); err != nil {
			return err
		}
		return placed.In(c.Tx()).PutTravel(placed.Travel{Person: person, Before: before, After: after})
	})
}

// Travel answers how many minutes a person wants free before and after work at
// a place; none where they never said.
func Travel(tx *store.Tx, person string) (before, after int, err error) {
	t, err := placed.In(tx).Travel(person)
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return t.Before, t.After, err
}
