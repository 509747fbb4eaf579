package pattern_test

import (
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/pattern"
)

func wall(t *testing.T, text string) time.Time {
	t.Helper()
	at, ok := pattern.Wall(text)
	if !ok {
		t.Fatalf("%s is no local time", text)
	}
	return at
}

// days are the days of four weeks on which a pattern offers its unit at six.
func days(t *testing.T, p pattern.Pattern) []string {
	t.Helper()
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for day := wall(t, "2026-04-06T18:00"); day.Before(wall(t, "2026-05-04T00:00")); day = day.AddDate(0, 0, 1) {
		if _, there := p.At(day); there {
			list = append(list, day.Format("0102"))
		}
	}
	return list
}

// What somebody ticks and unticks in a week is what they offer.
func TestUnitsArePlacedAndTaken(t *testing.T) {
	p := pattern.Pattern{TimeZone: "Asia/Tokyo", Available: []pattern.Slot{}}
	for _, step := range []struct {
		what   string
		at     string
		place  bool
		weekly bool
		want   []string
		slots  int
	}{
		{"once", "2026-04-13T18:00", true, false, []string{"0413"}, 1},
		{"once again is the same", "2026-04-13T18:00", true, false, []string{"0413"}, 1},
		{"every week takes the single one in", "2026-04-13T18:00", true, true, []string{"0413", "0420", "0427"}, 1},
		{"without one", "2026-04-20T18:00", false, false, []string{"0413", "0427"}, 1},
		{"with it again", "2026-04-20T18:00", true, false, []string{"0413", "0420", "0427"}, 1},
		{"from an earlier week on", "2026-04-06T18:00", true, true, []string{"0406", "0413", "0420", "0427"}, 1},
		{"another day", "2026-04-08T18:00", true, true, []string{"0406", "0408", "0413", "0415", "0420", "0422", "0427", "0429"}, 2},
		{"what is not offered cannot be taken", "2026-04-07T18:00", false, true, []string{"0406", "0408", "0413", "0415", "0420", "0422", "0427", "0429"}, 2},
		{"never on Mondays", "2026-04-20T18:00", false, true, []string{"0408", "0415", "0422", "0429"}, 1},
		{"nor else", "2026-04-29T18:00", false, true, []string{}, 0},
	} {
		if at := wall(t, step.at); step.place {
			p.Place(at, step.weekly)
		} else {
			p.Take(at, step.weekly)
		}
		if got := days(t, p); !slices.Equal(got, step.want) || len(p.Available) != step.slots {
			t.Errorf("%s: %v in %d slots, want %v in %d", step.what, got, len(p.Available), step.want, step.slots)
		}
	}
}

// A slot of several days, as a program writes it, loses the one day.
func TestADayIsTakenFromARuleOfSeveral(t *testing.T) {
	p := pattern.Pattern{TimeZone: "Asia/Tokyo", Available: []pattern.Slot{{
		Start: "2026-04-06T18:00:00", Duration: "PT1H30M", Rule: &pattern.Rule{Frequency: "weekly", ByDay: []pattern.NDay{{Day: "mo"}, {Day: "we"}}},
	}}}
	p.Take(wall(t, "2026-04-13T18:00"), true)
	if got := days(t, p); !slices.Equal(got, []string{"0408", "0415", "0422", "0429"}) {
		t.Errorf("%v", got)
	}
	p.Take(wall(t, "2026-04-15T18:00"), true)
	if got := days(t, p); len(got) != 0 || len(p.Available) != 0 {
		t.Errorf("%v", got)
	}
	if _, ok := pattern.Wall("2026-04-31T18:00"); ok {
		t.Error("a day that does not exist")
	}
}
