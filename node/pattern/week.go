package pattern

import (
	"slices"
	"strings"
	"time"
)

// Place offers one unit that begins at a local time, on that day alone or in
// every week from it on. A unit that is offered already stays as it is.
func (p *Pattern) Place(start time.Time, weekly bool) {
	text := start.Format(wall)
	for i := range p.Available {
		s := &p.Available[i]
		if !s.everyWeek(start) {
			continue
		}
		if weekly && s.Start > text {
			s.Start = text // the weeks before it too
		}
		if s.Start <= text {
			day := start.Format(time.DateOnly)
			s.Excluded = slices.DeleteFunc(s.Excluded, func(d string) bool { return d == day })
			return
		}
	}
	if _, there := p.At(start); there && !weekly {
		return
	}
	slot := Slot{Start: text, Duration: "PT1H30M"}
	if weekly {
		slot.Rule = &Rule{Frequency: "weekly"}
		p.Available = slices.DeleteFunc(p.Available, func(s Slot) bool { // what the new one says too
			first, length, err := s.read()
			return err == nil && s.Rule == nil && length == Unit && first.Weekday() == start.Weekday() && s.Start >= text &&
				first.Format(time.TimeOnly) == start.Format(time.TimeOnly)
		})
	}
	p.Available = append(p.Available, slot)
}

// everyWeek reports whether a slot is one unit of every week, without an end, on
// the day and at the time of a start.
func (s Slot) everyWeek(start time.Time) bool {
	first, length, err := s.read()
	return err == nil && length == Unit && s.Rule != nil && s.Rule.Frequency == "weekly" && s.Rule.Interval <= 1 &&
		s.Rule.Until == "" && s.Rule.Count == 0 && len(s.Rule.ByDay) == 0 &&
		first.Weekday() == start.Weekday() && first.Format(time.TimeOnly) == start.Format(time.TimeOnly)
}

// Take offers a unit that begins at a local time no more: on that day alone, or
// in every week. One that is not offered stays so.
func (p *Pattern) Take(start time.Time, weekly bool) {
	at, there := p.At(start)
	if !there {
		return
	}
	s := &p.Available[at]
	switch {
	case s.Rule == nil:
		p.Available = slices.Delete(p.Available, at, at+1)
	case !weekly:
		s.Excluded = append(s.Excluded, start.Format(time.DateOnly))
		slices.Sort(s.Excluded)
	case len(s.Rule.ByDay) < 2 || s.Rule.Count > 0:
		p.Available = slices.Delete(p.Available, at, at+1)
	default:
		s.Rule.ByDay = slices.DeleteFunc(slices.Clone(s.Rule.ByDay), func(d NDay) bool { return d.Day == Weekday(start.Weekday()) })
		first, _, _ := s.read()
		for step := 0; step < 62 && !s.Rule.names(first); step++ { // the first start is one that the rule names
			first = first.AddDate(0, 0, 1)
		}
		s.Start = first.Format(wall)
		if len(s.Rule.ByDay) == 0 || !s.Rule.names(first) {
			p.Available = slices.Delete(p.Available, at, at+1)
		}
	}
}

// At answers the slot that offers the unit beginning at a local time, which is
// written as if it were UTC.
func (p Pattern) At(start time.Time) (slot int, there bool) {
	zone, err := p.Zone()
	if err != nil {
		return 0, false
	}
	from := instant(start, zone)
	list, err := p.Occurrences(Window{from, from.Add(Unit)})
	if err != nil {
		return 0, false
	}
	for _, o := range list {
		_, length, err := p.Available[o.Slot].read()
		if err == nil && length == Unit && o.Start.Equal(from) && o.End.Equal(from.Add(Unit)) {
			return o.Slot, true
		}
	}
	return 0, false
}

// Wall reads a local time such as 2026-04-06T18:00, with or without seconds, as
// At and its neighbours take it.
func Wall(text string) (time.Time, bool) {
	if strings.Count(text, ":") == 1 {
		text += ":00"
	}
	t, err := time.Parse(wall, text)
	return t, err == nil && t.Format(wall) == text
}
