package calendar

import "slices"

// follow walks the dates of one rule in wall time, from DTSTART on, and counts every step it takes.
type follow struct {
	rule     *rule
	start    wall // DTSTART; always the first instance, and counted as one
	from, to wall // instances before from are counted but not told; the walk ends at to
	steps    *int // what is left of the allowance

	left   int64 // instances COUNT still grants; meaningless without COUNT
	tell   func(wall) bool
	buf    []int64
	narrow *follow // the same walk inside one hour, minute or second, for rules finer than a day
}

// run tells every instance at or after from and before to, in order, until tell says no. ok is false where the
// allowance ran out; then every instance before reached has been told.
func (f *follow) run(tell func(wall) bool) (reached wall, ok bool) {
	f.tell, f.left = tell, f.rule.count
	if !f.instance(f.start) {
		return f.to, true
	}
	if last, open := f.rule.lastWall(); !open && last < f.to {
		f.to = last + 1
	}
	if f.rule.freq < daily {
		return f.fine()
	}
	return f.coarse()
}

func (f *follow) spend(n int) bool {
	*f.steps -= n
	return *f.steps >= 0
}

// instance accepts one date of the rule. It returns false where the walk is over.
func (f *follow) instance(w wall) bool {
	if w >= f.to {
		return false
	}
	if w >= f.from && !f.tell(w) {
		return false
	}
	f.left--
	return f.rule.count == 0 || f.left > 0
}

// skip moves over n dates that all lie before from. It returns false where COUNT ends among them.
func (f *follow) skip(n int64) bool {
	f.left -= n
	return f.rule.count == 0 || f.left > 0
}

// coarse follows daily, weekly, monthly and yearly rules period by period.
func (f *follow) coarse() (reached wall, ok bool) {
	period, ok := f.firstPeriod()
	if !ok {
		return f.to, true
	}
	for ; ; period += f.stride() {
		begin := f.periodStart(period)
		if begin >= f.to {
			return f.to, true
		}
		days, cost := f.rule.days(period, f.buf[:0])
		f.buf = days
		if !f.spend(cost) {
			return max(begin, f.start), false
		}
		if f.rule.position.given() {
			if !f.spend(len(f.rule.position.list)) {
				return max(begin, f.start), false
			}
			if !f.positions(len(days), func(i int) int64 { return days[i] * daySeconds }) {
				return f.to, true
			}
			continue
		}
		for _, d := range days {
			if again, within := f.times(d * daySeconds); !within {
				return max(wall(d*daySeconds), f.start), false
			} else if !again {
				return f.to, true
			}
		}
	}
}

// stride is the distance between two periods of the rule, in the unit of rule.days.
func (f *follow) stride() int64 {
	if f.rule.freq == weekly {
		return 7 * f.rule.interval
	}
	return f.rule.interval
}

func (f *follow) periodStart(period int64) wall {
	switch f.rule.freq {
	case yearly:
		return wall(dayNumber(int(period), 1, 1) * daySeconds)
	case monthly:
		return wall(dayNumber(int(floorDiv(period, 12)), int(floorMod(period, 12))+1, 1) * daySeconds)
	}
	return wall(period * daySeconds)
}

// firstPeriod is DTSTART's, or one shortly before from where nothing has to be counted on the way there.
func (f *follow) firstPeriod() (period int64, ok bool) {
	d, target := newDay(f.start.day()), newDay(max(f.from, f.start).day())
	var aim int64
	switch f.rule.freq {
	case yearly:
		period, aim = int64(d.year), int64(target.year)
	case monthly:
		period, aim = int64(d.year)*12+int64(d.month)-1, int64(target.year)*12+int64(target.month)-1
	case weekly:
		period, aim = d.number-int64((d.weekday-f.rule.weekStart+7)%7), target.number-6
	default:
		period, aim = d.number, target.number
	}
	ahead := max(0, floorDiv(aim-period, f.stride()))
	switch {
	case f.rule.count == 0:
		return period + ahead*f.stride(), true
	case f.rule.plain && f.rule.freq <= weekly && ahead > 0:
		// One date a period: DTSTART's own has been counted, the ones between are skipped unseen.
		return period + ahead*f.stride(), f.skip(ahead - 1)
	}
	return period, true
}

// times tells the instances of one day (or, for finer rules, of one period). within is false where the allowance ran
// out, again where the walk is over.
func (f *follow) times(base int64) (again, within bool) {
	r := f.rule
	n := int64(len(r.hour.list) * len(r.minute.list) * len(r.second.list))
	if base > int64(f.start) && base+daySeconds <= int64(f.from) {
		return f.skip(n), true
	}
	for _, h := range r.hour.list {
		for _, m := range r.minute.list {
			for _, s := range r.second.list {
				if !f.spend(1) {
					return false, false
				}
				if w := wall(base + int64(h*3600+m*60+s)); w > f.start && !f.instance(w) {
					return false, true
				}
			}
		}
	}
	return true, true
}

// positions applies BYSETPOS to a period of n days without listing its times, which may be millions.
func (f *follow) positions(n int, base func(int) int64) bool {
	r := f.rule
	minutes, seconds := len(r.minute.list), len(r.second.list)
	perDay := len(r.hour.list) * minutes * seconds
	total := n * perDay
	var chosen []int
	for _, p := range r.position.list {
		if p < 0 {
			p += total + 1
		}
		if p >= 1 && p <= total {
			chosen = append(chosen, p-1)
		}
	}
	slices.Sort(chosen)
	for _, i := range slices.Compact(chosen) {
		t := i % perDay
		h, m, s := r.hour.list[t/(minutes*seconds)], r.minute.list[t/seconds%minutes], r.second.list[t%seconds]
		if w := wall(base(i/perDay) + int64(h*3600+m*60+s)); w > f.start && !f.instance(w) {
			return false
		}
	}
	return true
}
