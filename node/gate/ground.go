package gate

import (
	"context"
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/restore"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// Lapse withdraws what was said under consents whose time is over, at most most
// of them a call, and returns how many it ended so. It is a job of the node.
func (g *Gate) Lapse(ctx context.Context, most int) (int, error) {
	var over []store.Consent
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		over, err = tx.LapsedConsents(g.Clock().Unix(), most)
		return err
	})
	for i, row := range over {
		if err := g.Change(ctx, func(c *Change) error { return c.endConsent(row, &Taken{}) }); err != nil {
			return i, err
		}
	}
	return len(over), err
}

// Reconsider asks again, after the policy has changed, what each active consent
// allows: what it no longer does is withdrawn, and what it does again is said
// anew. The consent itself stays as the person gave it. It may be repeated; it
// returns how many consents gained or lost a record.
// Errors: ErrRestoring, before which nothing is known for sure.
func (g *Gate) Reconsider(ctx context.Context) (int, error) {
	var rows []store.Consent
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		open, err := restore.Open(tx)
		if err == nil && open {
			err = ErrRestoring
		}
		if err == nil {
			rows, err = tx.ActiveConsents("", "", g.Clock().Unix())
		}
		return err
	})
	moved := 0
	for _, row := range rows {
		var changed bool
		one := g.Change(ctx, func(c *Change) error {
			var err error
			changed, err = c.reconsider(row.RecordID)
			return err
		})
		if one == nil && changed {
			moved++
		}
		err = errors.Join(err, one) // one person's fault is not another's
	}
	return moved, err
}

func (c *Change) reconsider(recordID string) (changed bool, err error) {
	row, found, err := maybe(c.tx.Consent(recordID))
	if err != nil || !found || row.State != consent.Given || row.Until <= c.now.Unix() {
		return false, err // ended meanwhile
	}
	for _, kind := range row.Kinds {
		if !published(kind) {
			continue
		}
		moved, err := c.reconsiderKind(row, kind)
		if err != nil {
			return changed, err
		}
		changed = changed || moved
	}
	return changed, nil
}

func (c *Change) reconsiderKind(row store.Consent, kind spec.Kind) (bool, error) {
	pair, found, err := maybe(c.tx.Pairwise(row.Person, row.Recipient, kind))
	if err != nil || found && pair.RecordID != row.RecordID {
		return false, err // a newer consent speaks for this recipient
	}
	var said store.Entry
	if found {
		if said, _, err = maybe(c.tx.Entry(pair.LastID)); err != nil {
			return false, err
		}
	}
	purpose, allowed := c.purpose(row, kind)
	allowed = allowed && policy.Refusal(c.decide(row, kind, purpose)) == nil
	live := said.State == store.StateLive
	if live && allowed && c.allows(row, kind, said.Purpose) {
		return false, nil
	}
	ended := 0
	if found {
		// Under a purpose that is gone, the versions before are not replaced but ended.
		if ended, err = c.endKind(pair); err != nil {
			return false, err
		}
	}
	if !allowed {
		return ended > 0, nil
	}
	done, err := c.publishTo(row.Person, row, kind)
	return done || ended > 0, err
}

// allows reports whether a purpose is agreed to and still listed for a kind.
func (c *Change) allows(row store.Consent, kind spec.Kind, purpose string) bool {
	_, guideline := c.gate.guideline(c.now)
	return guideline != nil && guideline.Allows(purpose, kind) && slices.Contains(row.Purposes, purpose)
}
