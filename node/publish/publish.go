// Package publish is what organisations publish for everybody: calendars of
// their trips and events, and of the times at which their facilities can be
// used; and how those flow into the weeks of people who ask for it. Who follows
// what is kept, never said. It refuses to name a person in what it publishes.
package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/timetable"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

var (
	// ErrUnknown means that this node publishes, or knows of, no such calendar.
	ErrUnknown = errors.New("no such published calendar")
	// ErrInvalid begins a refusal of what somebody wrote; the text names the field
	// and what it needs.
	ErrInvalid = errors.New("invalid")
	// ErrTooFar means that an entry begins later than a record lives.
	ErrTooFar = fmt.Errorf("%w: entries.startDate: an entry begins within the next 365 days", ErrInvalid)
)

// How long what is published stays readable.
const (
	afterwards = 30 * 24 * time.Hour // after its last entry
	farthest   = 365 * 24 * time.Hour
	renewed    = 14 * 24 * time.Hour // before its end, while an entry is to come
)

// Calendars is safe for use by many goroutines.
type Calendars struct {
	gate *gate.Gate
	look func(spec.NodeID)
}

// New is over a gate. look makes what a neighbour publishes be read now.
func New(g *gate.Gate, look func(spec.NodeID)) *Calendars { return &Calendars{g, look} }

// Put publishes a calendar, or a new version of the one with an id. An entry
// without an id gets one. Errors: a refusal that names the requirement and the
// field, ErrTooFar, ErrUnknown.
func (p *Calendars) Put(ctx context.Context, organisation, id string, c work.Calendar) (timetable.Timetable, error) {
	for i := range c.Entries {
		if c.Entries[i].ID == "" {
			c.Entries[i].ID = spec.RandomUUID()
		}
	}
	slices.SortStableFunc(c.Entries, func(a, b work.CalendarEntry) int { return compare(a.Start, b.Start) })
	var row timetable.Timetable
	if err := spec.RefuseFault(c.Check()); err != nil {
		return row, err
	}
	octets, err := json.Marshal(c)
	if err != nil {
		return row, err
	}
	err = p.gate.Change(ctx, func(change *gate.Change) error {
		if row, err = p.begin(change, organisation, id); err != nil {
			return err
		}
		row.Body = string(octets)
		return p.say(change, &row, c)
	})
	return row, err
}

func compare(a, b string) int {
	x, _ := code.ParseUTC(a)
	y, _ := code.ParseUTC(b)
	return x.Compare(y)
}

// begin is the row to write: a new one, or the open one of the organisation.
func (p *Calendars) begin(change *gate.Change, organisation, id string) (timetable.Timetable, error) {
	if id == "" {
		return timetable.Timetable{ID: spec.RandomUUID(), Organisation: organisation, State: timetable.Open, CreatedAt: change.Now().Unix()}, nil
	}
	row, err := timetable.In(change.Tx()).Timetable(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && (row.State != timetable.Open || row.Organisation != organisation) {
		return row, ErrUnknown
	}
	return row, err
}

// say publishes the next version of a row and keeps it.
func (p *Calendars) say(change *gate.Change, row *timetable.Timetable, c work.Calendar) error {
	last := change.Now()
	for _, e := range c.Entries {
		start, end := Span(e)
		if start.After(change.Now().Add(farthest)) {
			return ErrTooFar
		}
		if end.After(last) {
			last = end
		}
	}
	body := &spec.Calendar{Calendar: c}
	body.UID, body.Sequence = row.ID, row.Sequence
	body.Expires = min(last.Add(afterwards).Unix(), change.Now().Unix()+spec.MaxPublicLife)
	id, err := change.Say("", body)
	if err != nil {
		return err
	}
	row.Record, row.Sequence, row.Expires = id, body.Sequence, body.Expires
	return timetable.In(change.Tx()).Put(*row)
}

// Span is the time that an entry takes.
func Span(e work.CalendarEntry) (start, end time.Time) {
	start, _ = code.ParseUTC(e.Start)
	length, _ := code.ParseDuration(e.Duration)
	return start, start.Add(length)
}

// Close takes a calendar back. Errors: ErrUnknown.
func (p *Calendars) Close(ctx context.Context, organisation, id string) error {
	return p.gate.Change(ctx, func(change *gate.Change) error {
		row, err := p.begin(change, organisation, id)
		if err != nil {
			return err
		}
		said, err := change.Tx().Entry(row.Record)
		if err != nil {
			return err
		}
		if err := change.TakeBack("", []store.Entry{said}, ""); err != nil {
			return err
		}
		row.State, row.ClosedAt = timetable.Closed, change.Now().Unix()
		return timetable.In(change.Tx()).Put(row)
	})
}

// Renew publishes anew what has entries to come and is about to end, at most so
// many, and answers how many it were.
func (p *Calendars) Renew(ctx context.Context, most int) (int, error) {
	renew := 0
	now := p.gate.Clock()
	var rows []timetable.Timetable
	err := p.gate.Store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = timetable.In(tx).Ending(now.Add(renewed).Unix(), most)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		c, err := Read(row.Body)
		if err != nil {
			return renew, err
		}
		if !slices.ContainsFunc(c.Entries, func(e work.CalendarEntry) bool { _, end := Span(e); return end.After(now.Add(renewed)) }) {
			continue
		}
		if _, err := p.Put(ctx, row.Organisation, row.ID, c); err != nil && !errors.Is(err, ErrUnknown) {
			return renew, err
		}
		renew++
	}
	return renew, nil
}

// Read reads what a timetable says, or a record of one.
func Read(body string) (c work.Calendar, err error) {
	if err = json.Unmarshal([]byte(body), &c); err != nil {
		err = fmt.Errorf("stored calendar: %w", err)
	}
	return c, err
}
