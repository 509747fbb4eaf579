package pattern_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/teambition/rrule-go"

	"github.com/fukusen/fukusen/node/pattern"
)

func zoneNamed(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// workdays is a pattern of Monday to Friday from 8 to 18 of a zone's clock.
func workdays(zone, first string) pattern.Pattern {
	return pattern.Pattern{TimeZone: zone, Available: []pattern.Slot{{
		Start: first, Duration: "PT10H",
		Rule: &pattern.Rule{Frequency: "weekly", ByDay: []pattern.NDay{{Day: "mo"}, {Day: "tu"}, {Day: "we"}, {Day: "th"}, {Day: "fr"}}},
	}}}
}

// row writes a day in Montreal in twelve cells of two hours: U for unavailable,
// B for an event of a calendar, which goes over the pattern, F for free.
func row(t *testing.T, list []pattern.Pattern, day time.Time, event time.Time) string {
	t.Helper()
	busy, err := pattern.Combine(list, pattern.Window{Start: day, End: day.Add(24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for cell := range 12 {
		from := day.Add(time.Duration(cell) * 2 * time.Hour)
		letter := "F"
		for _, p := range busy {
			if p.Start.Before(from.Add(2*time.Hour)) && p.End.After(from) {
				letter = "U"
			}
		}
		if from.Equal(event) {
			letter = "B"
		}
		b.WriteString(letter)
	}
	return b.String()
}

// The worked examples of RFC 7953, with their dates repaired: an ordinary
// Monday, 7 November 2011, and Monday, 24 October, of the week in which the
// person is in Denver, whose pattern has the higher priority.
func TestTheRepairedExamplesOfRFC7953(t *testing.T) {
	montreal := zoneNamed(t, "America/Montreal")
	home := workdays("America/Montreal", "2011-10-03T08:00:00")
	home.Start = "2011-10-02T04:00:00Z"
	away := workdays("America/Denver", "2011-10-24T08:00:00")
	away.Start, away.End, away.Priority = "2011-10-23T06:00:00Z", "2011-10-30T06:00:00Z", 1
	for _, c := range []struct {
		day, event time.Time
		want       string
	}{
		{time.Date(2011, 11, 7, 0, 0, 0, 0, montreal), time.Date(2011, 11, 7, 12, 0, 0, 0, montreal), "UUUUFFBFFUUU"},
		{time.Date(2011, 10, 24, 0, 0, 0, 0, montreal), time.Date(2011, 10, 24, 14, 0, 0, 0, montreal), "UUUUUFFBFFUU"},
	} {
		if c.day.Weekday() != time.Monday {
			t.Fatalf("%s is no Monday", c.day)
		}
		for _, list := range [][]pattern.Pattern{{home, away}, {away, home}} {
			if got := row(t, list, c.day, c.event); got != c.want {
				t.Errorf("%s: %s, want %s", c.day.Format(time.DateOnly), got, c.want)
			}
		}
	}
}

// at is an instant of a day in UTC.
func at(hour int) time.Time { return time.Date(2026, 4, 6, hour, 0, 0, 0, time.UTC) }

func allDay() pattern.Window { return pattern.Window{Start: at(0), End: at(24)} }

func offered(priority int, status string, hours ...int) pattern.Pattern {
	p := pattern.Pattern{TimeZone: "UTC", Priority: priority, BusyStatus: status}
	for i := 0; i < len(hours); i += 2 {
		p.Available = append(p.Available, pattern.Slot{
			Start: fmt.Sprintf("2026-04-06T%02d:00:00", hours[i]), Duration: fmt.Sprintf("PT%dH", hours[i+1]-hours[i]),
		})
	}
	return p
}

// shown writes busy time by its hours: "0-9 unavailable".
func shown(list []pattern.Busy) string {
	var said []string
	for _, b := range list {
		said = append(said, fmt.Sprintf("%d-%d %s", int(b.Start.Sub(at(0)).Hours()), int(b.End.Sub(at(0)).Hours()), b.Status))
	}
	return strings.Join(said, ", ")
}

func TestPatternsCombineByTheirPriority(t *testing.T) {
	short := func(p pattern.Pattern, from, to int) pattern.Pattern {
		p.Start, p.End = at(from).Format("2006-01-02T15:04:05Z"), at(to).Format("2006-01-02T15:04:05Z")
		return p
	}
	for name, c := range map[string]struct {
		list []pattern.Pattern
		want string
	}{
		"nobody said anything":           {nil, ""},
		"one":                            {[]pattern.Pattern{offered(0, "", 9, 17)}, "0-9 unavailable, 17-24 unavailable"},
		"one without slots is never":     {[]pattern.Pattern{offered(0, "")}, "0-24 unavailable"},
		"one speaks of its span alone":   {[]pattern.Pattern{short(offered(0, "", 9, 17), 8, 12)}, "8-9 unavailable"},
		"1 is over 9, and 9 over 0":      {[]pattern.Pattern{offered(0, "", 0, 24), offered(9, "", 6, 18), short(offered(1, "", 10, 11), 9, 12)}, "0-6 unavailable, 9-10 unavailable, 11-12 unavailable, 18-24 unavailable"},
		"the higher takes and gives":     {[]pattern.Pattern{offered(5, "", 9, 12), offered(4, "", 11, 14)}, "0-11 unavailable, 14-24 unavailable"},
		"equals: free in any is free":    {[]pattern.Pattern{offered(3, "", 9, 12), offered(3, "", 11, 14)}, "0-9 unavailable, 14-24 unavailable"},
		"equals: confirmed, unavailable": {[]pattern.Pattern{offered(3, "tentative"), short(offered(3, ""), 2, 8), short(offered(3, "confirmed"), 4, 6)}, "0-2 tentative, 2-4 unavailable, 4-6 confirmed, 6-8 unavailable, 8-24 tentative"},
		"slots that overlap are one":     {[]pattern.Pattern{offered(0, "", 9, 12, 11, 14, 9, 10)}, "0-9 unavailable, 14-24 unavailable"},
	} {
		for range 2 {
			got, err := pattern.Combine(c.list, allDay())
			if err != nil || shown(got) != c.want {
				t.Errorf("%s: %s, %v, want %s", name, shown(got), err, c.want)
			}
			slices.Reverse(c.list)
		}
	}
}

// A time that the clock skips is read with the offset before, one that it shows
// twice is the first; the length of a slot is exact.
func TestSlotsOverAChangeOfTheClocks(t *testing.T) {
	p := pattern.Pattern{TimeZone: "America/New_York", Available: []pattern.Slot{{
		Start: "2026-03-07T02:30:00", Duration: "PT1H30M", Rule: &pattern.Rule{Frequency: "daily"},
	}}}
	for day, want := range map[string]string{
		"2026-03-07": "07:30-09:00", // EST
		"2026-03-08": "07:30-09:00", // 2:30 is skipped: 3:30 EDT
		"2026-03-09": "06:30-08:00", // EDT
		"2026-11-01": "07:30-09:00", // EST again, from 2:00 EDT on
	} {
		from, _ := time.Parse(time.DateOnly, day)
		list, err := p.Occurrences(pattern.Window{Start: from, End: from.Add(24 * time.Hour)})
		if err != nil || len(list) != 1 {
			t.Fatalf("%s: %v, %v", day, list, err)
		}
		if got := list[0].Start.Format("15:04") + "-" + list[0].End.Format("15:04"); got != want || list[0].Day != day {
			t.Errorf("%s: %s on %s, want %s", day, got, list[0].Day, want)
		}
	}
	p.Available[0].Start = "2026-03-07T01:30:00" // twice on 1 November
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	list, err := p.Occurrences(pattern.Window{Start: from, End: from.Add(24 * time.Hour)})
	if err != nil || len(list) != 1 || list[0].Start.Format("15:04") != "05:30" || list[0].End.Sub(list[0].Start) != pattern.Unit {
		t.Errorf("a time that comes twice: %v, %v", list, err)
	}
}

func TestExcludedDatesAndTheEdgesOfAWindow(t *testing.T) {
	p := pattern.Pattern{TimeZone: "Asia/Tokyo", Available: []pattern.Slot{{
		Start: "2026-04-06T23:00:00", Duration: "PT3H", Excluded: []string{"2026-04-20"},
		Rule: &pattern.Rule{Frequency: "weekly", Until: "2026-04-27T23:00:00"},
	}}}
	tokyo := zoneNamed(t, "Asia/Tokyo")
	list, err := p.Occurrences(pattern.Window{Start: time.Date(2026, 4, 7, 1, 0, 0, 0, tokyo), End: time.Date(2026, 6, 1, 0, 0, 0, 0, tokyo)})
	if err != nil {
		t.Fatal(err)
	}
	var days []string
	for _, o := range list {
		days = append(days, o.Day+" "+o.Start.In(tokyo).Format("15:04"))
	}
	if want := []string{"2026-04-06 01:00", "2026-04-13 23:00", "2026-04-27 23:00"}; !slices.Equal(days, want) {
		t.Errorf("%v, want %v", days, want)
	}
	if _, err := p.Occurrences(pattern.Window{Start: at(0), End: at(0).Add(pattern.LongestSpan + 1)}); !errors.Is(err, pattern.ErrInvalid) {
		t.Errorf("a window without bounds: %v", err)
	}
}

// Leaping to a window finds what walking there from the first start finds.
func TestLeapingFindsWhatWalkingFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(7953, 8984))
	days := []string{"mo", "tu", "we", "th", "fr", "sa", "su"}
	pick := func(n int) []string {
		list := slices.Clone(days)
		rng.Shuffle(7, func(i, j int) { list[i], list[j] = list[j], list[i] })
		return list[:n]
	}
	found := 0
	for range 600 {
		first := time.Date(2020+rng.IntN(6), time.Month(1+rng.IntN(12)), 1+rng.IntN(28), 9, 30, 0, 0, time.UTC)
		r := &pattern.Rule{Frequency: []string{"daily", "weekly", "monthly"}[rng.IntN(3)], Interval: 1 + rng.IntN(5)}
		if rng.IntN(2) == 0 {
			r.FirstDay = days[rng.IntN(7)]
		}
		for _, d := range pick(rng.IntN(4)) {
			n := pattern.NDay{Day: d}
			if r.Frequency == "monthly" && rng.IntN(2) == 0 {
				n.Nth = []int{1, 2, -1, -2}[rng.IntN(4)]
			}
			r.ByDay = append(r.ByDay, n)
		}
		if r.Frequency != "weekly" && rng.IntN(4) == 0 {
			r.ByMonthDay = []int{1 + rng.IntN(28), -1 - rng.IntN(3)}
		}
		if rng.IntN(4) == 0 {
			r.Count = 1 + rng.IntN(60)
		}
		p := pattern.Pattern{TimeZone: "UTC", Available: []pattern.Slot{{Start: first.Format("2006-01-02T15:04:05"), Duration: "PT1H", Rule: r}}}
		if p.Validate() != nil {
			continue
		}
		from := time.Date(2026, time.Month(1+rng.IntN(12)), 1, 0, 0, 0, 0, time.UTC)
		to := from.AddDate(0, 2, 0)
		list, err := p.Occurrences(pattern.Window{Start: from, End: to})
		if err != nil {
			t.Fatal(err)
		}
		walked := walk(t, r, first).Between(from, to, true)
		found += len(list)
		if len(list) != len(walked) {
			t.Fatalf("%+v from %s: %d, walking finds %d", r, first, len(list), len(walked))
		}
		for i, o := range list {
			if !o.Start.Equal(walked[i]) {
				t.Fatalf("%+v from %s: %s, walking finds %s", r, first, o.Start, walked[i])
			}
		}
	}
	if found < 500 {
		t.Errorf("only %d starts were compared", found)
	}
}

// walk is the rule as text, read by the library without any leap.
func walk(t *testing.T, r *pattern.Rule, first time.Time) *rrule.RRule {
	t.Helper()
	text := fmt.Sprintf("FREQ=%s;INTERVAL=%d", strings.ToUpper(r.Frequency), max(1, r.Interval))
	var days []string
	for _, d := range r.ByDay {
		day := strings.ToUpper(d.Day)
		if d.Nth != 0 {
			day = fmt.Sprintf("%d%s", d.Nth, day)
		}
		days = append(days, day)
	}
	if len(days) > 0 {
		text += ";BYDAY=" + strings.Join(days, ",")
	}
	if len(r.ByMonthDay) > 0 {
		text += fmt.Sprintf(";BYMONTHDAY=%d,%d", r.ByMonthDay[0], r.ByMonthDay[1])
	}
	if r.FirstDay != "" {
		text += ";WKST=" + strings.ToUpper(r.FirstDay)
	}
	if r.Count > 0 {
		text += fmt.Sprintf(";COUNT=%d", r.Count)
	}
	rule, err := rrule.StrToRRule(text)
	if err != nil {
		t.Fatal(err)
	}
	rule.DTStart(first)
	return rule
}
