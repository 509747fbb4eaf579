// Package ical writes a person's time as calendar programs read it: iCalendar (RFC 5545) with the properties of RFC
// 7986, availability (RFC 7953) and scheduling messages (RFC 5546). It is a pure room: values in, octets out, and the
// same values are the same octets. It refuses to read, and to write a text that could end its line and begin another.
package ical

import (
	"strconv"
	"time"
)

// Type is the media type of everything that this package writes (RFC 5545 section 8.1).
const Type = "text/calendar; charset=utf-8"

// product names the writer (RFC 5545 section 3.7.3).
const product = "-//Fukusen//Node 1.0//EN"

// Status of an event (RFC 5545 section 3.8.1.11).
const (
	Tentative = "TENTATIVE"
	Confirmed = "CONFIRMED"
	Cancelled = "CANCELLED"
)

// Event is one stretch of time (RFC 5545 section 3.6.1). The end is exclusive; times are written in UTC, to the second.
type Event struct {
	UID        string
	Sequence   int64 // of its revisions, 0 to 2^31-1 (section 3.8.7.4)
	Status     string
	Start, End time.Time
	Modified   time.Time // of this revision: DTSTAMP and LAST-MODIFIED
	Summary    string
	Location   string // left out where it is empty, as Link is
	Link       string // a URI
	Free       bool   // takes no time: TRANSP:TRANSPARENT
}

// Feed is a calendar that programs read again and again.
type Feed struct {
	Name     string
	Language string        // of its texts, BCP 47
	Refresh  time.Duration // how long a copy serves (RFC 7986 section 5.7); 0 says nothing
	Events   []Event
	Patterns []Pattern
}

// Calendar writes a feed as one VCALENDAR. A feed without events is one without components, as programs write it.
func Calendar(f Feed) []byte {
	w := begin("")
	if f.Name != "" {
		w.text("NAME", f.Language, f.Name)         // RFC 7986 section 5.1
		w.text("X-WR-CALNAME", f.Language, f.Name) // what programs read that are older
	}
	if f.Refresh > 0 {
		w.line("REFRESH-INTERVAL;VALUE=DURATION:" + duration(f.Refresh))
		w.line("X-PUBLISHED-TTL:" + duration(f.Refresh))
	}
	w.zones(f.Patterns)
	for _, e := range f.Events {
		w.event(e, f.Language)
	}
	for _, p := range f.Patterns {
		w.pattern(p, f.Language)
	}
	return w.end()
}

// Single writes one event as a calendar object of its own (RFC 4791 section 4.1).
func Single(e Event, language string) []byte {
	w := begin("")
	w.event(e, language)
	return w.end()
}

func begin(method string) *writer {
	w := &writer{}
	w.line("BEGIN:VCALENDAR")
	w.line("VERSION:2.0")
	w.line("PRODID:" + product)
	w.line("CALSCALE:GREGORIAN")
	if method != "" {
		w.line("METHOD:" + method)
	}
	return w
}

func (w *writer) end() []byte {
	w.line("END:VCALENDAR")
	return w.out.Bytes()
}

func (w *writer) event(e Event, language string) {
	w.line("BEGIN:VEVENT")
	w.facts(e, language)
	w.line("END:VEVENT")
}

// facts are the lines of an event between its first and its last.
func (w *writer) facts(e Event, language string) {
	w.value("UID", e.UID)
	w.line("DTSTAMP:" + utc(e.Modified))
	w.line("LAST-MODIFIED:" + utc(e.Modified))
	w.line("SEQUENCE:" + strconv.FormatInt(min(max(e.Sequence, 0), 1<<31-1), 10))
	w.line("DTSTART:" + utc(e.Start))
	w.line("DTEND:" + utc(e.End))
	w.line("STATUS:" + e.Status)
	if e.Free || e.Status == Cancelled {
		w.line("TRANSP:TRANSPARENT")
	} else {
		w.line("TRANSP:OPAQUE")
	}
	if e.Summary != "" {
		w.text("SUMMARY", language, e.Summary)
	}
	if e.Location != "" {
		w.text("LOCATION", language, e.Location)
	}
	if e.Link != "" {
		w.uri("URL", e.Link)
	}
}

// utc is a DATE-TIME in UTC (RFC 5545 section 3.3.5, form 2).
func utc(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// local is a DATE-TIME of a wall clock (form 1, and form 3 with a TZID).
func local(t time.Time) string { return t.Format("20060102T150405") }

// duration is a DURATION (section 3.3.6) of whole seconds, zero or more.
func duration(d time.Duration) string {
	s := int64(max(d, 0) / time.Second)
	switch {
	case s != 0 && s%86400 == 0:
		return "P" + strconv.FormatInt(s/86400, 10) + "D"
	case s != 0 && s%3600 == 0:
		return "PT" + strconv.FormatInt(s/3600, 10) + "H"
	case s%60 == 0:
		return "PT" + strconv.FormatInt(s/60, 10) + "M"
	}
	return "PT" + strconv.FormatInt(s, 10) + "S"
}
