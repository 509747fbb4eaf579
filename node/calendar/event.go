package calendar

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// event is one VEVENT: when it is, what it does to a person's time, and nothing about what it is.
type event struct {
	uid      string
	line     int
	sequence int64
	stamp    wall // DTSTAMP, to tell two versions apart
	status   BusyStatus
	free     bool // CANCELLED or TRANSPARENT: takes no time

	start  moment
	end    *moment // DTEND; nil where length says it
	length length
	rules  []*rule
	extra  []extra
	except exceptions

	replaces *moment // RECURRENCE-ID: this is one changed instance of a series
	future   bool    // and RANGE=THISANDFUTURE: of all that follow, too
}

// extra is one RDATE. It lasts as long as its event unless it is a PERIOD, which says so itself.
type extra struct {
	start  moment
	period bool
	end    *moment
	length length
}

// exceptions is a set of instances, written in any of the forms that name one.
type exceptions struct {
	instants map[int64]bool // Unix seconds, for UTC times and times in a zone
	walls    map[wall]bool  // floating times
	days     map[int64]bool // whole dates
}

func (x *exceptions) add(m moment) {
	switch m.form {
	case date:
		if x.days == nil {
			x.days = map[int64]bool{}
		}
		x.days[m.wall.day()] = true
	case floating:
		if x.walls == nil {
			x.walls = map[wall]bool{}
		}
		x.walls[m.wall] = true
	default:
		if x.instants == nil {
			x.instants = map[int64]bool{}
		}
		x.instants[fixed(m)] = true
	}
}

func (x *exceptions) has(w wall, unix int64) bool {
	return x.instants[unix] || x.walls[w] || (len(x.days) > 0 && x.days[w.day()])
}

// fixed is the instant of a moment that does not depend on the home zone.
func fixed(m moment) int64 {
	if m.form == zoned {
		unix, _ := instant(m.zone, m.wall)
		return unix
	}
	return int64(m.wall)
}

// reader builds one event and reports what it cannot read under the event's UID.
type reader struct {
	event *event
	from  *component
	zones *zoneBook
	probs *problems
	lost  bool // a time whose zone means nothing has been reported once
}

func (r *reader) problem(line int, reason string) {
	r.probs.add(r.event.uid, "VEVENT", line, reason)
}

// newEvent returns nil, with a problem, where a component says no usable time.
func newEvent(c *component, zones *zoneBook, probs *problems) *event {
	r := &reader{event: &event{line: c.line, status: Confirmed}, from: c, zones: zones, probs: probs}
	e := r.event
	if p, ok := c.first("UID"); ok {
		e.uid = shortText(p.value)
	}
	r.state()
	if !r.span() {
		return nil
	}
	r.recurrence()
	return e
}

// state reads what the event does to a person's time: RFC 4791 section 7.10, where a missing STATUS is CONFIRMED.
func (r *reader) state() {
	for _, p := range r.from.props {
		switch p.name {
		case "STATUS":
			switch strings.ToUpper(p.value) {
			case "TENTATIVE":
				r.event.status = Tentative
			case "CANCELLED":
				r.event.free = true
			}
		case "TRANSP":
			if strings.EqualFold(p.value, "TRANSPARENT") {
				r.event.free = true
			}
		case "SEQUENCE":
			n, err := strconv.ParseInt(p.value, 10, 64)
			if err != nil || n < 0 {
				r.problem(p.line, "SEQUENCE is not a number; 0 is taken")
				n = 0
			}
			r.event.sequence = n
		case "DTSTAMP":
			r.event.stamp, _, _ = parseWall(p.value)
		}
	}
}

// span reads DTSTART with DTEND or DURATION. A DATE without either lasts that day, a time without either takes no
// time (RFC 5545 section 3.6.1).
func (r *reader) span() bool {
	e := r.event
	p, ok := r.from.first("DTSTART")
	if !ok {
		r.problem(r.from.line, "the event has no DTSTART and is skipped")
		return false
	}
	if e.start, ok = r.moment(p, p.value); !ok {
		r.problem(p.line, "DTSTART is not a date or time; the event is skipped")
		return false
	}
	if e.start.form == date {
		e.length.days = 1
	}
	if p, ok := r.from.first("DTEND"); ok {
		end, ok := r.moment(p, p.value)
		switch {
		case !ok:
			r.problem(p.line, "DTEND is not a date or time; the event is skipped")
			return false
		case endsBefore(e.start, end):
			r.problem(p.line, "DTEND lies before DTSTART; the event is skipped")
			return false
		case e.start.form == date && end == e.start:
			// Some programs write a single day this way.
		default:
			e.end = &end
		}
		return true
	}
	if p, ok := r.from.first("DURATION"); ok {
		l, err := parseDuration(p.value)
		if err != nil {
			r.problem(p.line, "DURATION is not a duration of zero or more; the event is skipped")
			return false
		}
		e.length = l
	}
	return true
}

// endsBefore is undecided, and so false, where only the home zone could tell; the expansion asks again.
func endsBefore(start, end moment) bool {
	if start.form <= date && end.form <= date {
		return end.wall < start.wall
	}
	if start.form > date && end.form > date {
		return fixed(end) < fixed(start)
	}
	return false
}

// moment reads a value with its property's TZID. A zone that means nothing makes the time floating.
func (r *reader) moment(p property, value string) (moment, bool) {
	w, kind, err := parseWall(value)
	if err != nil {
		return moment{}, false
	}
	m := moment{wall: w, form: kind}
	if kind != floating || p.tzid == "" {
		return m, true
	}
	if z := r.zones.find(r.from.object, p.tzid); z != nil {
		m.form, m.zone = zoned, z
	} else if !r.lost {
		r.lost = true
		r.problem(p.line, "the time zone is neither known nor defined in the file; the home zone is taken")
	}
	return m, true
}

// recurrence reads rules, further dates, exceptions and the place of a changed instance in its series.
func (r *reader) recurrence() {
	e := r.event
	for _, p := range r.from.props {
		switch p.name {
		case "RRULE":
			rule, err := parseRule(p.value)
			if err != nil {
				r.problem(p.line, "RRULE is not understood; only the first date and the RDATEs are known")
				continue
			}
			rule.anchor(e.start.wall)
			rule.fitUntil(e.start.form)
			e.rules = append(e.rules, rule)
		case "RDATE":
			for _, v := range splitList(p.value) {
				x, ok := r.extra(p, v)
				if !ok {
					r.problem(p.line, "an RDATE is not understood and is skipped")
					continue
				}
				e.extra = append(e.extra, x)
			}
		case "EXDATE":
			for _, v := range splitList(p.value) {
				m, ok := r.moment(p, v)
				if !ok {
					r.problem(p.line, "an EXDATE is not understood; that date stays busy")
					continue
				}
				e.except.add(m)
			}
		case "EXRULE":
			r.problem(p.line, "EXRULE is withdrawn (RFC 5545 appendix A.3); its dates stay busy")
		case "RECURRENCE-ID":
			m, ok := r.moment(p, p.value)
			if !ok {
				r.problem(p.line, "RECURRENCE-ID is not a date or time; the event stands alone")
				continue
			}
			e.replaces, e.future = &m, p.future
			if p.prior {
				r.problem(p.line, "THISANDPRIOR is withdrawn; only the one instance is changed")
			}
		}
	}
}

// extra reads one RDATE: DATE-TIME, DATE or PERIOD. A bare date in a series of timed events takes their time of day.
func (r *reader) extra(p property, value string) (extra, bool) {
	first, second, period := strings.Cut(value, "/")
	start, ok := r.moment(p, first)
	if !ok {
		return extra{}, false
	}
	if !period {
		if e := r.event; start.form == date && e.start.form != date {
			offset := wall(floorMod(int64(e.start.wall), daySeconds))
			start = moment{wall: start.wall + offset, form: e.start.form, zone: e.start.zone}
		}
		return extra{start: start}, true
	}
	x := extra{start: start, period: true}
	if strings.HasPrefix(second, "P") || strings.HasPrefix(second, "+P") {
		l, err := parseDuration(second)
		x.length = l
		return x, err == nil
	}
	end, ok := r.moment(p, second)
	x.end = &end
	return x, ok && !endsBefore(start, end)
}

// shortText keeps a UID to 255 bytes of valid text.
func shortText(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if len(s) <= 255 {
		return s
	}
	s = s[:255]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}
