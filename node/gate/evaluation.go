package gate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/evaluation"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// ErrUnknownEvaluation means that this node issued no such credential.
var ErrUnknownEvaluation = errors.New("this node issued no such evaluation")

// Engagement is what a home gives an evaluator: a subject id for one
// engagement and the consent it stands on.
type Engagement struct {
	Subject spec.Subject
	Consent string
	Purpose string
	Until   time.Time
}

// Engage makes the random subject id under which an evaluator may issue
// credentials about a person to this home.
func (g *Gate) Engage(ctx context.Context, person string, evaluator spec.NodeID, until time.Time) (Engagement, error) {
	e := Engagement{
		Subject: spec.Subject(spec.RandomUUID()), Consent: spec.RandomUUID(), Purpose: evaluation.Purpose, Until: until,
	}
	err := g.Change(ctx, func(c *Change) error {
		if err := c.known(person); err != nil {
			return err
		}
		if !g.Trust.Book().Register().Active(evaluator) {
			return fmt.Errorf("%w: evaluator: the register lists no such active member", ErrNoConsent)
		}
		if err := c.covered(person, evaluator); err != nil {
			return err
		}
		return c.tx.PutEngagement(store.Engagement{
			Subject: e.Subject, Person: person, Evaluator: evaluator, Consent: e.Consent, Purpose: e.Purpose,
			Until: until.Unix(), CreatedAt: c.now.Unix(),
		})
	})
	return e, err
}

// covered asks for a consent to evaluations by that node.
func (c *Change) covered(person string, evaluator spec.NodeID) error {
	consents, err := c.tx.ConsentsOf(person)
	if err != nil {
		return err
	}
	for _, row := range consents {
		if row.State != consent.Given || row.Recipient != evaluator || row.Until <= c.now.Unix() {
			continue
		}
		for _, kind := range row.Kinds {
			if kind == spec.KindEvaluation {
				return nil
			}
		}
	}
	return ErrNoConsent
}

// Evaluate issues a credential to a home node: the conflict check is decided
// under the policy in force and stands inside the credential.
func (g *Gate) Evaluate(ctx context.Context, audience spec.NodeID, v *spec.Evaluation, parties []policy.Party) (spec.ID, error) {
	var id spec.ID
	err := g.Change(ctx, func(c *Change) error {
		if err := c.restoring(); err != nil {
			return err
		}
		decision := g.Trust.Book().Decide(policy.Facts{
			Act: policy.ActEvaluate, Issuer: g.Self, Audience: audience, Kind: spec.KindEvaluation,
			Purpose: evaluation.Purpose, Parties: parties, AwardedAt: c.now,
		}, c.now)
		if r := policy.Refusal(decision); r != nil {
			return r
		}
		index, err := c.tx.StatusIndex(statusList, spec.NewUUID(), statusEntries)
		if err != nil {
			return err
		}
		evaluation.Complete(v, evaluation.Issue{
			Issuer: g.Self, Name: g.Name, List: string(g.Self) + "/v1/status/" + statusList, Index: index,
			Conflict: string(decision.Effect), Policy: g.Trust.PolicyPoint().Size, At: c.now,
		})
		if id, err = c.say(audience, v); err != nil {
			return err
		}
		kept, err := c.decided(id, decision)
		if err != nil {
			return err
		}
		return c.tx.PutDecision(kept)
	})
	return id, err
}

// Revoke takes an evaluation back: its status bit is set and withdrawn stands
// in the home's log in the same transaction.
func (g *Gate) Revoke(ctx context.Context, id spec.ID) error {
	return g.Change(ctx, func(c *Change) error {
		row, err := c.tx.Entry(id)
		if errors.Is(err, store.ErrNotFound) || err == nil && (row.Issuer != g.Self || row.Kind != spec.KindEvaluation) {
			return ErrUnknownEvaluation
		}
		if err != nil {
			return err
		}
		if row.State == store.StateWithdrawn || row.State == store.StateErased {
			return nil
		}
		index, err := evaluation.StatusIndex(row.Token)
		if err != nil {
			return err
		}
		if err := c.tx.SetStatus(statusList, index, true); err != nil {
			return err
		}
		return c.withdraw(row.Audience, []store.Entry{row}, "")
	})
}

// One list of 131,072 entries is the least that hides whose bit is asked for.
const (
	statusList    = "1"
	statusEntries = 131072
	statusLife    = 7 * 24 * time.Hour
)

// StatusList is the signed status list (REQ-EVL-013).
func (g *Gate) StatusList(ctx context.Context, list string) (string, error) {
	var bits []byte
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if list != statusList {
			return store.ErrNotFound
		}
		bits, err = tx.StatusBits(list, statusEntries)
		return err
	})
	if err != nil {
		return "", err
	}
	now := g.Clock()
	return spec.SealStatusList(g.Signer(), spec.StatusList{
		Issuer: g.Self, IssuedAt: now.Unix(), Expires: now.Add(statusLife).Unix(),
		List: string(g.Self) + "/v1/status/" + list, Bits: bits,
	})
}
