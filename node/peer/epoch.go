package peer

import (
	"context"
	"errors"

	"github.com/fukusen/fukusen/spec"
)

// errNewEpoch makes the line read the log anew from its first entry.
var errNewEpoch = errors.New("the neighbour began a new epoch; its log is read from the start")

// enterEpoch turns to the log of a later epoch: from n = 0, after the first
// item has shown the last known head. Until then the place stays in the epoch
// before: an epoch that does not begin as it should never begins here.
func (r *reader) enterEpoch(ctx context.Context, head *spec.Head) error {
	before := r.at
	r.at.restart(head.Epoch)
	r.at.cursor.Note, r.at.cursor.Relist = before.cursor.Note, true
	if err := r.beginEpoch(ctx, head, before.cursor.Next > 0); err != nil {
		r.at = before
		return r.failed(ctx, err)
	}
	return errNewEpoch
}

// beginEpoch reads the first page. A log of which something was read before
// cannot begin empty: what came next would be the first item, unseen as such.
func (r *reader) beginEpoch(ctx context.Context, head *spec.Head, had bool) error {
	page, again, err := r.fetch(ctx, 0)
	if err != nil {
		return err
	}
	if again.Epoch != head.Epoch {
		return spec.RefuseField("REQ-EPOCH-003", "epoch", "an epoch is begun by reading it from its first entry")
	}
	if had && len(page.Items) == 0 {
		return spec.RefuseField("REQ-EPOCH-003", "items", "a new epoch of a log with entries begins with the last known head of the one before")
	}
	if err := firstOfEpoch(page); err != nil {
		return err
	}
	tree, err := r.at.grow(page, again)
	if err != nil {
		return err
	}
	_, err = r.admit(ctx, page, again, tree)
	return err
}
