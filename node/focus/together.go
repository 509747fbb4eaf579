package focus

import (
	"slices"
	"time"
)

// LeastShown is how many people a common free time is made of at least: of fewer
// it would be somebody's.
const LeastShown = 3

// Common lists the stretches of a local day, of at least one Unit, in which
// nobody is busy. Nothing of sleep or heart is in it.
func Common(day time.Time, zone *time.Location, after time.Time, busy ...[]Span) []Span {
	y, m, d := day.In(zone).Date()
	at := time.Date(y, m, d, FirstHour, 0, 0, 0, zone)
	end := time.Date(y, m, d, LastHour, 0, 0, 0, zone)
	if after.After(at) {
		at = after.Truncate(Step).Add(Step)
	}
	all := slices.Concat(busy...)
	slices.SortFunc(all, func(a, b Span) int { return a.Start.Compare(b.Start) })
	var list []Span
	for _, b := range append(all, Span{end, end}) {
		until := b.Start
		if until.After(end) {
			until = end
		}
		if until.Sub(at) >= Unit {
			list = append(list, Span{at.UTC(), until.UTC()})
		}
		if b.End.After(at) {
			at = b.End
		}
	}
	return list
}

// What a better time for a practice is made from: so many people at least, and
// a mean that is better by so much. It has to be the same without any one of
// them, so that nobody's sleep can be told from it.
const (
	LeastConsidered = 5
	leastGain       = 0.5
)

// Better looks for another time of the same local day at which those considered
// are more alert on the mean. open says whether everybody is free. It answers
// nothing for fewer than LeastConsidered people, nor where leaving any one of
// them out would give another time.
func Better(courses []Course, practice Span, zone *time.Location, open func(Span) bool) (Span, bool) {
	if len(courses) < LeastConsidered {
		return Span{}, false
	}
	best, found := better(courses, practice, zone, open)
	for i := 0; found && i < len(courses); i++ {
		without := slices.Delete(slices.Clone(courses), i, i+1)
		other, some := better(without, practice, zone, open)
		found = some && other == best
	}
	if !found {
		return Span{}, false
	}
	return best, true
}

func better(courses []Course, practice Span, zone *time.Location, open func(Span) bool) (Span, bool) {
	now, up := meanOf(courses, practice)
	if !up {
		return Span{}, false
	}
	y, m, d := practice.Start.In(zone).Date()
	end := time.Date(y, m, d, LastHour, 0, 0, 0, zone)
	var best Span
	least := now - leastGain
	for at := time.Date(y, m, d, FirstHour, 0, 0, 0, zone); !at.Add(practice.Length()).After(end); at = at.Add(time.Hour) {
		s := Span{at.UTC(), at.Add(practice.Length()).UTC()}
		if mean, up := meanOf(courses, s); up && mean < least && open(s) {
			best, least = s, mean
		}
	}
	return best, best != Span{}
}

// meanOf is the mean score of a span over people; false where one of them is asleep.
func meanOf(courses []Course, s Span) (float64, bool) {
	sum := 0.0
	for _, c := range courses {
		mean, up := c.Mean(s)
		if !up {
			return 0, false
		}
		sum += mean
	}
	return sum / float64(len(courses)), true
}

// Crowd is a number of people as it is told: at least five, ten, twenty or
// fifty, so that one more or less does not show.
func Crowd(n int) int {
	told := 0
	for _, step := range []int{LeastConsidered, 10, 20, 50} {
		if n >= step {
			told = step
		}
	}
	return told
}
