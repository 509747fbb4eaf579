package calendar

// fine follows hourly, minutely and secondly rules. It leaps over days, hours and minutes the rule does not allow, so
// a rule that never matches costs a step a day and not a step a second.
func (f *follow) fine() (reached wall, ok bool) {
	r := f.rule
	unit := map[frequency]int64{hourly: 3600, minutely: 60, secondly: 1}[r.freq]
	step := unit * r.interval
	t := floorDiv(int64(f.start), unit) * unit
	if ahead := floorDiv(int64(f.from)-unit-t, step); ahead > 0 {
		switch {
		case r.count == 0:
			t += ahead * step
		case r.plain:
			if t += ahead * step; !f.skip(ahead - 1) {
				return f.to, true
			}
		}
	}
	leap := func(target int64) { t += max(1, -floorDiv(t-target, step)) * step }
	known, allowed := int64(-1<<62), false
	for t < int64(f.to) {
		if !f.spend(1) {
			return max(wall(t), f.start), false
		}
		if d := floorDiv(t, daySeconds); d != known {
			known, allowed = d, r.allows(newDay(d))
		}
		second := floorMod(t, daySeconds)
		switch {
		case !allowed:
			leap((known + 1) * daySeconds)
		case r.hour.given() && !r.hour.has(int(second/3600)):
			leap((floorDiv(t, 3600) + 1) * 3600)
		case r.freq <= minutely && r.minute.given() && !r.minute.has(int(second/60%60)):
			leap((floorDiv(t, 60) + 1) * 60)
		case r.freq == secondly && r.second.given() && !r.second.has(int(second%60)):
			leap(t + 1)
		default:
			if again, within := f.within(t); !within {
				return max(wall(t), f.start), false
			} else if !again {
				return f.to, true
			}
			leap(t + step)
		}
	}
	return f.to, true
}

// within tells the instances of one allowed hour, minute or second that begins at t.
func (f *follow) within(t int64) (again, within bool) {
	if f.narrow == nil {
		r := *f.rule
		f.narrow = &follow{rule: &r, start: f.start, from: f.from, to: f.to, steps: f.steps, tell: f.tell}
	}
	g, second := f.narrow, int(floorMod(t, daySeconds))
	g.left = f.left
	g.rule.hour.list = append(g.rule.hour.list[:0:0], second/3600)
	if f.rule.freq <= minutely {
		g.rule.minute.list = append(g.rule.minute.list[:0:0], second/60%60)
	}
	if f.rule.freq == secondly {
		g.rule.second.list = append(g.rule.second.list[:0:0], second%60)
	}
	base := t - int64(second)
	if f.rule.position.given() {
		if !f.spend(len(f.rule.position.list)) {
			return false, false
		}
		again, within = g.positions(1, func(int) int64 { return base }), true
	} else {
		again, within = g.times(base)
	}
	f.left = g.left
	return again, within
}
