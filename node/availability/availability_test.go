package availability_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/spec"
)

// TestAWindowDoesNotTellWhenItWasMade: it begins at a quarter hour, in UTC.
func TestAWindowDoesNotTellWhenItWasMade(t *testing.T) {
	japan := time.FixedZone("JST", 9*60*60)
	want := time.Date(2026, 4, 1, 0, 15, 0, 0, time.UTC)
	for _, now := range []time.Time{want, want.Add(time.Second), want.Add(15*time.Minute - 1), want.Add(7 * time.Minute).In(japan)} {
		from, to := availability.Window(now)
		if from != want || to != want.AddDate(0, 0, 28) {
			t.Errorf("made at %s: %s to %s", now, from, to)
		}
	}
}

// TestARecordHoldsTimesAndStatusesAlone, and ends after a day or with the
// consent, whichever is first.
func TestARecordHoldsTimesAndStatusesAlone(t *testing.T) {
	now := time.Date(2026, 4, 1, 0, 20, 31, 0, time.UTC)
	from, to := availability.Window(now)
	busy := []availability.Period{
		{Start: from.Add(time.Hour), End: from.Add(2 * time.Hour), Status: "confirmed"},
		{Start: from.Add(3 * time.Hour), End: from.Add(4 * time.Hour), Status: "tentative"},
	}
	day := now.Add(24 * time.Hour).Unix()
	for until, want := range map[int64]int64{day - 1: day - 1, day: day, day + 1: day} {
		got := availability.Fill(busy, from, to, now, until, availability.DefaultTerms())
		if got.Expires != want {
			t.Errorf("a consent until %d: it ends at %d, want %d", until, got.Expires, want)
		}
		got.Expires = 0
		same := &spec.Availability{
			Updated: "2026-04-01T00:15:00Z", Start: "2026-04-01T00:15:00Z", End: "2026-04-29T00:15:00Z", Granularity: "PT15M",
			Busy: []spec.BusyPeriod{
				{Start: "2026-04-01T01:15:00Z", End: "2026-04-01T02:15:00Z", Status: "confirmed"},
				{Start: "2026-04-01T03:15:00Z", End: "2026-04-01T04:15:00Z", Status: "tentative"},
			},
		}
		if !reflect.DeepEqual(got, same) {
			t.Errorf("it holds %+v, want %+v", got, same)
		}
	}
	if free := availability.Fill(nil, from, to, now, day, availability.DefaultTerms()); free.Busy == nil || len(free.Busy) != 0 {
		t.Error("who is free has an empty list, not none")
	}
}
