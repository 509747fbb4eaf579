package engage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/evaluation"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/status"
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
func (e *Engagements) Engage(ctx context.Context, person string, evaluator spec.NodeID, until time.Time) (Engagement, error) {
	given := Engagement{
		Subject: spec.Subject(spec.RandomUUID()), Consent: spec.RandomUUID(), Purpose: evaluation.Purpose, Until: until,
	}
	err := e.gate.Change(ctx, func(c *gate.Change) error {
		if err := c.Known(person); err != nil {
			return err
		}
		if !e.gate.Trust.Book().Register().Active(evaluator) {
			return fmt.Errorf("%w: evaluator: the register lists no such active member", gate.ErrNoConsent)
		}
		if err := covered(c, person, evaluator); err != nil {
			return err
		}
		return c.Tx().PutEngagement(store.Engagement{
			Subject: given.Subject, Person: person, Evaluator: evaluator, Consent: given.Consent, Purpose: given.Purpose,
			Until: until.Unix(), CreatedAt: c.Now().Unix(),
		})
	})
	return given, err
}

// covered asks for a consent to evaluations by that node.
func covered(c *gate.Change, person string, evaluator spec.NodeID) error {
	consents, err := c.Tx().ConsentsOf(person)
	if err != nil {
		return err
	}
	for _, row := range consents {
		if row.State != consent.Given || row.Recipient != evaluator || row.Until <= c.Now().Unix() {
			continue
		}
		for _, kind := range row.Kinds {
			if kind == spec.KindEvaluation {
				return nil
			}
		}
	}
	return gate.ErrNoConsent
}

// Evaluate issues a credential to a home node: the conflict check is decided
// under the policy in force and stands inside the credential.
func (e *Engagements) Evaluate(ctx context.Context, audience spec.NodeID, v *spec.Evaluation, parties []policy.Party) (spec.ID, error) {
	var id spec.ID
	err := e.gate.Change(ctx, func(c *gate.Change) error {
		if err := c.Restoring(); err != nil {
			return err
		}
		decision := e.gate.Trust.Book().Decide(policy.Facts{
			Act: policy.ActEvaluate, Issuer: e.gate.Self, Audience: audience, Kind: spec.KindEvaluation,
			Purpose: evaluation.Purpose, Parties: parties, AwardedAt: c.Now(),
		}, c.Now())
		if r := policy.Refusal(decision); r != nil {
			return r
		}
		index, err := c.Tx().StatusIndex(statusList, spec.NewUUID(), statusEntries)
		if err != nil {
			return err
		}
		evaluation.Complete(v, evaluation.Issue{
			Issuer: e.gate.Self, Name: e.gate.Name, List: string(e.gate.Self) + "/v1/status/" + statusList, Index: index,
			Conflict: string(decision.Effect), Policy: e.gate.Trust.PolicyPoint().Size, At: c.Now(),
		})
		if id, err = c.Say(audience, v); err != nil {
			return err
		}
		return c.Decided(id, decision)
	})
	return id, err
}

// Revoke takes an evaluation back: its status bit is set and withdrawn stands
// in the home's log in the same transaction.
func (e *Engagements) Revoke(ctx context.Context, id spec.ID) error {
	return e.gate.Change(ctx, func(c *gate.Change) error {
		row, err := c.Tx().Entry(id)
		if errors.Is(err, store.ErrNotFound) || err == nil && (row.Issuer != e.gate.Self || row.Kind != spec.KindEvaluation) {
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
		if err := c.Tx().SetStatus(statusList, index, true); err != nil {
			return err
		}
		return c.TakeBack(row.Audience, []store.Entry{row}, "")
	})
}

// One list of 131,072 entries is the least that hides whose bit is asked for.
const (
	statusList    = "1"
	statusEntries = 131072
	statusLife    = 7 * 24 * time.Hour
)

// StatusList is the signed status list (REQ-EVL-013).
func (e *Engagements) StatusList(ctx context.Context, list string) (string, error) {
	var bits []byte
	err := e.gate.Store.Read(ctx, func(tx *store.Tx) error {
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
	now := e.gate.Clock()
	return status.Seal(e.gate.Signer(), status.List{
		Issuer: e.gate.Self, IssuedAt: now.Unix(), Expires: now.Add(statusLife).Unix(),
		Name: string(e.gate.Self) + "/v1/status/" + list, Bits: bits,
	})
}
