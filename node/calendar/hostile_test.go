package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"
)

// TestNoRuleTakesMoreStepsThanItsAllowance counts what 60 rules and floods of dates
// cost: steps and periods, whatever clock the machine has.
func TestNoRuleTakesMoreStepsThanItsAllowance(t *testing.T) {
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 0, 14)
	lim := DefaultLimits()
	cases := bombs()
	cases["an event in the year 9999"] = "DTSTART:99991231T235959Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY"
	cases["a rule that ends before it begins"] = "DTSTART:20260601T000000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY;UNTIL=19000101T000000Z"
	if len(cases) < 60 {
		t.Fatalf("only %d", len(cases))
	}
	for name, text := range cases {
		cal, _ := read(t, text)
		list, _ := cal.Busy(from, to, time.UTC, lim)
		x := &expansion{from: from.Unix(), to: to.Unix(), home: &clock{zone: namedZone{time.UTC}}, clocks: map[zone]*clock{}, steps: lim.MaxRuleSteps, instances: lim.MaxInstances, probs: &problems{}}
		for _, s := range cal.series {
			for _, e := range s.masters {
				x.expand(s, e)
			}
		}
		// A step may be one question about one period of a rule: a year of days with
		// every position in it is the dearest that there is.
		const dearest = 2 * 366
		if spent := lim.MaxRuleSteps - x.steps; spent > lim.MaxRuleSteps+dearest {
			t.Errorf("%s: %d steps", name, spent)
		}
		if len(x.list) > lim.MaxInstances || len(list) > lim.MaxInstances+2*maxRests {
			t.Errorf("%s: %d instances, %d periods", name, len(x.list), len(list))
		}
	}
}

// counting hands out one text again and again and counts what was taken of it.
type counting struct {
	text  string
	at    int
	taken int64
}

func (c *counting) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		m := copy(p[n:], c.text[c.at:])
		n += m
		if c.at += m; c.at == len(c.text) {
			c.at = 0
		}
	}
	c.taken += int64(n)
	return n, nil
}

// TestAFileWithoutEndIsReadToItsLimit: of a line of a gigabyte, in one piece or
// folded a thousand million times, no more is read than the limit, and a calendar
// of 100,000 events is refused at the first that is too many.
func TestAFileWithoutEndIsReadToItsLimit(t *testing.T) {
	begin := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDESCRIPTION:"
	for name, text := range map[string]string{"one line": strings.Repeat("a", 4096), "folded": strings.Repeat("a", 70) + "\r\n "} {
		endless := &counting{text: text}
		_, _, err := Parse(io.MultiReader(strings.NewReader(begin), io.LimitReader(endless, 1<<30)), Limits{})
		if !errors.Is(err, ErrTooLarge) || endless.taken > int64(2*DefaultLimits().MaxBytes) {
			t.Errorf("%s: %v after %d octets", name, err, endless.taken)
		}
	}
	many := "BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\n", 100_000) + "END:VCALENDAR\r\n"
	if _, _, err := Parse(strings.NewReader(many), Limits{}); !errors.Is(err, ErrTooManyEvents) {
		t.Errorf("100,000 events: %v", err)
	}
}

// badZones are definitions that mean nothing, contradict themselves or cost much.
func badZones() map[string]string {
	observance := func(lines string) string {
		return "BEGIN:VTIMEZONE\nTZID:Nowhere\nBEGIN:STANDARD\n" + lines + "\nEND:STANDARD\nEND:VTIMEZONE"
	}
	return map[string]string{
		"without observances": "BEGIN:VTIMEZONE\nTZID:Nowhere\nEND:VTIMEZONE", "without offsets": observance("DTSTART:19700101T000000"),
		"an offset of a week": observance("DTSTART:19700101T000000\nTZOFFSETFROM:+9999\nTZOFFSETTO:+9999"),
		"an offset of words":  observance("DTSTART:19700101T000000\nTZOFFSETFROM:east\nTZOFFSETTO:west"),
		"without a beginning": observance("TZOFFSETFROM:+0000\nTZOFFSETTO:+0100"),
		"changes each second": observance("DTSTART:00010101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=SECONDLY"),
		"a million changes":   observance("DTSTART:19700101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRDATE:" + strings.TrimSuffix(strings.Repeat("19700101T000000,", 100_000), ",")),
		"a rule of nonsense":  observance("DTSTART:19700101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nRRULE:FREQ=NEVER"),
		"itself within":       "BEGIN:VTIMEZONE\nTZID:Nowhere\nBEGIN:VTIMEZONE\nTZID:Nowhere\nEND:VTIMEZONE\nEND:VTIMEZONE",
		"no name":             "BEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE",
	}
}

// TestABadZoneLeavesItsEventBusy, at home's time, reported, and within the
// allowance: no definition costs more steps than a rule may.
func TestABadZoneLeavesItsEventBusy(t *testing.T) {
	for name, zone := range badZones() {
		cal, probs := read(t, zone+"\n--\nUID:a\nDTSTART;TZID=Nowhere:20260601T090000\nDURATION:PT1H")
		list, more := cal.Busy(time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 20, 0, 0, 0, 0, time.UTC), time.UTC, DefaultLimits())
		if len(list) != 1 || list[0].End.Sub(list[0].Start) != time.Hour {
			t.Errorf("%s: %v", name, list)
		}
		if name != "a million changes" && len(probs)+len(more) == 0 {
			t.Errorf("%s: no problem is named", name)
		}
	}
}

// TestEachObjectHasItsOwnZones: a collection is many VCALENDARs, and one name may
// mean one thing here and another there; thousands of equal ones are one zone.
func TestEachObjectHasItsOwnZones(t *testing.T) {
	object := func(offset, uid string) string {
		return "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Office\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:" + offset + "\nTZOFFSETTO:" + offset +
			"\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:" + uid + "\nDTSTART;TZID=Office:20260601T090000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n"
	}
	text := object("+0900", "a") + object("-0500", "b")
	for i := range 1000 {
		text += object("+0900", fmt.Sprint("c", i))
	}
	cal, probs, err := Parse(strings.NewReader(text), DefaultLimits())
	if err != nil || len(probs) > 0 {
		t.Fatal(probs, err)
	}
	list, _ := cal.Busy(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 2, 0, 0, 0, 0, time.UTC), time.UTC, DefaultLimits())
	expect(t, Coalesce(list), time.UTC, "0601T0000-0100 confirmed", "0601T1400-1500 confirmed")
}

// TestReducedSaysTheSameTimes: of every sample and every edge case the reduced text
// is busy at the same times, and keeps no word of what the events are.
func TestReducedSaysTheSameTimes(t *testing.T) {
	texts := seedTexts(t)
	for _, text := range bombs() {
		if len(text) < 1<<16 {
			texts = append(texts, []byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:secret word\n"+strings.ReplaceAll(text, "\n--\n", "\nEND:VEVENT\nBEGIN:VEVENT\n")+"\nEND:VEVENT\nEND:VCALENDAR\n"))
		}
	}
	from, to := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
	read := 0
	for _, text := range texts {
		before, _, err := Parse(bytes.NewReader(text), DefaultLimits())
		if err != nil {
			continue
		}
		small, err := Reduce(text, DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(small.Text, []byte("SUMMARY")) || bytes.Contains(small.Text, []byte("secret word")) {
			t.Errorf("a title is left in %q", small.Text)
		}
		for line := range bytes.Lines(small.Text) {
			if len(bytes.TrimRight(line, "\r\n")) > foldAt+1 {
				t.Errorf("a line of %d octets", len(line))
			}
		}
		after, _, err := Parse(bytes.NewReader(small.Text), DefaultLimits())
		if err != nil {
			t.Fatalf("%v in %q", err, small.Text)
		}
		a, _ := before.Busy(from, to, time.UTC, DefaultLimits())
		b, _ := after.Busy(from, to, time.UTC, DefaultLimits())
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("busy %d times before and %d after", len(a), len(b))
		}
		read++
	}
	if read < 20 {
		t.Errorf("only %d texts were read", read)
	}
}

// How often a calendar asks to be read is understood and bounded.
func TestACalendarSaysHowOftenItIsRead(t *testing.T) {
	for line, want := range map[string]time.Duration{
		"REFRESH-INTERVAL;VALUE=DURATION:PT12H": 12 * time.Hour, "X-PUBLISHED-TTL:PT1H": time.Hour, "refresh-interval:P1W": 7 * 24 * time.Hour,
		"REFRESH-INTERVAL:soon": 0, "X-OTHER:PT1H": 0, "REFRESH-INTERVAL:P4000000000W": 0, "REFRESH-INTERVAL:P300000D": 366 * 24 * time.Hour,
	} {
		got, err := Reduce([]byte("BEGIN:VCALENDAR\n"+line+"\nEND:VCALENDAR\n"), Limits{MaxEvents: math.MaxInt32})
		if err != nil || got.Every != want {
			t.Errorf("%s: %v, %v", line, got.Every, err)
		}
	}
}
