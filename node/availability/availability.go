// Package availability turns a person's busy periods into the free-busy record
// that one other node may see. It is a pure room: it widens to the agreed
// granularity and lets nothing but times and statuses through.
package availability

import (
	"strconv"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Defaults of the standard (section 12.2) and of the record's life.
const (
	DefaultGranularity = 15 * time.Minute
	DefaultSpan        = 28 * 24 * time.Hour
	DefaultLife        = 24 * time.Hour
	LongestLife        = 7 * 24 * time.Hour // REQ-AVL-001
)

// MostPeriods is how many busy periods one record has: with more of them its
// token would not be read (REQ-OPEN-003).
const MostPeriods = 480

// Terms are how a person lets one reader see their time: in steps of which
// length, and for how long one record may be used.
type Terms struct{ Granularity, Life time.Duration }

// DefaultTerms are those of somebody who chose nothing.
func DefaultTerms() Terms { return Terms{DefaultGranularity, DefaultLife} }

// Granularities are the steps that a person can choose, as ISO 8601 writes them,
// the finest first.
func Granularities() []string { return []string{"PT15M", "PT30M", "PT1H", "PT1H30M", "PT3H", "P1D"} }

// Lives are how long a record may be used, of which a person can choose.
func Lives() []string { return []string{"PT12H", "P1D", "P3D", "P7D"} }

// Coarse is the step in which more periods than a record can have are said: gaps
// that it closes are too short for any work.
const Coarse = 30 * time.Minute

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
// record. Expiry is the agreed life or the consent's end, whichever is first.
func Fill(periods []Period, from, to, now time.Time, until int64, terms Terms) *spec.Availability {
	a := &spec.Availability{
		Updated: spec.FormatUTC(now.Truncate(DefaultGranularity)),
		Start:   spec.FormatUTC(from), End: spec.FormatUTC(to),
		Busy: make([]spec.BusyPeriod, len(periods)), Granularity: Duration(terms.Granularity),
	}
	for i, p := range periods {
		a.Busy[i] = spec.BusyPeriod{Start: spec.FormatUTC(p.Start), End: spec.FormatUTC(p.End), Status: p.Status}
	}
	a.Expires = min(now.Add(terms.Life).Unix(), until)
	return a
}

// Duration writes whole minutes as ISO 8601 does: PT15M, PT1H30M, P1D.
func Duration(d time.Duration) string {
	text := "P"
	if days := d / (24 * time.Hour); days > 0 {
		text += strconv.Itoa(int(days)) + "D"
	}
	hours, minutes := d%(24*time.Hour)/time.Hour, d%time.Hour/time.Minute
	if hours > 0 || minutes > 0 || text == "P" {
		text += "T"
	}
	if hours > 0 {
		text += strconv.Itoa(int(hours)) + "H"
	}
	if minutes > 0 || text == "PT" {
		text += strconv.Itoa(int(minutes)) + "M"
	}
	return text
}
