package ical_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"

	"github.com/fukusen/fukusen/node/ical"
)

var at = time.Date(2026, 4, 1, 9, 30, 0, 0, time.UTC)

func event(change func(*ical.Event)) ical.Event {
	e := ical.Event{
		UID: "5f2d-1", Sequence: 1, Status: ical.Confirmed, Start: at, End: at.Add(90 * time.Minute), Modified: at.Add(-24 * time.Hour),
		Summary: "市の日の計画", Location: "141003", Link: "https://city.example/my/offers/x",
	}
	if change != nil {
		change(&e)
	}
	return e
}

// read is what another reader finds: the components of one calendar, by the library that the project does not write with.
func read(t *testing.T, octets []byte) *goical.Calendar {
	t.Helper()
	c, err := goical.NewDecoder(bytes.NewReader(octets)).Decode()
	if err != nil {
		t.Fatalf("another reader refuses it: %v\n%s", err, octets)
	}
	return c
}

// An event says its time, its state and its revision, and another reader finds them as they were.
func TestAnEventIsReadAsItWasWritten(t *testing.T) {
	for _, c := range []struct {
		change         func(*ical.Event)
		status, transp string
	}{
		{nil, "CONFIRMED", "OPAQUE"},
		{func(e *ical.Event) { e.Status = ical.Tentative }, "TENTATIVE", "OPAQUE"},
		{func(e *ical.Event) { e.Status = ical.Cancelled }, "CANCELLED", "TRANSPARENT"},
		{func(e *ical.Event) { e.Free = true }, "CONFIRMED", "TRANSPARENT"},
	} {
		e := event(c.change)
		found := read(t, ical.Single(e, "ja")).Events()
		if len(found) != 1 {
			t.Fatalf("%d events", len(found))
		}
		for name, want := range map[string]string{
			"UID": "5f2d-1", "SEQUENCE": "1", "STATUS": c.status, "TRANSP": c.transp, "SUMMARY": "市の日の計画", "LOCATION": "141003",
			"DTSTART": "20260401T093000Z", "DTEND": "20260401T110000Z", "DTSTAMP": "20260331T093000Z", "LAST-MODIFIED": "20260331T093000Z",
			"URL": "https://city.example/my/offers/x",
		} {
			if p := found[0].Props.Get(name); p == nil || p.Value != want {
				t.Errorf("%s: %v, want %q", name, p, want)
			}
		}
	}
	if strings.Contains(string(ical.Single(event(func(e *ical.Event) { e.Location, e.Link = "", "" }), "")), "LOCATION") {
		t.Error("a place that is not known is written")
	}
}

// No line is longer than 75 octets, none ends otherwise than by CRLF, and no character is cut in two.
func TestLinesAreFoldedBetweenCharacters(t *testing.T) {
	for n := range 200 {
		title := strings.Repeat("a", n) + strings.Repeat("漕", 60) + "🚣" + strings.Repeat("é", n)
		octets := ical.Single(event(func(e *ical.Event) { e.Summary = title }), "ja")
		for _, line := range strings.SplitAfter(string(octets), "\n") {
			if line == "" {
				continue
			}
			if !strings.HasSuffix(line, "\r\n") || len(line) > 77 || strings.ToValidUTF8(line, "?") != line {
				t.Fatalf("%d letters: the line %q", n, line)
			}
		}
		if p := read(t, octets).Events()[0].Props.Get("SUMMARY"); p.Value != title {
			t.Fatalf("%d letters: the title comes back as %q", n, p.Value)
		}
	}
}

// Whatever a title holds, it stays a title: it ends no line, begins no property and loses nothing that text can hold.
func TestATextStaysWithinItsProperty(t *testing.T) {
	for _, c := range [][2]string{
		{"a;b,c\\d", "a;b,c\\d"},
		{"one\nATTENDEE:mailto:x@x.example", "one\nATTENDEE:mailto:x@x.example"},
		{"one\r\nEND:VEVENT\r\nBEGIN:VEVENT", "one\nEND:VEVENT\nBEGIN:VEVENT"},
		{"bell\a, null\x00, escape\x1b[2J", "bell, null, escape[2J"},
		{"broken \xff\xfe octets", "broken  octets"},
		{"\\n is not a line", "\\n is not a line"},
	} {
		octets := ical.Calendar(ical.Feed{Name: c[0], Language: "ja", Events: []ical.Event{event(func(e *ical.Event) {
			e.Summary, e.Location, e.UID, e.Link = c[0], c[0], c[0], c[0]
		})}})
		found := read(t, octets).Events()
		if len(found) != 1 || len(found[0].Props["ATTENDEE"]) > 0 {
			t.Fatalf("%q makes more than its text:\n%s", c[0], octets)
		}
		if got, err := found[0].Props.Text("SUMMARY"); err != nil || got != c[1] {
			t.Errorf("%q comes back as %q, want %q (%v)", c[0], got, c[1], err)
		}
		if strings.ContainsAny(string(octets), "\a\x00\x1b") {
			t.Errorf("%q: control characters stand in it", c[0])
		}
	}
	octets := string(ical.Message(ical.Request, event(nil), "ja", ical.Party{Address: "https://club.example", Name: "A \"B\";\r\nX:1"}, ical.Party{Address: "https://city.example/my"}))
	if !strings.Contains(octets, "ORGANIZER;CN=\"A 'B';X:1\":https://club.example\r\n") {
		t.Errorf("a name leaves its parameter:\n%s", octets)
	}
}

// A feed says how long it serves, in the way of RFC 7986 and in the one that older programs know; the same values are
// the same octets.
func TestAFeedSaysHowLongItServes(t *testing.T) {
	f := ical.Feed{Name: "Fukusen", Refresh: time.Hour, Events: []ical.Event{event(nil)}}
	octets := ical.Calendar(f)
	for _, want := range []string{"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n", "X-PUBLISHED-TTL:PT1H\r\n", "NAME:Fukusen\r\n", "VERSION:2.0\r\n", "PRODID:"} {
		if !strings.Contains(string(octets), want) {
			t.Errorf("it lacks %q:\n%s", want, octets)
		}
	}
	if !bytes.Equal(octets, ical.Calendar(f)) {
		t.Error("the same feed is other octets")
	}
	for d, want := range map[time.Duration]string{0: "PT0M", 90 * time.Minute: "PT90M", 48 * time.Hour: "P2D", 61 * time.Second: "PT61S", 3 * time.Hour: "PT3H"} {
		if got := string(ical.FreeBusy("x", at, at, at, nil, d)); d > 0 && !strings.Contains(got, "X-PUBLISHED-TTL:"+want+"\r\n") {
			t.Errorf("%s is not written as %s:\n%s", d, want, got)
		}
	}
}

// A message asks for one event, or takes it back, and names who is asked by whom (RFC 5546 sections 3.2.2 and 3.2.5).
func TestAMessageHasItsMethodAndItsParties(t *testing.T) {
	for method, status := range map[string]string{ical.Request: ical.Confirmed, ical.Cancel: ical.Cancelled} {
		c := read(t, ical.Message(method, event(func(e *ical.Event) { e.Status = status }), "ja",
			ical.Party{Address: "https://club.example", Name: "Club"}, ical.Party{Address: "https://city.example/my"}))
		if p := c.Props.Get("METHOD"); p == nil || p.Value != method {
			t.Errorf("the method is %v, want %s", p, method)
		}
		e := c.Events()[0]
		if o, a := e.Props.Get("ORGANIZER"), e.Props.Get("ATTENDEE"); o.Value != "https://club.example" || a.Value != "https://city.example/my" || a.Params.Get("PARTSTAT") != "ACCEPTED" {
			t.Errorf("%s is from %v to %v", method, o, a)
		}
		if e.Props.Get("STATUS").Value != status {
			t.Errorf("%s: %v", method, e.Props.Get("STATUS"))
		}
	}
}

// Busy times come with their types and without a word.
func TestBusyTimesHaveNoWords(t *testing.T) {
	octets := ical.FreeBusy("busy-1", at, at, at.AddDate(0, 0, 56), []ical.Period{
		{Start: at.Add(time.Hour), End: at.Add(2 * time.Hour), Type: ical.Busy},
		{Start: at.Add(3 * time.Hour), End: at.Add(4 * time.Hour), Type: ical.BusyTentative},
	}, time.Hour)
	c := read(t, octets)
	if len(c.Children) != 1 || c.Children[0].Name != "VFREEBUSY" {
		t.Fatalf("it holds %v", c.Children)
	}
	busy := c.Children[0].Props["FREEBUSY"]
	if len(busy) != 2 || busy[0].Value != "20260401T103000Z/20260401T113000Z" || busy[1].Params.Get("FBTYPE") != "BUSY-TENTATIVE" {
		t.Errorf("the times are %v", busy)
	}
	if strings.Contains(string(octets), "SUMMARY") || strings.Contains(string(octets), "LOCATION") {
		t.Error("it says more than when")
	}
}
