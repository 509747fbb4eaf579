// Package work holds what records about work say beside their envelope: gigs,
// offers, holds and what follows, and calendars of clubs (standard sections 12.4
// to 12.10). It judges values alone, and refuses by the requirement they break.
package work

import (
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/strict"
)

func fault(requirement, field, detail string) *strict.Fault {
	return &strict.Fault{Requirement: requirement, Field: field, Detail: detail}
}

// Unit is one stretch of work, 90 minutes by default; the end is exclusive
// (standard section 12.4).
type Unit struct {
	Index int    `json:"index"` // from 0
	Start string `json:"utcStart"`
	End   string `json:"utcEnd"`
}

const maxUnits = 200

// wrongUnits says which member of a list of units is wrong, and what is
// required: 1 to 200, numbered from 0, in order of time, none over another.
func wrongUnits(list []Unit) (field, need string) {
	if len(list) == 0 || len(list) > maxUnits {
		return "units", "1 to 200 units are listed"
	}
	var last time.Time
	for i, u := range list {
		from, ok1 := code.ParseUTC(u.Start)
		to, ok2 := code.ParseUTC(u.End)
		switch {
		case u.Index != i:
			return "units.index", "units are numbered from 0"
		case !ok1 || !ok2:
			return "units.utcStart", "a unit has UTCDateTime utcStart and utcEnd"
		case !to.After(from):
			return "units.utcEnd", "a unit ends after it starts"
		case i > 0 && from.Before(last):
			return "units.utcStart", "units are in order and do not overlap"
		}
		last = to
	}
	return "", ""
}

// Span is when the first unit starts and the last one ends; zero without units
// or where a time is none.
func Span(list []Unit) (from, to time.Time) {
	if len(list) == 0 {
		return from, to
	}
	from, _ = code.ParseUTC(list[0].Start)
	to, _ = code.ParseUTC(list[len(list)-1].End)
	return from, to
}

// sentence reports whether a text is one that people read: 1 to most
// characters, none of them a control character but line feeds.
func sentence(text string, most int) bool {
	if text == "" || utf8.RuneCountInString(text) > most {
		return false
	}
	for _, c := range text {
		if unicode.IsControl(c) && c != '\n' {
			return false
		}
	}
	return true
}

// sentenceNeed is what a text that people read has to be.
const sentenceNeed = "the text is not empty, not longer than its limit, and has no control characters but line feeds"
