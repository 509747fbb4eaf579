package engage

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// agrees reports whether a hold has the units that were offered; of one that has
// others the operator hears, and it is no answer (standard section 12.6).
func agrees(c *gate.Change, o board.Offer, id spec.ID, h *spec.Hold) (bool, error) {
	var offered []work.Unit
	if err := json.Unmarshal([]byte(o.Units), &offered); err != nil {
		return false, fmt.Errorf("stored offer: %w", err)
	}
	if h.Status == work.HoldCancelled || slices.Equal(offered, h.Units) {
		return true, nil
	}
	r := spec.RefuseField("REQ-HLD-003", "units", "a hold has the units of its proposal")
	return false, c.Tx().Refuse([]store.Refused{{
		Peer: h.Issuer, ID: id, Kind: spec.KindHold, Requirement: r.Requirement, Problem: r.Problem, Detail: r.Detail, At: c.Now().Unix(),
	}})
}

// late settles a yes that was given in time and came after the place was freed:
// the place is taken again while there is one, and otherwise the home is asked
// to cancel. Others change nothing.
func late(c *gate.Change, o board.Offer, id spec.ID, h *spec.Hold) error {
	if h.Status != work.HoldConfirmed || o.State != board.OfferLapsed || h.IssuedAt >= o.OfferUntil || o.Subject == "" || o.Hold == id {
		return nil
	}
	b := board.In(c.Tx())
	g, err := b.Gig(o.Gig)
	if err != nil {
		return err
	}
	taken, err := b.Taken(o.Gig)
	if err != nil {
		return err
	}
	o.Hold, o.SettledAt = id, c.Now().Unix()
	if taken >= int64(g.Places) {
		return errors.Join(b.Settle(o), deed.AskEnd(c, o))
	}
	o.State = board.OfferConfirmed
	if h.Party != nil {
		o.Party = h.Party.Name
	}
	return errors.Join(b.Settle(o), tellOwner(c, o), deed.Again(c, h.Subject))
}

// heldAlready looks whether the answer to a regained offer came before it.
func heldAlready(c *gate.Change, p *spec.Proposal) error {
	rows, err := c.Tx().BySubject(p.Subject)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Kind != spec.KindHold || r.State != store.StateLive || r.Issuer != p.Audience || r.Token == "" {
			continue
		}
		var h spec.Hold
		if err := json.Unmarshal(spec.Payload(r.Token), &h); err != nil {
			return fmt.Errorf("stored hold: %w", err)
		}
		if err := answered(c, r.ID, &h); err != nil {
			return err
		}
	}
	return nil
}
