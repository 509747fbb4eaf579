package agenda_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	placed "github.com/fukusen/fukusen/node/store/pattern"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
)

var monday = time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)

// evening is one slot, 9:00 to 10:30 UTC on Mondays and Wednesdays, which is the
// evening in Japan.
func evening() pattern.Pattern {
	return pattern.Pattern{UID: "urn:uuid:1", Sequence: 1, Updated: "2026-04-01T00:00:00Z", TimeZone: "Asia/Tokyo", Available: []pattern.Slot{{
		Start: "2026-04-06T18:00:00", Duration: "PT1H30M", Rule: &pattern.Rule{Frequency: "weekly", ByDay: []pattern.NDay{{Day: "mo"}, {Day: "we"}}},
	}}}
}

func shown(list []availability.Period) string {
	said := make([]string, len(list))
	for i, p := range list {
		said[i] = p.Start.Format("0215:04") + "-" + p.End.Format("0215:04") + " " + p.Status
	}
	return strings.Join(said, ", ")
}

// What is kept of a person's time comes together: events over slots, and holds
// with the way there and back.
func TestATimeComesTogether(t *testing.T) {
	eachEngine(t, func(t *testing.T, source string) {
		s, err := store.Open(t.Context(), source, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		doc, err := pattern.Write(evening())
		if err != nil {
			t.Fatal(err)
		}
		at := func(hour, minute int) int64 {
			return monday.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute).Unix()
		}
		var a agenda.Agenda
		err = s.Write(t.Context(), func(tx *store.Tx) error {
			if err := errors.Join(
				tx.PutCalendar(store.Calendar{Person: "p", Name: "work", ICS: []byte("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:ひみつ\r\nDTSTART:20260408T100000Z\r\nDTEND:20260408T110000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")}),
				placed.In(tx).Put(placed.Pattern{Person: "p", UID: "urn:uuid:1", Sequence: 1, Document: string(doc)}),
				placed.In(tx).Put(placed.Pattern{Person: "q", UID: "urn:uuid:1", Sequence: 1, Document: string(doc)}),
				diary.In(tx).Keep([]diary.Held{{Person: "p", StartsAt: at(9, 30), EndsAt: at(10, 0), LeavesAt: at(9, 15), ReturnsAt: at(10, 15), Hold: "h", State: "tentative"}}),
			); err != nil {
				return err
			}
			var err error
			a, err = agenda.Read(tx, "p", monday, monday.AddDate(0, 0, 3))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := a.Rounded(15 * time.Minute)
		const want = "0600:00-0609:00 unavailable, 0609:15-0610:15 tentative, 0610:30-0809:00 unavailable, 0810:00-0811:00 confirmed, 0811:00-0900:00 unavailable"
		if err != nil || shown(got) != want || !a.Known() {
			t.Errorf("%s, %v, want %s", shown(got), err, want)
		}
		if len(a.Taken()) != 2 {
			t.Errorf("slots are no bar to who agrees to more: %v", a.Taken())
		}
	})
}

func eachEngine(t *testing.T, f func(t *testing.T, source string)) {
	t.Run(store.SQLite, func(t *testing.T) { f(t, filepath.Join(t.TempDir(), "store.db")) })
	t.Run(store.PostgreSQL, func(t *testing.T) { f(t, storetest.Postgres(t)) })
}

// Of somebody who has neither calendar nor slots nothing is said; who has slots
// alone is free in them.
func TestWhoSaidNothingIsNotSaidToBeFree(t *testing.T) {
	a := agenda.Agenda{From: monday, To: monday.AddDate(0, 0, 28)}
	if r, err := a.Record(availability.DefaultTerms(), monday, 1<<40); r != nil || err != nil {
		t.Errorf("%v, %v", r, err)
	}
	a.Patterns = []pattern.Pattern{evening()}
	r, err := a.Record(availability.DefaultTerms(), monday, 1<<40)
	if err != nil || len(r.Busy) != 9 || r.Busy[0].Status != spec.BusyUnavailable || r.Granularity != "PT15M" {
		t.Errorf("%+v, %v", r, err)
	}
}

// Somebody with more periods than a record can have is still said: more
// coarsely, or for fewer days, and never as free where they are not.
func TestABusyPersonIsStillSaid(t *testing.T) {
	for name, c := range map[string]struct {
		every, length time.Duration
		granularity   string
		whole         bool
	}{
		"a few":                     {24 * time.Hour, time.Hour, "PT15M", true},
		"one each hour":             {time.Hour, 20 * time.Minute, "PT30M", false},
		"in quarters of every hour": {30 * time.Minute, 10 * time.Minute, "PT30M", true}, // all of it becomes one
	} {
		a := agenda.Agenda{From: monday, To: monday.AddDate(0, 0, 28), Calendars: 1}
		for at := monday; at.Before(a.To); at = at.Add(c.every) {
			a.Events = append(a.Events, calendar.Busy{Start: at, End: at.Add(c.length), Status: calendar.Confirmed})
		}
		r, err := a.Record(availability.DefaultTerms(), monday, 1<<40)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Busy) > availability.MostPeriods || (r.End == spec.FormatUTC(a.To)) != c.whole {
			t.Errorf("%s: %d periods in %s until %s", name, len(r.Busy), r.Granularity, r.End)
		}
		if c.granularity != r.Granularity {
			t.Errorf("%s: in %s, want %s", name, r.Granularity, c.granularity)
		}
		end, _ := code.ParseUTC(r.End)
		for _, e := range a.Events {
			if e.Start.Before(end) && !covered(r, e) {
				t.Errorf("%s: %s is not busy", name, e.Start)
			}
		}
	}
}

func covered(r *spec.Availability, e calendar.Busy) bool {
	end, _ := code.ParseUTC(r.End)
	for _, b := range r.Busy {
		from, _ := code.ParseUTC(b.Start)
		to, _ := code.ParseUTC(b.End)
		if !from.After(e.Start) && (!to.Before(e.End) || to.Equal(end)) {
			return true
		}
	}
	return false
}

// A slot repeats as the same rule of a calendar does.
func TestSlotsRepeatAsCalendarsDo(t *testing.T) {
	for rule, r := range map[string]*pattern.Rule{
		"FREQ=DAILY;INTERVAL=3":                               {Frequency: "daily", Interval: 3},
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU":          {Frequency: "weekly", Interval: 2, ByDay: []pattern.NDay{{Day: "mo"}, {Day: "su"}}, FirstDay: "su"},
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU":                  {Frequency: "weekly", Interval: 2, ByDay: []pattern.NDay{{Day: "mo"}, {Day: "su"}}},
		"FREQ=MONTHLY;COUNT=9;BYDAY=1MO,-1FR":                 {Frequency: "monthly", ByDay: []pattern.NDay{{Day: "mo", Nth: 1}, {Day: "fr", Nth: -1}}, Count: 9},
		"FREQ=MONTHLY;UNTIL=20261231T225959Z;BYMONTHDAY=6,-1": {Frequency: "monthly", ByMonthDay: []int{6, -1}, Until: "2026-12-31T23:59:59"},
	} {
		p := pattern.Pattern{TimeZone: "Europe/Berlin", Available: []pattern.Slot{{Start: "2026-04-06T02:30:00", Duration: "PT45M", Rule: r}}}
		if err := p.Validate(); err != nil {
			t.Fatal(rule, err)
		}
		if zone, _ := p.Zone(); r.RRULE(zone) != rule {
			t.Errorf("%s is written %s", rule, r.RRULE(zone))
		}
		text := fmt.Sprintf("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Berlin:20260406T023000\r\nDURATION:PT45M\r\nRRULE:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", rule)
		c, problems, err := calendar.Parse(strings.NewReader(text), calendar.DefaultLimits())
		if err != nil || len(problems) > 0 {
			t.Fatal(rule, err, problems)
		}
		to := monday.AddDate(1, 0, 20)
		want, _ := c.Busy(monday, to, time.UTC, calendar.DefaultLimits())
		got, err := p.Occurrences(pattern.Window{Start: monday, End: to})
		if err != nil || len(got) != len(want) || len(got) < 9 {
			t.Fatalf("%s: %d starts, the calendar has %d, %v", rule, len(got), len(want), err)
		}
		for i := range got {
			if !got[i].Start.Equal(want[i].Start) || !got[i].End.Equal(want[i].End) {
				t.Errorf("%s: %s to %s, the calendar has %s to %s", rule, got[i].Start, got[i].End, want[i].Start, want[i].End)
			}
		}
	}
}
