package calendar

import (
	"cmp"
	"math"
	"slices"
)

// series is everything the file says under one UID: the event itself and its changed instances.
type series struct {
	masters  []*event   // more than one only where a file uses a UID twice and nothing tells which holds
	changed  []*event   // instances with a time of their own, latest version each
	replaced exceptions // the instances those stand for
	shifts   []shift    // THISANDFUTURE
	rank     int        // of the costliest rule
}

// shift moves all instances of a series from one on (RFC 5545 section 3.8.4.4).
type shift struct {
	at moment // the instance it begins with
	to *event
}

// manyDates is how many RDATEs make an event as costly as a dense rule.
const manyDates = 366

// maxShift is how far THISANDFUTURE may move a series; the expansion has to look that much further on both sides.
const maxShift = 400 * daySeconds

// gather puts events with one UID together. Events without a UID each stand alone, as some programs export them.
func gather(events []*event, probs *problems) []*series {
	byUID := map[string]*series{}
	var all []*series
	for _, e := range events {
		s := byUID[e.uid]
		if s == nil || e.uid == "" {
			s = &series{}
			byUID[e.uid] = s
			all = append(all, s)
		}
		if e.replaces != nil {
			s.changed = append(s.changed, e)
		} else {
			s.masters = append(s.masters, e)
		}
	}
	for _, s := range all {
		s.masters = newest(s.masters, probs)
		s.settle(probs)
	}
	// The costliest come last, so that what they use up is missing to nobody else.
	slices.SortStableFunc(all, func(a, b *series) int { return cmp.Compare(a.rank, b.rank) })
	return all
}

// newest keeps the version with the highest SEQUENCE, then the latest DTSTAMP. Where both are equal and the times are
// not, all are kept: better busy twice than free by mistake.
func newest(list []*event, probs *problems) []*event {
	if len(list) < 2 {
		return list
	}
	order := func(a, b *event) int {
		return cmp.Or(cmp.Compare(a.sequence, b.sequence), cmp.Compare(a.stamp, b.stamp))
	}
	best := slices.MaxFunc(list, order)
	var kept []*event
	for _, e := range list {
		if order(e, best) != 0 || slices.ContainsFunc(kept, e.sameTimes) {
			continue
		}
		if len(kept) > 0 {
			probs.add(e.uid, "VEVENT", e.line, "two events share a UID, SEQUENCE and DTSTAMP; both are taken as busy")
		}
		if len(kept) < maxTwins {
			kept = append(kept, e)
		}
	}
	return kept
}

// maxTwins bounds how many events under one UID are told apart by comparing each with each.
const maxTwins = 100

// sameTimes is true only of events that plainly say the same.
func (e *event) sameTimes(o *event) bool {
	sameEnd := (e.end == nil && o.end == nil) || (e.end != nil && o.end != nil && *e.end == *o.end)
	return e.start == o.start && sameEnd && e.length == o.length && e.status == o.status && e.free == o.free &&
		len(e.rules)+len(e.extra)+len(o.rules)+len(o.extra) == 0
}

// settle decides which changed instances hold and what they replace.
func (s *series) settle(probs *problems) {
	latest := map[moment]*event{}
	var order []moment
	for _, e := range s.changed {
		key := *e.replaces
		have := latest[key]
		if have == nil {
			order = append(order, key)
		}
		if have == nil || cmp.Or(cmp.Compare(e.sequence, have.sequence), cmp.Compare(e.stamp, have.stamp)) >= 0 {
			latest[key] = e
		}
	}
	s.changed = s.changed[:0]
	for _, key := range order {
		e := latest[key]
		s.changed = append(s.changed, e)
		s.replaced.add(key)
		if !e.future {
			continue
		}
		distance := int64(e.start.wall - key.wall)
		if len(e.rules) > 0 || len(e.extra) > 0 || max(distance, -distance) > maxShift {
			probs.add(e.uid, "VEVENT", e.line, "this THISANDFUTURE change is not supported; the old and the new times are taken as busy")
			continue
		}
		s.shifts = append(s.shifts, shift{at: key, to: e})
	}
	for _, list := range [][]*event{s.masters, s.changed} {
		for _, e := range list {
			for _, r := range e.rules {
				s.rank = max(s.rank, r.rank())
			}
			if len(e.extra) > manyDates {
				s.rank = max(s.rank, 3)
			}
		}
	}
}

// reach is a stretch of Unix time that surely holds every instance of the event, wherever the home zone lies.
func (e *event) reach() (from, to int64) {
	longest := e.length.days*daySeconds + e.length.seconds
	if e.end != nil {
		longest = int64(e.end.wall - e.start.wall)
	}
	from, to = int64(e.start.wall), int64(e.start.wall)
	for _, x := range e.extra {
		from, to = min(from, int64(x.start.wall)), max(to, int64(x.start.wall))
		if x.end != nil {
			longest = max(longest, int64(x.end.wall-x.start.wall))
		}
		longest = max(longest, x.length.days*daySeconds+x.length.seconds)
	}
	for _, r := range e.rules {
		last, open := r.lastWall()
		if open {
			return from - 2*zoneReach, math.MaxInt64 / 2 // room for sums
		}
		to = max(to, int64(last))
	}
	return from - 2*zoneReach, to + longest + 3*zoneReach
}
