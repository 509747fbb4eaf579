package code

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var durationPattern = regexp.MustCompile(`^P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})S)?)?$`)

// ParseDuration reads an ISO 8601 duration of days, hours, minutes and seconds.
func ParseDuration(s string) (time.Duration, error) {
	m := durationPattern.FindStringSubmatch(s)
	if m == nil || strings.HasSuffix(s, "T") || s == "P" {
		return 0, fmt.Errorf("a duration is ISO 8601 with days, hours, minutes and seconds, such as PT1H30M")
	}
	var total time.Duration
	for i, unit := range [4]time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if m[i+1] == "" {
			continue
		}
		n, err := strconv.Atoi(m[i+1])
		if err != nil {
			return 0, fmt.Errorf("a duration is ISO 8601: %w", err)
		}
		total += time.Duration(n) * unit
	}
	return total, nil
}
