package statement

import (
	"strconv"
	"strings"
)

// Hours counts millionths of an hour, the finest that a delivery can say.
type Hours int64

// whole is one hour.
const whole Hours = 1_000_000

// most is more hours than anybody works, and few enough to be added up safely.
const most = 10_000 * whole

// ParseHours reads a decimal number of the standard (section 12.4), at most 10000
// hours. What is none is 0.
func ParseHours(text string) Hours {
	ones, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(ones, 10, 64)
	if err != nil || n < 0 || len(fraction) > 6 {
		return 0
	}
	parts, err := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
	if err != nil || parts < 0 {
		return 0
	}
	if n >= int64(most/whole) {
		return most
	}
	return Hours(n)*whole + Hours(parts)
}

// String is the hours as a decimal number of at most two places, a half rounded
// up: 4.5, 0.33.
func (h Hours) String() string {
	hundredths := (int64(h) + int64(whole)/200) / (int64(whole) / 100)
	text := strconv.FormatInt(hundredths/100, 10)
	rest := hundredths % 100
	switch {
	case rest == 0:
		return text
	case rest%10 == 0:
		return text + "." + strconv.FormatInt(rest/10, 10)
	case rest < 10:
		return text + ".0" + strconv.FormatInt(rest, 10)
	}
	return text + "." + strconv.FormatInt(rest, 10)
}
