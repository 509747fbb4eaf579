package focus

import "time"

// Reason is a stable code of why something is proposed as it is.
type Reason string

// The reasons.
const (
	BestHours  Reason = "best-hours"  // the expected sleepiness is lowest
	LowHeart   Reason = "low-heart"   // heart rate variability lies under the baseline
	ShortSleep Reason = "short-sleep" // less sleep than the guard asks for
	NoSleep    Reason = "no-sleep"    // last night is not known, a usual one is taken
	NoHabit    Reason = "no-habit"    // nor are there enough nights to know a usual one
	AfterSport Reason = "after-sport" // time to recover from practice
	NightRest  Reason = "night-rest"  // sleep before all
	RestDay    Reason = "rest-day"    // one day without focus
	Spread     Reason = "spread"      // enough for one day
)

// Day is what there is to say about somebody's day.
type Day struct {
	Slept   time.Duration
	Known   bool // whether last night is known
	Least   time.Duration
	Short   bool // less sleep than the guard
	Heart   Reading
	Habit   Habit
	Light   bool // only light work is proposed
	Reasons []Reason
	Nights  []Night // with usual ones where none are known
	Course  Course
}

// Told is what somebody gave, in any order.
type Told struct {
	Nights []Night
	Hearts []Heart
	Guard  Guard
}

// followed is how many days before a day its course begins.
const followed = 7

// Look works out a day from what somebody gave until a moment of it.
func Look(t Told, now time.Time, zone *time.Location) Day {
	d := Day{Least: t.Guard.Least(), Habit: HabitOf(t.Nights, zone)}
	d.Slept, d.Known = SleptBefore(t.Nights, now, zone)
	d.Short = d.Known && d.Slept < d.Least
	d.Heart = ReadHeart(t.Hearts, now, zone)
	d.Light = d.Short || d.Heart.State == HeartLow
	if d.Heart.State == HeartLow {
		d.Reasons = append(d.Reasons, LowHeart)
	}
	if d.Short {
		d.Reasons = append(d.Reasons, ShortSleep)
	}
	if !d.Known {
		d.Reasons = append(d.Reasons, NoSleep)
	}
	if !d.Habit.Known {
		d.Reasons = append(d.Reasons, NoHabit)
	}
	first := now.AddDate(0, 0, -followed)
	var recent []Night
	for _, n := range t.Nights {
		if n.End.After(first) && !n.End.After(now) {
			recent = append(recent, n)
		}
	}
	d.Nights = Fill(recent, d.Habit, first, now.AddDate(0, 0, followed), zone)
	d.Course = Follow(d.Nights, zone)
	return d
}
