package calendar

import "time"

// day is one date with everything a rule may ask about it.
type day struct {
	number                     int64 // days since 1970-01-01
	year, month, day           int
	weekday                    int // 0 is Monday
	yearDay, monthLen, yearLen int
}

func newDay(number int64) day {
	t := time.Unix(number*daySeconds, 0).UTC()
	year, month, d := t.Date()
	return day{
		number: number, year: year, month: int(month), day: d,
		weekday: (int(t.Weekday()) + 6) % 7, yearDay: t.YearDay(),
		monthLen: monthLength(year, int(month)), yearLen: yearLength(year),
	}
}

// next is the day after within the same month; past its end only the number of the day is meaningful.
func (d day) next() day {
	d.number++
	d.day++
	d.yearDay++
	d.weekday = (d.weekday + 1) % 7
	return d
}

// week is the number of the day's week, from the beginning and from the end of the year that owns it. A week belongs
// to the year that holds at least four of its days (RFC 5545 section 3.3.10, ISO 8601 with a movable first weekday).
func (d day) week(weekStart int) (number, fromEnd int) {
	fourth := newDay(d.number - int64((d.weekday-weekStart+7)%7) + 3)
	number = (fourth.yearDay-1)/7 + 1
	weeks := number + (fourth.yearLen-fourth.yearDay)/7
	return number, number - weeks - 1
}

// allows reports whether the rule's day parts let this date through.
func (r *rule) allows(d day) bool {
	if r.month.given() && !r.month.has(d.month) {
		return false
	}
	if r.monthDay.given() && !r.monthDay.has(d.day) && !r.monthDay.has(d.day-d.monthLen-1) {
		return false
	}
	if r.yearDay.given() && !r.yearDay.has(d.yearDay) && !r.yearDay.has(d.yearDay-d.yearLen-1) {
		return false
	}
	if r.hasWeekday && !r.weekday[d.weekday] && !r.allowsNth(d) {
		return false
	}
	if r.weekNo.given() {
		number, fromEnd := d.week(r.weekStart)
		return r.weekNo.has(number) || r.weekNo.has(fromEnd)
	}
	return true
}

// allowsNth reads 2MO within the month, or within the year for a yearly rule that names no month.
func (r *rule) allowsNth(d day) bool {
	nth := r.nth[d.weekday]
	if !nth.given() {
		return false
	}
	at, length := d.day, d.monthLen
	if r.freq == yearly && !r.month.given() {
		at, length = d.yearDay, d.yearLen
	}
	return nth.has((at-1)/7+1) || nth.has(-((length-at)/7 + 1))
}

// monthDays appends the allowed dates of one month, in order.
func (r *rule) monthDays(year, month int, out []int64) []int64 {
	if r.month.given() && !r.month.has(month) {
		return out
	}
	d := newDay(dayNumber(year, month, 1))
	for ; d.day <= d.monthLen; d = d.next() {
		if r.allows(d) {
			out = append(out, d.number)
		}
	}
	return out
}

// days appends the allowed dates of the period with that index: a year, a month counted from year 0, the first day of
// a week, or a day. cost is the number of dates looked at.
func (r *rule) days(period int64, out []int64) (days []int64, cost int) {
	switch r.freq {
	case yearly:
		for month := 1; month <= 12; month++ {
			out = r.monthDays(int(period), month, out)
		}
		if r.month.given() {
			return out, len(r.month.list) * r.monthCost()
		}
		return out, 12 * r.monthCost()
	case monthly:
		return r.monthDays(int(floorDiv(period, 12)), int(floorMod(period, 12))+1, out), r.monthCost()
	}
	span := int64(1)
	if r.freq == weekly {
		span = 7
	}
	for n := period; n < period+span; n++ {
		// Most days of a weekly rule are ruled out by their name alone; 1970-01-01 was a Thursday.
		if name := floorMod(n+3, 7); r.hasWeekday && !r.weekday[name] {
			continue
		}
		if r.allows(newDay(n)) {
			out = append(out, n)
		}
	}
	return out, int(span)
}

// monthCost is small where the dates of a month are named and need no search.
func (r *rule) monthCost() int {
	if r.monthDay.given() {
		return 1 + len(r.monthDay.list)
	}
	return 31
}
