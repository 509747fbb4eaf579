package calendar

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// maxDepth is twice what calendar programs write (VCALENDAR, VEVENT, VALARM and room for extensions).
const maxDepth = 8

// component is a VEVENT, a VTIMEZONE or one of its observances, reduced to the properties that bear on time.
type component struct {
	name     string
	line     int
	object   int // which VCALENDAR of the file it stands in, counted from 0
	props    []property
	children []*component
}

// file is what readComponents found.
type file struct {
	events, zones []*component
	objects       int           // VCALENDARs
	every         time.Duration // how often the file asks to be read
}

// readComponents walks the file once, without recursion, so depth costs no stack. Components and properties that say
// nothing about time are passed over unread.
func readComponents(data []byte, maxEvents int, probs *problems) (*file, error) {
	in := &lines{rest: bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))}
	out := &file{}
	var names []string    // the open components
	var open []*component // the same, nil where the content is passed over
	spoiled := false
	for {
		line, number, ok := in.next()
		if !ok {
			break
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		name, rest := lineName(line)
		begin, end := bytes.EqualFold(name, []byte("BEGIN")), bytes.EqualFold(name, []byte("END"))
		if len(names) == 0 {
			if !begin || !strings.EqualFold(ending(rest), "VCALENDAR") {
				if out.objects == 0 {
					return nil, ErrNotCalendar
				}
				if !spoiled {
					probs.add("", "VCALENDAR", number, "text after END:VCALENDAR is ignored")
				}
				spoiled = true
				continue
			}
			out.objects++
		}
		switch {
		case begin:
			if len(names) >= maxDepth {
				return nil, fmt.Errorf("%w: line %d", ErrTooDeep, number)
			}
			c := out.child(names, open, ending(rest), number)
			names, open = append(names, ending(rest)), append(open, c)
			if len(out.events) > maxEvents {
				return nil, fmt.Errorf("%w: the limit is %d", ErrTooManyEvents, maxEvents)
			}
		case end:
			last := len(names) - 1
			if names[last] != ending(rest) {
				return nil, fmt.Errorf("%w: line %d", ErrNesting, number)
			}
			names, open = names[:last], open[:last]
		default:
			if c := open[len(open)-1]; c != nil {
				c.take(name, rest, number, probs)
			} else if len(open) == 1 {
				out.asks(name, rest, number)
			}
		}
	}
	switch {
	case out.objects == 0:
		return nil, ErrNotCalendar
	case len(names) > 0:
		return nil, ErrTruncated
	}
	return out, nil
}

// ending is the component name of a BEGIN or END line. Only names this package reads or compares are ever kept.
func ending(rest []byte) string {
	_, value, _ := bytes.Cut(rest, []byte{':'})
	return strings.ToUpper(string(bytes.TrimSpace(value)))
}

// child files a component that begins, if its kind in that place is of interest.
func (f *file) child(names []string, open []*component, name string, number int) *component {
	parent := ""
	if len(names) > 0 {
		parent = names[len(names)-1]
	}
	c := &component{name: name, line: number, object: f.objects - 1}
	switch {
	case len(names) == 1 && name == "VEVENT":
		f.events = append(f.events, c)
	case len(names) == 1 && name == "VTIMEZONE":
		f.zones = append(f.zones, c)
	case len(names) == 2 && parent == "VTIMEZONE" && (name == "STANDARD" || name == "DAYLIGHT"):
		zone := open[len(open)-1]
		zone.children = append(zone.children, c)
	default:
		return nil
	}
	return c
}

// asks notes how often a calendar wants to be read.
func (f *file) asks(name, rest []byte, number int) {
	for _, known := range refreshIntervals {
		if !strings.EqualFold(known, string(name)) {
			continue
		}
		p, ok := readProperty(known, rest, number)
		if l, err := parseDuration(p.value); ok && err == nil {
			f.every = time.Duration(min(l.days*daySeconds+l.seconds, 366*daySeconds)) * time.Second
		}
	}
}

// take keeps a property that bears on time and forgets any other before its value is looked at.
func (c *component) take(name, rest []byte, number int, probs *problems) {
	if len(name) == 0 {
		probs.add("", c.name, number, "a line that is no property is ignored")
		return
	}
	kept := timeProperty(name)
	if kept == "" {
		return
	}
	p, ok := readProperty(kept, rest, number)
	if !ok {
		probs.add("", c.name, number, kept+" breaks off before its value and is ignored")
		return
	}
	c.props = append(c.props, p)
}

// timeProperties are the only properties ever kept.
var timeProperties = []string{
	"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "UID", "SEQUENCE",
	"DTSTAMP", "STATUS", "TRANSP", "TZID", "TZOFFSETFROM", "TZOFFSETTO",
}

func timeProperty(name []byte) string {
	for _, p := range timeProperties {
		if len(p) == len(name) && strings.EqualFold(p, string(name)) {
			return p
		}
	}
	return ""
}

// first returns the first property of that name.
func (c *component) first(name string) (property, bool) {
	for _, p := range c.props {
		if p.name == name {
			return p, true
		}
	}
	return property{}, false
}
