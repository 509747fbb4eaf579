package calendar

import (
	"bufio"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/teambition/rrule-go"
)

const wallFormat = "20060102T150405"

// walk follows a rule from start up to the given wall time, at most keep instances.
func walk(t *testing.T, text, start string, to wall, keep int) (found []string) {
	t.Helper()
	r, err := parseRule(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	w, _, err := parseWall(start)
	if err != nil {
		t.Fatal(err)
	}
	r.anchor(w)
	steps := 5_000_000
	f := follow{rule: r, start: w, from: w, to: to, steps: &steps}
	if _, ok := f.run(func(w wall) bool {
		if r.pastUntil(w, int64(w)) {
			return false
		}
		found = append(found, time.Unix(int64(w), 0).UTC().Format(wallFormat))
		return len(found) < keep
	}); !ok {
		t.Errorf("%s from %s: ran out of steps", text, start)
	}
	return found
}

// The dates in rules.txt come from python3-dateutil, which shares no code with us.
func TestRulesGiveTheDatesThatAnotherProgramGives(t *testing.T) {
	file, err := os.Open("testdata/rules.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	end := wall(dayNumber(2200, 1, 1) * daySeconds)
	checked := 0
	for in := bufio.NewScanner(file); in.Scan(); checked++ {
		parts := strings.Split(in.Text(), "|")
		want, keep := strings.Split(parts[2], ","), 0
		for _, date := range want {
			if date < "2200" { // neither "end" nor beyond the walk
				keep++
			}
		}
		ask := keep
		if want = want[:keep]; !strings.HasSuffix(parts[2], want[keep-1]) {
			ask++ // the list is complete, so one more would be one too many
		}
		if got := walk(t, parts[1], parts[0], end, ask); strings.Join(got, ",") != strings.Join(want, ",") {
			t.Errorf("%s from %s:\n got %v\nwant %v", parts[1], parts[0], got, want)
		}
	}
	if checked < 400 {
		t.Errorf("only %d rules were checked", checked)
	}
}

// Leaping ahead to the window must find exactly what walking there finds, and what rrule-go finds.
func TestALateWindowSeesTheSameDatesAsTheWholeWalk(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 5545))
	rules := []string{
		"FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;COUNT=900", "FREQ=DAILY;INTERVAL=7;COUNT=200",
		"FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU", "FREQ=WEEKLY;INTERVAL=3;WKST=SU;BYDAY=SU,SA",
		"FREQ=WEEKLY;COUNT=150", "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=300", "FREQ=MONTHLY;BYMONTHDAY=31",
		"FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;INTERVAL=5;BYDAY=2MO", "FREQ=MONTHLY;COUNT=40",
		"FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29", "FREQ=HOURLY;INTERVAL=5",
		"FREQ=HOURLY;COUNT=20000", "FREQ=MINUTELY;INTERVAL=45", "FREQ=MINUTELY;INTERVAL=7;BYHOUR=9,10",
		"FREQ=DAILY;BYHOUR=8,20;COUNT=1500", "FREQ=SECONDLY;INTERVAL=12345",
	}
	for _, text := range rules {
		option, err := rrule.StrToROption(text)
		if err != nil {
			t.Fatal(err)
		}
		for range 150 {
			start := time.Date(2018+rng.IntN(4), time.Month(1+rng.IntN(12)), 1+rng.IntN(28), 9, 30, 0, 0, time.UTC)
			other, err := rrule.NewRRule(*option)
			if err != nil {
				t.Fatal(err)
			}
			other.DTStart(start)
			if first := other.After(start, true); !first.Equal(start) {
				other.DTStart(first) // a DTSTART that is an instance itself
				start = first
			}
			from := start.AddDate(0, 0, rng.IntN(1500)).Add(time.Duration(rng.IntN(48)) * time.Hour)
			to := from.AddDate(0, 0, rng.IntN(60))
			r, err := parseRule(text)
			if err != nil {
				t.Fatal(err)
			}
			r.anchor(wall(start.Unix()))
			steps := 1_000_000
			f := follow{rule: r, start: wall(start.Unix()), from: wall(from.Unix()), to: wall(to.Unix()), steps: &steps}
			var got []time.Time
			f.run(func(w wall) bool { got = append(got, time.Unix(int64(w), 0).UTC()); return true })
			want := other.Between(from, to.Add(-time.Second), true)
			if len(got) != len(want) {
				t.Fatalf("%s from %v in [%v, %v): %d dates, want %d\n%v\n%v", text, start, from, to, len(got), len(want), got, want)
			}
			for i := range got {
				if !got[i].Equal(want[i]) {
					t.Fatalf("%s from %v: date %d is %v, want %v", text, start, i, got[i], want[i])
				}
			}
		}
	}
}

func TestRulesThatMeanNothingAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "FREQ", "FREQ=", "FREQ=FORTNIGHTLY", "INTERVAL=2", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1",
		"FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=x", "FREQ=DAILY;UNTIL=tomorrow", "FREQ=DAILY;FREQ=WEEKLY",
		"FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=54MO",
		"FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=YEARLY;BYMONTH=-1", "FREQ=YEARLY;BYWEEKNO=54",
		"FREQ=DAILY;BYHOUR=24", "FREQ=DAILY;BYMINUTE=60", "FREQ=DAILY;BYSECOND=61", "FREQ=YEARLY;BYSETPOS=0",
		"FREQ=YEARLY;RSCALE=HEBREW", "FREQ=YEARLY;BYEASTER=0", "FREQ=DAILY;WKST=XX", "FREQ=DAILY;INTERVAL=99999999999",
	} {
		if _, err := parseRule(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

// What dateutil does differently or not at all, by hand from RFC 5545 section 3.3.10.
func TestRulesFollowTheStandardWhereProgramsDiffer(t *testing.T) {
	end := wall(dayNumber(2040, 1, 1) * daySeconds)
	for _, c := range []struct{ start, rule, want string }{
		// The weekday comes from DTSTART where BYWEEKNO stands alone.
		{"20260107T090000", "FREQ=YEARLY;BYWEEKNO=2,3;COUNT=3", "20260107T090000,20260114T090000,20270113T090000"},
		// A numbered and a plain day in one list are alternatives.
		{"20260105T090000", "FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=4", "20260105T090000,20260130T090000,20260202T090000,20260227T090000"},
		// DTSTART is the first instance and counts, even where the rule alone would not give it.
		{"20260106T090000", "FREQ=WEEKLY;BYDAY=MO;COUNT=3", "20260106T090000,20260112T090000,20260119T090000"},
		// Dates that do not exist are left out and not counted.
		{"20260131T090000", "FREQ=MONTHLY;COUNT=3", "20260131T090000,20260331T090000,20260531T090000"},
		{"20240229T090000", "FREQ=YEARLY;COUNT=2", "20240229T090000,20280229T090000"},
		// A number before the weekday means nothing in a weekly rule.
		{"20260105T090000", "FREQ=WEEKLY;BYDAY=2MO;COUNT=2", "20260105T090000,20260112T090000"},
		// A leap second is the second before it.
		{"20260105T090059", "FREQ=DAILY;BYSECOND=60;COUNT=2", "20260105T090059,20260106T090059"},
		// UNTIL is included.
		{"20260105T090000", "FREQ=DAILY;UNTIL=20260107T090000", "20260105T090000,20260106T090000,20260107T090000"},
		{"20260105T090000", "FREQ=DAILY;UNTIL=20260106", "20260105T090000,20260106T090000"},
	} {
		if got := strings.Join(walk(t, c.rule, c.start, end, 10), ","); got != c.want {
			t.Errorf("%s from %s:\n got %s\nwant %s", c.rule, c.start, got, c.want)
		}
	}
}
