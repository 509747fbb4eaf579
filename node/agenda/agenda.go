// Package agenda puts a person's time together from everything that is kept of
// it: what their calendars say, when they offer their time, and what they have
// given to work, with the way there and back. What leaves this node about
// somebody's time is made here, of times and statuses alone.
//
// It refuses to change anything, and titles and places: it never reads one.
package agenda

import (
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	offered "github.com/fukusen/fukusen/node/store/pattern"
	"github.com/fukusen/fukusen/spec"
)

// Agenda is one person's time in a window.
type Agenda struct {
	From, To  time.Time
	Calendars int               // how many the person has connected
	Events    []calendar.Busy   // what they say
	Held      []diary.Held      // what is kept for work
	Patterns  []pattern.Pattern // when the person offers time; none: whenever no calendar is against it
}

// Read reads a person's time.
func Read(tx *store.Tx, person string, from, to time.Time) (Agenda, error) {
	return (*Memo)(nil).Read(tx, person, from, to)
}

// Read reads a person's time, and of calendars what is remembered of them.
func (m *Memo) Read(tx *store.Tx, person string, from, to time.Time) (Agenda, error) {
	a := Agenda{From: from.UTC(), To: to.UTC()}
	var err error
	if a.Events, a.Calendars, err = m.events(tx, person, from, to); err != nil {
		return a, err
	}
	if a.Held, err = diary.In(tx).Held(person, from.Unix(), to.Unix()); err != nil {
		return a, err
	}
	a.Patterns, err = Patterns(tx, person)
	return a, err
}

// Patterns are when a person offers their time.
func Patterns(tx *store.Tx, person string) ([]pattern.Pattern, error) {
	rows, err := offered.In(tx).Of(person)
	if err != nil {
		return nil, err
	}
	list := make([]pattern.Pattern, len(rows))
	for i, row := range rows {
		if list[i], err = pattern.Read([]byte(row.Document)); err != nil {
			return nil, fmt.Errorf("stored pattern: %w", err)
		}
	}
	return list, nil
}

// Known reports whether there is anything to say of this time: of somebody
// without calendar and pattern nobody can say that they are free.
func (a Agenda) Known() bool { return a.Calendars > 0 || len(a.Patterns) > 0 }

// Taken is the time that other things fill: calendars, and holds with the way
// there and back. The patterns are not in it: who agrees to something outside
// their own slots has the last word over them.
func (a Agenda) Taken() []calendar.Busy {
	list := append([]calendar.Busy(nil), a.Events...)
	for _, h := range a.Held {
		list = append(list, calendar.Busy{Start: time.Unix(h.LeavesAt, 0), End: time.Unix(h.ReturnsAt, 0), Status: calendar.BusyStatus(h.State)})
	}
	return list
}

// Busy is all time at which the person is not to be asked: what is taken, and
// what lies outside the slots they offer.
func (a Agenda) Busy() ([]calendar.Busy, error) {
	outside, err := pattern.Combine(a.Patterns, pattern.Window{Start: a.From, End: a.To})
	if err != nil {
		return nil, fmt.Errorf("stored pattern: %w", err)
	}
	list := a.Taken()
	for _, b := range outside {
		list = append(list, calendar.Busy{Start: b.Start, End: b.End, Status: calendar.BusyStatus(b.Status)})
	}
	return list, nil
}

// Rounded is Busy as one granularity shows it, sorted and coalesced.
func (a Agenda) Rounded(granularity time.Duration) ([]availability.Period, error) {
	busy, err := a.Busy()
	return rounded(busy, granularity, a.From, a.To), err
}

func rounded(busy []calendar.Busy, granularity time.Duration, from, to time.Time) []availability.Period {
	busy = calendar.Round(busy, granularity, from, to)
	out := make([]availability.Period, len(busy))
	for i, b := range busy {
		out[i] = availability.Period{Start: b.Start, End: b.End, Status: string(b.Status)}
	}
	return out
}

// Record is what may leave of this time, nil where nothing is known of it. A
// list that is too long for a record is said more coarsely, and where that does
// not help for fewer days: to somebody who is that busy the near days matter.
func (a Agenda) Record(terms availability.Terms, now time.Time, until int64) (*spec.Availability, error) {
	if !a.Known() {
		return nil, nil
	}
	busy, err := a.Busy()
	if err != nil {
		return nil, err
	}
	list := rounded(busy, terms.Granularity, a.From, a.To)
	if len(list) > availability.MostPeriods && terms.Granularity < availability.Coarse {
		terms.Granularity = availability.Coarse
		list = rounded(busy, terms.Granularity, a.From, a.To)
	}
	to := a.To
	if len(list) > availability.MostPeriods {
		to = list[availability.MostPeriods].Start
		list = list[:availability.MostPeriods]
	}
	return availability.Fill(list, a.From, to, now, until, terms), nil
}
