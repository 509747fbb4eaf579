package dav_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// XML that would cost more than it says, or says what no program says, is refused as a whole, and the next request is
// answered as before.
func TestHostileXMLIsRefused(t *testing.T) {
	h := newHome(t)
	c := newClient(h)
	bomb := `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><propfind xmlns="DAV:"><prop><displayname>&c;</displayname></prop></propfind>`
	for name, body := range map[string]string{
		"entities within entities": bomb,
		"a file outside":           `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><propfind xmlns="DAV:">&f;</propfind>`,
		"an unknown entity":        `<propfind xmlns="DAV:"><prop>&x;</prop></propfind>`,
		"deep":                     strings.Repeat("<a>", 10_000) + strings.Repeat("</a>", 10_000),
		"many elements":            `<propfind xmlns="DAV:"><prop>` + strings.Repeat("<a/>", 30_000) + `</prop></propfind>`,
		"many attributes": `<propfind xmlns="DAV:" ` + func() (s string) {
			for i := range 1000 {
				s += fmt.Sprintf(`a%d="" `, i)
			}
			return s
		}() + `/>`,
		"two documents":   `<propfind xmlns="DAV:"/><propfind xmlns="DAV:"/>`,
		"not closed":      `<propfind xmlns="DAV:"><prop>`,
		"no XML":          "propfind please",
		"another charset": `<?xml version="1.0" encoding="utf-7"?><propfind xmlns="DAV:"/>`,
		"another element": `<x/>`,
		"null octets":     "<propfind xmlns=\"DAV:\">\x00</propfind>",
	} {
		for _, method := range []string{"PROPFIND", "REPORT", "PROPPATCH"} {
			got := c.send(method, c.at(caldav.Own), body, "Depth", "1")
			if got.StatusCode != http.StatusBadRequest && (method == "PROPFIND" || got.StatusCode != http.StatusForbidden) {
				t.Errorf("%s, %s: %d %s", name, method, got.StatusCode, got.body)
			}
			if strings.Contains(got.body, "root:") || strings.Contains(got.body, "aaaaaaaaaa") {
				t.Errorf("%s, %s: it is repeated: %s", name, method, got.body)
			}
		}
	}
	for _, method := range []string{"PROPFIND", "REPORT", "PROPPATCH", "MKCALENDAR"} {
		if got := c.send(method, c.at(caldav.Own), "<a>"+strings.Repeat("x", 1<<20)+"</a>", "Depth", "0"); got.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s of a megabyte: %d", method, got.StatusCode)
		}
	}
	if got := c.send("PROPFIND", c.at(caldav.Own), "", "Content-Encoding", "gzip", "Depth", "0"); got.StatusCode != http.StatusUnsupportedMediaType {
		t.Errorf("compressed: %d", got.StatusCode)
	}
	for _, depth := range []string{"infinity", "", "2", "-1"} {
		if got := c.send("PROPFIND", "/dav/"+h.person+"/", "", "Depth", depth); got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "<D:propfind-finite-depth>") {
			t.Errorf("Depth %q: %d %s", depth, got.StatusCode, got.body)
		}
	}
	if got := c.send("PROPFIND", c.at(caldav.Own), "", "Depth", "1"); got.StatusCode != http.StatusMultiStatus {
		t.Errorf("afterwards: %d", got.StatusCode)
	}
}

// What is no event that a calendar can take is refused by the precondition that says why, and nothing of it is kept.
func TestAHostileObjectIsNotKept(t *testing.T) {
	h := newHome(t)
	c := newClient(h)
	from := h.day.Add(time.Hour)
	good := vevent("good", "Good", from)
	bomb := func(rule string) string { return vevent("bomb", "Bomb", h.day.AddDate(-3, 0, 0), rule) }
	before := contentsOf(t, h.Node("city").Store())
	for name, k := range map[string]struct{ body, want string }{
		"every second":          {bomb("RRULE:FREQ=SECONDLY"), "C:max-instances"},
		"every minute by lists": {bomb("RRULE:FREQ=YEARLY;BYHOUR=" + series(24) + ";BYMINUTE=" + series(60) + ";BYSECOND=" + series(60)), "C:max-instances"},
		"many dates":            {bomb("RDATE:" + strings.TrimSuffix(strings.Repeat(from.Format("20060102T150405Z")+",", 3000), ",")), ""},
		"two UIDs":              {strings.Replace(good, "END:VCALENDAR", "BEGIN:VEVENT\r\nUID:other\r\nDTSTART:20260401T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR", 1), "C:valid-calendar-object-resource"},
		"no UID":                {strings.Replace(good, "UID:good\r\n", "", 1), "C:valid-calendar-object-resource"},
		"a method":              {strings.Replace(good, "VERSION:2.0\r\n", "VERSION:2.0\r\nMETHOD:REQUEST\r\n", 1), "C:valid-calendar-object-resource"},
		"a task":                {strings.ReplaceAll(good, "VEVENT", "VTODO"), "C:supported-calendar-component"},
		"no start":              {strings.Replace(good, "DTSTART", "X-START", 1), "C:valid-calendar-data"},
		"cut off":               {good[:len(good)/2], "C:valid-calendar-data"},
		"no calendar":           {"<html></html>", "C:valid-calendar-data"},
		"nothing":               {"", "C:valid-calendar-data"},
		"null octets":           {strings.Replace(good, "Good", "G\x00d", 1), "C:valid-calendar-data"},
		"deep":                  {"BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:VEVENT\r\n", 100) + strings.Repeat("END:VEVENT\r\n", 100) + "END:VCALENDAR\r\n", "C:valid-calendar-data"},
		"too long":              {vevent("long", strings.Repeat("x", planner.ObjectMost), from), "C:max-resource-size"},
	} {
		got := c.put("x.ics", k.body)
		if k.want == "" {
			if got.StatusCode == http.StatusCreated { // what can be read is kept, within the limits of what can be read
				c.send(http.MethodDelete, c.at(caldav.Own)+"x.ics", "")
			}
			continue
		}
		if got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "<"+k.want+">") || !strings.Contains(got.body, "<D:responsedescription>") {
			t.Errorf("%s: %d %s, want %s", name, got.StatusCode, got.body, k.want)
		}
	}
	if got := h.busy(); len(got) != 0 {
		t.Errorf("something of it is busy: %v", got)
	}
	for _, table := range []string{"consent", "ledger", "log_entry"} {
		if fmt.Sprint(contentsOf(t, h.Node("city").Store())[table]) != fmt.Sprint(before[table]) {
			t.Errorf("%s changed", table)
		}
	}
	for _, name := range []string{"..", ".", "a%2Fb.ics", "..%2F..%2Fheld%2Fx.ics", "%00.ics", "a%5Cb.ics", strings.Repeat("x", 300)} {
		if got := c.put(name, good); got.StatusCode < 400 {
			t.Errorf("the name %q: %d", name, got.StatusCode)
		}
	}
	for _, name := range []string{"a b.ics", "日本.ics", "x@y=z;1.ics", "%41.ics"} {
		if got := c.put(strings.ReplaceAll(name, " ", "%20"), vevent(name, "Odd", from)); got.StatusCode != http.StatusCreated {
			t.Errorf("the name %q: %d %s", name, got.StatusCode, got.body)
		}
	}
	if got := c.send("PROPFIND", c.at(caldav.Own), "", "Depth", "1"); strings.Count(got.body, "<D:response>") != 5 || !strings.Contains(got.body, "a%20b.ics") {
		t.Errorf("names as they came: %s", hrefs(strings.ReplaceAll(got.body, "%20", " ")))
	}
}

func series(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint(i)
	}
	return strings.Join(list, ",")
}

// Another one's calendars look, octet by octet, like those of nobody, to every method; and nothing of another's changes.
func TestAnotherOnesCalendarsAreNowhere(t *testing.T) {
	h := newHome(t)
	c := newClient(h)
	other := &home{Federation: h.Federation, t: t, person: h.Person("city", "Other"), day: h.day}
	other.account, _ = h.Account("city", other.person)
	theirs := newClient(other)
	if got := theirs.put("x.ics", vevent("x", "Theirs", h.day)); got.StatusCode != http.StatusCreated {
		t.Fatal(got.StatusCode)
	}
	other.hold("Their work", work.HoldConfirmed, 3)
	c.send("PROPFIND", "/dav/", "", "Depth", "0") // the password's first use is noted
	before := contentsOf(t, h.Node("city").Store())
	nobody := spec.RandomUUID()
	shown := func(method, person, rest string) string {
		body := map[string]string{
			http.MethodPut: vevent("x", "Mine", h.day), "PROPFIND": "", "PROPPATCH": `<propertyupdate xmlns="DAV:"><set><prop><displayname>x</displayname></prop></set></propertyupdate>`,
			"REPORT": `<sync-collection xmlns="DAV:"><sync-token/><prop><getetag/></prop></sync-collection>`,
		}[method]
		got := c.send(method, "/dav/"+person+rest, body, "Depth", "1")
		got.Header.Del("Date")
		return fmt.Sprint(got.StatusCode, got.Header, got.body)
	}
	for _, method := range []string{http.MethodOptions, "PROPFIND", "PROPPATCH", "REPORT", http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, "MKCALENDAR", "MKCOL"} {
		for _, rest := range []string{"/", "", "/own/", "/own", "/held/", "/own/x.ics", "/held/x.ics", "/none/", "/own/../own/x.ics"} {
			a, b := shown(method, other.person, rest), shown(method, nobody, rest)
			if a != b || !strings.HasPrefix(a, "404") && !strings.HasPrefix(a, "405") {
				t.Errorf("%s %s: another's\n%s\nnobody's\n%s", method, rest, a, b)
			}
		}
	}
	if changed := storetest.Changed(before, contentsOf(t, h.Node("city").Store())); len(changed) != 0 {
		t.Errorf("something changed: %v", changed)
	}
}

// A password is one for calendars, of somebody who is still there, and neither revoked nor over. Whoever tries many is not
// listened to for a while, and keeps nobody from the sign-in page.
func TestAPasswordOpensCalendarsAlone(t *testing.T) {
	h := newHome(t)
	good := newClient(h)
	if got := good.send("PROPFIND", "/dav/", `<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>`, "Depth", "0"); !strings.Contains(got.body, "/dav/"+h.person+"/") {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	door := h.Node("city").Door()
	revoked := h.password()
	sum := sha256.Sum256([]byte(revoked))
	if err := door.RevokeToken(t.Context(), h.account, hex.EncodeToString(sum[:])); err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{
		"revoked": revoked, "for the contract": h.password("getPerson", "listCalendars"), "guessed": "fukusen_" + strings.Repeat("A", 43), "empty": "",
	} {
		got := h.ask("PROPFIND", "/dav/", "", append(h.basic(secret), "Depth", "0")...)
		if got.StatusCode == http.StatusUnauthorized && strings.HasPrefix(got.Header.Get("WWW-Authenticate"), "Basic ") {
			continue
		}
		t.Errorf("%s: %d", name, got.StatusCode)
	}
	if got := h.ask("PROPFIND", "/dav/", "", "Depth", "0"); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("without any: %d", got.StatusCode)
	}
	bearer := strings.TrimPrefix(good.auth[1], "Basic ")
	for _, header := range []string{"Bearer " + bearer, "Basic !", "Basic", "Digest x"} {
		if got := h.ask("PROPFIND", "/dav/", "", "Authorization", header, "Depth", "0"); got.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", header, got.StatusCode)
		}
	}
	if got := h.ask(http.MethodGet, "/v1/people/"+h.person, "", "Authorization", "Bearer "+h.password()); got.StatusCode != http.StatusForbidden {
		t.Errorf("at the contract it is answered %d", got.StatusCode)
	}
	last := answer{}
	for i := range 60 {
		if last = h.ask("PROPFIND", "/dav/", "", append(h.basic(fmt.Sprint("fukusen_", i)), "Depth", "0")...); last.StatusCode == http.StatusTooManyRequests {
			break
		}
	}
	if last.StatusCode != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" {
		t.Errorf("after many: %d", last.StatusCode)
	}
	if got := good.send("PROPFIND", "/dav/", "", "Depth", "0"); got.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a right one meanwhile: %d", got.StatusCode)
	}
	if got := h.ask(http.MethodGet, "/sign-in", ""); got.StatusCode != http.StatusOK {
		t.Errorf("the sign-in page meanwhile: %d", got.StatusCode)
	}
}

// Nobody makes, moves or removes a calendar; what is named and coloured is what can be; the way there is known.
func TestCalendarsStayAsTheyAre(t *testing.T) {
	h := newHome(t)
	c := newClient(h)
	for method, want := range map[string]int{"MKCALENDAR": http.StatusForbidden, "MKCOL": http.StatusForbidden, http.MethodDelete: http.StatusForbidden, "MOVE": http.StatusMethodNotAllowed, "COPY": http.StatusMethodNotAllowed, "LOCK": http.StatusMethodNotAllowed, http.MethodPost: http.StatusMethodNotAllowed} {
		if got := c.send(method, c.at(caldav.Own), ""); got.StatusCode != want {
			t.Errorf("%s: %d, want %d: %s", method, got.StatusCode, want, got.body)
		}
	}
	patch := func(prop string) answer {
		return c.send("PROPPATCH", c.at(caldav.Own), `<propertyupdate xmlns="DAV:" xmlns:A="http://apple.com/ns/ical/"><set><prop>`+prop+`</prop></set></propertyupdate>`)
	}
	if got := patch(`<displayname>Mine &amp; &lt;yours&gt;</displayname><A:calendar-color>#FF0000FF</A:calendar-color>`); !strings.Contains(got.body, "200 OK") {
		t.Errorf("naming: %s", got.body)
	}
	for _, prop := range []string{
		`<displayname>No</displayname><getetag>x</getetag>`, `<x xmlns="urn:x">y</x>`, `<resourcetype/>`, `<displayname>` + strings.Repeat("x", 600) + `</displayname>`,
	} {
		if got := patch(prop); !strings.Contains(got.body, "403 Forbidden") || strings.Contains(got.body, "200 OK") {
			t.Errorf("%s: %s", prop, got.body)
		}
	}
	got := c.send("PROPFIND", c.at(caldav.Own), `<propfind xmlns="DAV:" xmlns:A="http://apple.com/ns/ical/"><prop><displayname/><A:calendar-color/><x xmlns="urn:&lt;x&gt;"/></prop></propfind>`, "Depth", "0")
	if !strings.Contains(got.body, "<D:displayname>Mine &amp; &lt;yours&gt;</D:displayname>") || !strings.Contains(got.body, "#FF0000FF") || !strings.Contains(got.body, `<x xmlns="urn:&lt;x&gt;"/>`) {
		t.Errorf("what it is called: %s", got.body)
	}
	if got := c.send(http.MethodOptions, c.at(caldav.Own), ""); got.Header.Get("DAV") != "1, 3, calendar-access" || !strings.Contains(got.Header.Get("Allow"), "REPORT") {
		t.Errorf("OPTIONS: %v", got.Header)
	}
	for _, method := range []string{http.MethodGet, "PROPFIND"} {
		if got := h.ask(method, "/.well-known/caldav", ""); got.StatusCode != http.StatusMovedPermanently || got.Header.Get("Location") != "/dav/" {
			t.Errorf("%s: %d %v", method, got.StatusCode, got.Header)
		}
	}
}

// Whoever may see a person's free time is told when it changes, and not when a title does.
func TestAnEditedTitleIsNobodysBusiness(t *testing.T) {
	h := newHomeOn(t, "", nodetest.Club)
	c := newClient(h)
	said := func() int { return len(contentsOf(t, h.Node("city").Store())["decision"]) }
	h.Consent("city", h.person, "club", spec.KindAvailability)
	start := said()
	c.put("a.ics", vevent("a", "Title", h.day.Add(time.Hour)))
	first := said()
	c.put("a.ics", vevent("a", "Another title", h.day.Add(time.Hour)))
	c.put("b.ics", vevent("b", "In a year", h.day.AddDate(1, 0, 0)))
	edited := said()
	c.put("a.ics", vevent("a", "Another title", h.day.Add(2*time.Hour)))
	moved := said()
	if first != start+1 || edited != first || moved != edited+1 {
		t.Errorf("said %d times before, %d after the first, %d after an edit, %d after a move", start, first, edited, moved)
	}
	var rows []store.Calendar
	if err := h.Node("city").Store().Read(t.Context(), func(tx *store.Tx) (err error) {
		rows, err = tx.Calendars(h.person)
		return err
	}); err != nil || len(rows) != 1 || rows[0].Events != 2 {
		t.Errorf("%v: %+v", err, rows)
	}
}
