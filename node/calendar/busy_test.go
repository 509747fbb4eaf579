package calendar

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var monday = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// scattered draws periods over a day: overlapping, touching, empty, reversed and of an unknown state.
func scattered(rng *rand.Rand, unit time.Duration) []Busy {
	states := []BusyStatus{Confirmed, Tentative, Unavailable, "invented"}
	var list []Busy
	for range rng.IntN(30) {
		start := monday.Add(time.Duration(rng.IntN(200)) * unit)
		list = append(list, Busy{Start: start, End: start.Add(time.Duration(rng.IntN(40)-2) * unit), Status: states[rng.IntN(4)]})
	}
	return list
}

// stateAt is the plain meaning of a list, by looking at every period.
func stateAt(list []Busy, at time.Time) BusyStatus {
	var found BusyStatus
	for _, b := range list {
		if !at.Before(b.Start) && at.Before(b.End) {
			switch {
			case b.Status != Tentative && b.Status != Unavailable:
				return Confirmed
			case found != Unavailable:
				found = b.Status
			}
		}
	}
	return found
}

func checkShape(t *testing.T, list []Busy) {
	t.Helper()
	for i, b := range list {
		if !b.Start.Before(b.End) || b.Start.Location() != time.UTC || b.End.Location() != time.UTC {
			t.Fatalf("period %d is %v", i, b)
		}
		if b.Status != Confirmed && b.Status != Tentative && b.Status != Unavailable {
			t.Fatalf("period %d has the state %q", i, b.Status)
		}
		if i > 0 && (b.Start.Before(list[i-1].End) || b.Start.Equal(list[i-1].End) && b.Status == list[i-1].Status) {
			t.Fatalf("%v overlaps or continues %v", b, list[i-1])
		}
	}
}

func TestCoalescingKeepsEveryMinuteAsItWas(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7953))
	for range 2000 {
		list := scattered(rng, time.Minute)
		before := slices.Clone(list)
		out := Coalesce(list)
		checkShape(t, out)
		if !slices.Equal(list, before) {
			t.Fatal("the list given was changed")
		}
		for at := monday; at.Before(monday.Add(5 * time.Hour)); at = at.Add(time.Minute) {
			if got, want := stateAt(out, at), stateAt(list, at); got != want {
				t.Fatalf("%v is %q, want %q\n%v\n%v", at, got, want, list, out)
			}
		}
		if again := Coalesce(out); !slices.Equal(again, out) {
			t.Fatalf("coalescing twice changed\n%v\nto\n%v", out, again)
		}
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		if again := Coalesce(list); !slices.Equal(again, out) {
			t.Fatal("the order of the list matters")
		}
	}
}

func TestConfirmedOutweighsUnavailableOutweighsTentative(t *testing.T) {
	at := func(h int) time.Time { return monday.Add(time.Duration(h) * time.Hour) }
	got := Coalesce([]Busy{{at(0), at(10), Tentative}, {at(2), at(8), Unavailable}, {at(4), at(6), Confirmed}, {at(6), at(7), "new"}, {at(10), at(11), Tentative}})
	want := []Busy{{at(0), at(2), Tentative}, {at(2), at(4), Unavailable}, {at(4), at(7), Confirmed}, {at(7), at(8), Unavailable}, {at(8), at(11), Tentative}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestRoundingHidesMinutesAndNeverFreesAny(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 15))
	from, to := monday.Add(17*time.Minute), monday.Add(4*time.Hour+2*time.Minute)
	for range 2000 {
		list := scattered(rng, 37*time.Second)
		granularity := []time.Duration{15 * time.Minute, time.Hour, time.Minute, 0}[rng.IntN(4)]
		out := Round(list, granularity, from, to)
		checkShape(t, out)
		for _, b := range out {
			if b.Start.Before(from) || b.End.After(to) {
				t.Fatalf("%v lies outside the window", b)
			}
			if granularity > 0 && (!b.Start.Equal(from) && b.Start.Truncate(granularity) != b.Start || !b.End.Equal(to) && b.End.Truncate(granularity) != b.End) {
				t.Fatalf("%v is not on a multiple of %v", b, granularity)
			}
		}
		for at := from; at.Before(to); at = at.Add(41 * time.Second) {
			was, is := stateAt(list, at), stateAt(out, at)
			if was != "" && is.weight() < was.weight() || was != "" && is == "" {
				t.Fatalf("%v was %q and became %q", at, was, is)
			}
			if granularity == 0 && was != is {
				t.Fatalf("%v was %q and became %q without rounding", at, was, is)
			}
			if is != "" {
				if g := max(granularity, time.Second); !near(list, at, g) {
					t.Fatalf("%v became busy although nothing within %v was", at, g)
				}
			}
		}
		if again := Round(out, granularity, from, to); !slices.Equal(again, out) {
			t.Fatalf("rounding twice changed\n%v\nto\n%v", out, again)
		}
	}
}

// near reports whether anything in the list lies in the same cell of the grid as at.
func near(list []Busy, at time.Time, grid time.Duration) bool {
	cell := at.Truncate(grid)
	return slices.ContainsFunc(list, func(b Busy) bool {
		return b.Start.Before(b.End) && b.Start.Before(cell.Add(grid)) && b.End.After(cell)
	})
}
