package dav_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// client is a program that knows a password.
type client struct {
	*home
	auth []string
}

func newClient(h *home) client { return client{h, h.basic(h.password())} }

func (c client) at(shelf string) string { return "/dav/" + c.person + "/" + shelf + "/" }

func (c client) send(method, path, body string, headers ...string) answer {
	c.t.Helper()
	return c.ask(method, path, body, append(headers, c.auth...)...)
}

func (c client) put(name, body string, headers ...string) answer {
	c.t.Helper()
	return c.send(http.MethodPut, c.at(caldav.Own)+name, body, headers...)
}

var tokenMark = regexp.MustCompile(`<D:sync-token>([^<]*)</D:sync-token>`)

// sync asks what has changed since a token, and answers what was said with the next token.
func (c client) sync(shelf, token, more string) (answer, string) {
	c.t.Helper()
	got := c.send("REPORT", c.at(shelf), `<sync-collection xmlns="DAV:"><sync-token>`+token+`</sync-token><sync-level>1</sync-level>`+more+
		`<prop><getetag/></prop></sync-collection>`, "Depth", "0")
	if m := tokenMark.FindStringSubmatch(got.body); m != nil {
		return got, m[1]
	}
	return got, ""
}

// hrefs are the last parts of the addresses in an answer, with the status of those that are gone.
func hrefs(body string) string {
	var list []string
	for _, part := range strings.Split(body, "<D:response>")[1:] {
		href, _, _ := strings.Cut(strings.SplitN(part, "<D:href>", 2)[1], "<")
		name := href[strings.LastIndex(strings.TrimSuffix(href, "/"), "/")+1:]
		if !strings.Contains(part, "<D:propstat>") {
			name += " " + strings.SplitN(strings.SplitN(part, "<D:status>HTTP/1.1 ", 2)[1], " ", 2)[0]
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}

// What a program writes is kept as it was given, counts as busy, is told to others once, and is gone when it is deleted;
// nothing is written over what its writer has not seen. On both engines.
func TestACalendarIsWrittenAndFollowed(t *testing.T) {
	for name, source := range map[string]func() string{
		store.SQLite: func() string { return "" }, store.PostgreSQL: func() string { return storetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHomeOn(t, source())
			h.t = t
			c := newClient(h)
			_, start := c.sync(caldav.Own, "", "")
			first := vevent("a", "First", h.day.Add(time.Hour))
			made := c.put("a.ics", first, "If-None-Match", "*", "Content-Type", "text/calendar; charset=utf-8")
			if made.StatusCode != http.StatusCreated || made.Header.Get("ETag") == "" {
				t.Fatalf("put: %d %s", made.StatusCode, made.body)
			}
			if again := c.put("a.ics", first, "If-None-Match", "*"); again.StatusCode != http.StatusPreconditionFailed {
				t.Errorf("a second of that name: %d", again.StatusCode)
			}
			if got := c.send(http.MethodGet, c.at(caldav.Own)+"a.ics", ""); got.body != first || got.Header.Get("ETag") != made.Header.Get("ETag") {
				t.Errorf("it comes back as %q", got.body)
			}
			_, one := c.sync(caldav.Own, start, "")
			for tag, want := range map[string]int{`"other"`: http.StatusPreconditionFailed, "W/" + made.Header.Get("ETag"): http.StatusPreconditionFailed, made.Header.Get("ETag"): http.StatusNoContent} {
				if got := c.put("a.ics", vevent("a", "Moved", h.day.Add(3*time.Hour)), "If-Match", tag); got.StatusCode != want && want != http.StatusNoContent {
					t.Errorf("over %s: %d, want %d", tag, got.StatusCode, want)
				}
			}
			if got := c.put("b.ics", vevent("a", "Same UID", h.day)); got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "<C:no-uid-conflict><D:href>"+c.at(caldav.Own)+"a.ics</D:href>") {
				t.Errorf("a UID that is taken: %d %s", got.StatusCode, got.body)
			}
			if got := c.put("b.ics", vevent("b", "B", h.day.Add(9*time.Hour))); got.StatusCode != http.StatusCreated {
				t.Errorf("another: %d", got.StatusCode)
			}
			if got := fmt.Sprint(h.busy()); !strings.Contains(got, spec.FormatUTC(h.day.Add(9*time.Hour))) || !strings.Contains(got, spec.FormatUTC(h.day.Add(3*time.Hour))) {
				t.Errorf("busy: %s", got)
			}
			changed, two := c.sync(caldav.Own, one, "")
			if got := hrefs(changed.body); got != "a.ics, b.ics" {
				t.Errorf("since the first: %s", got)
			}
			if got := c.send(http.MethodDelete, c.at(caldav.Own)+"a.ics", "", "If-Match", made.Header.Get("ETag")); got.StatusCode != http.StatusPreconditionFailed {
				t.Errorf("deleting what has changed: %d", got.StatusCode)
			}
			if got := c.send(http.MethodDelete, c.at(caldav.Own)+"a.ics", ""); got.StatusCode != http.StatusNoContent {
				t.Errorf("delete: %d", got.StatusCode)
			}
			changed, three := c.sync(caldav.Own, two, "")
			if got := hrefs(changed.body); got != "a.ics 404" {
				t.Errorf("since the second: %s", got)
			}
			if changed, _ = c.sync(caldav.Own, three, ""); hrefs(changed.body) != "" {
				t.Errorf("since nothing changed: %s", hrefs(changed.body))
			}
			if whole, _ := c.sync(caldav.Own, "", ""); hrefs(whole.body) != "b.ics" {
				t.Errorf("all that stands: %s", hrefs(whole.body))
			}
			if got := h.busy(); len(got) != 1 {
				t.Errorf("after deleting: %v", got)
			}
		})
	}
}

// What is held is followed like any calendar: a hold appears, changes its state, and each is told once. Nobody writes it.
func TestHeldTimeIsFollowedAndNotWritten(t *testing.T) {
	h := newHome(t)
	c := newClient(h)
	_, token := c.sync(caldav.Held, "", "")
	row := h.hold("Market day", work.HoldTentative, 1)
	shown, token := c.sync(caldav.Held, token, "")
	name := hrefs(shown.body)
	if name != row.ID+"-1.ics" {
		t.Fatalf("a new hold: %s", name)
	}
	read := func() string { return c.send(http.MethodGet, c.at(caldav.Held)+name, "").body }
	if got := read(); !strings.Contains(got, "STATUS:TENTATIVE") || !strings.Contains(got, "SEQUENCE:0") {
		t.Errorf("it is\n%s", got)
	}
	row.State = work.HoldConfirmed
	h.rewrite(row)
	if shown, token = c.sync(caldav.Held, token, ""); hrefs(shown.body) != name || !strings.Contains(read(), "STATUS:CONFIRMED") {
		t.Errorf("confirmed: %s", hrefs(shown.body))
	}
	if shown, token = c.sync(caldav.Held, token, ""); hrefs(shown.body) != "" {
		t.Errorf("nothing new: %s", hrefs(shown.body))
	}
	for method, body := range map[string]string{http.MethodPut: vevent("x", "X", h.day), http.MethodDelete: ""} {
		if got := c.send(method, c.at(caldav.Held)+name, body); got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "<D:need-privileges>") {
			t.Errorf("%s: %d %s", method, got.StatusCode, got.body)
		}
	}
	if got := c.send("PROPFIND", c.at(caldav.Held), `<propfind xmlns="DAV:"><prop><current-user-privilege-set/></prop></propfind>`, "Depth", "0"); strings.Contains(got.body, "<D:write/>") || strings.Contains(got.body, "<D:bind/>") {
		t.Errorf("it says that it can be written: %s", got.body)
	}
	if _, last := c.sync(caldav.Held, token, ""); last != token {
		t.Error("a refused write counts as a change")
	}
}

// Tokens of another epoch, of another collection's future, of nobody, or of before what is forgotten begin anew; a long
// list of changes comes in parts that add up.
func TestASyncTokenIsKnownOrRefused(t *testing.T) {
	h := newHome(t)
	c := newClient(h)
	for i := range 7 {
		if got := c.put(fmt.Sprintf("e%d.ics", i), vevent(fmt.Sprint("e", i), "E", h.day.Add(time.Duration(i)*time.Hour))); got.StatusCode != http.StatusCreated {
			t.Fatal(got.StatusCode, got.body)
		}
	}
	_, now := c.sync(caldav.Own, "", "")
	for _, token := range []string{"x", now + "0", now + "x", strings.Replace(now, "/sync/", "/sync/1", 1), "http://elsewhere.example/dav/sync/1/1", now[:strings.LastIndex(now, "/")+1] + "-1"} {
		if got, _ := c.sync(caldav.Own, token, ""); got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "<D:valid-sync-token>") {
			t.Errorf("%q: %d %s", token, got.StatusCode, got.body)
		}
	}
	token, seen := "", []string{}
	for range 10 {
		got, next := c.sync(caldav.Own, token, "<limit><nresults>3</nresults></limit>")
		token = next
		list := hrefs(got.body)
		more := strings.HasSuffix(list, "own/ 507")
		seen = append(seen, strings.TrimSuffix(list, ", own/ 507"))
		if !more {
			break
		}
	}
	if got := strings.Join(seen, " | "); got != "e0.ics, e1.ics, e2.ics | e3.ics, e4.ics, e5.ics | e6.ics" {
		t.Errorf("in parts: %s", got)
	}
	h.write(func(tx *store.Tx) error {
		in := caldav.In(tx)
		for i := range 3 { // three are gone, of which one may be remembered
			turn, err := in.Turn(h.person, caldav.Own)
			if err != nil {
				return err
			}
			if err := in.PutItem(caldav.Item{Person: h.person, Shelf: caldav.Own, Name: fmt.Sprintf("e%d.ics", i), UID: fmt.Sprint("e", i), Gone: true, Turn: turn}); err != nil {
				return err
			}
		}
		return in.ForgetGone(h.person, caldav.Own, 1)
	})
	if got, _ := c.sync(caldav.Own, now, ""); !strings.Contains(got.body, "<D:valid-sync-token>") {
		t.Errorf("from before what is forgotten: %d %s", got.StatusCode, got.body)
	}
}

// The questions that programs ask of a calendar: by time, also of what recurs, by a property, by address, and for busy
// times alone.
func TestACalendarAnswersItsQuestions(t *testing.T) {
	h := newHome(t)
	c := newClient(h)
	for name, body := range map[string]string{
		"one.ics": vevent("one", "One", h.day.Add(time.Hour)), "weekly.ics": vevent("weekly", "Weekly", h.day.Add(-21*24*time.Hour+2*time.Hour), "RRULE:FREQ=WEEKLY"),
		"free.ics": vevent("free", "Free", h.day.Add(3*time.Hour), "TRANSP:TRANSPARENT"), "old.ics": vevent("old", "Old", h.day.AddDate(-1, 0, 0)),
		"moment.ics": strings.Replace(vevent("moment", "Moment", h.day.Add(4*time.Hour)), "DTEND:"+h.day.Add(5*time.Hour).Format("20060102T150405Z")+"\r\n", "", 1),
	} {
		if got := c.put(name, body); got.StatusCode != http.StatusCreated {
			t.Fatal(name, got.StatusCode, got.body)
		}
	}
	stamp := func(at time.Time) string { return at.Format("20060102T150405Z") }
	day := `<C:time-range start="` + stamp(h.day) + `" end="` + stamp(h.day.AddDate(0, 0, 1)) + `"/>`
	ask := func(filter string) answer {
		return c.send("REPORT", c.at(caldav.Own), `<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/><C:calendar-data/></prop><C:filter>`+
			filter+`</C:filter></C:calendar-query>`, "Depth", "1")
	}
	event := func(inside string) string {
		return `<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">` + inside + `</C:comp-filter></C:comp-filter>`
	}
	for filter, want := range map[string]string{
		event(day): "free.ics, moment.ics, one.ics, weekly.ics",
		event(""):  "free.ics, moment.ics, old.ics, one.ics, weekly.ics",
		event(`<C:prop-filter name="UID"><C:text-match>one</C:text-match></C:prop-filter>`):                                  "one.ics",
		event(`<C:prop-filter name="SUMMARY"><C:text-match negate-condition="yes">E</C:text-match></C:prop-filter>`):         "old.ics",
		event(`<C:prop-filter name="RRULE"><C:is-not-defined/></C:prop-filter>` + day):                                       "free.ics, moment.ics, one.ics",
		`<C:comp-filter name="VCALENDAR"><C:comp-filter name="VTODO"/></C:comp-filter>`:                                      "",
		event(`<C:time-range start="` + stamp(h.day.AddDate(0, 0, 14)) + `" end="` + stamp(h.day.AddDate(0, 0, 15)) + `"/>`): "weekly.ics",
	} {
		got := ask(filter)
		if got.StatusCode != http.StatusMultiStatus || hrefs(got.body) != want {
			t.Errorf("%s: %d %s, want %s", filter, got.StatusCode, hrefs(got.body), want)
		}
	}
	if got := ask(event(`<C:prop-filter name="ATTENDEE"><C:param-filter name="PARTSTAT"/></C:prop-filter>`)); got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "<C:supported-filter>") {
		t.Errorf("a filter that is not known: %d %s", got.StatusCode, got.body)
	}
	other := h.Person("city", "Other")
	got := c.send("REPORT", c.at(caldav.Own), `<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><C:calendar-data/></prop>`+
		"<href>"+c.at(caldav.Own)+"one.ics</href><href>"+string(h.ID("city"))+c.at(caldav.Own)+"old.ics</href><href>"+c.at(caldav.Own)+"none.ics</href>"+
		"<href>/dav/"+other+"/own/one.ics</href><href>"+c.at(caldav.Own)+"../own/one.ics</href><href>"+c.at(caldav.Own)+"x%2Fone.ics</href><href>/etc/passwd</href>"+
		"<href>http://elsewhere.example"+c.at(caldav.Own)+"one.ics</href></C:calendar-multiget>")
	if list := hrefs(got.body); list != "one.ics, old.ics, none.ics 404, one.ics 404, one.ics 404, x%2Fone.ics 404, passwd 404, one.ics 404" || strings.Count(got.body, "BEGIN:VCALENDAR") != 2 {
		t.Errorf("by address: %s", list)
	}
	h.hold("Market day", work.HoldConfirmed, 8)
	for path, want := range map[string]int{c.at(caldav.Own): 1, c.at(caldav.Held): 1, "/dav/" + h.person + "/": 2} {
		got := c.send("REPORT", path, `<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">`+day+`</C:free-busy-query>`, "Depth", "1")
		if n := strings.Count(got.body, "FREEBUSY;"); got.StatusCode != http.StatusOK || n != want || strings.Contains(got.body, "SUMMARY") {
			t.Errorf("busy at %s: %d, %d times, want %d\n%s", path, got.StatusCode, n, want, got.body)
		}
	}
}
