package calendar

import (
	"slices"
	"time"
)

// BusyStatus says how firmly a time is taken: FBTYPE of RFC 5545 section 3.2.9 in the spelling of JMAP's BusyPeriod.
type BusyStatus string

// The three states a busy period can have. Any other value counts as Confirmed.
const (
	Confirmed   BusyStatus = "confirmed"
	Tentative   BusyStatus = "tentative"
	Unavailable BusyStatus = "unavailable"
)

// Busy is a time a person is not free. Start is included, End is not; both are UTC.
type Busy struct {
	Start, End time.Time
	Status     BusyStatus
}

// weight orders the states where they overlap: confirmed > unavailable > tentative (RFC 7953, JMAP).
func (s BusyStatus) weight() int {
	switch s {
	case Tentative:
		return 0
	case Unavailable:
		return 1
	}
	return 2
}

var byWeight = [3]BusyStatus{Tentative, Unavailable, Confirmed}

// edge is where a period of some weight begins (+1) or ends (-1).
type edge struct {
	at     time.Time
	weight int
	step   int
}

// Coalesce returns the same busy time as a sorted list without overlaps, in which neighbours of one state are one
// period and the weightiest state wins wherever several meet. Periods that end before they begin are dropped.
func Coalesce(list []Busy) []Busy {
	edges := make([]edge, 0, 2*len(list))
	for _, b := range list {
		if b.Start.Before(b.End) {
			w := b.Status.weight()
			edges = append(edges, edge{b.Start.UTC(), w, +1}, edge{b.End.UTC(), w, -1})
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return a.at.Compare(b.at) })
	var open [3]int
	var out []Busy
	for i := 0; i < len(edges); {
		at := edges[i].at
		for ; i < len(edges) && edges[i].at.Equal(at); i++ {
			open[edges[i].weight] += edges[i].step
		}
		for weight := 2; weight >= 0 && i < len(edges); weight-- {
			if open[weight] > 0 {
				out = join(out, Busy{Start: at, End: edges[i].at, Status: byWeight[weight]})
				break
			}
		}
	}
	return out
}

// join appends b, or lengthens the last period where b goes on with it.
func join(out []Busy, b Busy) []Busy {
	if n := len(out); n > 0 && out[n-1].Status == b.Status && out[n-1].End.Equal(b.Start) {
		out[n-1].End = b.End
		return out
	}
	return append(out, b)
}

// Round hides exact times: starts go down and ends up to whole multiples of granularity, then the list is coalesced
// and cut to [from, to). A granularity of zero or less only coalesces and cuts.
func Round(list []Busy, granularity time.Duration, from, to time.Time) []Busy {
	wide := make([]Busy, 0, len(list))
	for _, b := range list {
		if !b.Start.Before(b.End) {
			continue
		}
		start, end := b.Start.UTC(), b.End.UTC()
		if granularity > 0 {
			start = start.Truncate(granularity)
			if whole := end.Truncate(granularity); whole.Before(end) {
				end = whole.Add(granularity)
			}
		}
		wide = append(wide, Busy{Start: start, End: end, Status: b.Status})
	}
	out := make([]Busy, 0, len(wide))
	for _, b := range Coalesce(wide) {
		if b.Start.Before(from) {
			b.Start = from.UTC()
		}
		if b.End.After(to) {
			b.End = to.UTC()
		}
		if b.Start.Before(b.End) {
			out = append(out, b)
		}
	}
	return out
}
