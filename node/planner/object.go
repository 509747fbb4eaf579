package planner

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/calendar"
)

// What an object of a person's own calendar is at most.
const (
	ObjectMost  = 256 << 10 // octets of one object
	ObjectsMost = 5000
	wholeMost   = 8 << 20 // octets of all of them, below what package calendar reads
	// instancesMost is how many dates of one object may lie in the span that is published.
	instancesMost = 2000
	stepsMost     = 20_000
)

var (
	// ErrData means that an object is no iCalendar, or says no usable time.
	ErrData = errors.New("the object is no calendar data that can be read")
	// ErrObject means that an object is not one event with one UID, or carries a method (RFC 4791 section 4.1).
	ErrObject = errors.New("an object is one event with one UID, its changed instances beside it, and no method")
	// ErrComponent means that an object is something else than an event.
	ErrComponent = errors.New("this calendar takes events alone")
	// ErrObjectSize means that an object has more octets than one may have.
	ErrObjectSize = errors.New("the object is larger than 256 KiB")
	// ErrInstances means that an event recurs more often than this calendar takes.
	ErrInstances = errors.New("the event recurs more often than this calendar takes")
)

// part is one component of an object, by its lines as they came.
type part struct {
	name, uid, id string // id is the TZID of a zone
	lines         [][]byte
}

// partsOf takes an object apart into the components of its calendar, whose structure package calendar has found sound.
// Lines stay folded as they came.
func partsOf(octets []byte) (list []part, method bool) {
	octets = bytes.TrimPrefix(octets, []byte("\xef\xbb\xbf"))
	depth := 0
	for _, line := range logical(octets) {
		name, value := nameOf(line)
		switch {
		case name == "BEGIN":
			depth++
			if depth == 2 {
				list = append(list, part{name: strings.ToUpper(value)})
			}
		case depth == 1 && name == "METHOD":
			method = true
		}
		if n := len(list); depth >= 2 {
			list[n-1].lines = append(list[n-1].lines, line)
			if depth == 2 && name == "UID" && list[n-1].uid == "" {
				list[n-1].uid = value
			}
			if depth == 2 && name == "TZID" {
				list[n-1].id = value
			}
		}
		if name == "END" {
			depth--
		}
	}
	return list, method
}

// logical splits text into content lines, each with what it was folded into (RFC 5545 section 3.1).
func logical(octets []byte) [][]byte {
	var list [][]byte
	for len(octets) > 0 {
		line := octets
		end := bytes.IndexByte(octets, '\n')
		if end >= 0 {
			line, octets = octets[:end+1], octets[end+1:]
		} else {
			octets = nil
		}
		switch {
		case len(bytes.TrimSpace(line)) == 0:
		case (line[0] == ' ' || line[0] == '\t') && len(list) > 0:
			list[len(list)-1] = append(slices.Clip(list[len(list)-1]), line...)
		default:
			list = append(list, line)
		}
	}
	return list
}

// nameOf is a content line's property in capitals, and its value unfolded.
func nameOf(line []byte) (name, value string) {
	flat := unfolded(line)
	end := strings.IndexAny(flat, ":;")
	if end < 0 {
		return "", ""
	}
	quoted := false
	for i := end; i < len(flat); i++ {
		switch {
		case flat[i] == '"':
			quoted = !quoted
		case flat[i] == ':' && !quoted:
			return strings.ToUpper(flat[:end]), strings.TrimSpace(flat[i+1:])
		}
	}
	return strings.ToUpper(flat[:end]), ""
}

var unfold = strings.NewReplacer("\r\n ", "", "\r\n\t", "", "\n ", "", "\n\t", "")

func unfolded(line []byte) string { return strings.TrimRight(unfold.Replace(string(line)), "\r\n") }

// check judges an object that a program wants to put, and answers its UID. The window is what is published of a person.
func check(octets []byte, now time.Time) (string, error) {
	if len(octets) > ObjectMost {
		return "", ErrObjectSize
	}
	limits := calendar.Limits{MaxBytes: ObjectMost, MaxEvents: 1000, MaxInstances: instancesMost, MaxRuleSteps: stepsMost}
	parsed, _, err := calendar.Parse(bytes.NewReader(octets), limits)
	if err != nil {
		return "", errors.Join(ErrData, err)
	}
	list, method := partsOf(octets)
	uid := ""
	for _, p := range list {
		switch {
		case p.name == "VTIMEZONE":
		case p.name != "VEVENT":
			return "", ErrComponent
		case p.uid == "" || len(p.uid) > 255 || uid != "" && p.uid != uid:
			return "", ErrObject
		default:
			uid = p.uid
		}
	}
	if method || uid == "" {
		return "", ErrObject
	}
	if parsed.Len() == 0 {
		return "", ErrData
	}
	from, to := availability.Window(now)
	if _, problems := parsed.Busy(from, to, availability.Home, limits); len(problems) > 0 {
		return "", ErrInstances
	}
	return uid, nil
}

// merged is all objects as one calendar, as package calendar reads it: each zone once, under another name where two
// objects mean different clocks by one.
func merged(objects []string) []byte {
	var zones, events bytes.Buffer
	known := map[string]string{} // TZID → its definition
	for _, text := range objects {
		list, _ := partsOf([]byte(text))
		renamed := map[string]string{}
		for _, p := range list {
			if p.name != "VTIMEZONE" || p.id == "" {
				continue
			}
			definition := joined(p.lines)
			switch had, ok := known[p.id]; {
			case !ok:
				known[p.id] = definition
				zones.WriteString(definition)
			case had != definition:
				other := p.id + "-" + hashOf(definition)[:16]
				renamed[p.id] = other
				if _, ok := known[other]; !ok {
					known[other] = definition
					zones.WriteString(renameZones(p.lines, map[string]string{p.id: other}))
				}
			}
		}
		for _, p := range list {
			if p.name == "VEVENT" {
				events.WriteString(renameZones(p.lines, renamed))
			}
		}
	}
	return slices.Concat([]byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fukusen//Node 1.0//EN\r\n"), zones.Bytes(), events.Bytes(), []byte("END:VCALENDAR\r\n"))
}

func joined(lines [][]byte) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(unfolded(l))
		b.WriteString("\r\n")
	}
	return b.String()
}

// renameZones writes lines with other names of zones, in the definition and where it is referred to.
func renameZones(lines [][]byte, names map[string]string) string {
	text := joined(lines)
	for from, to := range names {
		text = strings.NewReplacer(
			"\r\nTZID:"+from+"\r\n", "\r\nTZID:"+to+"\r\n",
			";TZID="+from+":", ";TZID="+to+":", ";TZID="+from+";", ";TZID="+to+";",
			`;TZID="`+from+`":`, ";TZID=\""+to+"\":", `;TZID="`+from+`";`, ";TZID=\""+to+"\";",
		).Replace(text)
	}
	return text
}

// Overlaps says whether an object has an instance within a span, whether or not it takes time (RFC 4791 section 9.9).
func Overlaps(body string, from, to time.Time) bool {
	list, _ := partsOf([]byte(body))
	var b bytes.Buffer
	b.WriteString("BEGIN:VCALENDAR\r\n")
	for _, p := range list {
		lasts, day := false, false
		var kept []string
		for _, l := range p.lines {
			name, value := nameOf(l)
			switch name {
			case "STATUS", "TRANSP":
				continue
			case "DTEND", "DURATION":
				lasts = true
				if value == "PT0S" {
					continue
				}
			case "DTSTART":
				day = !strings.Contains(value, "T")
			}
			kept = append(kept, unfolded(l))
		}
		if p.name == "VEVENT" && !lasts && !day && len(kept) > 0 { // a moment counts as the second that it is in
			kept = slices.Insert(kept, len(kept)-1, "DURATION:PT1S")
		}
		b.WriteString(strings.Join(kept, "\r\n") + "\r\n")
	}
	b.WriteString("END:VCALENDAR\r\n")
	limits := calendar.Limits{MaxBytes: 2 * ObjectMost, MaxEvents: 1000, MaxInstances: 1, MaxRuleSteps: stepsMost}
	parsed, _, err := calendar.Parse(&b, limits)
	if err != nil {
		return true
	}
	found, _ := parsed.Busy(from, to, availability.Home, limits)
	return len(found) > 0
}

// Values are what the events of an object say under a property's name, in capitals.
func Values(body, property string) []string {
	list, _ := partsOf([]byte(body))
	var found []string
	for _, p := range list {
		if p.name != "VEVENT" {
			continue
		}
		depth := 0
		for _, l := range p.lines {
			name, value := nameOf(l)
			switch name {
			case "BEGIN":
				depth++
			case "END":
				depth--
			case property:
				if depth == 1 {
					found = append(found, value)
				}
			}
		}
	}
	return found
}
