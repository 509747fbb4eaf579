package node_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/spec"
)

// outside is a calendar program's server with one calendar.
type outside struct {
	*httptest.Server
	mu     sync.Mutex
	text   string
	etag   string
	status int
	asked  int
	told   int // answers with 304
}

func newOutside(t *testing.T) *outside {
	o := &outside{status: http.StatusOK}
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	return o
}

func (o *outside) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	if o.etag != "" {
		w.Header().Set("ETag", o.etag)
		if r.Header.Get("If-None-Match") == o.etag {
			o.told++
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(o.status)
	_, _ = w.Write([]byte(o.text))
}

func (o *outside) become(etag string, status int, starts ...time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.etag, o.status = etag, status
	o.text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	for i, at := range starts {
		o.text += fmt.Sprintf("BEGIN:VEVENT\r\nUID:%d\r\nSUMMARY:Talk about a secret\r\nLOCATION:Hidden room\r\nDTSTART:%s\r\nDURATION:PT1H\r\nEND:VEVENT\r\n", i, at.UTC().Format("20060102T150405Z"))
	}
	o.text += "END:VCALENDAR\r\n"
}

// calendarOf is a person's one calendar as it may be shown.
func calendarOf(t *testing.T, f *nodetest.Federation, at, person string) subscribe.Calendar {
	t.Helper()
	var list []subscribe.Calendar
	if err := f.Node(at).Store().Read(t.Context(), func(tx *store.Tx) (err error) {
		list, err = subscribe.Of(tx, person)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 {
		t.Fatalf("%d calendars, want one", len(list))
	}
	return list[0]
}

// busyAt is the start of each busy period that a reader has been told.
func busyAt(f *nodetest.Federation, at string) []string {
	var list []string
	for _, r := range f.Current(at, spec.KindAvailability) {
		var said struct {
			Busy []struct {
				UtcStart string `json:"utcStart"`
			} `json:"busy"`
		}
		if err := payload(r.Token, &said); err != nil {
			return []string{err.Error()}
		}
		for _, b := range said.Busy {
			list = append(list, b.UtcStart)
		}
	}
	return list
}

// A calendar at an address of the outside is read, said to the reader, read again
// when it changes, kept when it fails, and gone when it is taken away.
func TestACalendarOfTheOutsideFlowsToItsReaders(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("club", "Rower")
	f.Consent("club", rower, "city", spec.KindAvailability)
	out := newOutside(t)
	first := f.Clock.Now().Add(26 * time.Hour).Truncate(time.Hour)
	out.become(`"one"`, http.StatusOK, first)
	feeds := f.Node("club").Feeds()
	secret := out.URL + "/private-2f8c/basic.ics"
	if err := feeds.Connect(f.Context(), rower, "work", subscribe.Ask{URL: secret}); err != nil {
		t.Fatal(err)
	}
	if err := feeds.Refresh(f.Context(), rower, "work"); err != nil {
		t.Fatal(err)
	}
	f.Eventually("the city knows the hour", func() bool {
		return fmt.Sprint(busyAt(f, "city")) == fmt.Sprint([]string{spec.FormatUTC(first)})
	})
	if c := calendarOf(t, f, "club", rower); c.State != "fresh" || c.Events != 1 || c.Address != out.URL+"/…" {
		t.Errorf("the calendar stands as %+v", c)
	}
	if err := feeds.Refresh(f.Context(), rower, "work"); !errors.Is(err, subscribe.ErrTooSoon) {
		t.Errorf("a second reading within the minute: %v", err)
	}

	// It moves on, and the node reads it when its time has come.
	second := first.Add(3 * time.Hour)
	out.become(`"two"`, http.StatusOK, second)
	f.Clock.Move(40 * time.Minute)
	if n, err := feeds.ReadDue(f.Context()); n != 1 || err != nil {
		t.Fatalf("%d read, %v", n, err)
	}
	f.Eventually("the city knows the new hour", func() bool {
		return fmt.Sprint(busyAt(f, "city")) == fmt.Sprint([]string{spec.FormatUTC(second)})
	})

	// It fails, and what was read stays with its age.
	read := calendarOf(t, f, "club", rower).ReadAt
	out.become("", http.StatusNotFound)
	f.Clock.Move(40 * time.Minute)
	if n, err := feeds.ReadDue(f.Context()); n != 1 || err != nil {
		t.Fatalf("%d read, %v", n, err)
	}
	if c := calendarOf(t, f, "club", rower); c.State != "failing" || c.Reason != subscribe.ReasonGone || c.Events != 1 || c.ReadAt != read || c.Failures != 1 {
		t.Errorf("the failing calendar stands as %+v", c)
	}
	if got := busyAt(f, "city"); len(got) != 1 {
		t.Errorf("the city knows %v", got)
	}

	if err := feeds.Remove(f.Context(), rower, "work"); err != nil {
		t.Fatal(err)
	}
	f.Eventually("the city knows nothing", func() bool { return len(f.Current("city", spec.KindAvailability)) == 0 })
}

// payload reads the payload of a record that the gate has proven.
func payload(token string, into any) error { return json.Unmarshal(spec.Payload(token), into) }
