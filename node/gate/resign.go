package gate

import (
	"context"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Resign says anew, with the present key, every own live record that a revoked
// key signed: the next version of the same uid, with the same content. It may
// be repeated; it returns how many it said. Offers are left as they were read:
// an answer names the record of the offer, and one of two would miss it.
func (g *Gate) Resign(ctx context.Context, kid string) (int, error) {
	said := 0
	for after := int64(0); ; {
		var rows []store.Entry
		err := g.Store.Read(ctx, func(tx *store.Tx) error {
			var err error
			rows, err = tx.ByIssuer(g.Self, after, mostInOrder)
			return err
		})
		if err != nil || len(rows) == 0 {
			return said, err
		}
		after = rows[len(rows)-1].Pos
		for _, r := range rows {
			if r.KID != kid || r.State != store.StateLive || !r.Kind.Personal() || r.Kind == spec.KindProposal || r.Expires != 0 && r.Expires <= g.Clock().Unix() {
				continue
			}
			if err := g.Change(ctx, func(c *Change) error { return c.resign(r.ID) }); err != nil {
				return said, err
			}
			said++
		}
	}
}

func (c *Change) resign(id spec.ID) error {
	r, err := c.tx.Entry(id)
	if err != nil || r.State != store.StateLive {
		return err // it was superseded or taken back meanwhile
	}
	record, err := spec.Reopen(r.Token, c.gate.Trust.History(c.gate.Self), spec.Expect{
		Issuer: c.gate.Self, Audience: r.Audience, Vouched: true, Now: c.now,
	})
	if err != nil {
		return err
	}
	body := record.Body()
	next, err := c.say(r.Audience, body)
	if err != nil {
		return err
	}
	pairs, err := c.tx.PairwiseBySubject(r.Subject)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if p.UID == r.UID {
			p.LastSequence, p.LastID = body.Claims().Sequence, next
			return c.tx.PutPairwise(p)
		}
	}
	return nil
}

// StripOld drops the bodies of others' superseded records after the deadline
// that the data guideline gives for withdrawn ones: nobody answers from them.
func (g *Gate) StripOld(tx *store.Tx) error {
	now := g.Clock()
	_, guideline := g.guideline(now)
	if guideline == nil {
		return nil
	}
	_, err := tx.StripSuperseded(g.Self, now.Unix()-guideline.WithdrawalDeadline)
	return err
}
