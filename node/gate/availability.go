package gate

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/spec"
)

// Import is what became of one calendar file.
type Import struct {
	Events    int
	Busy      int // busy periods in the coming window
	Problems  []calendar.Problem
	Published int // records said to readers
}

// PutCalendar keeps an iCalendar file for a person and says the new free-busy
// to everyone the person consented to. The file itself never leaves.
func (g *Gate) PutCalendar(ctx context.Context, person, name string, ics []byte) (Import, error) {
	limits := calendar.DefaultLimits()
	parsed, problems, err := calendar.Parse(bytes.NewReader(ics), limits)
	if err != nil {
		return Import{}, err
	}
	from, to := availability.Window(g.Clock())
	busy, more := parsed.Busy(from, to, availability.Home, limits)
	result := Import{Events: parsed.Len(), Busy: len(calendar.Coalesce(busy)), Problems: append(problems, more...)}
	result.Published, err = g.tell(ctx, &telling{
		person: person, kind: spec.KindAvailability, calendar: &store.Calendar{
			Person: person, Name: name, ICS: ics, Digest: string(spec.Digest(ics)),
			Events: result.Events, Problems: len(result.Problems),
		},
	})
	return result, err
}

// Busy is what a person's calendars say of a span, rounded to the granularity.
func (c *Change) busy(person string, from, to time.Time) ([]availability.Period, int, error) {
	files, err := c.tx.Calendars(person)
	if err != nil {
		return nil, 0, err
	}
	limits := calendar.DefaultLimits()
	var all []calendar.Busy
	for _, f := range files {
		parsed, _, err := calendar.Parse(bytes.NewReader(f.ICS), limits)
		if err != nil {
			return nil, 0, err
		}
		busy, _ := parsed.Busy(from, to, availability.Home, limits)
		all = append(all, busy...)
	}
	given, err := c.held(person, from, to)
	if err != nil {
		return nil, 0, err
	}
	all = append(all, given...)
	all = calendar.Round(all, availability.DefaultGranularity, from, to)
	out := make([]availability.Period, len(all))
	for i, b := range all {
		out[i] = availability.Period{Start: b.Start, End: b.End, Status: string(b.Status)}
	}
	return out, len(files), nil
}

// held is the time that the person has given to work.
func (c *Change) held(person string, from, to time.Time) ([]calendar.Busy, error) {
	given, err := diary.In(c.tx).Held(person, from.Unix(), to.Unix())
	busy := make([]calendar.Busy, len(given))
	for i, h := range given {
		busy[i] = calendar.Busy{Start: time.Unix(h.StartsAt, 0), End: time.Unix(h.EndsAt, 0), Status: spec.BusyConfirmed}
	}
	return busy, err
}

func (c *Change) composeAvailability(person string, until int64) (spec.Body, error) {
	from, to := availability.Window(c.now)
	periods, files, err := c.busy(person, from, to)
	if err != nil || files == 0 {
		return nil, err
	}
	return availability.Fill(periods, from, to, c.now, until), nil
}

// BusyOf answers a person's own question about a span.
func (g *Gate) BusyOf(ctx context.Context, person string, from, to time.Time) ([]availability.Period, error) {
	var out []availability.Period
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		c := g.change(tx)
		if err := c.known(person); err != nil {
			return err
		}
		var err error
		out, _, err = c.busy(person, from, to)
		return err
	})
	return out, err
}

func (c *Change) known(person string) error {
	_, err := c.tx.Person(person)
	if errors.Is(err, store.ErrNotFound) {
		return ErrUnknownPerson
	}
	return err
}
