package planner

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

const (
	// refresh is how long a program's copy of a feed serves.
	refresh = time.Hour
	// busySpan is how far ahead a feed of busy times looks.
	busySpan = 56 * 24 * time.Hour
)

// Text is what stands at a feed now.
func (p *Planner) Text(ctx context.Context, f caldav.Feed) ([]byte, error) {
	if f.Kind == caldav.Busy {
		return p.busy(ctx, f)
	}
	var out ical.Feed
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		out = ical.Feed{Name: "Fukusen", Refresh: refresh}
		if out.Events, err = p.Events(tx, f.Person); err != nil {
			return err
		}
		out.Patterns, err = p.Patterns(tx, f.Person)
		return err
	})
	return ical.Calendar(out), err
}

// busy is a person's busy times from the hour on, rounded to the feed's granularity.
func (p *Planner) busy(ctx context.Context, f caldav.Feed) ([]byte, error) {
	from := p.Clock().UTC().Truncate(time.Hour)
	to := from.Add(busySpan)
	found, err := p.Gate.BusyOf(ctx, f.Person, from, to)
	if err != nil {
		return nil, err
	}
	list := make([]calendar.Busy, len(found))
	for i, b := range found {
		list[i] = calendar.Busy{Start: b.Start, End: b.End, Status: calendar.BusyStatus(b.Status)}
	}
	var busy []ical.Period
	for _, b := range calendar.Round(list, time.Duration(f.Granularity)*time.Second, from, to) {
		busy = append(busy, ical.Period{Start: b.Start, End: b.End, Type: BusyType(b.Status)})
	}
	// The hash names the feed and opens nothing; its beginning serves as a name.
	return ical.FreeBusy("busy-"+f.Hash[:32], from, from, to, busy, refresh), nil
}

// BusyType is a state of busy time as iCalendar has it.
func BusyType(s calendar.BusyStatus) string {
	switch s {
	case calendar.Tentative:
		return ical.BusyTentative
	case calendar.Unavailable:
		return ical.BusyUnavailable
	}
	return ical.Busy
}

// Events are the units of a person's holds, those that were cancelled too, in the order of their time. What was declined
// was never held and is not among them.
func (p *Planner) Events(tx *store.Tx, person string) ([]ical.Event, error) {
	holds, err := diary.In(tx).Holds(person)
	if err != nil {
		return nil, err
	}
	proposals, err := diary.In(tx).Proposals(person)
	if err != nil {
		return nil, err
	}
	byID := make(map[spec.ID]diary.Proposal, len(proposals))
	for _, row := range proposals {
		byID[row.ID] = row
	}
	var list []ical.Event
	for _, h := range holds {
		if h.Consent == "" && h.State == work.HoldCancelled {
			continue // a no
		}
		events, err := p.EventsOf(tx, h, byID[h.Proposal])
		if err != nil {
			return nil, err
		}
		list = append(list, events...)
	}
	slices.SortFunc(list, func(a, b ical.Event) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.UID, b.UID))
	})
	return list, nil
}

// EventsOf are the units of one hold that answers a proposal, the first unit first.
func (p *Planner) EventsOf(tx *store.Tx, h diary.Hold, proposal diary.Proposal) ([]ical.Event, error) {
	var units []work.Unit
	if err := json.Unmarshal([]byte(proposal.Units), &units); err != nil {
		return nil, fmt.Errorf("stored units: %w", err)
	}
	location := ""
	g, err := engage.GigAt(tx, proposal)
	if err == nil {
		location = g.Place
	} else if !errors.Is(err, engage.ErrUnread) {
		return nil, err
	}
	status, sequence := statusOf(h.State)
	list := make([]ical.Event, len(units))
	for i, u := range units {
		from, _ := code.ParseUTC(u.Start)
		to, _ := code.ParseUTC(u.End)
		list[i] = ical.Event{
			UID: h.ID + "-" + strconv.Itoa(i+1), Sequence: sequence, Status: status, Start: from, End: to,
			Modified: time.Unix(max(h.CreatedAt, h.SettledAt), 0), Summary: h.Title, Location: location,
			Link: string(p.Self) + "/my/offers/" + string(h.Proposal),
		}
	}
	return list, nil
}

// statusOf is a hold's state as iCalendar has it. A hold only goes on from one to the next, so each has a revision.
func statusOf(state string) (status string, sequence int64) {
	switch state {
	case work.HoldTentative:
		return ical.Tentative, 0
	case work.HoldCancelled:
		return ical.Cancelled, 2
	}
	return ical.Confirmed, 1
}

// Held answers the units of a person's hold, the first one first. Errors: store.ErrNotFound where it is not theirs.
func (p *Planner) Held(ctx context.Context, person, hold string) (h diary.Hold, list []ical.Event, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		if h, err = diary.In(tx).Hold(hold); err == nil && h.Person != person {
			err = store.ErrNotFound
		}
		if err != nil {
			return err
		}
		row, err := diary.In(tx).Proposal(h.Proposal)
		if err != nil {
			return err
		}
		list, err = p.EventsOf(tx, h, row)
		return err
	})
	return h, list, err
}

// Message is one unit of a hold as a scheduling message to the person: asked for while it stands, taken back once it is
// cancelled. Its organizer is the owner's node, and the person is whom this node knows; no mail address is in it.
func (p *Planner) Message(h diary.Hold, e ical.Event, organizer string) []byte {
	method := ical.Request
	if e.Status == ical.Cancelled {
		method = ical.Cancel
	}
	return ical.Message(method, e, "", ical.Party{Address: string(h.Owner), Name: organizer}, ical.Party{Address: string(p.Self) + "/my"})
}
