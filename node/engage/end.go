package engage

import (
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store/diary"
)

// endHold ends a hold whose consent has ended. Where the time of the consent is
// over, or the work was accepted, nothing is cancelled: what was said of it is
// taken back, and what the person did stays theirs.
func endHold(c *gate.Change, h diary.Hold) error {
	said, err := versions(c, h)
	if err != nil {
		return err
	}
	newest := said[len(said)-1]
	done, err := deed.Accepted(c, h.ID)
	if err != nil {
		return err
	}
	if !done && newest.Until > c.Now().Unix() {
		return release(c, h)
	}
	if said = slices.DeleteFunc(said, takenBack); len(said) > 0 {
		err = c.TakeBack(h.Owner, said, h.Person)
	}
	return errors.Join(err, deed.Unsaid(c, h, newest.Subject))
}

// agreed keeps the terms of a yes. A hold that was put back after a restore has
// none while the gig cannot be read.
func agreed(c *gate.Change, p diary.Proposal, h diary.Hold) error {
	g, err := GigAt(c.Tx(), p)
	if errors.Is(err, ErrUnread) {
		return nil
	}
	if err != nil {
		return err
	}
	return deed.Agree(c, p, h, &g.Gig)
}
