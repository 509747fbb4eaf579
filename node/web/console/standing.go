package console

import (
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/web/text"
)

// How old a confirmation may be: past the first it is stale, past the second
// nothing should lean on it.
const (
	amberAge = time.Hour
	redAge   = 7 * 24 * time.Hour
)

// Light is the state of a node in a word: the kind of its badge, and the key of
// its sentence. Age is how long ago the policy was confirmed, where known.
func Light(ready error, age time.Duration, known bool) (kind, key string) {
	switch {
	case errors.Is(ready, gate.ErrRestoring):
		return "warn", "light.restoring"
	case ready != nil:
		return "warn", "light.joining"
	case !known:
		return "warn", "light.waiting"
	case age > redAge:
		return "bad", "light.old"
	case age > amberAge:
		return "warn", "light.stale"
	}
	return "good", "light.good"
}

// standing is how far what was confirmed some time ago may be leant on.
func standing(age time.Duration, known bool) badge {
	switch {
	case !known:
		return badge{"bad", "console.trust.unknown"}
	case age > redAge:
		return badge{"bad", "console.trust.expired"}
	case age > amberAge:
		return badge{"warn", "console.trust.stale"}
	}
	return badge{"good", "console.trust.fresh"}
}

// badge is a state: the kind of a parts.Badge and the key of its words.
type badge struct{ Kind, Key string }

// ago says how long ago something was, no finer than a minute, so that a page
// that follows it does not change with each second.
func ago(lang string, age time.Duration, known bool) string {
	switch {
	case !known:
		return text.Of(lang, "console.never")
	case age < time.Minute:
		return text.Of(lang, "console.ago.now")
	case age < time.Hour:
		return text.Of(lang, "console.ago.minutes", int(age/time.Minute))
	case age < 48*time.Hour:
		return text.Of(lang, "console.ago.hours", int(age/time.Hour))
	}
	return text.Of(lang, "console.ago.days", int(age/(24*time.Hour)))
}
