package ical_test

import (
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"

	"github.com/fukusen/fukusen/node/ical"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// A pattern has a beginning and an end, the clock of its zone, and the zone's definition beside it.
func TestAPatternHasBothEndsAndItsZone(t *testing.T) {
	tokyo := zone(t, "Asia/Tokyo")
	octets := ical.Calendar(ical.Feed{Patterns: []ical.Pattern{{
		UID: "pattern-1", Sequence: 3, Modified: at, Zone: tokyo, Start: at, End: at.AddDate(0, 0, 56), Priority: 1, BusyType: ical.BusyUnavailable,
		Available: []ical.Available{{
			UID: "pattern-1-1", Start: time.Date(2026, 4, 6, 9, 0, 0, 0, tokyo), Duration: 90 * time.Minute, Rule: "FREQ=WEEKLY;BYDAY=MO,WE",
			Except: []time.Time{time.Date(2026, 4, 13, 9, 0, 0, 0, tokyo)},
		}},
	}}})
	c := read(t, octets)
	var pattern, zones *goical.Component
	for _, child := range c.Children {
		switch child.Name {
		case "VAVAILABILITY":
			pattern = child
		case "VTIMEZONE":
			zones = child
		}
	}
	if pattern == nil || zones == nil {
		t.Fatalf("it lacks a part:\n%s", octets)
	}
	for name, want := range map[string]string{
		"DTSTART": "20260401T093000Z", "DTEND": "20260527T093000Z", "BUSYTYPE": "BUSY-UNAVAILABLE", "PRIORITY": "1", "SEQUENCE": "3", "UID": "pattern-1",
	} {
		if p := pattern.Props.Get(name); p == nil || p.Value != want {
			t.Errorf("%s: %v, want %s", name, p, want)
		}
	}
	a := pattern.Children[0]
	for name, want := range map[string]string{"DTSTART": "20260406T090000", "DURATION": "PT90M", "RRULE": "FREQ=WEEKLY;BYDAY=MO,WE", "EXDATE": "20260413T090000"} {
		p := a.Props.Get(name)
		if p == nil || p.Value != want {
			t.Errorf("%s: %v, want %s", name, p, want)
		}
		if strings.HasSuffix(name, "DATE") || name == "DTSTART" {
			if p.Params.Get("TZID") != "Asia/Tokyo" {
				t.Errorf("%s has the zone %q", name, p.Params.Get("TZID"))
			}
		}
	}
	if zones.Props.Get("TZID").Value != "Asia/Tokyo" || len(zones.Children) != 1 || zones.Children[0].Props.Get("TZOFFSETTO").Value != "+0900" {
		t.Errorf("the zone is %v", zones)
	}
	if utc := string(ical.Calendar(ical.Feed{Patterns: []ical.Pattern{{UID: "p", Start: at, End: at, Available: []ical.Available{{UID: "a", Start: at}}}}})); strings.Contains(utc, "VTIMEZONE") || !strings.Contains(utc, "DTSTART:20260401T093000Z") {
		t.Errorf("UTC needs no definition:\n%s", utc)
	}
}

// What a written zone says of its clocks is what they do: every change of two years, with the wall time at which it comes
// and the offsets before and after it.
func TestAZoneIsWrittenAsItsClocksGo(t *testing.T) {
	for name, want := range map[string][]string{
		"Europe/Berlin": {
			"STANDARD 20250101T010000 +0100 +0100", "DAYLIGHT 20250330T020000 +0100 +0200", "STANDARD 20251026T030000 +0200 +0100",
			"DAYLIGHT 20260329T020000 +0100 +0200", "STANDARD 20261025T030000 +0200 +0100",
		},
		"America/St_Johns": {
			"STANDARD 20241231T203000 -0330 -0330", "DAYLIGHT 20250309T020000 -0330 -0230", "STANDARD 20251102T020000 -0230 -0330",
			"DAYLIGHT 20260308T020000 -0330 -0230", "STANDARD 20261101T020000 -0230 -0330",
		},
		"Asia/Kathmandu": {"STANDARD 20250101T054500 +0545 +0545"},
	} {
		z := zone(t, name)
		from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		c := read(t, ical.Calendar(ical.Feed{Patterns: []ical.Pattern{{UID: "p", Zone: z, Start: from, End: from.AddDate(1, 0, 0)}}}))
		var got []string
		for _, o := range c.Children[0].Children {
			got = append(got, strings.Join([]string{o.Name, o.Props.Get("DTSTART").Value, o.Props.Get("TZOFFSETFROM").Value, o.Props.Get("TZOFFSETTO").Value}, " "))
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
