// Package pattern says when a person offers their time: recurring and single
// slots with the meaning of VAVAILABILITY (RFC 7953) in the words of JSCalendar
// (RFC 8984). Outside its slots a pattern makes its whole span busy.
//
// It is a pure room. It refuses a recurrence that a person could not read back
// from a week, and an expansion without an end: a slot is a promise, and nobody
// promises what they cannot see.
package pattern

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // the zones travel with the binary

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
)

// ErrInvalid begins every refusal of a pattern; the text goes on with the field
// and what it needs, and never repeats a value.
var ErrInvalid = errors.New("invalid pattern")

// Limits of one pattern, and of what is asked of it at once. Refusals name them
// in words.
const (
	MostSlots    = 200
	MostExcluded = 400
	MostCount    = 1000
	LongestSlot  = 24 * time.Hour
	LongestSpan  = 400 * 24 * time.Hour
	mostStarts   = 20_000 // of one answer, over all slots
)

// Unit is what a slot is made of where nothing else is said.
const Unit = 90 * time.Minute

// Pattern is one availability pattern of a person (RFC 7953 section 3.1). The
// members stand in the contract as they do here.
type Pattern struct {
	UID        string `json:"uid"`
	Sequence   uint64 `json:"sequence"`
	Updated    string `json:"updated"`              // UTCDateTime
	TimeZone   string `json:"timeZone"`             // IANA; the slots' own clock
	Start      string `json:"utcStart,omitempty"`   // UTCDateTime; absent: since ever
	End        string `json:"utcEnd,omitempty"`     // UTCDateTime, exclusive; absent: for ever
	Priority   int    `json:"priority"`             // 0 lowest, then 9 to 1, 1 highest
	BusyStatus string `json:"busyStatus,omitempty"` // outside the slots; absent: unavailable
	Available  []Slot `json:"available"`
}

// Slot is time that is offered once or again and again (AVAILABLE).
type Slot struct {
	Start    string   `json:"start"`    // LocalDateTime, 2026-04-06T18:00:00
	Duration string   `json:"duration"` // PT1H30M; its length is exact, also over a change of the clocks
	Rule     *Rule    `json:"recurrenceRule,omitempty"`
	Excluded []string `json:"excludedDates,omitempty"` // LocalDate of starts that are left out
	Location string   `json:"locationKind,omitempty"`  // remote, onsite, or absent: either
}

// Rule is a RecurrenceRule of JSCalendar (RFC 8984 section 4.3.3) with the
// members that a pattern may have.
type Rule struct {
	Frequency  string `json:"frequency"`          // daily, weekly, monthly
	Interval   int    `json:"interval,omitempty"` // absent: 1
	ByDay      []NDay `json:"byDay,omitempty"`
	ByMonthDay []int  `json:"byMonthDay,omitempty"`
	Until      string `json:"until,omitempty"` // LocalDateTime, inclusive; not with count
	Count      int    `json:"count,omitempty"`
	FirstDay   string `json:"firstDayOfWeek,omitempty"` // absent: mo
}

// NDay is a day of the week and, of a month, which of them.
type NDay struct {
	Day string `json:"day"` // mo, tu, we, th, fr, sa, su
	Nth int    `json:"nthOfPeriod,omitempty"`
}

// Window is a stretch of time; the end is exclusive. Both are UTC.
type Window struct{ Start, End time.Time }

// Busy is time that patterns leave busy, with the busyStatus of RFC 5545's
// FBTYPE in JMAP's spelling: confirmed, tentative or unavailable.
type Busy struct {
	Window
	Status string
}

// Occurrence is one start of one slot.
type Occurrence struct {
	Window
	Slot int    // index in Available
	Day  string // LocalDate on which it starts
}

// Rank orders patterns: the higher one stands over the lower one (RFC 7953
// section 4: 0 is the lowest, then 9 down to 1, the highest).
func (p Pattern) Rank() int {
	if p.Priority == 0 {
		return 0
	}
	return 10 - p.Priority
}

// Zone is the zone of the slots. Errors: ErrInvalid for one that nobody knows.
func (p Pattern) Zone() (*time.Location, error) {
	if p.TimeZone == "" || p.TimeZone == "Local" {
		return nil, wrong("timeZone", "an IANA zone such as Asia/Tokyo is required")
	}
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil {
		return nil, wrong("timeZone", "an IANA zone such as Asia/Tokyo is required")
	}
	return zone, nil
}

// Status is how the time outside the slots counts.
func (p Pattern) Status() string { return cmp.Or(p.BusyStatus, spec.BusyUnavailable) }

// span is the part of a window that the pattern speaks about.
func (p Pattern) span(w Window) Window {
	if from, ok := code.ParseUTC(p.Start); ok && from.After(w.Start) {
		w.Start = from
	}
	if to, ok := code.ParseUTC(p.End); ok && to.Before(w.End) {
		w.End = to
	}
	return w
}

// Occurrences are the starts whose time lies, at least in part, in a window,
// by time. What lies outside the pattern's own span is cut off. Errors:
// ErrInvalid for a window that is too long and for a pattern that Validate
// refuses.
func (p Pattern) Occurrences(w Window) ([]Occurrence, error) {
	if w.End.Sub(w.Start) > LongestSpan {
		return nil, fmt.Errorf("%w: window: longer than %s", ErrInvalid, LongestSpan)
	}
	zone, err := p.Zone()
	if err != nil {
		return nil, err
	}
	inside := p.span(w)
	var list []Occurrence
	if !inside.Start.Before(inside.End) {
		return nil, nil
	}
	for i, s := range p.Available {
		starts, length, err := s.starts(zone, inside)
		if err != nil {
			return nil, at(err, i)
		}
		if len(list)+len(starts) > mostStarts {
			return nil, wrong("available", "at most 20000 slots in one answer")
		}
		for _, start := range starts {
			o := Occurrence{Window{start.UTC(), start.Add(length).UTC()}, i, start.In(zone).Format(time.DateOnly)}
			o.Start, o.End = later(o.Start, inside.Start), earlier(o.End, inside.End)
			if o.Start.Before(o.End) {
				list = append(list, o)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Occurrence) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End), cmp.Compare(a.Slot, b.Slot))
	})
	return list, nil
}

// Combine is what several patterns leave busy in a window, sorted and
// coalesced. At each moment the pattern of the highest rank that speaks about it
// decides; among equals a slot of any of them is free, and else confirmed goes
// before unavailable, and that before tentative. Where no pattern speaks,
// nothing is busy. Errors: as Occurrences.
func Combine(patterns []Pattern, w Window) ([]Busy, error) {
	layers := make([]layer, len(patterns))
	cuts := []time.Time{w.Start.UTC(), w.End.UTC()}
	for i, p := range patterns {
		found, err := p.Occurrences(w)
		if err != nil {
			return nil, err
		}
		layers[i] = layer{span: p.span(w), rank: p.Rank(), status: p.Status(), free: joined(found)}
		for _, o := range append(layers[i].free, layers[i].span) {
			cuts = append(cuts, o.Start.UTC(), o.End.UTC())
		}
	}
	slices.SortFunc(cuts, time.Time.Compare)
	cuts = slices.CompactFunc(cuts, time.Time.Equal)
	var out []Busy
	for i := 1; i < len(cuts); i++ {
		b := Busy{Window{cuts[i-1], cuts[i]}, ""}
		if b.Start.Before(w.Start) || b.End.After(w.End) {
			continue
		}
		if b.Status = decide(layers, b.Start); b.Status == "" {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Status == b.Status && out[n-1].End.Equal(b.Start) {
			out[n-1].End = b.End
			continue
		}
		out = append(out, b)
	}
	return out, nil
}

// layer is one pattern over a window; next is the first stretch of free time
// that has not passed, as time goes on from cut to cut.
type layer struct {
	span   Window
	rank   int
	status string
	free   []Window
	next   int
}

// decide answers how a moment counts, "" where it is free.
func decide(layers []layer, at time.Time) string {
	rank, status := -1, ""
	for i := range layers {
		l := &layers[i]
		if at.Before(l.span.Start) || !at.Before(l.span.End) || l.rank < rank {
			continue
		}
		for l.next < len(l.free) && !l.free[l.next].End.After(at) {
			l.next++
		}
		word := l.status
		if l.next < len(l.free) && !at.Before(l.free[l.next].Start) {
			word = ""
		}
		switch {
		case l.rank > rank:
			rank, status = l.rank, word
		case word == "" || status == "":
			status = ""
		case weight(word) > weight(status):
			status = word
		}
	}
	return status
}

func weight(status string) int {
	return slices.Index([]string{spec.BusyTentative, spec.BusyUnavailable, spec.BusyConfirmed}, status)
}

// joined is the time of occurrences without overlaps.
func joined(list []Occurrence) []Window {
	var out []Window
	for _, o := range list {
		if n := len(out); n > 0 && !o.Start.After(out[n-1].End) {
			out[n-1].End = later(out[n-1].End, o.End)
			continue
		}
		out = append(out, o.Window)
	}
	return out
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
