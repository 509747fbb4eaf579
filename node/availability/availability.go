// Package availability turns a person's busy periods into the free-busy record
// that one other node may see. It is a pure room: it widens to the agreed
// granularity and lets nothing but times and statuses through.
package availability

import (
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Defaults of the standard (section 12.2) and of the record's life.
const (
	DefaultGranularity = 15 * time.Minute
	DefaultSpan        = 28 * 24 * time.Hour
	DefaultLife        = 24 * time.Hour
)

// Home is the zone of floating times and all-day events: that of the region.
var Home = mustZone("Asia/Tokyo")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.FixedZone(name, 9*3600)
	}
	return zone
}

// Period is one stretch of busy time; the end is exclusive.
type Period struct {
	Start, End time.Time
	Status     string // confirmed, tentative, unavailable
}

// Window is the span that a record made now speaks about: from the last
// quarter hour on, so that a record does not tell when exactly it was made.
func Window(now time.Time) (from, to time.Time) {
	from = now.UTC().Truncate(DefaultGranularity)
	return from, from.Add(DefaultSpan)
}

// Fill writes busy periods, already rounded, sorted and coalesced, into a
// record. Expiry is the default life or the consent's end, whichever is first.
func Fill(periods []Period, from, to, now time.Time, until int64) *spec.Availability {
	a := &spec.Availability{
		Updated: spec.FormatUTC(now.Truncate(DefaultGranularity)),
		Start:   spec.FormatUTC(from), End: spec.FormatUTC(to),
		Busy: make([]spec.BusyPeriod, len(periods)), Granularity: "PT15M",
	}
	for i, p := range periods {
		a.Busy[i] = spec.BusyPeriod{Start: spec.FormatUTC(p.Start), End: spec.FormatUTC(p.End), Status: p.Status}
	}
	a.Expires = min(now.Add(DefaultLife).Unix(), until)
	return a
}
