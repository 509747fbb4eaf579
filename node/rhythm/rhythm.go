// Package rhythm is somebody's own days: what they let this node know of their
// sleep and heart, slots of focus around what their calendars hold, the week
// that spreads focus, practice and rest, and teams with their common free time.
//
// It refuses to keep a value of anybody who did not choose so, to show one to
// anybody but its owner, and to say anything of few people: what leaves here for
// others is free time that all agreed to show, a time for a practice that holds
// without any one of those it was made from, and a month's counts over at least
// ten people.
package rhythm

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/vitals"
)

var (
	// ErrNotChosen means that this person did not choose that anything is kept.
	ErrNotChosen = errors.New("this person has not chosen that vitals are kept")
	// ErrGuard means a guard that is neither for adults nor for pupils.
	ErrGuard = errors.New("the guard of sleep is adult or school")
	// ErrPast means that the slot has begun, or lies too far ahead.
	ErrPast = errors.New("the slot does not lie within the coming days")
	// ErrNoSlot means that no slot is proposed with that start.
	ErrNoSlot = errors.New("no slot begins then")
	// ErrTaken means that the time is not free, or that the rules want rest then.
	ErrTaken = errors.New("the time is not free")
)

// Kept is how long vitals are kept.
const Kept = 400 * 24 * time.Hour

// lookback is what the model and the baseline need of it.
const lookback = 70 * 24 * time.Hour

// Ahead is how many days ahead slots are planned and accepted.
const Ahead = 7

// Rhythm is safe for use by many goroutines.
type Rhythm struct{ gate *gate.Gate }

// New is over a gate.
func New(g *gate.Gate) *Rhythm { return &Rhythm{g} }

func zone() *time.Location { return availability.Home }

// Choice is what somebody lets this node do.
type Choice struct {
	Guard   focus.Guard
	Counted bool
}

// Choose keeps that somebody lets this node keep their vitals, and how they are
// used. Errors: gate.ErrUnknownPerson, ErrGuard.
func (r *Rhythm) Choose(ctx context.Context, person string, c Choice) error {
	if c.Guard != focus.Adult && c.Guard != focus.School {
		return ErrGuard
	}
	return r.gate.Change(ctx, func(g *gate.Change) error {
		if err := g.Known(person); err != nil {
			return err
		}
		return vitals.In(g.Tx()).Choose(vitals.Choice{Person: person, Guard: string(c.Guard), Counted: c.Counted, ChosenAt: g.Now().Unix()})
	})
}

// Leave deletes everything that somebody let this node keep of their sleep and
// heart, their slots with it. It may be repeated.
func (r *Rhythm) Leave(ctx context.Context, person string) error {
	return r.gate.Change(ctx, func(g *gate.Change) error {
		if err := g.Known(person); err != nil {
			return err
		}
		if err := g.Tx().HoldPerson(person); err != nil {
			return err
		}
		if err := r.free(g, person); err != nil {
			return err
		}
		return vitals.In(g.Tx()).Forget(person)
	})
}

// free gives back the time of all slots that were shown as busy.
func (r *Rhythm) free(g *gate.Change, person string) error {
	d := diary.In(g.Tx())
	slots, err := vitals.In(g.Tx()).Slots(person, 0, farAhead)
	if err != nil {
		return err
	}
	slots = slices.DeleteFunc(slots, func(s vitals.Slot) bool { return !s.Shown })
	if len(slots) == 0 {
		return nil
	}
	if err := d.Lock(person); err != nil {
		return err
	}
	for _, s := range slots {
		if err := d.Free(s.ID); err != nil {
			return err
		}
	}
	return g.Retell(person)
}

const farAhead = 1 << 40

// ForgetValues deletes nights and values; the choice stays.
func (r *Rhythm) ForgetValues(ctx context.Context, person string) error {
	return r.gate.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := chosen(tx, person); err != nil {
			return err
		}
		return vitals.In(tx).ForgetValues(person)
	})
}

// chosen answers somebody's choice.
func chosen(tx *store.Tx, person string) (vitals.Choice, error) {
	c, err := vitals.In(tx).Choice(person)
	if errors.Is(err, store.ErrNotFound) {
		if _, missing := tx.Person(person); missing != nil {
			return c, missing
		}
		return c, ErrNotChosen
	}
	return c, err
}

// Held is everything that is kept of a person, for the person.
type Held struct {
	Choice vitals.Choice
	Nights []focus.Night
	Hearts []focus.Heart
	Slots  []vitals.Slot
}

// Everything answers what is kept of a person. Errors: ErrNotChosen,
// store.ErrNotFound.
func (r *Rhythm) Everything(ctx context.Context, person string) (h Held, err error) {
	err = r.gate.Store.Read(ctx, func(tx *store.Tx) error {
		if h.Choice, err = chosen(tx, person); err != nil {
			return err
		}
		told, err := told(tx, h.Choice, 0)
		if err != nil {
			return err
		}
		h.Nights, h.Hearts = told.Nights, told.Hearts
		h.Slots, err = vitals.In(tx).Slots(person, 0, farAhead)
		return err
	})
	return h, err
}

// told reads somebody's vitals after a time.
func told(tx *store.Tx, c vitals.Choice, after int64) (focus.Told, error) {
	t := focus.Told{Guard: focus.Guard(c.Guard)}
	nights, err := vitals.In(tx).Sleep(c.Person, after)
	if err != nil {
		return t, err
	}
	for _, n := range nights {
		t.Nights = append(t.Nights, focus.Night{
			Span: span(n.StartsAt, n.EndsAt), Asleep: time.Duration(n.Asleep) * time.Second,
		})
	}
	hearts, err := vitals.In(tx).Hearts(c.Person, after)
	for _, h := range hearts {
		t.Hearts = append(t.Hearts, focus.Heart{
			At: time.Unix(h.TakenAt, 0).UTC(), Method: focus.Method(h.Method), Value: float64(h.Micros) / 1000,
		})
	}
	return t, err
}

func span(from, to int64) focus.Span {
	return focus.Span{Start: time.Unix(from, 0).UTC(), End: time.Unix(to, 0).UTC()}
}
