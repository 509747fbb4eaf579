package ical

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Pattern says when somebody can be asked at all (RFC 7953 section 3.1). DTSTART and DTEND are both written: of two
// widely used servers one takes no notice of availability without an end.
type Pattern struct {
	UID        string
	Sequence   int64
	Modified   time.Time
	Zone       *time.Location // of its wall clocks; nil is UTC
	Start, End time.Time      // the span it speaks about
	BusyType   string         // FBTYPE of the rest: BUSY-UNAVAILABLE where it is empty (section 3.2)
	Priority   int            // 1 highest to 9, 0 lowest (section 3.1)
	Summary    string
	Available  []Available
}

// Available is a stretch of time within a pattern, once or again and again. Start is read as a wall clock of the
// pattern's zone: its date and time of day count, not its instant.
type Available struct {
	UID      string
	Start    time.Time
	Duration time.Duration
	Rule     string      // RRULE, "" for once
	Except   []time.Time // wall clocks, EXDATE
}

func (w *writer) pattern(p Pattern, language string) {
	w.line("BEGIN:VAVAILABILITY")
	w.value("UID", p.UID)
	w.line("DTSTAMP:" + utc(p.Modified))
	w.line("LAST-MODIFIED:" + utc(p.Modified))
	w.line("SEQUENCE:" + strconv.FormatInt(min(max(p.Sequence, 0), 1<<31-1), 10))
	w.line("DTSTART:" + utc(p.Start))
	w.line("DTEND:" + utc(p.End))
	if p.BusyType != "" {
		w.line("BUSYTYPE:" + plain(p.BusyType))
	}
	w.line("PRIORITY:" + strconv.Itoa(min(max(p.Priority, 0), 9)))
	if p.Summary != "" {
		w.text("SUMMARY", language, p.Summary)
	}
	for _, a := range p.Available {
		w.line("BEGIN:AVAILABLE")
		w.value("UID", a.UID)
		w.line("DTSTAMP:" + utc(p.Modified))
		w.line("DTSTART" + p.clock(a.Start))
		w.line("DURATION:" + duration(a.Duration))
		if a.Rule != "" {
			w.line("RRULE:" + plain(a.Rule))
		}
		for _, x := range a.Except {
			w.line("EXDATE" + p.clock(x))
		}
		w.line("END:AVAILABLE")
	}
	w.line("END:VAVAILABILITY")
}

// clock is a wall clock of the pattern with its TZID.
func (p Pattern) clock(t time.Time) string {
	if name := zoneName(p.Zone); name != "" {
		return ";TZID=" + parameter(name) + ":" + local(t)
	}
	return ":" + local(t) + "Z"
}

func zoneName(z *time.Location) string {
	if z == nil || z == time.UTC {
		return ""
	}
	return z.String()
}

// zones writes a VTIMEZONE (RFC 5545 section 3.6.5) for each zone that a pattern names, with what its clocks do from a
// year before the earliest span to the end of the last.
func (w *writer) zones(list []Pattern) {
	var names []string
	for _, p := range list {
		name := zoneName(p.Zone)
		if name == "" || slices.Contains(names, name) {
			continue
		}
		names = append(names, name)
		from, to := p.Start, p.End
		for _, other := range list {
			if zoneName(other.Zone) != name {
				continue
			}
			if other.Start.Before(from) {
				from = other.Start
			}
			if other.End.After(to) {
				to = other.End
			}
		}
		w.zone(p.Zone, from.AddDate(-1, 0, 0), to)
	}
}

// changesMost keeps a span of centuries from becoming a file of them.
const changesMost = 200

func (w *writer) zone(z *time.Location, from, to time.Time) {
	w.line("BEGIN:VTIMEZONE")
	w.value("TZID", z.String())
	at := from.In(z)
	_, before := at.Zone()
	for range changesMost {
		name, offset := at.Zone()
		kind := "STANDARD"
		if at.IsDST() {
			kind = "DAYLIGHT"
		}
		// Onset is told by the clock that held before (section 3.6.5).
		onset := at.UTC().Add(time.Duration(before) * time.Second)
		w.line("BEGIN:" + kind)
		w.line("DTSTART:" + local(onset))
		w.line("TZOFFSETFROM:" + offsetText(before))
		w.line("TZOFFSETTO:" + offsetText(offset))
		if !strings.HasPrefix(name, "+") && !strings.HasPrefix(name, "-") {
			w.value("TZNAME", name)
		}
		w.line("END:" + kind)
		before = offset
		_, next := at.ZoneBounds()
		if next.IsZero() || !next.Before(to) {
			break
		}
		at = next.In(z)
	}
	w.line("END:VTIMEZONE")
}

// offsetText is a UTC-OFFSET (section 3.3.14).
func offsetText(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	digits := func(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
	out := sign + digits(seconds/3600) + digits(seconds/60%60)
	if s := seconds % 60; s != 0 {
		out += digits(s)
	}
	return out
}
