package focus

import (
	"slices"
	"time"
)

// What is taken as usual where too little is known: eight hours from eleven.
const (
	usualBed   = 23 * time.Hour
	usualSleep = 8 * time.Hour
)

// Habit is when somebody usually goes to sleep, since the midnight before
// (25 h is one in the morning), and for how long.
type Habit struct {
	Bed    time.Duration
	Length time.Duration
	Known  bool // from at least usualLeast nights, not taken as usual
}

// usualLeast is how many nights make a habit, of the last usualMost.
const (
	usualLeast = 3
	usualMost  = 14
)

// HabitOf is the middle of the last nights: naps do not count.
func HabitOf(nights []Night, zone *time.Location) Habit {
	var beds, lengths []time.Duration
	for _, n := range slices.Backward(inOrder(nights)) {
		if n.Length() < 3*time.Hour || len(beds) == usualMost {
			continue
		}
		y, m, d := n.Start.In(zone).Add(-12 * time.Hour).Date() // an evening belongs to its day until noon
		beds = append(beds, n.Start.Sub(time.Date(y, m, d, 0, 0, 0, 0, zone)))
		lengths = append(lengths, n.Length())
	}
	if len(beds) < usualLeast {
		return Habit{Bed: usualBed, Length: usualSleep}
	}
	return Habit{Bed: middle(beds).Round(5 * time.Minute), Length: middle(lengths).Round(5 * time.Minute), Known: true}
}

func middle(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

func inOrder(nights []Night) []Night {
	list := slices.Clone(nights)
	slices.SortFunc(list, func(a, b Night) int { return a.Start.Compare(b.Start) })
	return list
}

// Fill adds a usual night wherever none is known that ends on a day, for the
// days from the first to the last, both included.
func Fill(nights []Night, h Habit, first, last time.Time, zone *time.Location) []Night {
	has := make(map[string]bool)
	for _, n := range nights {
		if n.Length() >= 3*time.Hour {
			has[n.End.In(zone).Format(time.DateOnly)] = true
		}
	}
	list := slices.Clone(nights)
	for day := noon(first, zone); !day.After(noon(last, zone)); day = day.AddDate(0, 0, 1) {
		if has[day.Format(time.DateOnly)] {
			continue
		}
		bed := day.AddDate(0, 0, -1).Add(-12 * time.Hour).Add(h.Bed)
		usual := Night{Span: Span{bed.UTC(), bed.Add(h.Length).UTC()}}
		if !usual.meetsAny(spansOf(nights)) {
			list = append(list, usual)
		}
	}
	return inOrder(list)
}

func noon(at time.Time, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d, 12, 0, 0, 0, zone)
}

func spansOf(nights []Night) []Span {
	list := make([]Span, len(nights))
	for i, n := range nights {
		list[i] = n.Span
	}
	return list
}

// SleptBefore is how long somebody slept in what ended on a local day; false
// where nothing of it is known.
func SleptBefore(nights []Night, day time.Time, zone *time.Location) (time.Duration, bool) {
	date, sum, known := day.In(zone).Format(time.DateOnly), time.Duration(0), false
	for _, n := range nights {
		if n.End.In(zone).Format(time.DateOnly) == date && !n.End.After(day) {
			sum, known = sum+n.Slept(), true
		}
	}
	return sum, known
}

// Guard is for whom the least sleep is meant.
type Guard string

// The two guards of the sleep guide of Japan's health ministry (2023): at least
// six hours for adults, and eight to ten for pupils of high schools.
const (
	Adult  Guard = "adult"
	School Guard = "school"
)

// Least is the sleep under which only light work is proposed.
func (g Guard) Least() time.Duration {
	if g == School {
		return 8 * time.Hour
	}
	return 6 * time.Hour
}
