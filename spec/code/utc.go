package code

import "time"

// ParseUTC reads a UTCDateTime (RFC 8984 section 1.4.4 without a fraction), such as
// 2026-04-01T09:00:00Z: time.Parse for the one layout of the standard, without
// its cost. The result is false for anything else.
func ParseUTC(s string) (time.Time, bool) {
	if len(s) != 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != 'Z' {
		return time.Time{}, false
	}
	var n [6]int
	for i, at := range [6][2]int{{0, 4}, {5, 7}, {8, 10}, {11, 13}, {14, 16}, {17, 19}} {
		for j := at[0]; j < at[1]; j++ {
			if s[j] < '0' || s[j] > '9' {
				return time.Time{}, false
			}
			n[i] = n[i]*10 + int(s[j]-'0')
		}
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
	if t.Month() != time.Month(n[1]) || t.Day() != n[2] || t.Hour() != n[3] || t.Minute() != n[4] || t.Second() != n[5] {
		return time.Time{}, false
	}
	return t, true
}
