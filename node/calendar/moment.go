package calendar

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

const (
	daySeconds = 24 * 60 * 60
	// zoneReach is more than any zone lies away from UTC: a wall time and its instant never differ by more.
	zoneReach = 26 * 60 * 60
)

// wall is a reading of clock and calendar on a wall somewhere, in seconds as if that wall stood in UTC. Rules are
// followed in wall time and only their results become instants, so "every Monday at 9" stays at 9 all year.
type wall int64

func (w wall) day() int64 { return floorDiv(int64(w), daySeconds) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// form says how a wall time becomes an instant.
type form byte

const (
	floating form = iota // in the person's home zone
	date                 // midnight in the home zone: a whole day
	utc
	zoned
)

// moment is a DATE or DATE-TIME value (RFC 5545 sections 3.3.4 and 3.3.5).
type moment struct {
	wall wall
	form form
	zone zone // where form is zoned
}

func (m moment) sameClock(o moment) bool { return m.form == o.form && m.zone == o.zone }

var (
	errDate     = errors.New("not a date or time")
	errDuration = errors.New("not a duration")
	errOffset   = errors.New("not a UTC offset")
)

// parseWall reads 20260105, 20260105T090000 or 20260105T090000Z. A leap second counts as the second before it, as
// section 3.3.12 advises.
func parseWall(s string) (wall, form, error) {
	kind := floating
	if n := len(s); n == 16 && (s[15] == 'Z' || s[15] == 'z') {
		kind, s = utc, s[:15]
	}
	if len(s) != 8 && len(s) != 15 {
		return 0, 0, errDate
	}
	year, month, day := digits(s[0:4]), digits(s[4:6]), digits(s[6:8])
	if year < 1 || month < 1 || month > 12 || day < 1 || day > monthLength(year, month) {
		return 0, 0, errDate
	}
	w := wall(dayNumber(year, month, day) * daySeconds)
	if len(s) == 8 {
		return w, date, nil
	}
	hour, minute, second := digits(s[9:11]), digits(s[11:13]), digits(s[13:15])
	if (s[8] != 'T' && s[8] != 't') || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 {
		return 0, 0, errDate
	}
	return w + wall(hour*3600+minute*60+min(second, 59)), kind, nil
}

// digits reads an unsigned number; -1 where s is anything else.
func digits(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func dayNumber(year, month, day int) int64 {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / daySeconds
}

func monthLength(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		return 28 + yearLength(year) - 365
	}
	return 31
}

func yearLength(year int) int {
	if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 366
	}
	return 365
}

// length is how long an event lasts. Days are nominal (a day with a clock change still counts as one), seconds exact
// (RFC 5545 section 3.3.6).
type length struct {
	days, seconds int64
}

// maxLength refuses durations that no calendar means: 10,000 years. It keeps sums of times far from overflowing.
const maxLength = 10_000 * 366 * daySeconds

// parseDuration reads P15DT5H0M20S, P7W, PT90M and the like; a negative one is an error here, since no event ends
// before it begins.
func parseDuration(s string) (length, error) {
	s = strings.TrimPrefix(strings.ToUpper(s), "+")
	rest, ok := strings.CutPrefix(s, "P")
	if !ok || rest == "" || rest == "T" {
		return length{}, errDuration
	}
	var l length
	inTime := false
	for rest != "" {
		if rest[0] == 'T' && !inTime {
			inTime, rest = true, rest[1:]
			continue
		}
		i := strings.IndexAny(rest, "WDHMS")
		if i < 1 || i > 9 {
			return length{}, errDuration
		}
		n, err := strconv.ParseUint(rest[:i], 10, 32)
		if err != nil {
			return length{}, errDuration
		}
		switch unit := rest[i]; {
		case unit == 'W' && !inTime:
			l.days += 7 * int64(n)
		case unit == 'D' && !inTime:
			l.days += int64(n)
		case unit == 'H' && inTime:
			l.seconds += 3600 * int64(n)
		case unit == 'M' && inTime:
			l.seconds += 60 * int64(n)
		case unit == 'S' && inTime:
			l.seconds += int64(n)
		default:
			return length{}, errDuration
		}
		if l.days > maxLength/daySeconds || l.seconds > maxLength {
			return length{}, errDuration
		}
		rest = rest[i+1:]
	}
	return l, nil
}

// parseOffset reads +0900, -0330 or +HHMMSS as seconds east of UTC (section 3.3.14).
func parseOffset(s string) (int64, error) {
	if (len(s) != 5 && len(s) != 7) || (s[0] != '+' && s[0] != '-') {
		return 0, errOffset
	}
	hour, minute, second := digits(s[1:3]), digits(s[3:5]), digits(s[5:])
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return 0, errOffset
	}
	n := int64(hour*3600 + minute*60 + second)
	if s[0] == '-' {
		n = -n
	}
	return n, nil
}
