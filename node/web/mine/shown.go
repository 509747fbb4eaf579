package mine

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
)

// shown is how finely a person's free time is shown, and for how long one word
// of it serves; ISO 8601 durations.
type shown struct{ Step, Life string }

// usual is what somebody agrees to who chose nothing.
func usual() shown { return shown{"PT15M", "P1D"} }

// shares says whether free time is among what a choice shares.
func (c choice) shares() bool { return slices.Contains(c.Kinds, string(spec.KindAvailability)) }

// shownIn reads the two questions of a form; one that does not ask them means
// the usual.
func shownIn(p *shell.Page) shown {
	return shown{cmp.Or(p.Value("step"), usual().Step), cmp.Or(p.Value("life"), usual().Life)}
}

// faults are what no select offers.
func (s shown) faults(p *shell.Page) []parts.FieldError {
	var wrong []parts.FieldError
	if !slices.Contains(availability.Granularities(), s.Step) {
		wrong = append(wrong, parts.FieldError{Field: "step", Text: p.T("mine.give.wrong.step")})
	}
	if !slices.Contains(availability.Lives(), s.Life) {
		wrong = append(wrong, parts.FieldError{Field: "life", Text: p.T("mine.give.wrong.life")})
	}
	return wrong
}

// tell puts the choice into a consent that shares free time.
func (s shown) tell(ask *consent.Ask) {
	if s != usual() && slices.Contains(ask.Kinds, spec.KindAvailability) {
		ask.Granularity, ask.Expiry = s.Step, s.Life
	}
}

// sharedBy is what a consent that was given says, which may be nothing.
func sharedBy(r *consent.Sharing) shown {
	if r == nil {
		return usual()
	}
	return shown{r.Granularity, r.Expiry}
}

// sameShown compares a stored consent with a choice.
func sameShown(row store.Consent, s shown) bool {
	var r consent.Record
	return json.Unmarshal([]byte(row.Document), &r) == nil && sharedBy(r.Sharing) == s
}

func durations(words, chosen string, values []string) []parts.Option {
	list := make([]parts.Option, len(values))
	for i, v := range values {
		list[i] = parts.Option{Value: v, Key: words + v, Selected: v == chosen}
	}
	return list
}

// shownPairs say it in words.
func shownPairs(ctx context.Context, s shown) []parts.Pair {
	said := func(words, value string, known []string) string {
		if slices.Contains(known, value) {
			return parts.T(ctx, words+value)
		}
		return value // a program chose it
	}
	return []parts.Pair{
		parts.Define("mine.step", parts.Plain(said("mine.step.", s.Step, availability.Granularities()))),
		parts.Define("mine.life", parts.Plain(said("mine.life.", s.Life, availability.Lives()))),
	}
}
