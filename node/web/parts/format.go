package parts

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/web/text"
)

// tokyo is where times on a page are meant; Japan has no summer time.
var tokyo = time.FixedZone("JST", 9*3600)

// TimeText is a moment (Unix seconds) as people write it: 2026年4月1日 9:30 or
// 1 April 2026, 09:30. Both mean Japan.
func TimeText(lang string, unix int64) string {
	return layout(lang, "parts.layout.time", time.Unix(unix, 0).In(tokyo))
}

// DateText is the day of a moment in Japan: 2026年4月1日 or 1 April 2026.
func DateText(lang string, unix int64) string {
	return layout(lang, "parts.layout.date", time.Unix(unix, 0).In(tokyo))
}

// DayText writes a calendar date of the form 2026-04-01 for people; anything
// else comes back as it is.
func DayText(lang, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, tokyo)
	if err != nil {
		return day
	}
	return DateText(lang, t.Unix())
}

// layout writes a moment as the catalogue's example does (time.Layout).
func layout(lang, key string, t time.Time) string { return t.Format(text.Of(lang, key)) }

// BytesText is a size in octets, in steps of 1,000: 12.3 MB.
func BytesText(n int64) string {
	if n < 1000 && n > -1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	size, unit := float64(n), ""
	for _, unit = range []string{"kB", "MB", "GB", "TB", "PB"} {
		size /= 1000
		if size < 999.95 && size > -999.95 {
			break
		}
	}
	return strconv.FormatFloat(size, 'f', 1, 64) + " " + unit
}

// Number groups digits by thousands: 12,345.
func Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

// attr is the RFC 3339 form of a moment for a datetime attribute.
func attr(unix int64) string { return time.Unix(unix, 0).In(tokyo).Format(time.RFC3339) }

// dayAttr is the day of a moment for a datetime attribute.
func dayAttr(unix int64) string { return time.Unix(unix, 0).In(tokyo).Format(time.DateOnly) }

// lang is the reader's language.
func lang(ctx context.Context) string { return FrameOf(ctx).Lang }

// either is the text itself, or else the one of its key.
func either(ctx context.Context, written, key string) string {
	if written != "" || key == "" {
		return written
	}
	return T(ctx, key)
}

// plain turns a cell's value into text.
func plain(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int:
		return Number(int64(v))
	case int64:
		return Number(v)
	case uint64:
		return Number(int64(min(v, 1<<62)))
	}
	return fmt.Sprint(value)
}

// noticeKey names what kind a notice is, so that colour alone does not.
func noticeKey(kind string) string {
	switch kind {
	case "good":
		return "parts.notice.good"
	case "bad":
		return "parts.notice.bad"
	}
	return "parts.notice.warn"
}
