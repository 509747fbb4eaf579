package engage

import (
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/match"
)

// An empty calendar offers days and no nights, and what is shorter stays as it is.
func TestFreeTimeIsOfferedByDay(t *testing.T) {
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 4, day, hour, minute, 0, 0, availability.Home)
	}
	got := byDay([]match.Window{{Start: at(1, 20, 0), End: at(3, 8, 15)}, {Start: at(3, 12, 0), End: at(3, 13, 0)}, {Start: at(4, 1, 0), End: at(4, 6, 0)}})
	want := []match.Window{
		{Start: at(1, 20, 0), End: at(1, 22, 0)},
		{Start: at(2, 7, 0), End: at(2, 22, 0)},
		{Start: at(3, 7, 0), End: at(3, 8, 15)},
		{Start: at(3, 12, 0), End: at(3, 13, 0)},
	}
	if len(got) != len(want) {
		t.Fatalf("%d windows, want %d: %v", len(got), len(want), got)
	}
	for i := range want {
		if !got[i].Start.Equal(want[i].Start) || !got[i].End.Equal(want[i].End) {
			t.Errorf("window %d: %v, want %v", i, got[i], want[i])
		}
	}
}
