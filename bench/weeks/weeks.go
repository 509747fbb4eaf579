// Package weeks is what the study of calendars asks about: a thousand events of ten years, what may be compared of them,
// and the question by HTTP. It refuses an answer that says nothing.
package weeks

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
)

// Thousand are calendar objects by their names: single events, series with and without an end.
func Thousand(prefix string) map[string]string {
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

// File is all objects as one file.
func File(objects map[string]string) []byte {
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

// Same refuses a rival that finds other events in the span than package calendar.
func Same(ctx context.Context, r *rival.Radicale, objects map[string]string, from, to time.Time) error {
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

// Busy asks a node for busy times by CalDAV's free-busy-query, with a password.
func Busy(ctx context.Context, address, password string, from, to time.Time) error {
	const form = "20060102T150405Z"
	body := `<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="` + from.Format(form) + `" end="` + to.Format(form) + `"/></C:free-busy-query>`
	r, err := http.NewRequestWithContext(ctx, "REPORT", address, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.SetBasicAuth("me", password)
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
}
