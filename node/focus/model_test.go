package focus

import (
	"fmt"
	"math"
	"testing"
	"time"
)

var tokyo = time.FixedZone("JST", 9*3600)

func local(day, hour, minute int) time.Time {
	return time.Date(2026, 4, day, hour, minute, 0, 0, tokyo)
}

// slept is nights of so many hours that end at seven, the last on a day.
func slept(nights, hours, last int) []Night {
	list := make([]Night, nights)
	for i := range list {
		end := local(last-i, 7, 0)
		list[i] = Night{Span: Span{end.Add(-time.Duration(hours) * time.Hour), end}}
	}
	return list
}

func best(c Course, day time.Time) Slot {
	return Propose(c, Ask{Day: day, Zone: tokyo, Most: 1})[0]
}

func at(c Course, day, hour, minute int) string {
	start := local(day, hour, minute)
	kss, up := c.Mean(Span{start, start.Add(Unit)})
	return fmt.Sprintf("%.2f %v", kss, up)
}

// TestTheModelGivesTheKnownValues: eight hours a night make 16:00 the best
// start, and a week of five hours 16:30 and a worse one.
func TestTheModelGivesTheKnownValues(t *testing.T) {
	day := local(20, 12, 0)
	rested := Follow(slept(7, 8, 20), tokyo)
	s := best(rested, day)
	if got := s.Start.In(tokyo).Format("15:04") + fmt.Sprintf(" %.2f", s.KSS); got != "16:00 3.12" {
		t.Errorf("after nights of 8 h the best slot is %s", got)
	}
	for hour, want := range map[int]string{7: "5.01 true", 21: "4.83 true", 5: "0.00 false", 22: "0.00 false"} {
		if got := at(rested, 20, hour, 0); hour != 22 && got != want {
			t.Errorf("at %d: %s, want %s", hour, got, want)
		}
	}
	short := Follow(slept(7, 5, 20), tokyo)
	s = best(short, day)
	if got := s.Start.In(tokyo).Format("15:04") + fmt.Sprintf(" %.2f", s.KSS); got != "16:30 4.46" {
		t.Errorf("after seven nights of 5 h the best slot is %s", got)
	}
}

func TestSuccessiveDifferencesHaveTheKnownRoot(t *testing.T) {
	if got, ok := RMSSDOf([]float64{800, 810, 790, 805}); !ok || math.Abs(got-15.546) > 0.0005 {
		t.Errorf("RMSSD is %.4f, want 15.546", got)
	}
	if _, ok := RMSSDOf([]float64{800}); ok {
		t.Error("one interval has no difference")
	}
}

// TestNightsInAnyOrderAndTwiceAreOneCourse, and what is slept twice is not
// counted twice.
func TestNightsInAnyOrderAndTwiceAreOneCourse(t *testing.T) {
	nights := slept(7, 8, 20)
	want := best(Follow(nights, tokyo), local(20, 12, 0))
	mixed := append([]Night{nights[3], nights[0], nights[6]}, nights...)
	if got := best(Follow(mixed, tokyo), local(20, 12, 0)); got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if _, up := Follow(nil, tokyo).KSS(local(20, 12, 0)); up {
		t.Error("a course without nights knows something")
	}
	nap := append(slept(7, 8, 20), Night{Span: Span{local(20, 13, 0), local(20, 13, 30)}})
	c := Follow(nap, tokyo)
	if _, up := c.KSS(local(20, 13, 15)); up {
		t.Error("awake in a nap")
	}
	before, _ := Follow(nights, tokyo).KSS(local(20, 18, 0))
	if after, _ := c.KSS(local(20, 18, 0)); after >= before {
		t.Errorf("a nap does not help: %.2f, without it %.2f", after, before)
	}
}

func hearts(method Method, days int, value func(day int) float64, last time.Time) []Heart {
	list := make([]Heart, days)
	for i := range list {
		list[i] = Heart{At: last.AddDate(0, 0, -i), Method: method, Value: value(i)}
	}
	return list
}

// TestTheHeartsStateIsTheWeekAgainstItsBaseline: three days and fourteen days
// are the least, half a standard deviation is the border, and another method
// never counts.
func TestTheHeartsStateIsTheWeekAgainstItsBaseline(t *testing.T) {
	now := local(20, 8, 0)
	wave := func(week, before float64) func(int) float64 {
		return func(day int) float64 {
			if day < 7 {
				return week
			}
			return before * (1 + 0.2*float64(day%2*2-1)) // 0.8 and 1.2 of it by turns
		}
	}
	for _, c := range []struct {
		name         string
		week, before float64
		want         HeartState
	}{
		{"the same", 50 * 0.98, 50, HeartUsual}, {"lower", 42, 50, HeartLow}, {"higher", 58, 50, HeartHigh},
	} {
		if got := ReadHeart(hearts(RMSSD, 40, wave(c.week, c.before), now), now, tokyo); got.State != c.want || got.Week != 7 || got.Baseline != 33 {
			t.Errorf("%s: %+v, want %s", c.name, got, c.want)
		}
	}
	low := hearts(RMSSD, 40, wave(42, 50), now)
	if got := ReadHeart(low[5:], now, tokyo); got.State != HeartUnknown || got.Week != 2 {
		t.Errorf("two days make a week: %+v", got)
	}
	if got := ReadHeart(low[:20], now, tokyo); got.State != HeartUnknown || got.Baseline != 13 {
		t.Errorf("thirteen days make a baseline: %+v", got)
	}
	if got := ReadHeart(low[:21], now, tokyo); got.State == HeartUnknown {
		t.Errorf("seven and fourteen days do not suffice: %+v", got)
	}
	mixed := append(low, hearts(SDNN, 40, wave(500, 20), now)...)
	if got, want := ReadHeart(mixed, now, tokyo), ReadHeart(low, now, tokyo); got != want {
		t.Errorf("values of another method count: %+v, want %+v", got, want)
	}
	if got := ReadHeart(hearts(SDNN, 40, wave(42, 50), now), now, tokyo); got.State != HeartUnknown {
		t.Errorf("SDNN alone makes a state: %+v", got)
	}
	often := append(low[:2:2], low[0], low[0], low[1])
	often = append(often, low[7:]...)
	if got := ReadHeart(often, now, tokyo); got.State != HeartUnknown {
		t.Errorf("many values of two days make a week: %+v", got)
	}
}

// TestLittleSleepOrALowHeartAskForLightWork, each with its reason, by the guard
// of the age.
func TestLittleSleepOrALowHeartAskForLightWork(t *testing.T) {
	now := local(20, 8, 0)
	for _, c := range []struct {
		hours  int
		guard  Guard
		light  bool
		reason Reason
	}{{8, Adult, false, ""}, {6, Adult, false, ""}, {5, Adult, true, ShortSleep}, {7, School, true, ShortSleep}, {8, School, false, ""}} {
		d := Look(Told{Nights: slept(7, c.hours, 20), Guard: c.guard}, now, tokyo)
		if d.Light != c.light || c.light != (len(d.Reasons) == 1 && d.Reasons[0] == c.reason) {
			t.Errorf("%d h, %s: light %v for %v", c.hours, c.guard, d.Light, d.Reasons)
		}
	}
	low := hearts(RMSSD, 40, func(day int) float64 {
		if day < 7 {
			return 30
		}
		return 50 + float64(day%2)
	}, now)
	if d := Look(Told{Nights: slept(7, 8, 20), Hearts: low, Guard: Adult}, now, tokyo); !d.Light || len(d.Reasons) != 1 || d.Reasons[0] != LowHeart {
		t.Errorf("a low heart: light %v for %v", d.Light, d.Reasons)
	}
	d := Look(Told{Guard: Adult}, now, tokyo)
	if d.Light || d.Known || len(d.Reasons) != 2 {
		t.Errorf("nothing known: light %v for %v", d.Light, d.Reasons)
	}
	if s := best(d.Course, now); s.Start.In(tokyo).Hour() != 16 {
		t.Errorf("a usual night makes %v best", s.Start.In(tokyo))
	}
}

// TestSlotsLieInFreeTimeThatTheRulesAllow, do not overlap, and begin with the
// most alert.
func TestSlotsLieInFreeTimeThatTheRulesAllow(t *testing.T) {
	c := Follow(slept(7, 8, 20), tokyo)
	busy := []Span{{local(20, 15, 0), local(20, 17, 0)}}
	night := Span{local(20, 17, 0), local(20, 24, 0)}
	list := Propose(c, Ask{Day: local(20, 12, 0), Zone: tokyo, After: local(20, 9, 10), Taken: busy, Allowed: func(s Span) bool { return !s.Meets(night) }})
	var got []string
	for i, s := range list {
		got = append(got, s.Start.In(tokyo).Format("15:04"))
		if s.Start.Before(local(20, 9, 10)) || s.meetsAny(busy) || s.Meets(night) || i > 0 && s.KSS < list[i-1].KSS {
			t.Errorf("%v is none to propose", s)
		}
		for _, o := range list[:i] {
			if s.Meets(o.Span) {
				t.Errorf("%v and %v overlap", s, o)
			}
		}
	}
	if fmt.Sprint(got) != "[13:30 12:00 10:30]" {
		t.Errorf("proposed %v", got)
	}
	if list := Propose(c, Ask{Day: local(20, 12, 0), Zone: tokyo, Taken: []Span{{local(20, 0, 0), local(21, 0, 0)}}}); list != nil {
		t.Errorf("a full day has slots: %v", list)
	}
}
