// Package work holds what records about work say beside their envelope: gigs,
// offers, holds and what follows, and calendars of clubs (standard sections 12.4
// to 12.10). It judges values alone, and refuses by the requirement they break.
package work

import (
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fukusen/fukusen/spec/code"
)

// Fault says which requirement a value breaks.
type Fault struct {
	Requirement string // such as REQ-GIG-001
	Field       string // the member at fault
	Detail      string // plain English, what is required
}

func fault(requirement, field, detail string) *Fault { return &Fault{requirement, field, detail} }

// Unit is one stretch of work, 90 minutes by default; the end is exclusive
// (standard section 12.4).
type Unit struct {
	Index int    `json:"index"` // from 0
	Start string `json:"utcStart"`
	End   string `json:"utcEnd"`
}

const maxUnits = 200

// checkUnits judges a list of units: 1 to 200, numbered from 0, in order of
// time, none over another.
func checkUnits(requirement string, list []Unit) *Fault {
	if len(list) == 0 || len(list) > maxUnits {
		return fault(requirement, "units", "1 to 200 units are listed")
	}
	var last time.Time
	for i, u := range list {
		from, ok1 := code.ParseUTC(u.Start)
		to, ok2 := code.ParseUTC(u.End)
		switch {
		case u.Index != i:
			return fault(requirement, "units.index", "units are numbered from 0")
		case !ok1 || !ok2:
			return fault(requirement, "units.utcStart", "a unit has UTCDateTime utcStart and utcEnd")
		case !to.After(from):
			return fault(requirement, "units.utcEnd", "a unit ends after it starts")
		case i > 0 && from.Before(last):
			return fault(requirement, "units.utcStart", "units are in order and do not overlap")
		}
		last = to
	}
	return nil
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

// checkSentence judges a text that people read: 1 to most characters, none of
// them a control character.
func checkSentence(requirement, field, text string, most int) *Fault {
	if text == "" || utf8.RuneCountInString(text) > most {
		return fault(requirement, field, "the text is not empty and not longer than its limit")
	}
	for _, c := range text {
		if unicode.IsControl(c) && c != '\n' {
			return fault(requirement, field, "the text has no control characters but line feeds")
		}
	}
	return nil
}
