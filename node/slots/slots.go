// Package slots carries out what a person says of when they offer their time: it
// keeps it, and says the new free and busy times to whom they consented, in one
// transaction. It refuses a pattern that its room refuses, and to read calendars.
package slots

import (
	"context"
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/pattern"
	placed "github.com/fukusen/fukusen/node/store/pattern"
	"github.com/fukusen/fukusen/spec"
)

// MostPatterns is how many patterns a person has at a time.
const MostPatterns = 50

// Put keeps when a person offers their time, over the pattern of that
// uid, and says the new free and busy times to everyone the person consented
// to. It answers the pattern with its number. Errors: pattern.ErrInvalid,
// gate.ErrUnknownPerson.
func Put(ctx context.Context, g *gate.Gate, person string, p pattern.Pattern) (pattern.Pattern, error) {
	err := Edit(ctx, g, person, p.UID, func(stands *pattern.Pattern) error {
		p.Sequence = stands.Sequence
		*stands = p
		return nil
	}, &p)
	return p, err
}

// Edit changes the pattern of a uid in one transaction, or a new one of
// it; edit may run more than once. The result is written to into. Errors: as
// Put, and those of edit.
func Edit(ctx context.Context, g *gate.Gate, person, uid string, edit func(*pattern.Pattern) error, into *pattern.Pattern) error {
	return g.Change(ctx, func(c *gate.Change) error {
		if err := errors.Join(c.Tx().HoldPerson(person), c.Known(person)); err != nil {
			return err
		}
		all, err := agenda.Patterns(c.Tx(), person)
		if err != nil {
			return err
		}
		now := pattern.Pattern{UID: uid, TimeZone: availability.Home.String(), Available: []pattern.Slot{}}
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

// Delete takes a pattern back. One that is not there is no error.
func Delete(ctx context.Context, g *gate.Gate, person, uid string) error {
	return g.Change(ctx, func(c *gate.Change) error {
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
// a place, for what is agreed from now on. Errors: pattern.ErrInvalid.
func PutTravel(ctx context.Context, g *gate.Gate, person string, before, after int) error {
	for field, minutes := range map[string]int{"before": before, "after": after} {
		if minutes < 0 || minutes > longestTravel {
			return fmt.Errorf("%w: "+field+": 0 to 240 minutes", pattern.ErrInvalid)
		}
	}
	return g.Change(ctx, func(c *gate.Change) error {
		if err := errors.Join(c.Tx().HoldPerson(person), c.Known(person)); err != nil {
			return err
		}
		return placed.In(c.Tx()).PutTravel(placed.Travel{Person: person, Before: before, After: after})
	})
}
