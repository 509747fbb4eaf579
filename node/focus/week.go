package focus

import (
	"slices"
	"time"
)

// BlockKind is what a block of a plan is for.
type BlockKind string

// The kinds of block.
const (
	Focused  BlockKind = "focus"
	LightOne BlockKind = "light"
	Trained  BlockKind = "practice"
	Recover  BlockKind = "recovery"
	Asleep   BlockKind = "sleep"
)

// Block is a stretch of a planned day, with why it is there.
type Block struct {
	Span
	Kind   BlockKind
	Title  string // of a practice
	Yours  bool   // a slot that was accepted
	Reason Reason
}

// PlanDay is one day of a plan.
type PlanDay struct {
	Day    time.Time // its midnight
	Busy   time.Duration
	Blocks []Block
	Reason Reason // why a day has no or no more focus; "" where there is nothing to say
}

// Titled is a practice.
type Titled struct {
	Span
	Title string
}

// PlanAsk is what a week is planned from.
type PlanAsk struct {
	Day      Day
	Now      time.Time
	Zone     *time.Location
	Days     int
	Busy     []Span
	Practice []Titled
	Accepted []Span
	Refused  []Span
	Allowed  func(Span) bool
	Guard    Guard
}

// How a week is spread: at most so many slots of focus a day and a week, time to
// recover after practice, and one day without.
const (
	dayMost  = 2
	weekMost = 8
	recovery = time.Hour
)

// Plan spreads focus, practice and rest over the coming days, and says why.
// Accepted slots stand; others are proposals.
func Plan(a PlanAsk) []PlanDay {
	days := make([]PlanDay, a.Days)
	for i := range days {
		days[i].Day = midnight(a.Now, i, a.Zone)
		whole := Span{days[i].Day, midnight(a.Now, i+1, a.Zone)}
		for _, b := range append(slices.Clone(a.Busy), spansOfTitled(a.Practice)...) {
			days[i].Busy += overlap(b, whole)
		}
	}
	rest := restDay(a, days)
	left := weekMost
	for i := range days {
		a.fill(&days[i], i, i == rest, &left)
	}
	return days
}

func midnight(at time.Time, days int, zone *time.Location) time.Time {
	y, m, d := at.In(zone).Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, zone)
}

func overlap(a, b Span) time.Duration {
	if !a.Meets(b) {
		return 0
	}
	if a.Start.Before(b.Start) {
		a.Start = b.Start
	}
	if a.End.After(b.End) {
		a.End = b.End
	}
	return a.Length()
}

func spansOfTitled(list []Titled) []Span {
	out := make([]Span, len(list))
	for i, t := range list {
		out[i] = t.Span
	}
	return out
}

// restDay is the fullest day that holds no accepted slot, and never today: who
// is busiest then has least of a day for focus anyway. -1 where a week is shorter
// than four days.
func restDay(a PlanAsk, days []PlanDay) int {
	best := -1
	for i := 1; i < len(days) && len(days) >= 4; i++ {
		whole := Span{days[i].Day, days[i].Day.AddDate(0, 0, 1)}
		if whole.meetsAny(a.Accepted) {
			continue
		}
		if best < 0 || days[i].Busy > days[best].Busy {
			best = i
		}
	}
	return best
}

// fill plans one day.
func (a PlanAsk) fill(d *PlanDay, at int, rest bool, left *int) {
	whole := Span{d.Day, d.Day.AddDate(0, 0, 1)}
	taken := slices.Concat(a.Busy, a.Refused, a.Accepted, spansOfTitled(a.Practice))
	for _, p := range a.Practice {
		if p.Start.Before(whole.Start) || !p.Start.Before(whole.End) {
			continue
		}
		d.Blocks = append(d.Blocks, Block{Span: p.Span, Kind: Trained, Title: p.Title})
		after := Span{p.End, p.End.Add(recovery)}
		if !after.meetsAny(taken) {
			d.Blocks = append(d.Blocks, Block{Span: after, Kind: Recover, Reason: AfterSport})
		}
		taken = append(taken, after)
	}
	kind, reason := Focused, BestHours
	if at == 0 && a.Day.Light {
		kind, reason = LightOne, ShortSleep
		if a.Day.Heart.State == HeartLow {
			reason = LowHeart
		}
	}
	has := 0
	for _, s := range a.Accepted {
		if whole.Meets(s) {
			has++
			*left--
			d.Blocks = append(d.Blocks, Block{Span: s, Kind: kind, Yours: true, Reason: reason})
		}
	}
	most := min(dayMost-has, *left)
	if kind == LightOne {
		most = min(most, 1-has)
	}
	switch {
	case rest:
		d.Reason = RestDay
	case most <= 0:
		d.Reason = Spread
	default:
		for _, s := range Propose(a.Day.Course, Ask{Day: d.Day.Add(12 * time.Hour), Zone: a.Zone, After: a.Now, Taken: taken, Allowed: a.Allowed, Most: most}) {
			*left--
			d.Blocks = append(d.Blocks, Block{Span: s.Span, Kind: kind, Reason: reason})
		}
	}
	d.Blocks = append(d.Blocks, a.night(d.Day, at))
	slices.SortStableFunc(d.Blocks, func(x, y Block) int { return x.Start.Compare(y.Start) })
}

// night is the sleep that ends a day: until the usual hour, and long enough for
// the guard; an hour longer after a short night.
func (a PlanAsk) night(day time.Time, at int) Block {
	h := a.Day.Habit
	length, reason := max(h.Length, a.Guard.Least()), NightRest
	if at == 0 && a.Day.Short {
		length, reason = max(length, h.Length+time.Hour), ShortSleep
	}
	end := day.Add(h.Bed + h.Length)
	return Block{Span: Span{end.Add(-length), end}, Kind: Asleep, Reason: reason}
}
