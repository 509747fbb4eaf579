package focus

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Limits of one import.
const (
	MostOctets = 4 << 20
	MostItems  = 50_000 // nights, values and RR intervals together
	mostFaults = 50
)

// What can be true of a person; anything else is a typing error or another unit.
const (
	longestNight = 24 * time.Hour
	oldest       = 400 * 24 * time.Hour
	ahead        = 5 * time.Minute // clocks of watches are not always right
)

var plausible = map[Method]struct{ low, high float64 }{
	RMSSD: {1, 400},
	SDNN:  {1, 500},
}

// Why a line is not taken: stable codes, whose sentences stand elsewhere.
const (
	FaultJSON     = "json"      // not JSON, or not an object
	FaultKind     = "kind"      // an object of another schema
	FaultMissing  = "missing"   // the field is not there
	FaultTime     = "time"      // the field is no time, or one without its zone
	FaultOrder    = "order"     // the end does not lie after the start
	FaultLong     = "long"      // longer than a day
	FaultFuture   = "future"    // later than now
	FaultOld      = "old"       // older than 400 days
	FaultUnit     = "unit"      // in another unit
	FaultNumber   = "number"    // no number
	FaultRange    = "range"     // not a value that a heart has
	FaultShort    = "short"     // too few RR intervals
	FaultColumns  = "columns"   // no column that is known
	FaultTooMany  = "too-many"  // more items than are taken at once
	FaultTooLarge = "too-large" // more octets than are taken at once
	FaultEmpty    = "empty"     // nothing to take
	FaultOverlap  = "overlap"   // two nights at one time
)

// Fault is why something of a file is not taken. It repeats no value.
type Fault struct {
	Line  int    // from 1; 0 is the file
	Field string // as the file calls it
	Code  string
}

// Import is what a file holds. Where there are faults nothing of it is to be
// kept: half a file would look like a whole one.
type Import struct {
	Nights []Night
	Hearts []Heart
	Faults []Fault
	More   int // faults that are not listed
}

func (in *Import) fault(line int, field, code string) {
	if len(in.Faults) >= mostFaults {
		in.More++
		return
	}
	in.Faults = append(in.Faults, Fault{line, field, code})
}

// night takes an episode of sleep, or says why not.
func (in *Import) night(line int, startField, endField string, n Night, now time.Time) {
	switch {
	case !n.Start.Before(n.End):
		in.fault(line, endField, FaultOrder)
	case n.Length() > longestNight:
		in.fault(line, endField, FaultLong)
	case n.End.After(now.Add(ahead)):
		in.fault(line, endField, FaultFuture)
	case n.Start.Before(now.Add(-oldest)):
		in.fault(line, startField, FaultOld)
	default:
		in.Nights = append(in.Nights, n)
	}
}

// heart takes a value, or says why not.
func (in *Import) heart(line int, atField, valueField string, h Heart, now time.Time) {
	limits := plausible[h.Method]
	switch {
	case math.IsNaN(h.Value) || h.Value < limits.low || h.Value > limits.high:
		in.fault(line, valueField, FaultRange)
	case h.At.After(now.Add(ahead)):
		in.fault(line, atField, FaultFuture)
	case h.At.Before(now.Add(-oldest)):
		in.fault(line, atField, FaultOld)
	default:
		in.Hearts = append(in.Hearts, h)
	}
}

// beat is one RR interval, at the moment it ended.
type beat struct {
	at   time.Time
	rr   float64
	line int
}

// How RR intervals make a value: those of one sitting stand together, a
// difference counts between neighbours alone, and a minute of them is needed.
const (
	sittingApart  = time.Hour
	neighbourGap  = 3 * time.Second
	leastBeats    = 60
	leastInterval = 250.0 // milliseconds
	mostInterval  = 2500.0
)

// beats makes one value of each sitting.
func (in *Import) beats(list []beat, now time.Time) {
	slices.SortStableFunc(list, func(a, b beat) int { return a.at.Compare(b.at) })
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].at.Sub(list[n-1].at) < sittingApart {
			n++
		}
		in.sitting(list[:n], now)
		list = list[n:]
	}
}

func (in *Import) sitting(list []beat, now time.Time) {
	if len(list) < leastBeats {
		in.fault(list[0].line, "rr_interval", FaultShort)
		return
	}
	squares, n := 0.0, 0
	for at := 0; at < len(list); {
		to := at + 1
		for to < len(list) && list[to].at.Sub(list[to-1].at) < neighbourGap {
			to++
		}
		run := make([]float64, 0, to-at)
		for _, b := range list[at:to] {
			run = append(run, b.rr)
		}
		if r, ok := RMSSDOf(run); ok {
			squares, n = squares+r*r*float64(len(run)-1), n+len(run)-1
		}
		at = to
	}
	if n == 0 {
		in.fault(list[0].line, "rr_interval", FaultShort)
		return
	}
	in.heart(list[0].line, "effective_time_frame", "rr_interval",
		Heart{At: list[len(list)-1].at, Method: RMSSD, Value: math.Sqrt(squares / float64(n))}, now)
}

// settled sorts what was read and refuses nights that overlap: which of the two
// was slept nobody here can tell.
func (in Import) settled() Import {
	slices.SortStableFunc(in.Nights, func(a, b Night) int { return a.Start.Compare(b.Start) })
	for i := 1; i < len(in.Nights); i++ {
		if a, b := in.Nights[i-1], in.Nights[i]; a.Meets(b.Span) && a.Span != b.Span {
			in.fault(0, b.Start.UTC().Format(time.DateOnly), FaultOverlap)
		}
	}
	in.Nights = slices.CompactFunc(in.Nights, func(a, b Night) bool { return a.Span == b.Span })
	slices.SortStableFunc(in.Hearts, func(a, b Heart) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Method, b.Method))
	})
	if len(in.Nights)+len(in.Hearts) == 0 && len(in.Faults) == 0 {
		in.fault(0, "", FaultEmpty)
	}
	slices.SortStableFunc(in.Faults, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	return in
}
