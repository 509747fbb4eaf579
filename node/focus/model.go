package focus

import (
	"math"
	"slices"
	"time"
)

// Parameters of the three-process model (Åkerstedt and Folkard 1997) as Ingre
// and others fitted them (2014): two asymptotes and the break of sleep, rates
// per hour, the amplitudes and peaks of the two rhythms, sleep inertia, and the
// line from alertness to the Karolinska Sleepiness Scale.
const (
	lower       = 2.4
	upper       = 14.3
	breakLevel  = 12.2
	wakeRate    = -0.0353
	dayHeight   = 2.5
	dayPeak     = 16.8
	halfLevel   = -0.5
	halfHeight  = 0.5
	halfPeak    = 19.8
	inertia     = -5.72
	inertiaRate = -1.51
	scaleTop    = 10.6
	scaleSlope  = -0.6
)

// sleepRate is g of the model: ln(0.3/6.34)/8 per hour.
var sleepRate = math.Log(0.3/6.34) / 8

// awake is the homeostatic level hours after waking at a level.
func awake(level, hours float64) float64 { return lower + (level-lower)*math.Exp(wakeRate*hours) }

// asleep is the level hours after falling asleep at a level: it rises in a line
// up to the break, and then ever more slowly toward the upper asymptote.
func asleep(level, hours float64) float64 {
	if level >= breakLevel {
		return upper - (upper-level)*math.Exp(sleepRate*hours)
	}
	slope := sleepRate * (breakLevel - upper)
	reach := (breakLevel - level) / slope
	if hours <= reach {
		return level + slope*hours
	}
	return upper - (upper-breakLevel)*math.Exp(sleepRate*(hours-reach))
}

// sleepiness is the expected value on the Karolinska scale at a local hour.
func sleepiness(level, hour, sinceWaking float64) float64 {
	day := dayHeight * math.Cos(2*math.Pi*(hour-dayPeak)/24)
	half := halfLevel + halfHeight*math.Cos(2*math.Pi*(hour-halfPeak)/12)
	dull := inertia * math.Exp(inertiaRate*sinceWaking)
	return scaleTop + scaleSlope*(level+day+half+dull)
}

// waking is a moment at which somebody woke up, and at which level.
type waking struct {
	night Span
	level float64
}

// Course is how alert somebody is expected to be, as their nights tell. Its
// zero value knows nothing.
type Course struct {
	zone    *time.Location
	wakings []waking
}

// Follow works out a course from nights, in any order. Nights that overlap count
// as one. At the beginning of the first one somebody is taken to be rested.
func Follow(nights []Night, zone *time.Location) Course {
	spans := make([]Span, 0, len(nights))
	for _, n := range nights {
		if n.Start.Before(n.End) {
			spans = append(spans, n.Span)
		}
	}
	slices.SortFunc(spans, func(a, b Span) int { return a.Start.Compare(b.Start) })
	c := Course{zone: zone}
	level := upper
	for _, s := range spans {
		if n := len(c.wakings); n > 0 {
			last := &c.wakings[n-1]
			if !s.Start.After(last.night.End) {
				if s.End.After(last.night.End) {
					last.level = asleep(last.level, s.End.Sub(last.night.End).Hours())
					last.night.End = s.End
				}
				continue
			}
			level = awake(last.level, s.Start.Sub(last.night.End).Hours())
		}
		c.wakings = append(c.wakings, waking{s, asleep(level, s.Length().Hours())})
	}
	return c
}

// KSS is the expected sleepiness at a moment; false while asleep and before the
// first waking.
func (c Course) KSS(at time.Time) (float64, bool) {
	i, _ := slices.BinarySearchFunc(c.wakings, at, func(w waking, at time.Time) int {
		if w.night.Start.After(at) {
			return 1
		}
		return -1
	})
	if i == 0 || at.Before(c.wakings[i-1].night.End) {
		return 0, false
	}
	w := c.wakings[i-1]
	since := at.Sub(w.night.End).Hours()
	local := at.In(c.zone)
	hour := float64(local.Hour()) + float64(local.Minute())/60 + float64(local.Second())/3600
	return sleepiness(awake(w.level, since), hour, since), true
}

// sample is how far apart the moments lie whose mean scores a slot.
const sample = 15 * time.Minute

// Mean is the score of a slot: the mean expected sleepiness over it, both ends
// included. False where any of it is asleep or before the first waking.
func (c Course) Mean(s Span) (float64, bool) {
	sum, n := 0.0, 0
	for at := s.Start; !at.After(s.End); at = at.Add(sample) {
		kss, up := c.KSS(at)
		if !up {
			return 0, false
		}
		sum += kss
		n++
	}
	return sum / float64(max(n, 1)), n > 0
}

// Point is the expected sleepiness at a moment, for a picture.
type Point struct {
	At  time.Time
	KSS float64
}

// Points are the course within a span, every Step; gaps are asleep.
func (c Course) Points(s Span) []Point {
	var list []Point
	for at := s.Start; !at.After(s.End); at = at.Add(Step) {
		if kss, up := c.KSS(at); up {
			list = append(list, Point{at, kss})
		}
	}
	return list
}
