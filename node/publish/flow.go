package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/timetable"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// refresh is how long a program may keep its copy of a published calendar.
const refresh = time.Hour

// Known is a calendar that this node holds, its own or a neighbour's.
type Known struct {
	timetable.Source
	Record   spec.ID
	Sequence uint64
	Issued   time.Time
	Calendar work.Calendar
}

// Known answers the calendars that this node and its neighbours publish now.
func (p *Calendars) Known(tx *store.Tx, after int64, limit int) (list []Known, last int64, err error) {
	rows, err := tx.ListCurrent(spec.KindCalendar, "", p.gate.Clock().Unix(), after, limit)
	for _, row := range rows {
		k, err := knownOf(row.Current, row.Token)
		if err != nil {
			return nil, 0, err
		}
		list, last = append(list, k), row.Pos
	}
	return list, last, err
}

func knownOf(c store.Current, token string) (Known, error) {
	k := Known{Source: timetable.Source{Issuer: c.Issuer, UID: c.UID}, Record: c.ID, Sequence: c.Sequence}
	var body struct {
		IssuedAt int64 `json:"iat"`
		work.Calendar
	}
	if err := json.Unmarshal(spec.Payload(token), &body); err != nil {
		return k, fmt.Errorf("stored calendar: %w", err)
	}
	k.Issued, k.Calendar = time.Unix(body.IssuedAt, 0), body.Calendar
	return k, nil
}

// Of answers the version of a calendar that stands now. Errors: ErrUnknown.
func (p *Calendars) Of(tx *store.Tx, of timetable.Source) (Known, error) {
	found, err := tx.CurrentsOf([]string{of.UID})
	if err != nil {
		return Known{}, err
	}
	now := p.gate.Clock().Unix()
	for _, c := range found {
		if c.Issuer != of.Issuer || c.Audience != "" || c.Kind != spec.KindCalendar || c.State != store.CurrentKnown || c.Expires <= now {
			continue
		}
		row, err := tx.Entry(c.ID)
		if err != nil {
			return Known{}, err
		}
		if row.State == store.StateLive {
			return knownOf(c, row.Token)
		}
	}
	return Known{}, ErrUnknown
}

// ICS writes a calendar for programs. An event takes the time of whoever reads
// it; a slot of a facility takes nobody's until it is booked.
func (k Known) ICS(language string) []byte {
	feed := ical.Feed{Name: k.Calendar.Name, Language: language, Refresh: refresh}
	for _, e := range k.Calendar.Entries {
		start, end := Span(e)
		feed.Events = append(feed.Events, ical.Event{
			UID: e.ID + "@" + string(k.Issuer), Status: ical.Confirmed, Start: start, End: end, Modified: k.Issued,
			Summary: e.Name, Location: e.Place, Free: k.Calendar.Type == work.CalendarSlots,
		})
	}
	return ical.Calendar(feed)
}

// Follow lets a published calendar of events flow into a person's week, as time
// that is taken. Following twice is following once. Errors: ErrUnknown.
func (p *Calendars) Follow(ctx context.Context, person string, of timetable.Source) error {
	err := p.gate.Change(ctx, func(c *gate.Change) error {
		if err := c.Known(person); err != nil {
			return err
		}
		if _, err := p.Of(c.Tx(), of); err != nil {
			return err
		}
		return timetable.In(c.Tx()).Follow(person, of, c.Now().Unix())
	})
	if errors.Is(err, ErrUnknown) {
		p.look(of.Issuer) // it may have been published a moment ago
	}
	if err != nil {
		return err
	}
	_, err = p.flow(ctx, of, func(f timetable.Follower) bool { return f.Person == person }, 1<<20)
	return err
}

// Unfollow takes a calendar out of a person's week again.
func (p *Calendars) Unfollow(ctx context.Context, person string, of timetable.Source) error {
	return p.gate.Change(ctx, func(c *gate.Change) error {
		if err := timetable.In(c.Tx()).Unfollow(person, of); err != nil {
			return err
		}
		return drop(c, person, of)
	})
}

// nameOf is what a followed calendar is called among a person's calendars.
func nameOf(of timetable.Source) string { return "published:" + string(of.Issuer) + ":" + of.UID }

// Flow brings everybody's week up to what is published now, at most so many
// weeks, and answers how many it were.
func (p *Calendars) Flow(ctx context.Context, most int) (int, error) {
	var sources []timetable.Source
	err := p.gate.Store.Read(ctx, func(tx *store.Tx) (err error) {
		sources, err = timetable.In(tx).Sources()
		return err
	})
	if err != nil {
		return 0, err
	}
	done := 0
	for _, of := range sources {
		n, err := p.flow(ctx, of, func(timetable.Follower) bool { return true }, most-done)
		if done += n; err != nil || done >= most {
			return done, err
		}
	}
	return done, nil
}

// flow brings the weeks of those who follow one calendar up to it. Each is a
// change of its own, which may be repeated: what flowed is noted afterwards.
func (p *Calendars) flow(ctx context.Context, of timetable.Source, whom func(timetable.Follower) bool, most int) (int, error) {
	var k Known
	var behind []timetable.Follower
	err := p.gate.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if k, err = p.Of(tx, of); err != nil && !errors.Is(err, ErrUnknown) {
			return err
		}
		behind, err = timetable.In(tx).Behind(of, k.Record, most)
		return err
	})
	if err != nil {
		return 0, err
	}
	done := 0
	for _, f := range behind {
		if !whom(f) {
			continue
		}
		if err := p.bring(ctx, f, of, k); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

func (p *Calendars) bring(ctx context.Context, f timetable.Follower, of timetable.Source, k Known) error {
	if k.Record != "" {
		if _, err := p.gate.PutCalendar(ctx, f.Person, nameOf(of), k.ICS("")); err != nil {
			return err
		}
	}
	return p.gate.Change(ctx, func(c *gate.Change) error {
		if k.Record == "" {
			if err := drop(c, f.Person, of); err != nil {
				return err
			}
		}
		return timetable.In(c.Tx()).Flowed(f.Person, of, k.Record)
	})
}

// drop takes a followed calendar out of a person's week and says so to everybody
// who reads it.
func drop(c *gate.Change, person string, of timetable.Source) error {
	if err := timetable.In(c.Tx()).Dry(person, nameOf(of)); err != nil {
		return err
	}
	return c.TellLeft(person)
}
