// Package calendar turns iCalendar files (RFC 5545), as real programs write them, into busy periods.
//
// It keeps times and nothing else: titles, places, people and notes are skipped while reading, so they cannot leak
// from here, not even in an error. What it cannot understand becomes a Problem, and where there is doubt the person
// is shown as busy, because a wrong "busy" costs a question and a wrong "free" costs a double booking. It refuses
// files that would cost more work than their Limits allow. It reads no clock: the window and the home zone are given.
package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	_ "time/tzdata" // the zones travel with the binary, which may run on an image that holds nothing else
)

// Reasons why a file as a whole is refused. A file that can only be read in part is refused too: events lost without
// a word would look like free time.
var (
	// ErrTooLarge: the file holds more bytes than Limits.MaxBytes.
	ErrTooLarge = errors.New("calendar file is too large")
	// ErrTooManyEvents: the file holds more VEVENT components than Limits.MaxEvents.
	ErrTooManyEvents = errors.New("calendar file holds too many events")
	// ErrBinary: the file holds NUL bytes and is not text.
	ErrBinary = errors.New("calendar file is not text")
	// ErrNotCalendar: the text does not begin with BEGIN:VCALENDAR.
	ErrNotCalendar = errors.New("file does not begin with BEGIN:VCALENDAR")
	// ErrTooDeep: components are nested deeper than any calendar program writes them.
	ErrTooDeep = errors.New("calendar components are nested too deep")
	// ErrNesting: an END line does not close the component that is open.
	ErrNesting = errors.New("calendar components are not closed in order")
	// ErrTruncated: the file ends inside a component, as after an interrupted download.
	ErrTruncated = errors.New("calendar file ends before END:VCALENDAR")
)

// Limits bound the work one file may cause. A field that is zero or less takes its value from DefaultLimits.
type Limits struct {
	MaxBytes     int // size of the file, bytes
	MaxEvents    int // VEVENT components in the file
	MaxInstances int // busy periods one call of Busy may list before it stops expanding
	MaxRuleSteps int // candidates one call of Busy may examine while it follows recurrence rules
}

// DefaultLimits suit one person's calendar kept for decades, and keep any two weeks of the worst file under 50 ms.
func DefaultLimits() Limits {
	return Limits{MaxBytes: 10 << 20, MaxEvents: 20_000, MaxInstances: 10_000, MaxRuleSteps: 200_000}
}

func (l Limits) filled() Limits {
	d := DefaultLimits()
	for _, f := range []struct{ have, want *int }{
		{&l.MaxBytes, &d.MaxBytes},
		{&l.MaxEvents, &d.MaxEvents},
		{&l.MaxInstances, &d.MaxInstances},
		{&l.MaxRuleSteps, &d.MaxRuleSteps},
	} {
		if *f.have <= 0 {
			*f.have = *f.want
		}
	}
	return l
}

// Problem is one thing in a file that could not be understood, and what was done instead. It carries no text of the
// file except the UID, so it can be shown or logged without showing what an event is about.
type Problem struct {
	UID       string // of the event, at most 255 bytes; empty where the file gives none
	Component string // VEVENT, VTIMEZONE, STANDARD, DAYLIGHT or VCALENDAR
	Line      int    // where the property or component begins, counted from 1
	Reason    string // one English sentence, fixed text
}

// String is the problem as one line for a log or a terminal.
func (p Problem) String() string {
	if p.UID == "" {
		return fmt.Sprintf("line %d, %s: %s", p.Line, p.Component, p.Reason)
	}
	return fmt.Sprintf("line %d, %s %q: %s", p.Line, p.Component, p.UID, p.Reason)
}

// maxProblems keeps a file made of nothing but mistakes from filling memory with their descriptions.
const maxProblems = 200

// problems collects what went wrong, up to a bound, and counts the rest.
type problems struct {
	list []Problem
	more int
}

func (p *problems) add(uid, component string, line int, reason string) {
	if len(p.list) >= maxProblems {
		p.more++
		return
	}
	p.list = append(p.list, Problem{UID: uid, Component: component, Line: line, Reason: reason})
}

func (p *problems) all() []Problem {
	if p.more > 0 {
		return append(p.list, Problem{Component: "VCALENDAR", Line: 1, Reason: fmt.Sprintf("%d more problems are not listed", p.more)})
	}
	return p.list
}

// Calendar is a parsed file: events with their zones, ready to be expanded. It never changes after Parse, so many
// goroutines may ask it at once.
type Calendar struct {
	series []*series
}

// Parse reads one file. The error is one of this package's sentinels, or what r returned; then the file as a whole is
// unusable and the Calendar nil. Problems concern single events or zones and leave the rest usable.
func Parse(r io.Reader, lim Limits) (*Calendar, []Problem, error) {
	lim = lim.filled()
	data, err := io.ReadAll(io.LimitReader(r, int64(lim.MaxBytes)+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read calendar: %w", err)
	}
	if len(data) > lim.MaxBytes {
		return nil, nil, fmt.Errorf("%w: the limit is %d bytes", ErrTooLarge, lim.MaxBytes)
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, nil, ErrBinary
	}
	probs := &problems{}
	file, err := readComponents(data, lim.MaxEvents, probs)
	if err != nil {
		return nil, nil, err
	}
	zones := newZoneBook(file.zones, lim.MaxRuleSteps, probs)
	var events []*event
	for _, c := range file.events {
		if e := newEvent(c, zones, probs); e != nil {
			events = append(events, e)
		}
	}
	return &Calendar{series: gather(events, probs)}, probs.all(), nil
}

// Len is how many events the file holds; a series counts once.
func (c *Calendar) Len() int { return len(c.series) }
