package gate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// agreeable are the kinds that a person can agree to: two that the home says,
// and credentials that an evaluator may issue about the person.
var agreeable = []spec.Kind{spec.KindTalent, spec.KindAvailability, spec.KindEvaluation}

// publishFor says one kind anew to every recipient with an active consent.
func (c *Change) publishFor(person string, kind spec.Kind) (int, error) {
	consents, err := c.tx.ConsentsOf(person)
	if err != nil {
		return 0, err
	}
	said := 0
	for _, row := range consents {
		if row.State != consent.Given || row.Until <= c.now.Unix() || !slices.Contains(row.Kinds, kind) {
			continue
		}
		done, err := c.publishTo(person, row, kind)
		if err != nil {
			return said, err
		}
		if done {
			said++
		}
	}
	return said, nil
}

// publishTo says one kind of one person to one recipient under one consent.
func (c *Change) publishTo(person string, row store.Consent, kind spec.Kind) (bool, error) {
	if err := c.restoring(); err != nil {
		return false, err
	}
	purpose, ok := c.purpose(row, kind)
	if !ok {
		return false, ErrNoConsent
	}
	body, err := c.compose(person, kind, row.Until)
	if err != nil || body == nil {
		return false, err
	}
	decision := c.decide(row, kind, purpose)
	if r := policy.Refusal(decision); r != nil {
		return false, r
	}
	pair, err := c.pairOf(person, row, kind)
	if err != nil {
		return false, err
	}
	e := body.Claims()
	e.Subject, e.UID, e.Consent, e.Sequence = pair.Subject, pair.UID, pair.Consent, pair.LastSequence
	e.Purpose, e.Until = purpose, row.Until
	id, err := c.say(row.Recipient, body)
	if err != nil {
		return false, err
	}
	if err := c.keepDecision(id, decision); err != nil {
		return false, err
	}
	pair.LastSequence, pair.LastID = body.Claims().Sequence, id
	return true, c.tx.PutPairwise(pair)
}

// decide asks the policy in force whether a kind may be said under a consent.
func (c *Change) decide(row store.Consent, kind spec.Kind, purpose string) policy.Decision {
	return c.gate.Trust.Book().Decide(policy.Facts{
		Act: policy.ActDisclose, Issuer: c.gate.Self, Audience: row.Recipient, Kind: kind, Purpose: purpose,
		Consent: &policy.ConsentFacts{
			State: policy.StateGiven, Recipient: row.Recipient, Kinds: row.Kinds, Purposes: row.Purposes,
			ValidFrom: row.CreatedAt, ValidUntil: row.Until,
		},
	}, c.now)
}

func (c *Change) purpose(row store.Consent, kind spec.Kind) (string, bool) {
	_, guideline := c.gate.guideline(c.now)
	if guideline == nil {
		return "", false
	}
	for _, p := range row.Purposes {
		if guideline.Allows(p, kind) {
			return p, true
		}
	}
	return "", false
}

// compose makes the payload of a kind from what is kept, or nil where the
// person has given nothing to say.
func (c *Change) compose(person string, kind spec.Kind, until int64) (spec.Body, error) {
	switch kind {
	case spec.KindAvailability:
		return c.composeAvailability(person, until)
	case spec.KindTalent:
		return c.composeTalent(person, until)
	}
	return nil, fmt.Errorf("%s is not said by a home node", kind)
}

// keepDecision keeps why something was allowed, with the policy it was decided
// under.
func (c *Change) keepDecision(id spec.ID, d policy.Decision) error {
	findings, err := json.Marshal(d.Findings)
	if err != nil {
		return err
	}
	return c.tx.PutDecision(store.Decision{
		ID: spec.RandomUUID(), At: c.now.Unix(), SubjectRecord: string(id), PolicySize: d.Policy,
		Effect: string(d.Effect), Findings: string(findings),
	})
}

// pairOf finds or makes the random names of a person toward one audience. All
// kinds to one audience share sub and consent; each has a uid of its own.
func (c *Change) pairOf(person string, row store.Consent, kind spec.Kind) (store.Pairwise, error) {
	pair, found, err := maybe(c.tx.Pairwise(person, row.Recipient, kind))
	if err != nil {
		return pair, err
	}
	if !found {
		pair = store.Pairwise{Person: person, Audience: row.Recipient, Kind: kind, UID: spec.RandomUUID()}
		others, err := c.tx.PairwiseOf(person)
		if err != nil {
			return pair, err
		}
		for _, o := range others {
			if o.Audience == row.Recipient {
				pair.Subject = o.Subject
			}
		}
		if pair.Subject == "" {
			pair.Subject = spec.Subject(spec.RandomUUID())
		}
	}
	if pair.RecordID != row.RecordID {
		pair.RecordID, pair.Consent = row.RecordID, spec.RandomUUID()
	}
	return pair, nil
}

// Refresh says anew what would lapse soon, at most most records a call, and
// returns how many it said. It is a job of the node.
func (g *Gate) Refresh(ctx context.Context, most int) (int, error) {
	var due []store.Pairwise
	now := g.Clock()
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		due, err = tx.PairwiseDue(now.Add(refreshAhead).Unix(), most)
		return err
	})
	if err != nil {
		return 0, err
	}
	said := 0
	for _, p := range due {
		err := g.Change(ctx, func(c *Change) error {
			row, found, err := maybe(c.tx.Consent(p.RecordID))
			if err != nil || !found || row.State != consent.Given || row.Until <= c.now.Unix() {
				return err
			}
			_, err = c.publishTo(p.Person, row, p.Kind)
			return err
		})
		if err != nil {
			return said, err
		}
		said++
	}
	return said, nil
}

// refreshAhead is the rest of a record's life at which it is said anew.
const refreshAhead = 8 * time.Hour
