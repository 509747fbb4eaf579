package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/availability"
)

// TestACalendarIsPublishedAndTakenIn: a clerk writes a calendar, what is wrong
// is said beside its field and nothing is lost, anybody reads it, and a person
// takes it into their week and out again, all by plain forms.
func TestACalendarIsPublishedAndTakenIn(t *testing.T) {
	c := newCast(t)
	clerk, self := c.visitor("clerk of the node"), c.visitor("the person")
	day := c.Clock.Now().In(availability.Home).AddDate(0, 0, 3)
	form := func(to string) url.Values {
		return url.Values{
			"name": {"Training of spring"}, "type": {"Event"}, "rows": {"2"},
			"entry-0": {"On the water"}, "day-0": {day.Format(time.DateOnly)}, "from-0": {"14:00"}, "to-0": {to}, "place-0": {"The harbour"},
		}
	}
	wrong := c.send(c.ask(clerk, http.MethodPost, "/calendars/new", form("13:00")))
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, `id="f-to-0"`) ||
		!strings.Contains(wrong.body, "On the water") || !strings.Contains(wrong.body, "It has to end after it begins") {
		t.Errorf("an end before its beginning: %d %s", wrong.status, wrong.body)
	}
	more := form("17:00")
	more.Set("more", "1")
	if a := c.send(c.ask(clerk, http.MethodPost, "/calendars/new", more)); a.status != http.StatusOK || !strings.Contains(a.body, `name="entry-5"`) {
		t.Errorf("more rows: %d", a.status)
	}
	made := c.send(c.ask(clerk, http.MethodPost, "/calendars/new", form("17:00")))
	at := made.header.Get("Location")
	if made.status != http.StatusSeeOther || !strings.HasPrefix(at, "/calendars/urn:uuid:") {
		t.Fatalf("publishing: %d to %q", made.status, at)
	}
	for path, want := range map[string]string{"/calendars": "Training of spring", at: "On the water", at + "/calendar.ics": ":On the water"} {
		if a := c.send(c.ask(visitor{}, http.MethodGet, path, nil)); a.status != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%s for anybody: %d", path, a.status)
		}
	}
	program := c.ask(visitor{}, http.MethodGet, at+"/calendar.ics", nil)
	program.Header.Set("If-None-Match", c.send(c.ask(visitor{}, http.MethodGet, at+"/calendar.ics", nil)).header.Get("ETag"))
	if a := c.send(program); a.status != http.StatusNotModified {
		t.Errorf("a program that has the file: %d", a.status)
	}
	busy := func() int {
		start := time.Date(day.Year(), day.Month(), day.Day(), 14, 0, 0, 0, availability.Home)
		list, err := c.Node("city").Gate().BusyOf(c.Context(), self.person, start, start.Add(3*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	before := busy()
	source := url.Values{"issuer": {string(c.ID("city"))}, "uid": {strings.TrimPrefix(at, "/calendars/")}}
	if a := c.send(c.ask(self, http.MethodPost, "/my/clubs/follow", source)); a.status != http.StatusSeeOther || busy() != before+1 {
		t.Errorf("taking it in: %d, %d busy periods", a.status, busy())
	}
	if a := c.send(c.ask(self, http.MethodGet, "/my/clubs", nil)); !strings.Contains(a.body, "/my/clubs/leave") {
		t.Error("the page does not show what flows")
	}
	if a := c.send(c.ask(self, http.MethodPost, "/my/clubs/leave", source)); a.status != http.StatusSeeOther || busy() != before {
		t.Errorf("taking it out: %d, %d busy periods", a.status, busy())
	}
	if a := c.send(c.ask(clerk, http.MethodPost, at+"/close", url.Values{})); a.status != http.StatusSeeOther {
		t.Errorf("taking it back: %d", a.status)
	}
	if a := c.send(c.ask(visitor{}, http.MethodGet, at, nil)); a.status != http.StatusNotFound {
		t.Errorf("what was taken back: %d", a.status)
	}
}
