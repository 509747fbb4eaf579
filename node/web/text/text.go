// Package text is the one message catalogue of the pages and mails: every
// sentence that a person reads, in Japanese and English, by a dotted key. It
// refuses to decide what is said: pages choose keys, this package has words.
//
// One file holds one subject and one map. A placeholder is {0}, {1}, …; a word
// that follows a number in English is {0:person|people}.
package text

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"

	"github.com/fukusen/fukusen/spec"
)

// subjects is every part of the catalogue. No key stands in two of them.
func subjects() []map[string]spec.Text {
	return []map[string]spec.Text{
		partsTexts,
		shellTexts,
		galleryTexts,
		statusTexts,
		doorTexts,
		mineTexts,
		mineSelfTexts,
		mineProfileTexts,
		deskTexts,
		personTexts,
		registerTexts,
		consoleTexts,
		problemTexts,
		requirementTexts,
		workRequirementTexts,
		inboxTexts,
		auditTexts,
		orgTexts,
		gigTexts,
		feedTexts,
		weekTexts,
		calendarTexts,
		deedTexts,
		clubTexts,
		focusTexts,
		planTexts,
		teamTexts,
		focusFaultTexts,
	}
}

// Composed lists the beginnings of keys whose end comes from data, as in
// "kind." + member.Kind. Only under these may a key be put together.
func Composed() []string {
	return []string{
		"consent.field.", "language.", "asked.", "opened.", "export.", "audience.", "part.", "item.", "correction.",
		"consent.", "kind.", "method.", "notice.", "record.", "role.", "series.", "document.", "problem.", "requirement.", "console.line.", "console.mail.is.", "job.", "club.type.", "mine.step.", "mine.life.", "act.", "act.of.",
		"parts.week.", "parts.weekday.", "parts.event.",
		"desk.field.", "desk.kind.", "desk.area.", "desk.audience.", "desk.part.", "desk.language.", "desk.reason.", "desk.form.",
		"token.group.", "dav.shelf.", "calendars.state.", "calendars.reason.", "calendars.kind.",
		"token.group.",
		"focus.fault.", "focus.reason.", "focus.block.", "team.wrong.", "bands.",
		"gig.state.", "gig.per.", "gig.basis.", "gig.lack.", "gig.wrong.", "gig.offer.is.",
		"work.stage.", "work.severity.", "work.turn.", "work.judged.", "work.wrong.",
	}
}

// merged is computed once and never changed.
var merged = sync.OnceValue(func() map[string]spec.Text {
	whole := make(map[string]spec.Text)
	for _, subject := range subjects() {
		maps.Copy(whole, subject)
	}
	return whole
})

// All is a copy of the whole catalogue.
func All() map[string]spec.Text { return maps.Clone(merged()) }

// Has says whether a key stands in the catalogue.
func Has(key string) bool {
	_, ok := merged()[key]
	return ok
}

// Of is the text of a key in a language ("ja", or else English) with its
// placeholders filled. An unknown key comes back as ⟦key⟧, to be seen.
func Of(lang, key string, args ...any) string {
	found, ok := merged()[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	return fill(found.In(lang), args)
}

// fill replaces {n} by argument n and {n:one|more} by one of two words.
func fill(pattern string, args []any) string {
	if len(args) == 0 {
		return pattern
	}
	var out strings.Builder
	for {
		before, rest, open := strings.Cut(pattern, "{")
		out.WriteString(before)
		if !open {
			return out.String()
		}
		hole, after, closed := strings.Cut(rest, "}")
		number, words, choice := strings.Cut(hole, ":")
		at, err := strconv.Atoi(number)
		switch {
		case !closed || err != nil || at < 0 || at >= len(args):
			out.WriteString("{")
			pattern = rest
			continue
		case choice:
			one, more, _ := strings.Cut(words, "|")
			if fmt.Sprint(args[at]) == "1" {
				more = one
			}
			out.WriteString(more)
		default:
			fmt.Fprint(&out, args[at])
		}
		pattern = after
	}
}
