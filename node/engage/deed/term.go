package deed

import (
	"encoding/json"
	"fmt"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// Agree keeps the terms to which a person says yes: the owner may take the gig
// back, and what was agreed stays.
func Agree(c *gate.Change, p diary.Proposal, h diary.Hold, g *work.Gig) error {
	octets, err := json.Marshal(g)
	if err != nil {
		return err
	}
	var units []work.Unit
	if err := json.Unmarshal([]byte(p.Units), &units); err != nil {
		return fmt.Errorf("stored proposal: %w", err)
	}
	from, to := work.Span(units)
	return progress.In(c.Tx()).PutTerm(progress.Term{
		Work: h.ID, Person: h.Person, Owner: h.Owner, Gig: string(octets), Units: p.Units, StartsAt: from.Unix(), EndsAt: to.Unix(),
		Due: unix(g.Outcome.Due), CreatedAt: h.CreatedAt,
	})
}

// Again carries out once more what others, and this node before it was restored,
// said about a subject's work: what came before the hold that it names had no
// effect then. Doing it again changes nothing.
func Again(c *gate.Change, subject spec.Subject) error {
	rows, err := c.Tx().BySubject(subject)
	if err != nil {
		return err
	}
	for _, kind := range []spec.Kind{spec.KindRisk, spec.KindDelivery, spec.KindAcceptance} {
		for _, r := range rows {
			if r.Kind != kind || r.State != store.StateLive || r.Token == "" {
				continue
			}
			if err := follow(c, r); err != nil {
				return err
			}
		}
	}
	return nil
}

func follow(c *gate.Change, r store.Entry) error {
	octets, mine := spec.Payload(r.Token), r.Issuer == c.Self()
	var err error
	switch r.Kind {
	case spec.KindRisk:
		var b spec.Risk
		if err = json.Unmarshal(octets, &b); err == nil && mine {
			return regainedRed(c, r.ID, &b)
		} else if err == nil {
			return warnedOf(c, r.ID, &b)
		}
	case spec.KindDelivery:
		var b spec.Delivery
		if err = json.Unmarshal(octets, &b); err == nil && mine {
			return regainedDelivery(c, r.ID, &b)
		} else if err == nil {
			return handedOver(c, r.ID, &b)
		}
	case spec.KindAcceptance:
		var b spec.Acceptance
		if err = json.Unmarshal(octets, &b); err == nil && mine {
			return regainedAnswer(c, r.ID, &b)
		} else if err == nil {
			return judged(c, r.ID, &b)
		}
	}
	if err != nil {
		return fmt.Errorf("stored %s: %w", r.Kind, err)
	}
	return nil
}
