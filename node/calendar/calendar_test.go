package calendar

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
)

func zoneNamed(t testing.TB, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}

func openFile(t testing.TB, name string) (*Calendar, []Problem) {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	c, probs, err := Parse(file, DefaultLimits())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c, probs
}

// shown writes busy periods as a clock in that zone shows them: "0105T1300-1430 confirmed".
func shown(list []Busy, zone *time.Location) []string {
	out := []string{}
	for _, b := range list {
		start, end := b.Start.In(zone), b.End.In(zone)
		to := end.Format("1504")
		if start.YearDay() != end.YearDay() {
			to = end.Format("0102T1504")
		}
		out = append(out, fmt.Sprintf("%s-%s %s", start.Format("0102T1504"), to, b.Status))
	}
	return out
}

func expect(t *testing.T, list []Busy, zone *time.Location, want ...string) {
	t.Helper()
	if got := shown(list, zone); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestFilesOfRealProgramsAreReadWithoutProblems(t *testing.T) {
	files, err := filepath.Glob("testdata/*.ics")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		c, probs := openFile(t, filepath.Base(path))
		if len(probs) > 0 {
			t.Errorf("%s: %v", path, probs)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		other, err := ical.NewDecoder(file).Decode()
		file.Close()
		if err != nil {
			t.Fatalf("%s: go-ical: %v", path, err)
		}
		events := 0
		for _, s := range c.series {
			events += len(s.masters) + len(s.changed)
		}
		if want := len(other.Events()); events != want {
			t.Errorf("%s: %d events, go-ical reads %d", path, events, want)
		}
	}
}

func TestAStudentsMonthBecomesBusyTime(t *testing.T) {
	c, _ := openFile(t, "icalendar.ics")
	tokyo := zoneNamed(t, "Asia/Tokyo")
	at := func(month, day int) time.Time { return time.Date(2026, time.Month(month), day, 0, 0, 0, 0, tokyo) }
	list, probs := c.Busy(at(1, 5), at(2, 6), tokyo, DefaultLimits())
	if len(probs) > 0 {
		t.Error(probs)
	}
	expect(t, list, tokyo,
		"0105T1300-1430 confirmed",
		"0107T1000-1100 confirmed", // office hours, UTC
		"0107T1300-1430 confirmed",
		"0108T1700-1830 confirmed", // seminar, 9:00 in Berlin
		"0109T1600-1800 tentative",
		// 12 and 14 January are EXDATEs; the trip of the 10th is CANCELLED
		"0115T1700-1830 confirmed",
		"0116T1600-1800 tentative",
		"0119T1700-1830 confirmed", // moved from 13:00
		"0120T1000-1100 confirmed", // office hours, RDATE
		// 21 January is called off; the 23rd is TRANSPARENT
		"0122T1700-1830 confirmed",
		"0123T1600-1800 tentative",
		"0126T1300-1430 confirmed",
		"0128T1300-1430 confirmed",
		"0129T1700-1830 confirmed",
		"0130T1600-1800 tentative",
		"0202T0000-0205T0000 confirmed", // examinations, whole days
		"0202T1300-1430 confirmed",
		"0204T1000-1100 confirmed",
		"0204T1300-1430 confirmed",
		"0205T1700-1830 confirmed",
	)
	// After 29 March, 9:00 in Berlin is an hour earlier in Tokyo.
	list, _ = c.Busy(at(4, 2), at(4, 3), tokyo, DefaultLimits())
	expect(t, list, tokyo, "0402T1600-1730 confirmed")
}

func TestKhalKeepsTheSeriesItImports(t *testing.T) {
	c, _ := openFile(t, "khal-lecture.ics")
	tokyo := zoneNamed(t, "Asia/Tokyo")
	list, _ := c.Busy(time.Date(2026, 1, 5, 0, 0, 0, 0, tokyo), time.Date(2026, 1, 27, 0, 0, 0, 0, tokyo), tokyo, DefaultLimits())
	expect(t, list, tokyo, "0105T1300-1430 confirmed", "0107T1300-1430 confirmed", "0119T1700-1830 confirmed", "0126T1300-1430 confirmed")
}

func TestCalcurseTimesAreReadInTheHomeZone(t *testing.T) {
	c, _ := openFile(t, "calcurse.ics")
	for _, name := range []string{"Asia/Tokyo", "America/New_York"} {
		home := zoneNamed(t, name)
		list, _ := c.Busy(time.Date(2026, 3, 2, 0, 0, 0, 0, home), time.Date(2026, 3, 10, 0, 0, 0, 0, home), home, DefaultLimits())
		expect(t, list, home, "0302T0000-0303T0000 confirmed", "0302T0900-1230 confirmed", "0305T1300-1700 confirmed",
			"0306T2200-0307T0500 confirmed", "0309T0900-1230 confirmed")
	}
}

func TestSeriesWithoutAnEndReachAnyLaterWeek(t *testing.T) {
	tokyo := zoneNamed(t, "Asia/Tokyo")
	for name, want := range map[string]int{"khal-practice.ics": 2, "khal-gym.ics": 14, "calcurse.ics": 3, "icalendar.ics": 8} {
		c, _ := openFile(t, name)
		from := time.Date(2036, 6, 16, 0, 0, 0, 0, tokyo) // a Monday
		list, probs := c.Busy(from, from.AddDate(0, 0, 14), tokyo, DefaultLimits())
		if len(list) != want || len(probs) > 0 {
			t.Errorf("%s: %d periods, want %d: %v %v", name, len(list), want, shown(list, tokyo), probs)
		}
	}
}

// Neither results nor problems may show what an event is about.
func TestTitlesAndPlacesNeverLeave(t *testing.T) {
	const secret = "ひみつ-Clinic"
	text := strings.Join([]string{
		"BEGIN:VCALENDAR", "X-WR-CALNAME:" + secret, secret, "BEGIN:VEVENT", "UID:u1",
		"SUMMARY:" + secret, "LOCATION;X-" + secret, secret, "DTSTART:" + secret, "END:VEVENT", "BEGIN:VEVENT", "UID:u2",
		"DTSTART;TZID=" + secret + ":20260105T090000", "DTEND:20260105T100000", "RRULE:FREQ=" + secret, "EXDATE:" + secret,
		"RDATE:" + secret, "STATUS:" + secret, "SEQUENCE:" + secret, "RECURRENCE-ID:" + secret, "DESCRIPTION:" + secret,
		"BEGIN:X-" + secret, "DTSTART:20270101T000000", "END:X-" + secret, "END:VEVENT", "END:VCALENDAR",
	}, "\r\n")
	c, probs, err := Parse(strings.NewReader(text), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	list, more := c.Busy(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.UTC, DefaultLimits())
	if len(list) != 1 || len(probs) < 7 {
		t.Fatalf("%v %v", list, probs)
	}
	for _, p := range append(probs, more...) {
		if strings.Contains(p.String(), "Clinic") || strings.Contains(p.String(), "CLINIC") {
			t.Errorf("leaked: %s", p)
		}
	}
	if all := fmt.Sprintf("%#v %+v", c, list); strings.Contains(strings.ToUpper(all), "CLINIC") {
		t.Error("the calendar itself holds a title")
	}
	_, _, err = Parse(strings.NewReader("BEGIN:VCALENDAR\r\nBEGIN:X-"+secret+"\r\nEND:"+secret+"\r\n"), DefaultLimits())
	if err == nil || strings.Contains(strings.ToUpper(err.Error()), "CLINIC") {
		t.Errorf("error is %v", err)
	}
}

func TestUnusableFilesAreRefusedWithTheirReason(t *testing.T) {
	const begin, end = "BEGIN:VCALENDAR\r\n", "END:VCALENDAR\r\n"
	small := Limits{MaxBytes: 1000, MaxEvents: 3}
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"empty":                        {"", ErrNotCalendar},
		"only blank lines":             {"\r\n\n  \r\n", ErrNotCalendar},
		"a web page":                   {"<!doctype html><title>Sign in</title>", ErrNotCalendar},
		"an event alone":               {"BEGIN:VEVENT\r\nEND:VEVENT\r\n", ErrNotCalendar},
		"an address card":              {"BEGIN:VCARD\r\nEND:VCARD\r\n", ErrNotCalendar},
		"binary":                       {"\x89PNG\r\n\x1a\n\x00\x00", ErrBinary},
		"a NUL inside":                 {begin + "X:\x00\r\n" + end, ErrBinary},
		"too large":                    {begin + "X:" + strings.Repeat("x", 1000) + "\r\n" + end, ErrTooLarge},
		"too many events":              {begin + strings.Repeat("BEGIN:VEVENT\r\nEND:VEVENT\r\n", 4) + end, ErrTooManyEvents},
		"too deep":                     {begin + strings.Repeat("BEGIN:A\r\n", 9) + strings.Repeat("END:A\r\n", 9) + end, ErrTooDeep},
		"wrong END":                    {begin + "BEGIN:VEVENT\r\nEND:VTODO\r\n" + end, ErrNesting},
		"cut off":                      {begin + "BEGIN:VEVENT\r\nUID:1\r\n", ErrTruncated},
		"cut off after an event":       {begin + "BEGIN:VEVENT\r\nEND:VEVENT\r\n", ErrTruncated},
		"a second calendar is cut off": {begin + end + begin, ErrTruncated},
	} {
		if got, _, err := Parse(strings.NewReader(c.text), small); !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	broken := errors.New("connection reset")
	if _, _, err := Parse(brokenReader{broken}, small); !errors.Is(err, broken) {
		t.Errorf("a failing reader: %v", err)
	}
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }

func TestHugeFilesAreRefusedQuickly(t *testing.T) {
	many := "BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:VEVENT\r\nDTSTART:20260105T090000Z\r\nDTEND:20260105T100000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n", 100_000)
	deep := "BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:VEVENT\r\n", 100_000)
	folded := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:2026" + strings.Repeat("\r\n 0", 3_000_000) + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	quoted := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=\"" + strings.Repeat("x", 9_000_000) + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	mistakes := "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + strings.Repeat("mistake\r\n", 1_000_000) + "END:VEVENT\r\nEND:VCALENDAR\r\n"
	for name, text := range map[string]string{"many": many, "deep": deep, "folded": folded, "quoted": quoted, "mistakes": mistakes} {
		began := time.Now()
		_, probs, err := Parse(strings.NewReader(text), DefaultLimits())
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		if err == nil && len(probs) == 0 {
			t.Errorf("%s: accepted without a word", name)
		}
		if len(probs) > maxProblems+1 {
			t.Errorf("%s: %d problems", name, len(probs))
		}
	}
}
