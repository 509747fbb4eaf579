// Package focus says when in a day somebody can best think, from how they slept
// and how their heart beats: it reads files of sleep and heart rate variability,
// follows the three-process model of alertness, and ranks free time by it. A
// pure room for what never leaves a home: no gate, record or match may know it.
//
// It is no medical device. The phase of the inner clock is taken as fixed, that
// of somebody who sleeps at night, so it does not suit shift workers.
package focus

import (
	"slices"
	"time"
)

// Unit is how long a slot of focus is.
const Unit = 90 * time.Minute

// Step is how far apart the starts lie at which a slot is tried.
const Step = 30 * time.Minute

// MostSlots is how many slots are proposed for one day.
const MostSlots = 3

// Span is a stretch of time; the end is exclusive.
type Span struct{ Start, End time.Time }

// Meets says whether two spans share time.
func (s Span) Meets(o Span) bool { return s.Start.Before(o.End) && o.Start.Before(s.End) }

// Length is how long a span is.
func (s Span) Length() time.Duration { return s.End.Sub(s.Start) }

// meetsAny says whether a span shares time with one of a list.
func (s Span) meetsAny(list []Span) bool { return slices.ContainsFunc(list, s.Meets) }

// Night is one episode of sleep, from falling asleep to waking up.
type Night struct {
	Span
	Asleep time.Duration // time spent asleep within it; 0 where nobody measured it
}

// Slept is the time spent asleep, or else the whole episode.
func (n Night) Slept() time.Duration {
	if n.Asleep > 0 {
		return n.Asleep
	}
	return n.Length()
}

// Slot is a free stretch of one Unit with its mean expected sleepiness on the
// Karolinska scale, from 1 (very alert) to 9; lower is better.
type Slot struct {
	Span
	KSS float64
}

// Hours are the local hours between which a slot lies.
const (
	FirstHour = 6
	LastHour  = 22
)

// Starts lists the spans of one Unit within a local day that begin on a Step.
func Starts(day time.Time, zone *time.Location) []Span {
	y, m, d := day.In(zone).Date()
	var list []Span
	end := time.Date(y, m, d, LastHour, 0, 0, 0, zone)
	for at := time.Date(y, m, d, FirstHour, 0, 0, 0, zone); !at.Add(Unit).After(end); at = at.Add(Step) {
		list = append(list, Span{at.UTC(), at.Add(Unit).UTC()})
	}
	return list
}

// Ask is what slots of one day are looked for with.
type Ask struct {
	Day     time.Time // any moment of the local day
	Zone    *time.Location
	After   time.Time       // no slot begins before
	Taken   []Span          // busy, accepted and refused time
	Allowed func(Span) bool // what the safety rules in force say; nil is yes
	Most    int             // 0 is MostSlots
}

// Propose ranks free slots by expected sleepiness, the most alert first, and
// answers those that do not overlap. Of equal ones the earlier is first.
func Propose(c Course, a Ask) []Slot {
	var free []Slot
	for _, s := range Starts(a.Day, a.Zone) {
		if s.Start.Before(a.After) || s.meetsAny(a.Taken) || a.Allowed != nil && !a.Allowed(s) {
			continue
		}
		if kss, awake := c.Mean(s); awake {
			free = append(free, Slot{s, kss})
		}
	}
	slices.SortStableFunc(free, func(a, b Slot) int {
		if a.KSS != b.KSS {
			if a.KSS < b.KSS {
				return -1
			}
			return 1
		}
		return a.Start.Compare(b.Start)
	})
	most := a.Most
	if most == 0 {
		most = MostSlots
	}
	var list []Slot
	for _, s := range free {
		if len(list) < most && !slices.ContainsFunc(list, func(o Slot) bool { return s.Meets(o.Span) }) {
			list = append(list, s)
		}
	}
	return list
}
