package pattern

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/fukusen/fukusen/spec/code"
)

// wall is the form of a LocalDateTime (RFC 8984 section 1.4.4) without a
// fraction.
const wall = "2006-01-02T15:04:05"

var frequencies = map[string]rrule.Frequency{"daily": rrule.DAILY, "weekly": rrule.WEEKLY, "monthly": rrule.MONTHLY}

var weekdays = map[string]rrule.Weekday{
	"mo": rrule.MO, "tu": rrule.TU, "we": rrule.WE, "th": rrule.TH, "fr": rrule.FR, "sa": rrule.SA, "su": rrule.SU,
}

// Weekday is JSCalendar's name of a day of the week.
func Weekday(d time.Weekday) string { return []string{"su", "mo", "tu", "we", "th", "fr", "sa"}[d] }

// starts are the instants at which a slot begins whose time reaches into a
// window, and how long each lasts.
func (s Slot) starts(zone *time.Location, w Window) ([]time.Time, time.Duration, error) {
	first, length, err := s.read()
	if err != nil {
		return nil, 0, err
	}
	// Clocks of the zone are at most a day from UTC; the exact cut comes last.
	from, to := w.Start.UTC().Add(-length-24*time.Hour), w.End.UTC().Add(24*time.Hour)
	walls := []time.Time{first}
	if s.Rule != nil {
		rule, err := s.Rule.from(first, from)
		if err != nil {
			return nil, 0, err
		}
		walls = rule.Between(from, to, true)
	}
	var out []time.Time
	for _, t := range walls {
		if slices.Contains(s.Excluded, t.Format(time.DateOnly)) {
			continue
		}
		at := instant(t, zone)
		if at.Before(w.End) && at.Add(length).After(w.Start) {
			out = append(out, at)
		}
	}
	return out, length, nil
}

// read answers a slot's first start on its own clock, written as UTC, and its
// length.
func (s Slot) read() (time.Time, time.Duration, error) {
	first, err := time.Parse(wall, s.Start)
	if err != nil || first.Format(wall) != s.Start || first.Year() < 1970 || first.Year() > 9000 {
		return first, 0, wrong("start", "a local date and time such as 2026-04-06T18:00:00 is required")
	}
	length, err := code.ParseDuration(s.Duration)
	if err != nil || length < time.Minute || length > LongestSlot {
		return first, 0, wrong("duration", "an ISO 8601 duration from PT1M to P1D, such as PT1H30M, is required")
	}
	return first, length, nil
}

// from is the rule, ready to be asked about what comes after a time. A rule
// without a count begins shortly before that time: what it names there does not
// depend on how often it happened before.
func (r *Rule) from(first, after time.Time) (*rrule.RRule, error) {
	option := rrule.ROption{Freq: frequencies[r.Frequency], Interval: max(1, r.Interval), Count: r.Count, Dtstart: first, Bymonthday: r.ByMonthDay}
	if day, ok := weekdays[r.FirstDay]; ok {
		option.Wkst = day
	}
	for _, d := range r.ByDay {
		day := weekdays[d.Day]
		if d.Nth != 0 {
			day = day.Nth(d.Nth)
		}
		option.Byweekday = append(option.Byweekday, day)
	}
	if r.Until != "" {
		until, err := time.Parse(wall, r.Until)
		if err != nil {
			return nil, err
		}
		option.Until = until
	}
	if r.Count == 0 && after.After(first) {
		leap(&option, first, after)
	}
	return rrule.NewRRule(option)
}

// leap moves the beginning of a rule by whole intervals towards a time. What the
// rule took from its beginning is first said by name, because the new beginning
// is another day.
func leap(option *rrule.ROption, first, after time.Time) {
	switch option.Freq {
	case rrule.DAILY:
		step := option.Interval
		option.Dtstart = first.AddDate(0, 0, int(after.Sub(first).Hours()/24)/step*step)
	case rrule.WEEKLY:
		if len(option.Byweekday) == 0 {
			option.Byweekday = []rrule.Weekday{weekdays[Weekday(first.Weekday())]}
		}
		step := 7 * option.Interval
		// From the first day of the week, so that no earlier day of it is lost.
		back := (int(first.Weekday()) + 6 - option.Wkst.Day()) % 7
		weeks := int(after.Sub(first).Hours()/24) / step
		if weeks == 0 {
			return
		}
		option.Dtstart = first.AddDate(0, 0, weeks*step-back)
	case rrule.MONTHLY:
		if len(option.Byweekday) == 0 && len(option.Bymonthday) == 0 {
			option.Bymonthday = []int{first.Day()}
		}
		months := (after.Year()-first.Year())*12 + int(after.Month()) - int(first.Month())
		if months /= option.Interval; months == 0 {
			return
		}
		option.Dtstart = time.Date(first.Year(), first.Month()+time.Month(months*option.Interval), 1, first.Hour(), first.Minute(), first.Second(), 0, time.UTC)
	}
}

// instant is the moment at which a zone's clock shows a time. A time that the
// clock skips is read with the offset before the gap, one that it shows twice
// is the first of the two (RFC 5545 section 3.3.5, RFC 8984 section 4.7.1).
func instant(shown time.Time, zone *time.Location) time.Time {
	with := func(near time.Time) time.Time {
		_, offset := near.In(zone).Zone()
		return shown.Add(-time.Duration(offset) * time.Second)
	}
	before := with(shown.Add(-26 * time.Hour))
	for _, at := range []time.Time{before, with(shown.Add(26 * time.Hour))} {
		if at.In(zone).Format(wall) == shown.Format(wall) {
			return at
		}
	}
	return before
}

// RRULE writes a rule as iCalendar does (RFC 5545 section 3.3.10). UNTIL is
// given in UTC, as a start with a zone wants it.
func (r *Rule) RRULE(zone *time.Location) string {
	parts := []string{"FREQ=" + strings.ToUpper(r.Frequency)}
	if r.Interval > 1 {
		parts = append(parts, "INTERVAL="+strconv.Itoa(r.Interval))
	}
	if until, err := time.Parse(wall, r.Until); err == nil {
		parts = append(parts, "UNTIL="+instant(until, zone).UTC().Format("20060102T150405Z"))
	}
	if r.Count > 0 {
		parts = append(parts, "COUNT="+strconv.Itoa(r.Count))
	}
	var days, dates []string
	for _, d := range r.ByDay {
		day := strings.ToUpper(d.Day)
		if d.Nth != 0 {
			day = strconv.Itoa(d.Nth) + day
		}
		days = append(days, day)
	}
	for _, d := range r.ByMonthDay {
		dates = append(dates, strconv.Itoa(d))
	}
	if len(days) > 0 {
		parts = append(parts, "BYDAY="+strings.Join(days, ","))
	}
	if len(dates) > 0 {
		parts = append(parts, "BYMONTHDAY="+strings.Join(dates, ","))
	}
	if r.FirstDay != "" {
		parts = append(parts, "WKST="+strings.ToUpper(r.FirstDay))
	}
	return strings.Join(parts, ";")
}
