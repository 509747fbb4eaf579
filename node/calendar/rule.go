package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// errRule: a recurrence rule that RFC 5545 section 3.3.10 does not allow, or that asks for a calendar we do not keep.
var errRule = errors.New("recurrence rule not understood")

// frequency is how often a rule's period comes round.
type frequency byte

const (
	secondly frequency = iota
	minutely
	hourly
	daily
	weekly
	monthly
	yearly
)

var frequencies = map[string]frequency{
	"SECONDLY": secondly, "MINUTELY": minutely, "HOURLY": hourly, "DAILY": daily,
	"WEEKLY": weekly, "MONTHLY": monthly, "YEARLY": yearly,
}

// weekdays counts from Monday, as ISO 8601 and WKST's default do.
var weekdays = map[string]int{"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}

// numbers is a set of whole numbers between -max and max. The zero value is "the rule does not say".
type numbers struct {
	list []int  // sorted, each once
	in   []bool // n stands at n+max
}

func (n numbers) given() bool { return len(n.list) > 0 }

func (n numbers) has(v int) bool {
	i := v + len(n.in)/2
	return i >= 0 && i < len(n.in) && n.in[i]
}

func newNumbers(bound int, values ...int) numbers {
	n := numbers{in: make([]bool, 2*bound+1)}
	for _, v := range values {
		n.in[v+bound] = true
	}
	for i, in := range n.in {
		if in {
			n.list = append(n.list, i-bound)
		}
	}
	return n
}

// rule is one RRULE. It is followed by our own code and not by a library's, because each step has to be counted: the
// libraries at hand search without end for dates that never come.
type rule struct {
	freq      frequency
	interval  int64
	count     int64 // 0: without
	until     *moment
	weekStart int
	plain     bool // no BY part at all: every period has exactly its one date, if that date exists

	month, monthDay, yearDay, weekNo numbers
	hour, minute, second, position   numbers
	weekday                          [7]bool
	nth                              [7]numbers // BYDAY with a number: 2MO, -1FR
	hasWeekday                       bool
}

// parseRule reads the value of an RRULE. UNTIL keeps the form it was written in.
func parseRule(s string) (*rule, error) {
	r := &rule{interval: 1, plain: true}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.ToUpper(strings.TrimSuffix(s, ";")), ";") {
		key, value, ok := strings.Cut(part, "=")
		if !ok || seen[key] {
			return nil, fmt.Errorf("%w: a part is repeated or has no value", errRule)
		}
		seen[key] = true
		if err := r.part(key, value); err != nil {
			return nil, err
		}
		if strings.HasPrefix(key, "BY") {
			r.plain = false
		}
	}
	if !seen["FREQ"] {
		return nil, fmt.Errorf("%w: FREQ is missing", errRule)
	}
	return r, nil
}

func (r *rule) part(key, value string) error {
	var err error
	switch key {
	case "FREQ":
		ok := false
		if r.freq, ok = frequencies[value]; !ok {
			err = errRule
		}
	case "INTERVAL":
		r.interval, err = positive(value)
	case "COUNT":
		r.count, err = positive(value)
	case "UNTIL":
		var m moment
		m.wall, m.form, err = parseWall(value)
		r.until = &m
	case "WKST":
		day, ok := weekdays[value]
		if r.weekStart = day; !ok {
			err = errRule
		}
	case "BYDAY":
		err = r.weekdayPart(value)
	case "BYMONTH":
		r.month, err = numberPart(value, 1, 12, false)
	case "BYMONTHDAY":
		r.monthDay, err = numberPart(value, 1, 31, true)
	case "BYYEARDAY":
		r.yearDay, err = numberPart(value, 1, 366, true)
	case "BYWEEKNO":
		r.weekNo, err = numberPart(value, 1, 53, true)
	case "BYHOUR":
		r.hour, err = numberPart(value, 0, 23, false)
	case "BYMINUTE":
		r.minute, err = numberPart(value, 0, 59, false)
	case "BYSECOND":
		r.second, err = numberPart(value, 0, 60, false)
	case "BYSETPOS":
		r.position, err = numberPart(value, 1, 366, true)
	case "RSCALE": // RFC 7529
		if value != "GREGORIAN" {
			err = errRule
		}
	default:
		if !strings.HasPrefix(key, "X-") {
			err = errRule
		}
	}
	if err != nil {
		return fmt.Errorf("%w: a part is out of range or unknown", errRule)
	}
	return nil
}

// maxRuleNumber bounds COUNT and INTERVAL, so that arithmetic on them cannot overflow.
const maxRuleNumber = 1_000_000_000

func positive(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n > maxRuleNumber {
		return 0, errRule
	}
	return n, nil
}

func numberPart(s string, low, high int, negative bool) (numbers, error) {
	var values []int
	for v := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(v)
		if err != nil || max(n, -n) < low || max(n, -n) > high || (n < 0 && !negative) {
			return numbers{}, errRule
		}
		values = append(values, n)
	}
	return newNumbers(high, values...), nil
}

func (r *rule) weekdayPart(s string) error {
	var nth [7][]int
	for v := range strings.SplitSeq(s, ",") {
		if len(v) < 2 {
			return errRule
		}
		day, ok := weekdays[v[len(v)-2:]]
		if !ok {
			return errRule
		}
		number := v[:len(v)-2]
		if number == "" {
			r.weekday[day] = true
			continue
		}
		n, err := strconv.Atoi(number)
		if err != nil || n == 0 || n > 53 || n < -53 {
			return errRule
		}
		nth[day] = append(nth[day], n)
	}
	for day, list := range nth {
		if len(list) > 0 {
			r.nth[day] = newNumbers(53, list...)
		}
	}
	r.hasWeekday = true
	return nil
}

// anchor takes from DTSTART what the rule leaves open (RFC 5545 section 3.3.10: "Information, not contained in the
// rule, necessary to determine the various recurrence instance start time and dates are derived from ... DTSTART").
func (r *rule) anchor(start wall) {
	d := newDay(start.day())
	if r.freq != monthly && (r.freq != yearly || r.weekNo.given()) {
		r.dropNumbers()
	}
	dated := r.hasWeekday || r.monthDay.given() || r.yearDay.given()
	switch {
	case r.freq == yearly && r.weekNo.given() && !dated, r.freq == weekly && !dated && !r.weekNo.given():
		r.weekday[d.weekday], r.hasWeekday = true, true
	case r.freq == yearly && !dated:
		if !r.month.given() {
			r.month = newNumbers(12, d.month)
		}
		r.monthDay = newNumbers(31, d.day)
	case r.freq == monthly && !dated && !r.weekNo.given():
		r.monthDay = newNumbers(31, d.day)
	}
	second := int(floorMod(int64(start), daySeconds))
	if r.freq > hourly && !r.hour.given() {
		r.hour = newNumbers(23, second/3600)
	}
	if r.freq > minutely && !r.minute.given() {
		r.minute = newNumbers(59, second/60%60)
	}
	if r.freq > secondly && !r.second.given() {
		r.second = newNumbers(60, second%60)
	}
	if r.second.has(60) {
		values := slices.DeleteFunc(slices.Clone(r.second.list), func(v int) bool { return v == 60 })
		r.second = newNumbers(60, append(values, 59)...)
	}
}

// dropNumbers reads 2MO as MO where a count makes no sense: outside months and years, and beside BYWEEKNO.
func (r *rule) dropNumbers() {
	for day := range r.nth {
		if r.nth[day].given() {
			r.weekday[day], r.nth[day] = true, numbers{}
		}
	}
}

// pastUntil reports whether an instance lies after UNTIL, which is itself included. A DATE means that whole day on
// the event's own wall.
func (r *rule) pastUntil(w wall, unix int64) bool {
	switch {
	case r.until == nil:
		return false
	case r.until.form == utc:
		return unix > int64(r.until.wall)
	case r.until.form == date:
		return w.day() > r.until.wall.day()
	}
	return w > r.until.wall
}

// fitUntil reads an UNTIL whose type differs from DTSTART's as the programs that write it mean it: a local time in a
// series kept in UTC is UTC, and midnight UTC in a series of whole days is that day.
func (r *rule) fitUntil(start form) {
	u := r.until
	switch {
	case u == nil:
	case start == utc && u.form == floating:
		u.form = utc
	case start == date && u.form == utc && floorMod(int64(u.wall), daySeconds) == 0:
		u.form = date
	}
}

// lastWall is a wall time no instance lies after; open is true where the rule has no UNTIL.
func (r *rule) lastWall() (last wall, open bool) {
	if r.until == nil {
		return 0, true
	}
	return r.until.wall + daySeconds + zoneReach, false
}

// rank orders rules by how much following them may cost, so that one bad rule never takes the allowance of good ones.
func (r *rule) rank() int {
	switch {
	case r.freq < daily:
		return 4
	case len(r.hour.list)*len(r.minute.list)*len(r.second.list) > 24:
		return 3
	case r.count > 0:
		return 2
	}
	return 1
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

func splitList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
