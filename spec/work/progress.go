package work

import (
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/strict"
)

// Risk is a red that is raised early, by either side of a hold (standard
// section 12.7).
type Risk struct {
	Severity string `json:"severity"` // low, medium or high
	What     string `json:"what"`
	Ask      string `json:"ask"` // what would help
	By       string `json:"by"`  // UTCDateTime, when help is needed
}

// AskCancellation is what a red asks for whose writer wants the work cancelled,
// which only the home can do.
const AskCancellation = "cancellation"

const maxMessage = 1000

// Check judges a red.
func (k *Risk) Check() *strict.Fault {
	if k.Severity != "low" && k.Severity != "medium" && k.Severity != "high" {
		return fault("REQ-RSK-002", "severity", "a severity is low, medium or high")
	}
	if !sentence(k.What, maxMessage) {
		return fault("REQ-RSK-002", "what", sentenceNeed)
	}
	if !sentence(k.Ask, maxMessage) {
		return fault("REQ-RSK-002", "ask", sentenceNeed)
	}
	if _, ok := code.ParseUTC(k.By); !ok {
		return fault("REQ-RSK-002", "by", "by is a UTCDateTime such as 2026-04-01T09:00:00Z")
	}
	return nil
}

// Delivery says which units of a hold were done and what came out, from the
// home to the owner (standard section 12.8).
type Delivery struct {
	Units   []*int   `json:"units"` // indexes that were done
	Hours   string   `json:"hours"` // a decimal number, 0 to 10000
	Outcome *Outturn `json:"outcome"`
}

// Outturn is the value that an outcome's measure has taken.
type Outturn struct {
	Value    string  `json:"value"` // a decimal number
	Evidence *string `json:"evidence,omitempty"`
}

// Check judges a delivery.
func (d *Delivery) Check() *strict.Fault {
	if d.Outcome == nil {
		return fault("REQ-DLV-001", "outcome", "a delivery says what came out")
	}
	if len(d.Units) == 0 || len(d.Units) > maxUnits {
		return fault("REQ-DLV-002", "units", "1 to 200 units are listed")
	}
	last := -1
	for _, unit := range d.Units {
		if unit == nil {
			return fault("REQ-DLV-001", "units", "a unit is a number")
		}
	}
	for _, unit := range d.Units {
		n := indexOf(unit)
		if n >= maxUnits || n <= last {
			return fault("REQ-DLV-002", "units", "units are indexes from 0, rising, each once")
		}
		last = n
	}
	if !decimal.MatchString(d.Hours) || d.Hours[0] == '-' {
		return fault("REQ-DLV-002", "hours", "hours are a decimal number as a string, 0 or more")
	}
	if !decimal.MatchString(d.Outcome.Value) {
		return fault("REQ-DLV-002", "outcome.value", "a value is a decimal number as a string")
	}
	if d.Outcome.Evidence != nil {
		if !sentence(*d.Outcome.Evidence, maxMessage) {
			return fault("REQ-DLV-002", "outcome.evidence", sentenceNeed)
		}
		return nil
	}
	return nil
}

// indexOf is a unit's index, and no unit's where there is none.
func indexOf(unit *int) int {
	if unit == nil {
		return -1
	}
	return *unit
}

// What an owner says of a delivery.
const (
	AnswerAccepted = "accepted"
	AnswerDisputed = "disputed"
)

// Answer is what an owner says of a delivery (standard section 12.9).
type Answer struct {
	Verdict string `json:"answer"`
	Reason  string `json:"reason,omitempty"` // of a dispute
}

// Check judges an answer.
func (a *Answer) Check() *strict.Fault {
	switch a.Verdict {
	case AnswerAccepted:
		if a.Reason == "" {
			return nil
		}
	case AnswerDisputed:
	default:
		return fault("REQ-ACC-001", "answer", "an answer is accepted or disputed")
	}
	if !sentence(a.Reason, maxMessage) {
		return fault("REQ-ACC-002", "reason", sentenceNeed)
	}
	return nil
}
