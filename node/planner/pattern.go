package planner

import (
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
)

// ahead is how far a pattern without an end is written.
const ahead = 13

// Patterns are when a person offers their time, with an end even where they gave none: the first of a month, so that a
// program that asks again within the month gets the same octets.
func (p *Planner) Patterns(tx *store.Tx, person string) ([]ical.Pattern, error) {
	kept, err := agenda.Patterns(tx, person)
	if err != nil {
		return nil, err
	}
	list := make([]ical.Pattern, 0, len(kept))
	for _, k := range kept {
		zone, err := k.Zone()
		if err != nil {
			return nil, err
		}
		list = append(list, p.pattern(k, zone))
	}
	return list, nil
}

func (p *Planner) pattern(k pattern.Pattern, zone *time.Location) ical.Pattern {
	updated, _ := code.ParseUTC(k.Updated)
	start, given := code.ParseUTC(k.Start)
	if !given {
		start = updated
	}
	end, given := code.ParseUTC(k.End)
	if !given {
		now := p.Clock().UTC()
		end = time.Date(now.Year(), now.Month()+ahead, 1, 0, 0, 0, 0, time.UTC)
	}
	out := ical.Pattern{
		UID: k.UID, Sequence: int64(k.Sequence), Modified: updated, Zone: zone, Start: start, End: end, Priority: k.Priority,
		BusyType: typeOutside(k.Status()),
	}
	for i, slot := range k.Available {
		from, err := time.ParseInLocation("2006-01-02T15:04:05", slot.Start, zone)
		lasts, wrong := code.ParseDuration(slot.Duration)
		if err != nil || wrong != nil {
			continue // a stored pattern has passed its validation
		}
		a := ical.Available{UID: k.UID + "-" + strconv.Itoa(i+1), Start: from, Duration: lasts}
		if slot.Rule != nil {
			a.Rule = slot.Rule.RRULE(zone)
		}
		_, clock, _ := strings.Cut(slot.Start, "T")
		for _, day := range slot.Excluded {
			if x, err := time.ParseInLocation("2006-01-02T15:04:05", day+"T"+clock, zone); err == nil {
				a.Except = append(a.Except, x)
			}
		}
		out.Available = append(out.Available, a)
	}
	return out
}

// typeOutside is what the time outside the slots is (RFC 7953 section 3.2).
func typeOutside(status string) string {
	switch status {
	case spec.BusyConfirmed:
		return ical.Busy
	case spec.BusyTentative:
		return ical.BusyTentative
	}
	return ical.BusyUnavailable
}
