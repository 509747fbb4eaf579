package work

import (
	"time"

	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/strict"
)

// Offer is when somebody is asked to work, and until when they may say yes
// (standard section 12.5).
type Offer struct {
	Units []Unit `json:"units"`
	Until string `json:"offerUntil"` // UTCDateTime
}

const maxOffer = 14 * 24 * time.Hour

// Check judges an offer that was made at a time.
func (o *Offer) Check(issued time.Time) *strict.Fault {
	if field, need := wrongUnits(o.Units); field != "" {
		return fault("REQ-PRP-002", field, need)
	}
	until, ok := code.ParseUTC(o.Until)
	start, _ := Span(o.Units)
	switch {
	case !ok:
		return fault("REQ-PRP-003", "offerUntil", "offerUntil is a UTCDateTime such as 2026-04-01T09:00:00Z")
	case !until.After(issued) || until.Sub(issued) > maxOffer:
		return fault("REQ-PRP-003", "offerUntil", "an offer ends after it is made and within 14 days")
	case until.After(start):
		return fault("REQ-PRP-003", "offerUntil", "an offer ends no later than its first unit starts")
	}
	return nil
}
