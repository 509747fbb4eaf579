package pattern

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/spec/code"
)

// fault is what is wrong with one field.
type fault struct{ field, need string }

func (f *fault) Error() string { return fmt.Sprintf("%v: %s: %s", ErrInvalid, f.field, f.need) }

func (f *fault) Unwrap() error { return ErrInvalid }

func wrong(field, need string) error { return &fault{field, need} }

// Field is the field that an error of this room names, and what it needs.
func Field(err error) (field, need string) {
	var f *fault
	if errors.As(err, &f) {
		return f.field, f.need
	}
	return "", ""
}

// at says in which slot a field is wrong.
func at(err error, slot int) error {
	var f *fault
	if errors.As(err, &f) {
		return wrong(fmt.Sprintf("available[%d].%s", slot, f.field), f.need)
	}
	return fmt.Errorf("%w: available[%d]: %w", ErrInvalid, slot, err)
}

// Validate says by nil that a pattern can be kept. Errors: ErrInvalid, with the
// field and what it needs.
func (p Pattern) Validate() error {
	if _, err := p.Zone(); err != nil {
		return err
	}
	from, hasStart := code.ParseUTC(p.Start)
	to, hasEnd := code.ParseUTC(p.End)
	switch {
	case p.Start != "" && !hasStart:
		return wrong("utcStart", "a UTC time such as 2026-04-01T00:00:00Z is required")
	case p.End != "" && !hasEnd:
		return wrong("utcEnd", "a UTC time such as 2026-10-01T00:00:00Z is required")
	case hasStart && hasEnd && !to.After(from):
		return wrong("utcEnd", "the end comes after utcStart")
	case p.Priority < 0 || p.Priority > 9:
		return wrong("priority", "0, or 9 to 1, of which 1 is the highest, is required")
	case p.BusyStatus != "" && weight(p.BusyStatus) < 0:
		return wrong("busyStatus", "confirmed, tentative, unavailable are possible")
	case len(p.Available) > MostSlots:
		return wrong("available", "at most 200 slots")
	}
	for i, s := range p.Available {
		if err := s.validate(); err != nil {
			return at(err, i)
		}
	}
	return nil
}

func (s Slot) validate() error {
	first, _, err := s.read()
	if err != nil {
		return err
	}
	if len(s.Excluded) > MostExcluded {
		return wrong("excludedDates", "at most 400 dates")
	}
	for _, day := range s.Excluded {
		if t, err := time.Parse(time.DateOnly, day); err != nil || t.Format(time.DateOnly) != day {
			return wrong("excludedDates", "local dates such as 2026-05-04 are required")
		}
	}
	if !slices.Contains([]string{"", "remote", "onsite"}, s.Location) {
		return wrong("locationKind", "remote or onsite, or nothing for either")
	}
	if s.Rule == nil {
		return nil
	}
	if err := s.Rule.validate(); err != nil {
		return err
	}
	if until, err := time.Parse(wall, s.Rule.Until); s.Rule.Until != "" && (err != nil || until.Format(wall) != s.Rule.Until) {
		return wrong("recurrenceRule.until", "a local date and time such as 2026-09-30T23:59:59 is required")
	}
	// JSCalendar leaves open what a start means that its own rule does not name.
	if !s.Rule.names(first) {
		return wrong("start", "the first start is one that recurrenceRule names")
	}
	return nil
}

// names reports whether a rule that begins at a start names it.
func (r *Rule) names(first time.Time) bool {
	if until, err := time.Parse(wall, r.Until); err == nil && first.After(until) {
		return false
	}
	last := time.Date(first.Year(), first.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	fits := func(d NDay) bool {
		return d.Day == Weekday(first.Weekday()) &&
			(d.Nth == 0 || d.Nth == (first.Day()-1)/7+1 || d.Nth == -((last-first.Day())/7+1))
	}
	return (len(r.ByDay) == 0 || slices.ContainsFunc(r.ByDay, fits)) &&
		(len(r.ByMonthDay) == 0 || slices.Contains(r.ByMonthDay, first.Day()) || slices.Contains(r.ByMonthDay, first.Day()-last-1))
}

func (r *Rule) validate() error {
	const in = "recurrenceRule."
	if _, known := frequencies[r.Frequency]; !known {
		return wrong(in+"frequency", "daily, weekly or monthly is required")
	}
	switch {
	case r.Interval < 0 || r.Interval > 99:
		return wrong(in+"interval", "1 to 99, or nothing for 1")
	case r.Count < 0 || r.Count > MostCount:
		return wrong(in+"count", "1 to 1000, or nothing")
	case r.Count > 0 && r.Until != "":
		return wrong(in+"until", "until or count, not both")
	case len(r.ByDay) > 35:
		return wrong(in+"byDay", "at most 35 days")
	case len(r.ByMonthDay) > 62:
		return wrong(in+"byMonthDay", "at most 62 days")
	case len(r.ByMonthDay) > 0 && r.Frequency == "weekly":
		return wrong(in+"byMonthDay", "only with daily or monthly")
	}
	if _, known := weekdays[r.FirstDay]; r.FirstDay != "" && !known {
		return wrong(in+"firstDayOfWeek", "mo, tu, we, th, fr, sa or su")
	}
	for _, d := range r.ByDay {
		if _, known := weekdays[d.Day]; !known {
			return wrong(in+"byDay", "days are mo, tu, we, th, fr, sa and su")
		}
		if d.Nth != 0 && (r.Frequency != "monthly" || d.Nth < -5 || d.Nth > 5) {
			return wrong(in+"byDay", "nthOfPeriod is 1 to 5 or -5 to -1, and only with monthly")
		}
	}
	for _, day := range r.ByMonthDay {
		if day == 0 || day < -31 || day > 31 {
			return wrong(in+"byMonthDay", "1 to 31, or -31 to -1 from the end of the month")
		}
	}
	return nil
}
