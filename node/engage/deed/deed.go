// Package deed carries out what comes of work that was agreed: reds that either
// side raises early, what a person delivers, and what the owner makes of it. It
// believes of each what only its writer may say, about an engagement that is
// between the two, and refuses everything about anybody else's.
package deed

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
)

var (
	// ErrInvalid begins every refusal of what somebody wrote; the text names the
	// field and what it needs.
	ErrInvalid = errors.New("invalid")
	// ErrOver means that the offer or the work has ended, or was answered otherwise.
	ErrOver = errors.New("the offer is over")
	// ErrUnknownHold means that this person holds no such time.
	ErrUnknownHold = errors.New("this person holds no such time")
	// ErrUnknownOffer means that this node made no such offer.
	ErrUnknownOffer = errors.New("this node made no such offer")
	// ErrUnknownRed means that this side raised no such red of that engagement.
	ErrUnknownRed = errors.New("this side raised no such red")
	// ErrManyReds means that a side has as many open reds as it may.
	ErrManyReds = errors.New("too many reds of one engagement are open")
	// ErrDelivered means that what was delivered waits for an answer, or was accepted.
	ErrDelivered = errors.New("the work was delivered")
	// ErrNewer means that another delivery than the one that was read is the newest.
	ErrNewer = errors.New("another delivery is the newest; read it first")
	// ErrUndelivered means that nothing was delivered that could be answered.
	ErrUndelivered = errors.New("nothing was delivered yet")
)

// Purpose is what holds and what follows them are said for.
const Purpose = "engagement"

// Where people are led by word: a person to their engagement, an organisation to
// its own.
const (
	HoldPage  = "/my/holds/"
	BoardPage = "/engagements"
)

// Deeds is safe for use by many goroutines.
type Deeds struct{ gate *gate.Gate }

// New is over a gate whose Agree reaches Follow, and whose Lost reaches Lost.
func New(g *gate.Gate) *Deeds { return &Deeds{g} }

func invalid(field, need string) error { return fmt.Errorf("%w: %s: %s", ErrInvalid, field, need) }

// Field is the field that an ErrInvalid names, and empty for any other error.
func Field(err error) string {
	if !errors.Is(err, ErrInvalid) {
		return ""
	}
	field, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), ErrInvalid.Error()+": "), ":")
	return field
}

// Follow carries out what an admitted record of another node says, in the
// transaction that admits it, or puts back what a regained one of our own had
// done. Records of other kinds, and what is about nobody of ours, change nothing.
func Follow(c *gate.Change, r *spec.Record) error {
	mine := r.Envelope().Issuer == c.Self()
	if mine {
		if newest, err := current(c, r.ID()); err != nil || !newest {
			return err // a newer version speaks
		}
	}
	switch b := r.Body().(type) {
	case *spec.Risk:
		if mine {
			return regainedRed(c, r.ID(), b)
		}
		return warnedOf(c, r.ID(), b)
	case *spec.Delivery:
		if mine {
			return errors.Join(regainedDelivery(c, r.ID(), b), Again(c, b.Subject))
		}
		return handedOver(c, r.ID(), b)
	case *spec.Acceptance:
		if mine {
			return regainedAnswer(c, r.ID(), b)
		}
		return judged(c, r.ID(), b)
	}
	return nil
}

func unix(text string) int64 {
	at, _ := code.ParseUTC(text)
	return at.Unix()
}

func takenBack(r store.Entry) bool { return r.State == store.StateWithdrawn }
