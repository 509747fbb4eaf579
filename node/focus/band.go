package focus

import (
	"slices"
	"time"
)

// LeastCounted is the smallest number of people that a cell of a count says.
const LeastCounted = 10

// The bands of a count, and the kinds they are of.
const (
	SleepKind = "sleep"
	HeartKind = "heart"
)

// SleepBands are the bands of mean sleep, HeartBands of the heart's state.
func SleepBands() []string { return []string{"under-6", "6-7", "7-8", "over-8"} }

// HeartBands are the states that are counted.
func HeartBands() []string { return []string{string(HeartLow), string(HeartUsual), string(HeartHigh)} }

// SleepBand is in which band the mean of the last fourteen nights lies; "" for
// fewer than three.
func SleepBand(nights []Night, now time.Time) string {
	sum, n := time.Duration(0), 0
	for _, night := range nights {
		if night.Length() >= 3*time.Hour && night.End.After(now.AddDate(0, 0, -usualMost)) && !night.End.After(now) {
			sum, n = sum+night.Slept(), n+1
		}
	}
	if n < usualLeast {
		return ""
	}
	switch mean := sum / time.Duration(n); {
	case mean < 6*time.Hour:
		return "under-6"
	case mean < 7*time.Hour:
		return "6-7"
	case mean < 8*time.Hour:
		return "7-8"
	}
	return "over-8"
}

// Cell is a band and how many lie in it; N is -1 where it is not said.
type Cell struct {
	Band string
	N    int
}

// Suppress leaves out what would tell of few people: every cell under
// LeastCounted, none at all where all together are fewer, and further cells, the
// smallest first, until what is left out is at least two cells and at least
// LeastCounted people, so that the total does not give it away. The total is
// the cell without a name.
func Suppress(counts []Cell) []Cell {
	total := 0
	for _, c := range counts {
		total += c.N
	}
	if total < LeastCounted {
		return nil
	}
	order := make([]int, len(counts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return counts[a].N - counts[b].N })
	out := slices.Clone(counts)
	hidden, sum := 0, 0
	for _, i := range order {
		if n := counts[i].N; n < LeastCounted || hidden > 0 && (hidden < 2 || sum < LeastCounted) {
			out[i].N, hidden, sum = -1, hidden+1, sum+n
		}
	}
	return append([]Cell{{"", total}}, out...)
}
