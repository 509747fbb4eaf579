package gate

import (
	"context"
	"errors"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Listing is what a neighbour's new epoch lists as live.
type Listing struct {
	From   spec.NodeID
	Live   map[spec.ID]bool
	Cursor store.Cursor
}

// Relist withdraws what a neighbour no longer lists after a restore
// (REQ-EPOCH-004), in one transaction with the reader's place.
func (g *Gate) Relist(ctx context.Context, l Listing) error {
	return g.Change(ctx, func(c *Change) error {
		var gone []spec.ID
		for after := int64(0); ; {
			rows, err := c.tx.ByIssuer(l.From, after, mostInOrder)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				if !l.Live[r.ID] && r.State == store.StateLive && r.Kind.Personal() {
					gone = append(gone, r.ID)
				}
			}
			after = rows[len(rows)-1].Pos
		}
		if len(gone) > 0 {
			if err := errors.Join(c.tx.Strip(gone), c.gate.Lost(c, gone, false)); err != nil {
				return err
			}
		}
		return c.tx.PutCursor(l.Cursor)
	})
}
