package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/spec"
)

// calendarStudy: when somebody with 1,000 events of ten years is busy within 14 days, from what is stored. Cold is a
// person about whom nobody has asked, cached the same question again. Radicale has the same events and is asked for the
// names of those within the span; the node is asked over HTTP too, for the busy times themselves.
func calendarStudy() study {
	return study{
		name: "calendar",
		rows: []plan{{"calendar-cold", "ms", 1, least}, {"calendar-cached", "us", 1, least}, {"calendar-radicale", "answers/s", 100, most}},
		run:  calendarWeeks,
	}
}

// The limits of the targets.
const (
	coldLimit   = 2.0  // ms
	cachedLimit = 50.0 // µs
)

// thousand are calendar objects by their names: single events, series with and without an end.
func thousand(prefix string) map[string]string {
	objects := make(map[string]string, 1000)
	for i := range 1000 {
		day := time.Date(2016, 1, 4, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i*4)
		rule := []string{"", "RRULE:FREQ=WEEKLY\r\n", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;COUNT=40\r\n", "RRULE:FREQ=MONTHLY;BYDAY=2TU\r\n", ""}[i%5]
		if rule != "" && i%25 > 4 {
			rule = strings.TrimSuffix(strings.Split(rule, ";COUNT")[0], "\r\n") + ";COUNT=40\r\n" // most series end
		}
		objects[fmt.Sprintf("%s%d.ics", prefix, i)] = fmt.Sprintf("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\nBEGIN:VEVENT\r\nUID:%s%d\r\nDTSTAMP:20260101T000000Z\r\n"+
			"SUMMARY:Meeting number %d\r\nLOCATION:Room\r\nDTSTART:%s\r\nDTEND:%s\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
			prefix, i, i, day.Format("20060102T150405Z"), day.Add(time.Hour).Format("20060102T150405Z"), rule)
	}
	return objects
}

// asOne is all objects as one file.
func asOne(objects map[string]string) []byte {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n")
	for _, text := range objects {
		_, rest, _ := strings.Cut(text, "BEGIN:VEVENT")
		event, _, _ := strings.Cut(rest, "END:VCALENDAR")
		b.WriteString("BEGIN:VEVENT" + event)
	}
	b.WriteString("END:VCALENDAR\r\n")
	return []byte(b.String())
}

func calendarWeeks(ctx context.Context, g *ground) ([]measured, error) {
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 0, 14)
	dir, err := g.fresh("radicale")
	if err != nil {
		return nil, err
	}
	objects := thousand("e")
	r, err := rival.StartRadicale(ctx, dir, objects)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if err := sameEvents(ctx, r, objects, from, to); err != nil {
		return nil, err
	}
	theirs, err := median(g.size(30), func(int) error { _, err := r.Between(ctx, from, to); return err })
	if err != nil {
		return nil, err
	}
	t, err := g.found(1, "city")
	if err != nil {
		return nil, err
	}
	defer t.close()
	city := t.members[0]
	if err := city.start(ctx); err != nil {
		return nil, err
	}
	n := g.size(100)
	people := make([]string, n)
	for i := range people {
		if people[i], err = withCalendar(ctx, city, fmt.Sprintf("p%d-", i)); err != nil {
			return nil, err
		}
	}
	ask := func(i int) error {
		busy, err := city.node.Gate().BusyOf(ctx, people[i], from, to)
		if err == nil && len(busy) == 0 {
			err = errors.New("nobody is busy")
		}
		return err
	}
	cold, err := median(n, ask)
	if err != nil {
		return nil, err
	}
	cached, err := median(g.size(1000), func(int) error { return ask(0) })
	if err != nil {
		return nil, err
	}
	ours, err := overHTTP(ctx, city, people[0], from, to, g.size(200))
	if err != nil {
		return nil, err
	}
	g.say("calendar: cold %v, again %v, over HTTP %v; radicale %v", cold, cached, ours, theirs)
	return []measured{
		{"calendar-cold", ms(cold), coldLimit}, {"calendar-cached", float64(cached) / float64(time.Microsecond), cachedLimit},
		{"calendar-radicale", 1 / ours.Seconds(), 1 / theirs.Seconds()},
	}, nil
}

// median is the middle time of n calls.
func median(n int, call func(i int) error) (time.Duration, error) {
	taken := make([]time.Duration, n)
	for i := range n {
		began := time.Now()
		if err := call(i); err != nil {
			return 0, err
		}
		taken[i] = time.Since(began)
	}
	slices.Sort(taken)
	return percentile(taken, 50), nil
}

// sameEvents refuses a rival that finds other events in the span than package calendar.
func sameEvents(ctx context.Context, r *rival.Radicale, objects map[string]string, from, to time.Time) error {
	var want []string
	for name, text := range objects {
		c, _, err := calendar.Parse(strings.NewReader(text), calendar.DefaultLimits())
		if err != nil {
			return err
		}
		if busy, _ := c.Busy(from, to, availability.Home, calendar.DefaultLimits()); len(busy) > 0 {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	got, err := r.Between(ctx, from, to)
	if err == nil && !slices.Equal(got, want) {
		err = fmt.Errorf("radicale finds %d events, the node %d", len(got), len(want))
	}
	return err
}

func withCalendar(ctx context.Context, at *townMember, prefix string) (string, error) {
	p := store.Person{ID: spec.RandomUUID(), FamilyName: "Fiction", GivenName: "Person", FamilyKana: "フィクション", GivenKana: "ヒト", Demo: true}
	if err := at.node.Store().Write(ctx, func(tx *store.Tx) error { return tx.PutPerson(p) }); err != nil {
		return "", err
	}
	_, err := at.node.Gate().PutCalendar(ctx, p.ID, "work", asOne(thousand(prefix)))
	return p.ID, err
}

// overHTTP is the middle time of the question by CalDAV's free-busy-query, with a password, each time about a span that
// nobody has asked about.
func overHTTP(ctx context.Context, at *townMember, person string, from, to time.Time, n int) (time.Duration, error) {
	who := access.Caller{Person: person, Held: []access.Held{{Role: access.Person, Organisation: access.Home}}}
	if err := at.node.Store().Write(ctx, func(tx *store.Tx) error {
		made, err := at.node.Door().Enrol(tx, account.Account{Person: person})
		who.Account = made.ID
		return err
	}); err != nil {
		return 0, err
	}
	secret, err := at.node.Door().MakeToken(ctx, who, "bench", who.Held[0], []string{signin.CalendarLogin}, time.Hour)
	if err != nil {
		return 0, err
	}
	const form = "20060102T150405Z"
	return median(n, func(i int) error {
		later := time.Duration(i) * time.Hour
		body := `<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="` + from.Add(later).Format(form) + `" end="` + to.Add(later).Format(form) + `"/></C:free-busy-query>`
		r, err := http.NewRequestWithContext(ctx, "REPORT", string(at.id)+"/dav/"+person+"/", strings.NewReader(body))
		if err != nil {
			return err
		}
		r.SetBasicAuth("me", secret)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		octets, err := io.ReadAll(answer.Body)
		if err == nil && !strings.Contains(string(octets), "FREEBUSY;") {
			err = fmt.Errorf("the node answers %s", answer.Status)
		}
		return err
	})
}
