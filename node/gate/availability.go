package gate

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/store"
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

func (c *Change) composeAvailability(person string, row store.Consent) (spec.Body, error) {
	from, to := availability.Window(c.now)
	a, err := c.gate.memo.Read(c.tx, person, from, to)
	if err != nil || !a.Known() {
		return nil, err
	}
	terms, err := consent.Shared(row.Document)
	if err != nil {
		return nil, err
	}
	return a.Record(availability.Terms(terms), c.now, row.Until)
}

// BusyOf answers a person's own question about a span.
func (g *Gate) BusyOf(ctx context.Context, person string, from, to time.Time) ([]availability.Period, error) {
	var out []availability.Period
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		c := g.change(tx)
		if err := c.known(person); err != nil {
			return err
		}
		a, err := g.memo.Read(tx, person, from, to)
		if err == nil {
			out, err = a.Rounded(availability.DefaultGranularity)
		}
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
