package dav_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/pattern"
	"github.com/fukusen/fukusen/spec/work"
)

func events(t *testing.T, text string) []goical.Event {
	t.Helper()
	c, err := goical.NewDecoder(strings.NewReader(text)).Decode()
	if err != nil {
		t.Fatalf("no calendar: %v\n%s", err, text)
	}
	return c.Events()
}

// A secret address shows the units of holds, each an event with its state; a program that has them is told so, and one
// that asks for the head alone gets it.
func TestAnAddressShowsWhatIsHeld(t *testing.T) {
	h := newHome(t)
	first := h.hold("市の日の計画", work.HoldConfirmed, 1, 3)
	h.hold("Cancelled work", work.HoldCancelled, 6)
	path := h.feed(caldav.Full, 900)
	got := h.ask(http.MethodGet, path, "")
	if got.StatusCode != http.StatusOK || got.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.HasPrefix(got.Header.Get("Cache-Control"), "private") {
		t.Fatalf("%d %v", got.StatusCode, got.Header)
	}
	list := events(t, got.body)
	var said []string
	for _, e := range list {
		summary, _ := e.Props.Text("SUMMARY")
		said = append(said, strings.Join([]string{summary, e.Props.Get("STATUS").Value, e.Props.Get("DTSTART").Value, e.Props.Get("TRANSP").Value}, " "))
	}
	day := h.day.Format("20060102")
	want := []string{
		"市の日の計画 CONFIRMED " + day + "T010000Z OPAQUE", "市の日の計画 CONFIRMED " + day + "T030000Z OPAQUE",
		"Cancelled work CANCELLED " + day + "T060000Z TRANSPARENT",
	}
	if strings.Join(said, "\n") != strings.Join(want, "\n") {
		t.Errorf("it shows\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	if list[0].Props.Get("UID").Value == list[1].Props.Get("UID").Value || strings.Contains(got.body, first.UID) {
		t.Error("two units have one UID, or one that a neighbour knows")
	}

	etag := got.Header.Get("ETag")
	if !strings.HasPrefix(etag, `"`) {
		t.Errorf("the tag %s is not a strong one", etag)
	}
	for _, known := range []string{etag, "W/" + etag, `"other", ` + etag, "*"} {
		if again := h.ask(http.MethodGet, path, "", "If-None-Match", known); again.StatusCode != http.StatusNotModified || again.body != "" || again.Header.Get("ETag") != etag {
			t.Errorf("whoever has %s is answered %d", known, again.StatusCode)
		}
	}
	head := h.ask(http.MethodHead, path, "")
	if head.StatusCode != http.StatusOK || head.body != "" || head.Header.Get("ETag") != etag || head.ContentLength != int64(len(got.body)) {
		t.Errorf("HEAD: %d, %v", head.StatusCode, head.Header)
	}

	h.write(func(tx *store.Tx) error {
		first.State, first.SettledAt = work.HoldCancelled, h.Clock.Now().Unix()
		return errors.Join(diary.In(tx).Free(first.ID), diary.In(tx).PutHold(first))
	})
	later := h.ask(http.MethodGet, path, "", "If-None-Match", etag)
	if later.StatusCode != http.StatusOK || later.Header.Get("ETag") == etag {
		t.Fatalf("what has changed is answered %d", later.StatusCode)
	}
	for _, e := range events(t, later.body) {
		if e.Props.Get("STATUS").Value != "CANCELLED" {
			t.Errorf("after the cancelling: %v", e.Props)
		}
	}
	if n := events(t, later.body)[0].Props.Get("SEQUENCE").Value; n <= list[0].Props.Get("SEQUENCE").Value {
		t.Errorf("the revision went from %s to %s", list[0].Props.Get("SEQUENCE").Value, n)
	}
}

// When a person offers their time stands at the address too, with a beginning and an end though they gave none, and the
// same octets as long as nothing changes.
func TestAnAddressShowsWhenTimeIsOffered(t *testing.T) {
	h := newHome(t)
	document := `{"uid":"urn:uuid:0195f2d0-7c1e-7b1a-8d3e-3f6a1c2b4d81","sequence":3,"updated":"2026-04-01T00:00:00Z","timeZone":"Asia/Tokyo",` +
		`"priority":1,"available":[{"start":"2026-04-06T18:00:00","duration":"PT1H30M","recurrenceRule":{"frequency":"weekly","byDay":[{"day":"mo"}]},"excludedDates":["2026-04-13"]}]}`
	h.write(func(tx *store.Tx) error {
		return pattern.In(tx).Put(pattern.Pattern{Person: h.person, UID: "urn:uuid:0195f2d0-7c1e-7b1a-8d3e-3f6a1c2b4d81", Sequence: 3, Document: document})
	})
	path := h.feed(caldav.Full, 900)
	got := h.ask(http.MethodGet, path, "")
	c, err := goical.NewDecoder(strings.NewReader(got.body)).Decode()
	if err != nil {
		t.Fatalf("%v\n%s", err, got.body)
	}
	for _, want := range []string{
		"BEGIN:VAVAILABILITY\r\n", "DTSTART:20260401T000000Z\r\n", "BUSYTYPE:BUSY-UNAVAILABLE\r\n", "PRIORITY:1\r\n", "SEQUENCE:3\r\n",
		"DTSTART;TZID=Asia/Tokyo:20260406T180000\r\n", "DURATION:PT90M\r\n", "RRULE:FREQ=WEEKLY;BYDAY=MO\r\n", "EXDATE;TZID=Asia/Tokyo:20260413T180000\r\n",
		"TZOFFSETTO:+0900\r\n",
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("it lacks %q:\n%s", want, got.body)
		}
	}
	for _, child := range c.Children {
		if end := child.Props.Get("DTEND"); child.Name == "VAVAILABILITY" && (end == nil || end.Value <= h.Clock.Now().Format("20060102")) {
			t.Errorf("its end is %v", end)
		}
	}
	if again := h.ask(http.MethodGet, path, "", "If-None-Match", got.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("again: %d", again.StatusCode)
	}
}

// An address of busy times shows when, rounded as its owner chose, and nothing else.
func TestAnAddressOfBusyTimesHasNoTitles(t *testing.T) {
	h := newHome(t)
	h.hold("Secret work", work.HoldConfirmed, 2)
	ics := strings.Replace(emptyCalendar, "END:VCALENDAR", "BEGIN:VEVENT\r\nUID:dentist\r\nDTSTAMP:20260401T000000Z\r\nSUMMARY:Dentist\r\nLOCATION:Main street\r\nDTSTART:"+
		h.day.Add(5*time.Hour+20*time.Minute).Format("20060102T150405Z")+"\r\nDURATION:PT10M\r\nSTATUS:TENTATIVE\r\nEND:VEVENT\r\nEND:VCALENDAR", 1)
	if _, err := h.Node("city").Gate().PutCalendar(h.Context(), h.person, "work", []byte(ics)); err != nil {
		t.Fatal(err)
	}
	for step, want := range map[int64][]string{
		900:  {"BUSY T020000Z/T033000Z", "BUSY-TENTATIVE T051500Z/T053000Z"},
		1800: {"BUSY T020000Z/T033000Z", "BUSY-TENTATIVE T050000Z/T053000Z"},
		3600: {"BUSY T020000Z/T040000Z", "BUSY-TENTATIVE T050000Z/T060000Z"},
	} {
		got := h.ask(http.MethodGet, h.feed(caldav.Busy, step), "")
		c, err := goical.NewDecoder(strings.NewReader(got.body)).Decode()
		if err != nil || len(c.Children) != 1 || c.Children[0].Name != "VFREEBUSY" {
			t.Fatalf("%d: %v\n%s", got.StatusCode, err, got.body)
		}
		var said []string
		for _, p := range c.Children[0].Props["FREEBUSY"] {
			said = append(said, p.Params.Get("FBTYPE")+" "+strings.ReplaceAll(p.Value, h.day.Format("20060102"), ""))
		}
		if strings.Join(said, "\n") != strings.Join(want, "\n") {
			t.Errorf("by %d seconds:\n%s\nwant\n%s", step, strings.Join(said, "\n"), strings.Join(want, "\n"))
		}
		for _, word := range []string{"Secret", "Dentist", "street", "SUMMARY", "LOCATION", "dentist", h.person} {
			if strings.Contains(got.body, word) {
				t.Errorf("it says %s:\n%s", word, got.body)
			}
		}
	}
}

// What opens nothing is answered alike, octet by octet, whatever the reason: never made, revoked, its owner's account
// closed, or its owner erased.
func TestWhatOpensNothingLooksAlike(t *testing.T) {
	h := newHome(t)
	p := h.Node("city").Planner()
	never, revoked := "/feeds/"+strings.Repeat("A", 43)+".ics", h.feed(caldav.Full, 900)
	list, err := p.Feeds(t.Context(), h.person)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d feeds: %v", len(list), err)
	}
	if err := p.RevokeFeed(t.Context(), h.caller(), list[0].Hash); err != nil {
		t.Fatal(err)
	}
	closing, erased := h.feed(caldav.Busy, 900), ""
	other := &home{Federation: h.Federation, t: t, person: h.Person("city", "Other"), day: h.day}
	other.account, _ = h.Account("city", other.person)
	erased = other.feed(caldav.Full, 900)
	if got := other.ask(http.MethodGet, erased, ""); got.StatusCode != http.StatusOK {
		t.Fatalf("before the erasure: %d", got.StatusCode)
	}
	if _, err := h.Node("city").Gate().Erase(t.Context(), other.person); err != nil {
		t.Fatal(err)
	}
	h.write(func(tx *store.Tx) error {
		a, err := account.In(tx).Account(h.account)
		if err != nil {
			return err
		}
		a.ClosedAt = h.Clock.Now().Unix()
		return account.In(tx).Put(a)
	})
	shown := func(path, method string) string {
		got := h.ask(method, path, "", "If-None-Match", "*")
		got.Header.Del("Date")
		var b bytes.Buffer
		_ = got.Header.Write(&b)
		return got.Status + "\n" + b.String() + got.body
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		want := shown(never, method)
		if !strings.HasPrefix(want, "404") {
			t.Fatalf("what never was is answered:\n%s", want)
		}
		for name, path := range map[string]string{
			"revoked": revoked, "its owner has left": closing, "its owner was erased": erased, "too short": "/feeds/x", "too long": "/feeds/" + strings.Repeat("x", 4000),
			"a hash": "/feeds/" + list[0].Hash, "a climb": "/feeds/..%2F..%2Fmy.ics",
		} {
			if got := shown(path, method); got != want {
				t.Errorf("%s %s:\n%s\nwant\n%s", method, name, got, want)
			}
		}
	}
}

// Nobody ends another's address; one's own ends at once, and stays in the list with when it was used.
func TestAnAddressIsItsOwnersToEnd(t *testing.T) {
	h := newHome(t)
	p, path := h.Node("city").Planner(), h.feed(caldav.Full, 900)
	list, err := p.Feeds(t.Context(), h.person)
	if err != nil || list[0].UsedAt != 0 {
		t.Fatalf("%+v: %v", list, err)
	}
	stranger := h.caller()
	stranger.Person = h.Person("city", "Other")
	if err := p.RevokeFeed(t.Context(), stranger, list[0].Hash); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a stranger ends it: %v", err)
	}
	if got := h.ask(http.MethodGet, path, ""); got.StatusCode != http.StatusOK {
		t.Errorf("it is answered %d", got.StatusCode)
	}
	for range 2 {
		if err := p.RevokeFeed(t.Context(), h.caller(), list[0].Hash); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.ask(http.MethodGet, path, ""); got.StatusCode != http.StatusNotFound {
		t.Errorf("after its end it is answered %d", got.StatusCode)
	}
	list, err = p.Feeds(t.Context(), h.person)
	if err != nil || len(list) != 1 || list[0].UsedAt == 0 || list[0].RevokedAt == 0 {
		t.Errorf("the list: %+v: %v", list, err)
	}
	for _, wrong := range []caldav.Feed{
		{Kind: caldav.Full, Granularity: 900},
		{Kind: "all", Label: "x", Granularity: 900},
		{Kind: caldav.Busy, Label: "x", Granularity: 60},
		{Kind: caldav.Busy, Label: strings.Repeat("あ", 61), Granularity: 900},
		{Kind: caldav.Full, Label: "a\nb", Granularity: 900},
	} {
		if _, err := p.MakeFeed(t.Context(), h.caller(), wrong); err == nil {
			t.Errorf("%+v is made", wrong)
		}
	}
	for range planner.FeedsMost {
		h.feed(caldav.Busy, 900)
	}
	if _, err := p.MakeFeed(t.Context(), h.caller(), caldav.Feed{Kind: caldav.Full, Label: "one more", Granularity: 900}); !errors.Is(err, planner.ErrTooMany) {
		t.Errorf("one more than there may be: %v", err)
	}
}

// lines is a log that may be written from everywhere.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// A secret is in no log, at whatever level, and in no row of the store; what an address shows is in no log either.
func TestASecretStandsNowhere(t *testing.T) {
	h := newHome(t)
	h.hold("Secret work", work.HoldConfirmed, 2)
	path := h.feed(caldav.Full, 900)
	h.Stop("city")
	var log lines
	n, err := node.Open(h.Context(), h.Config("city"), node.Options{Clock: h.Clock.Now}, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 8, AddSource: true})))
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Start(); err != nil {
		t.Fatal(err)
	}
	secret := strings.TrimSuffix(strings.TrimPrefix(path, "/feeds/"), ".ics")
	if got := h.ask(http.MethodGet, path, ""); got.StatusCode != http.StatusOK {
		t.Errorf("it is answered %d", got.StatusCode)
	}
	for _, odd := range []string{path + "/", path + "?x=1", "/feeds/" + secret + "%00", "/feeds/" + secret + "/more", "/my/../feeds/" + secret} {
		h.ask(http.MethodGet, odd, "")
		h.ask(http.MethodPost, odd, "x")
	}
	contents := contentsOf(t, n.Store())
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{secret, "Secret work", h.person} {
		if strings.Contains(log.text.String(), word) {
			t.Errorf("the log says %s:\n%s", word, log.text.String())
		}
	}
	for table, rows := range contents {
		if strings.Contains(strings.Join(rows, "\n"), secret) {
			t.Errorf("the secret stands in %s", table)
		}
	}
	if log.text.Len() == 0 {
		t.Error("the log is empty, so this test shows nothing")
	}
}

// Whoever asks without a pause is told to wait, by an answer that says nothing of what they asked for.
func TestAHastyProgramIsToldToWait(t *testing.T) {
	h := newHome(t)
	path := h.feed(caldav.Full, 900)
	var refused answer
	for range 400 {
		if refused = h.ask(http.MethodHead, path, ""); refused.StatusCode != http.StatusOK {
			break
		}
	}
	if refused.StatusCode != http.StatusTooManyRequests || refused.Header.Get("Retry-After") == "" {
		t.Errorf("after 400 at once: %d %v", refused.StatusCode, refused.Header)
	}
	if unknown := h.ask(http.MethodHead, "/feeds/x", ""); unknown.StatusCode != http.StatusTooManyRequests {
		t.Errorf("what is not there is answered %d meanwhile", unknown.StatusCode)
	}
	if page := h.ask(http.MethodGet, "/", ""); page.StatusCode != http.StatusOK {
		t.Errorf("pages are answered %d meanwhile", page.StatusCode)
	}
}
