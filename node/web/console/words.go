package console

import (
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/node/work"
)

// say is a text with numbers, which are grouped.
func say(lang, key string, numbers ...int64) string {
	grouped := make([]any, len(numbers))
	for i, n := range numbers {
		grouped[i] = parts.Number(n)
	}
	return text.Of(lang, key, grouped...)
}

// stamp is a moment in words; 0 is never.
func stamp(lang string, unix int64) string {
	if unix == 0 {
		return text.Of(lang, "console.never")
	}
	return parts.TimeText(lang, unix)
}

// clock is stamp of a time; the zero time is never.
func clock(lang string, at time.Time) string {
	if at.IsZero() {
		return text.Of(lang, "console.never")
	}
	return stamp(lang, at.Unix())
}

// place is how far a log was read, and how much of it is left.
func place(lang string, c *store.Cursor) string {
	if c == nil {
		return text.Of(lang, "console.never")
	}
	lag := lagOf(c)
	return say(lang, "console.peer.place", lag, int64(c.Next), int64(c.Next)+lag)
}

// progress is how far a job is, or what its last run did.
func progress(lang string, j work.State) string {
	switch {
	case j.Total > 0:
		return say(lang, "console.job.of", j.Done, j.Total)
	case j.Done > 0:
		return parts.Number(j.Done)
	}
	return text.Of(lang, "console.none")
}

// faultKey is the live key of a failure's words beside that of their number.
func faultKey(key string) string { return strings.TrimSuffix(key, "failures") + "fault" }
