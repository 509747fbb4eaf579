package calendar

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// Years outside these are no dates of a person's calendar; a window is cut to them.
var (
	firstInstant = dayNumber(1, 1, 1) * daySeconds
	lastInstant  = dayNumber(10000, 1, 1) * daySeconds
)

// expansion is one call of Busy: its window, what is left of its limits, and the clocks it has read so far.
type expansion struct {
	from, to  int64 // Unix seconds, to excluded
	home      *clock
	clocks    map[zone]*clock
	steps     int
	instances int
	list      []Busy
	rest      []Busy // taken as busy because nobody could afford to look
	probs     *problems
}

// Busy lists the busy periods that overlap [from, to), cut to it, in UTC, sorted and not coalesced. Floating times and
// whole days are read in the home zone (nil: UTC). Problems name the events that the limits kept from being expanded
// to the end; what was left of them is listed as one busy period up to the end of the window.
func (c *Calendar) Busy(from, to time.Time, home *time.Location, lim Limits) ([]Busy, []Problem) {
	if home == nil {
		home = time.UTC
	}
	lim = lim.filled()
	x := &expansion{
		from: max(from.Unix(), firstInstant), to: min(to.Unix(), lastInstant),
		home: &clock{zone: namedZone{home}}, clocks: map[zone]*clock{},
		steps: lim.MaxRuleSteps, instances: lim.MaxInstances, probs: &problems{},
	}
	if to.Nanosecond() > 0 && x.to < lastInstant {
		x.to++ // the part of a second is cut off again below
	}
	if x.from >= x.to {
		return nil, nil
	}
	x.clocks[x.home.zone] = x.home
	for _, s := range c.series {
		for _, e := range s.masters {
			x.expand(s, e)
		}
		alone := &series{}
		for _, e := range s.changed {
			x.expand(alone, e)
		}
	}
	x.list = append(x.list, Coalesce(x.rest)...)
	list := x.list[:0]
	for _, b := range x.list {
		if b.Start.Before(from) {
			b.Start = from.UTC()
		}
		if b.End.After(to) {
			b.End = to.UTC()
		}
		if b.Start.Before(b.End) {
			list = append(list, b)
		}
	}
	slices.SortFunc(list, byStart)
	return list, x.probs.all()
}

func byStart(a, b Busy) int {
	return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End), cmp.Compare(a.Status, b.Status))
}

func (x *expansion) clock(m moment) *clock {
	if m.form != zoned {
		return x.home
	}
	c := x.clocks[m.zone]
	if c == nil {
		c = &clock{zone: m.zone}
		x.clocks[m.zone] = c
	}
	return c
}

// instant reads a wall time the way m is to be read.
func (x *expansion) instant(m moment, w wall) int64 {
	if m.form == utc {
		return int64(w)
	}
	return x.clock(m).instant(w)
}

// lasts resolves the length of an event from its first instance: DTEND means the same exact length for every instance,
// whole days stay whole days (RFC 5545 section 3.8.5.3).
func (x *expansion) lasts(start moment, end *moment, l length) length {
	if end == nil {
		return l
	}
	if start.form == date && end.form == date {
		return length{days: end.wall.day() - start.wall.day()}
	}
	return length{seconds: x.instant(*end, end.wall) - x.instant(start, start.wall)}
}

// begun is a shift of the series with the instant it begins at.
type begun struct {
	at int64
	shift
}

// expansionOf is one event on its way through the window.
type expansionOf struct {
	*expansion
	series *series
	event  *event
	length length
	shifts []begun // sorted
	told   []Busy
}

func (x *expansion) expand(s *series, e *event) {
	early, late := e.reach()
	margin := s.widest()
	if (e.free && len(s.shifts) == 0) || early-margin >= x.to || late+margin <= x.from {
		return
	}
	o := &expansionOf{expansion: x, series: s, event: e, length: x.lasts(e.start, e.end, e.length)}
	if o.length.seconds < 0 {
		x.probs.add(e.uid, "VEVENT", e.line, "DTEND lies before DTSTART; the event is skipped")
		return
	}
	for _, sh := range s.shifts {
		o.shifts = append(o.shifts, begun{x.instant(sh.at, sh.at.wall), sh})
	}
	slices.SortStableFunc(o.shifts, func(a, b begun) int { return cmp.Compare(a.at, b.at) })
	o.run(margin)
	slices.SortFunc(o.told, byStart)
	x.list = append(x.list, slices.Compact(o.told)...)
}

// widest is how far outside the window an instance may begin and still be moved into it, or be one of a longer kind.
func (s *series) widest() int64 {
	var widest int64
	for _, sh := range s.shifts {
		distance := int64(sh.to.start.wall - sh.at.wall)
		longest := sh.to.length.days*daySeconds + sh.to.length.seconds
		if sh.to.end != nil {
			longest = int64(sh.to.end.wall - sh.to.start.wall)
		}
		widest = max(widest, max(distance, -distance)+longest+2*zoneReach)
	}
	return widest
}

func (o *expansionOf) run(margin int64) {
	e := o.event
	longest := o.length.days*daySeconds + o.length.seconds
	if longest == 0 && len(o.series.shifts) == 0 {
		o.extras()
		return // takes no time, however often it recurs
	}
	from := wall(o.from - longest - margin - zoneReach)
	to := wall(o.to + margin + zoneReach)
	if len(e.rules) == 0 {
		if !o.instance(e.start.wall) {
			o.spent(o.from, nil)
			return
		}
	}
	for _, r := range e.rules {
		enough, stopped := true, wall(0)
		f := follow{rule: r, start: e.start.wall, from: from, to: to, steps: &o.steps}
		reached, ok := f.run(func(w wall) bool {
			if r.until != nil && w > e.start.wall && r.pastUntil(w, o.instant(e.start, w)) {
				return false
			}
			enough, stopped = o.instance(w), w
			return enough
		})
		if !enough {
			reached = stopped
		}
		if !ok || !enough {
			o.spent(o.instant(e.start, reached), r)
			break
		}
	}
	o.extras()
}

// instance adds what one date of the series takes of the window. It returns false where the allowance ran out.
func (o *expansionOf) instance(w wall) bool {
	unix := o.instant(o.event.start, w)
	if o.event.except.has(w, unix) || o.series.replaced.has(w, unix) {
		return true
	}
	// The latest shift that begins no later than this instance rules it.
	if n := sort.Search(len(o.shifts), func(i int) bool { return o.shifts[i].at > unix }); n > 0 {
		return o.shifted(o.shifts[n-1], w, unix)
	}
	if o.event.free {
		return true
	}
	return o.add(o.event.start, w, unix, o.length, o.event.status)
}

func (o *expansionOf) shifted(s begun, w wall, unix int64) bool {
	if s.to.free {
		return true
	}
	l := o.lasts(s.to.start, s.to.end, s.to.length)
	if s.shift.at.sameClock(o.event.start) {
		w += s.to.start.wall - s.shift.at.wall
		return o.add(s.to.start, w, o.instant(s.to.start, w), l, s.to.status)
	}
	moved := o.instant(s.to.start, s.to.start.wall) - s.at
	return o.add(o.event.start, w+wall(moved), unix+moved, l, s.to.status)
}

// add lists one period if it touches the window.
func (o *expansionOf) add(m moment, w wall, unix int64, l length, status BusyStatus) bool {
	end := unix
	if l.days > 0 {
		end = o.instant(m, w+wall(l.days*daySeconds))
	}
	end += l.seconds
	if unix >= o.to || end <= o.from || end <= unix {
		return true
	}
	if o.instances <= 0 {
		return false
	}
	o.instances--
	o.told = append(o.told, o.period(unix, end, status))
	return true
}

// period is that stretch of time cut to the window.
func (x *expansion) period(unix, end int64, status BusyStatus) Busy {
	return Busy{Start: time.Unix(max(unix, x.from), 0).UTC(), End: time.Unix(min(end, x.to), 0).UTC(), Status: status}
}

// extras adds the RDATEs.
func (o *expansionOf) extras() {
	for _, x := range o.event.extra {
		unix := o.instant(x.start, x.start.wall)
		if !x.period {
			same := x.start.sameClock(o.event.start)
			if same && !o.instance(x.start.wall) || !same && !o.foreign(x.start, unix, o.length) {
				o.spent(o.from, nil)
				return
			}
			continue
		}
		if !o.foreign(x.start, unix, o.lasts(x.start, x.end, x.length)) {
			o.spent(o.from, nil)
			return
		}
	}
}

// foreign adds an RDATE that is written on another clock than the event, or lasts differently. Shifts leave it alone.
func (o *expansionOf) foreign(m moment, unix int64, l length) bool {
	if o.event.free || o.event.except.has(m.wall, unix) || o.series.replaced.has(m.wall, unix) {
		return true
	}
	return o.add(m, m.wall, unix, l, o.event.status)
}

// maxRests is how many events may keep their UNTIL once the allowance is gone; the others reach to the window's end, so
// that they are one period together.
const maxRests = 100

// spent says that the allowance ran out and takes the rest of the window, up to the rule's UNTIL, as busy.
func (o *expansionOf) spent(reached int64, r *rule) {
	end := o.to
	if r != nil && len(o.rest) < maxRests {
		if last, open := r.lastWall(); !open {
			end = min(end, int64(last)+o.length.days*daySeconds+o.length.seconds)
		}
	}
	o.probs.add(o.event.uid, "VEVENT", o.event.line,
		"the event recurs too often to be expanded within the limits; the rest of the window is taken as busy")
	if start := max(reached, o.from); start < end && !o.event.free {
		o.rest = append(o.rest, o.period(start, end, o.event.status))
	}
}
