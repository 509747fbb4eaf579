package rhythm

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/vitals"
	"github.com/fukusen/fukusen/spec"
)

// Answer is what somebody says to a slot.
type Answer struct {
	Person string
	Start  time.Time
	Yes    bool
	Shown  bool // to those who may see when the person is busy, as busy and no more
}

// Answer keeps an answer. A yes takes the time; a no keeps the slot from being
// proposed again on its day. The same answer again changes nothing. Errors:
// ErrNotChosen, ErrPast, ErrNoSlot, ErrTaken, gate.ErrUnknownPerson.
func (r *Rhythm) Answer(ctx context.Context, a Answer) error {
	return r.gate.Change(ctx, func(g *gate.Change) error {
		d, v := diary.In(g.Tx()), vitals.In(g.Tx())
		if err := errors.Join(g.Known(a.Person), g.Tx().HoldPerson(a.Person)); err != nil {
			return err
		}
		before, err := v.Slot(a.Person, a.Start.Unix())
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		// What nobody is shown leaves no trace in the tables of what is given.
		if a.Shown || before.Shown {
			if err := d.Lock(a.Person); err != nil {
				return err
			}
		}
		o, err := r.gather(g.Tx(), a.Person, g.Now().UTC())
		if err != nil {
			return err
		}
		_, to := coming(o.now)
		slot := focus.Span{Start: a.Start.UTC(), End: a.Start.UTC().Add(focus.Unit)}
		switch {
		case slot.Start.Before(o.now) || slot.End.After(to):
			return ErrPast
		case !slices.Contains(focus.Starts(slot.Start, zone()), slot):
			return ErrNoSlot
		}
		row := vitals.Slot{
			ID: before.ID, Person: a.Person, StartsAt: slot.Start.Unix(), EndsAt: slot.End.Unix(), State: vitals.Refused, AnsweredAt: g.Now().Unix(),
		}
		if row.ID == "" {
			row.ID = spec.RandomUUID()
		}
		if a.Yes {
			row.State, row.Shown = vitals.Accepted, a.Shown
		}
		if before.State == row.State && before.Shown == row.Shown {
			return nil
		}
		if before.Shown {
			if err := d.Free(before.ID); err != nil {
				return err
			}
			o.busy = without(o.busy, slot)
		}
		if a.Yes && before.State != vitals.Accepted && (!o.allowed(slot) || !o.open(slot)) {
			return ErrTaken
		}
		if row.Shown {
			if err := d.Keep([]diary.Held{{Person: a.Person, StartsAt: row.StartsAt, EndsAt: row.EndsAt, LeavesAt: row.StartsAt, ReturnsAt: row.EndsAt, Hold: row.ID, State: spec.BusyConfirmed}}); err != nil {
				return err
			}
		}
		if err := v.PutSlot(row); err != nil {
			return err
		}
		if row.Shown || before.Shown {
			return g.Retell(a.Person)
		}
		return nil
	})
}

// without cuts a span out of busy time.
func without(list []focus.Span, cut focus.Span) []focus.Span {
	var out []focus.Span
	for _, s := range list {
		if !s.Meets(cut) {
			out = append(out, s)
			continue
		}
		for _, rest := range []focus.Span{{Start: s.Start, End: cut.Start}, {Start: cut.End, End: s.End}} {
			if rest.Start.Before(rest.End) {
				out = append(out, rest)
			}
		}
	}
	return out
}

// open says whether a slot shares no time with anything that is taken; a no to
// a slot takes none.
func (o *own) open(s focus.Span) bool {
	for _, t := range o.slots {
		if t.State == vitals.Accepted && s.Meets(span(t.StartsAt, t.EndsAt)) {
			return false
		}
	}
	return !slices.ContainsFunc(o.busy, s.Meets) && !slices.ContainsFunc(o.practice, func(p Practice) bool { return s.Meets(p.Span) })
}

// GiveBack takes an answer back: the time is free again, and the slot may be
// proposed again. It may be repeated.
func (r *Rhythm) GiveBack(ctx context.Context, person string, start time.Time) error {
	return r.gate.Change(ctx, func(g *gate.Change) error {
		d, v := diary.In(g.Tx()), vitals.In(g.Tx())
		if err := errors.Join(g.Known(person), g.Tx().HoldPerson(person)); err != nil {
			return err
		}
		s, err := v.Slot(person, start.Unix())
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := v.DropSlot(person, s.StartsAt); err != nil || !s.Shown {
			return err
		}
		if err := errors.Join(d.Lock(person), d.Free(s.ID)); err != nil {
			return err
		}
		return g.Retell(person)
	})
}
