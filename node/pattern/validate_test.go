package pattern_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/pattern"
)

func evening() pattern.Pattern {
	return pattern.Pattern{TimeZone: "Asia/Tokyo", Available: []pattern.Slot{{
		Start: "2026-04-06T18:00:00", Duration: "PT1H30M", Location: "remote", Excluded: []string{"2026-05-04"},
		Rule: &pattern.Rule{Frequency: "weekly", ByDay: []pattern.NDay{{Day: "mo"}, {Day: "we"}}, Until: "2026-09-30T23:59:59", FirstDay: "mo"},
	}}}
}

func TestAPatternIsRefusedByItsField(t *testing.T) {
	if err := evening().Validate(); err != nil {
		t.Fatal(err)
	}
	slot := func(f func(*pattern.Slot)) func(*pattern.Pattern) {
		return func(p *pattern.Pattern) { f(&p.Available[0]) }
	}
	rule := func(f func(*pattern.Rule)) func(*pattern.Pattern) {
		return slot(func(s *pattern.Slot) { f(s.Rule) })
	}
	const a = "available[0]."
	for _, c := range []struct {
		field string
		spoil func(*pattern.Pattern)
	}{
		{"timeZone", func(p *pattern.Pattern) { p.TimeZone = "Asia/Edo" }},
		{"timeZone", func(p *pattern.Pattern) { p.TimeZone = "" }},
		{"timeZone", func(p *pattern.Pattern) { p.TimeZone = "Local" }},
		{"timeZone", func(p *pattern.Pattern) { p.TimeZone = "../etc/passwd" }},
		{"utcStart", func(p *pattern.Pattern) { p.Start = "2026-04-01" }},
		{"utcEnd", func(p *pattern.Pattern) { p.End = "soon" }},
		{"utcEnd", func(p *pattern.Pattern) { p.Start, p.End = "2026-04-02T00:00:00Z", "2026-04-02T00:00:00Z" }},
		{"priority", func(p *pattern.Pattern) { p.Priority = 10 }},
		{"priority", func(p *pattern.Pattern) { p.Priority = -1 }},
		{"busyStatus", func(p *pattern.Pattern) { p.BusyStatus = "away" }},
		{"available", func(p *pattern.Pattern) { p.Available = make([]pattern.Slot, pattern.MostSlots+1) }},
		{a + "start", slot(func(s *pattern.Slot) { s.Start = "2026-04-06T18:00:00Z" })},
		{a + "start", slot(func(s *pattern.Slot) { s.Start = "2026-04-06T18:00" })},
		{a + "start", slot(func(s *pattern.Slot) { s.Start = "2026-04-07T18:00:00" })}, // a Tuesday
		{a + "start", slot(func(s *pattern.Slot) { s.Start = "2026-10-05T18:00:00" })}, // after until
		{a + "duration", slot(func(s *pattern.Slot) { s.Duration = "PT0S" })},
		{a + "duration", slot(func(s *pattern.Slot) { s.Duration = "P2D" })},
		{a + "duration", slot(func(s *pattern.Slot) { s.Duration = "90" })},
		{a + "excludedDates", slot(func(s *pattern.Slot) { s.Excluded = []string{"2026-02-30"} })},
		{a + "excludedDates", slot(func(s *pattern.Slot) { s.Excluded = make([]string, pattern.MostExcluded+1) })},
		{a + "locationKind", slot(func(s *pattern.Slot) { s.Location = "clinic" })},
		{a + "recurrenceRule.frequency", rule(func(r *pattern.Rule) { r.Frequency = "yearly" })},
		{a + "recurrenceRule.interval", rule(func(r *pattern.Rule) { r.Interval = 100 })},
		{a + "recurrenceRule.byDay", rule(func(r *pattern.Rule) { r.ByDay[0].Day = "MO" })},
		{a + "recurrenceRule.byDay", rule(func(r *pattern.Rule) { r.ByDay[0].Nth = 1 })},
		{a + "recurrenceRule.byMonthDay", rule(func(r *pattern.Rule) { r.ByMonthDay = []int{6} })},
		{a + "recurrenceRule.byMonthDay", rule(func(r *pattern.Rule) { r.Frequency, r.ByDay, r.ByMonthDay = "monthly", nil, []int{0} })},
		{a + "recurrenceRule.until", rule(func(r *pattern.Rule) { r.Until = "2026-09-30" })},
		{a + "recurrenceRule.until", rule(func(r *pattern.Rule) { r.Count = 3 })},
		{a + "recurrenceRule.count", rule(func(r *pattern.Rule) { r.Until, r.Count = "", pattern.MostCount+1 })},
		{a + "recurrenceRule.firstDayOfWeek", rule(func(r *pattern.Rule) { r.FirstDay = "monday" })},
	} {
		p := evening()
		c.spoil(&p)
		err := p.Validate()
		field, need := pattern.Field(err)
		if !errors.Is(err, pattern.ErrInvalid) || field != c.field || need == "" {
			t.Errorf("%s: %v names %q", c.field, err, field)
		}
		if err != nil && strings.Contains(err.Error(), "Edo") {
			t.Errorf("the error repeats what was written: %v", err)
		}
	}
}

// What a document may say beyond a pattern is refused by name, and a pattern is
// read back as it was written.
func TestADocumentSaysNothingElse(t *testing.T) {
	p := evening()
	octets, err := pattern.Write(p)
	if err != nil {
		t.Fatal(err)
	}
	back, err := pattern.Read(octets)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := pattern.Write(back); string(again) != string(octets) {
		t.Errorf("%s was read as %s", octets, again)
	}
	for text, field := range map[string]string{
		`{"timeZone":"UTC","available":[],"title":"x"}`:                                                                                                  "title",
		`{"timeZone":"UTC","available":[{"start":"2026-04-06T18:00:00","duration":"PT1H","place":"x"}]}`:                                                 "available[0].place",
		`{"timeZone":"UTC","available":[{"start":"2026-04-06T18:00:00","duration":"PT1H","recurrenceRule":{"frequency":"weekly","bySetPosition":[1]}}]}`: "available[0].recurrenceRule.bySetPosition",
		`{"timeZone":"UTC","available":[{"start":"2026-04-06T18:00:00","duration":"PT1H","recurrenceRule":[{"frequency":"weekly"}]}]}`:                   "available[0].recurrenceRule",
		`{"timeZone":"UTC"}`: "available",
		`{"timeZone":"UTC","priority":"1","available":[]}`: "priority",
		`{"timeZone":"UTC","available":[],"utcStart":5}`:   "utcStart",
		`[]`: "",
	} {
		_, err := pattern.Read([]byte(text))
		if got, _ := pattern.Field(err); !errors.Is(err, pattern.ErrInvalid) || got != field {
			t.Errorf("%s: %v names %q, want %q", text, err, got, field)
		}
	}
}

func FuzzADocumentIsReadOrRefused(f *testing.F) {
	octets, _ := pattern.Write(evening())
	f.Add(octets)
	f.Add([]byte(`{"timeZone":"UTC","available":[{"start":"2026-01-31T18:00:00","duration":"PT1H","recurrenceRule":{"frequency":"monthly","interval":99,"byMonthDay":[31],"byDay":[{"day":"sa"}]}}]}`))
	f.Fuzz(func(t *testing.T, octets []byte) {
		p, err := pattern.Read(octets)
		if err != nil || p.Validate() != nil {
			return
		}
		from := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
		w := pattern.Window{Start: from, End: from.AddDate(0, 0, 56)}
		list, err := p.Occurrences(w)
		if err != nil && !errors.Is(err, pattern.ErrInvalid) {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(list, func(a, b pattern.Occurrence) int { return a.Start.Compare(b.Start) }) {
			t.Fatal("not by time")
		}
		busy, err := pattern.Combine([]pattern.Pattern{p}, w)
		for i, b := range busy {
			if !b.Start.Before(b.End) || i > 0 && b.Start.Before(busy[i-1].End) || err != nil {
				t.Fatalf("%v, %v", busy, err)
			}
		}
	})
}
