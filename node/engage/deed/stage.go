package deed

import (
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/spec/work"
)

// Stage is how far an engagement is, in a word.
type Stage string

// Stages, in the order in which a board shows them: what endangers work first.
const (
	StageRed       Stage = "red" // somebody raised one that is open
	StageDisputed  Stage = "disputed"
	StageDelivered Stage = "delivered" // it waits for an answer
	StageAwaiting  Stage = "awaiting"  // the home may have said yes
	StageOffered   Stage = "offered"
	StageTentative Stage = "tentative"
	StageRunning   Stage = "running" // its first unit has begun
	StageConfirmed Stage = "confirmed"
	StageAccepted  Stage = "accepted"
	StageCancelled Stage = "cancelled"
	StageDeclined  Stage = "declined"
	StageLapsed    Stage = "lapsed"
)

// Stages are all of them, in that order.
func Stages() []Stage {
	return []Stage{
		StageRed, StageDisputed, StageDelivered, StageAwaiting, StageOffered, StageTentative, StageRunning, StageConfirmed,
		StageAccepted, StageCancelled, StageDeclined, StageLapsed,
	}
}

// StageOf says how far an offer or a hold is, by its state, the end of the offer,
// the start of its first unit, and what came of it.
func StageOf(state string, offerUntil, startsAt int64, reds []progress.Red, turns []progress.Delivery, now int64) Stage {
	last := ""
	if n := len(turns); n > 0 {
		last = turns[n-1].State
	}
	switch {
	case last == progress.Accepted:
		return StageAccepted
	case state == board.OfferCancelled || state == board.OfferDeclined || state == board.OfferLapsed:
		return Stage(state)
	case state == board.OfferOpen && offerUntil <= now:
		return StageAwaiting
	case state == board.OfferOpen:
		return StageOffered
	case openOf(reds, progress.Home)+openOf(reds, progress.Owner) > 0:
		return StageRed
	case last == progress.Disputed:
		return StageDisputed
	case last == progress.Open:
		return StageDelivered
	case state == work.HoldTentative:
		return StageTentative
	case startsAt <= now:
		return StageRunning
	}
	return StageConfirmed
}
