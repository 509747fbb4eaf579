package rhythm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/node/store/vitals"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// Day is somebody's day as they see it.
type Day struct {
	focus.Day
	Now      time.Time
	Busy     []focus.Span // from calendars and agreed work
	Practice []Practice
	Slots    []focus.Slot  // proposed
	Accepted []vitals.Slot // from now on, Ahead days
}

// Practice is one of somebody's teams' practices.
type Practice struct {
	focus.Span
	Title string
	Team  string
}

// Today works out somebody's day. Errors: ErrNotChosen, gate.ErrUnknownPerson.
func (r *Rhythm) Today(ctx context.Context, person string) (d Day, err error) {
	err = r.ask(ctx, person, func(o *own) error {
		d = Day{Day: o.day, Now: o.now, Accepted: o.accepted()}
		today := dayOf(o.now)
		d.Busy, d.Practice = within(o.busy, today), practiceWithin(o.practice, today)
		d.Slots = o.propose(o.now, o.taken())
		return nil
	})
	return d, err
}

// own is what is known of somebody's coming days, within one transaction.
type own struct {
	r        *Rhythm
	now      time.Time
	day      focus.Day
	busy     []focus.Span
	practice []Practice
	slots    []vitals.Slot
	firm     []policy.Interval
	minor    bool
	guard    focus.Guard
}

// dayOf is the local day of a moment.
func dayOf(at time.Time) focus.Span {
	y, m, d := at.In(zone()).Date()
	return focus.Span{Start: time.Date(y, m, d, 0, 0, 0, 0, zone()), End: time.Date(y, m, d+1, 0, 0, 0, 0, zone())}
}

// ask gathers what is known and hands it to a question that changes nothing.
func (r *Rhythm) ask(ctx context.Context, person string, question func(*own) error) error {
	now := r.gate.Clock().UTC()
	return r.gate.Store.Read(ctx, func(tx *store.Tx) error {
		o, err := r.gather(tx, person, now)
		if err != nil {
			return err
		}
		return question(o)
	})
}

// coming are today and the Ahead days after it.
func coming(now time.Time) (from, to time.Time) {
	from = dayOf(now).Start
	return from, from.AddDate(0, 0, Ahead+1)
}

// gather reads what is known of somebody's coming days.
func (r *Rhythm) gather(tx *store.Tx, person string, now time.Time) (*own, error) {
	choice, err := chosen(tx, person)
	if err != nil {
		return nil, err
	}
	o := &own{r: r, now: now, guard: focus.Guard(choice.Guard)}
	known, err := told(tx, choice, now.Add(-lookback).Unix())
	if err != nil {
		return nil, err
	}
	o.day = focus.Look(known, now, zone())
	from, to := coming(now)
	if o.busy, err = busyOf(tx, person, from, to); err != nil {
		return nil, err
	}
	if o.practice, err = practiceOf(tx, person, from, to); err != nil {
		return nil, err
	}
	if o.slots, err = vitals.In(tx).Slots(person, from.Unix(), to.Unix()); err != nil {
		return nil, err
	}
	held, err := diary.In(tx).Held(person, from.Add(-48*time.Hour).Unix(), to.Add(48*time.Hour).Unix())
	if err != nil {
		return nil, err
	}
	for _, h := range held {
		s := span(h.StartsAt, h.EndsAt)
		o.firm = append(o.firm, policy.Interval{Start: s.Start, End: s.End})
	}
	for _, p := range o.practice {
		o.firm = append(o.firm, policy.Interval{Start: p.Start, End: p.End})
	}
	o.minor, err = young(tx, person, now)
	return o, err
}

// busyOf is when somebody's calendars and agreed work keep them, with the way
// there and back; hours in which they offer their time to nobody are theirs.
func busyOf(tx *store.Tx, person string, from, to time.Time) ([]focus.Span, error) {
	a, err := agenda.Read(tx, person, from, to)
	if err != nil {
		return nil, err
	}
	periods := calendar.Round(a.Taken(), availability.DefaultGranularity, from, to)
	list := make([]focus.Span, len(periods))
	for i, p := range periods {
		list[i] = focus.Span{Start: p.Start, End: p.End}
	}
	return list, nil
}

// practiceOf is when the teams meet that somebody joined.
func practiceOf(tx *store.Tx, person string, from, to time.Time) ([]Practice, error) {
	teams := team.In(tx)
	of, err := teams.Of(person)
	if err != nil {
		return nil, err
	}
	var list []Practice
	for _, m := range of {
		if m.State != team.Joined {
			continue
		}
		t, err := teams.Team(m.Team)
		if err != nil {
			return nil, err
		}
		if t.ClosedAt > 0 {
			continue
		}
		rows, err := teams.Practices(m.Team, from.Unix(), to.Unix())
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			list = append(list, Practice{span(p.StartsAt, p.EndsAt), p.Title, t.Name})
		}
	}
	slices.SortFunc(list, func(a, b Practice) int { return a.Start.Compare(b.Start) })
	return list, nil
}

// young reports whether the register says that a person is a minor.
func young(tx *store.Tx, person string, now time.Time) (bool, error) {
	row, err := roster.In(tx).Entry(person)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var entry talent.Entry
	if err := json.Unmarshal([]byte(row.Entry), &entry); err != nil {
		return false, fmt.Errorf("stored entry: %w", err)
	}
	return talent.Minor(entry, now), nil
}

// taken is all time in which no new slot is proposed.
func (o *own) taken() []focus.Span {
	list := slices.Clone(o.busy)
	for _, p := range o.practice {
		list = append(list, p.Span)
	}
	for _, s := range o.slots {
		list = append(list, span(s.StartsAt, s.EndsAt))
	}
	return list
}

// accepted are the slots that somebody said yes to and that are not over.
func (o *own) accepted() []vitals.Slot {
	return slices.DeleteFunc(slices.Clone(o.slots), func(s vitals.Slot) bool {
		return s.State != vitals.Accepted || s.EndsAt <= o.now.Unix()
	})
}

// propose ranks the free slots of a day that the safety rules allow. Slots that
// were accepted for the day count: three are enough.
func (o *own) propose(day time.Time, taken []focus.Span) []focus.Slot {
	most := focus.MostSlots
	today := dayOf(day)
	for _, s := range o.slots {
		if s.State == vitals.Accepted && today.Meets(span(s.StartsAt, s.EndsAt)) {
			most--
		}
	}
	if most <= 0 {
		return nil
	}
	return focus.Propose(o.day.Course, focus.Ask{
		Day: day, Zone: zone(), After: o.now, Taken: taken, Allowed: o.allowed, Most: most,
	})
}

// allowed asks the safety rules in force, and them alone: nobody else is a
// party to somebody's own time.
func (o *own) allowed(s focus.Span) bool {
	g := o.r.gate
	d := g.Trust.Book().Decide(policy.Facts{
		Act: policy.ActEngage, Issuer: g.Self, Audience: g.Self, Kind: spec.KindHold, Home: true, Slots: o.firm,
		Units: []policy.Interval{{Start: s.Start, End: s.End}}, Minor: o.minor, Contract: true,
	}, o.now)
	return !slices.ContainsFunc(d.Findings, func(f policy.Finding) bool {
		return f.Effect == policy.Deny && (strings.HasPrefix(f.Clause, "rest.") || strings.HasPrefix(f.Clause, "hours."))
	})
}

func within(list []focus.Span, s focus.Span) []focus.Span {
	return slices.DeleteFunc(slices.Clone(list), func(o focus.Span) bool { return !o.Meets(s) })
}

func practiceWithin(list []Practice, s focus.Span) []Practice {
	return slices.DeleteFunc(slices.Clone(list), func(p Practice) bool { return !p.Meets(s) })
}
