package engage

import (
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/spec"
)

// undelivered refuses to cancel what waits for an answer or was accepted.
func undelivered(c *gate.Change, hold string) error {
	turns, err := progress.In(c.Tx()).Deliveries(hold)
	if n := len(turns); err == nil && n > 0 && turns[n-1].State != progress.Disputed {
		err = ErrDelivered
	}
	return err
}

// endHold ends a hold whose consent has ended. Where the time of the consent is
// over, or the work was accepted, nothing is cancelled: what was said of it is
// taken back, and what the person did stays theirs.
func endHold(c *gate.Change, h diary.Hold) error {
	m, err := atHome(c, h)
	if err != nil {
		return err
	}
	done, err := accepted(c, h.ID)
	if err != nil {
		return err
	}
	if !done && m.stands {
		return release(c, h)
	}
	said, err := versions(c, h)
	if err != nil {
		return err
	}
	if said = slices.DeleteFunc(said, takenBack); len(said) > 0 {
		err = c.TakeBack(h.Owner, said, h.Person)
	}
	return errors.Join(err, unsaid(c, h, m.said.Subject))
}

// unsaid takes back the reds and deliveries of a hold that is not said any more.
func unsaid(c *gate.Change, h diary.Hold, subject spec.Subject) error {
	m := matter{work: h.ID, side: progress.Home, person: h.Person, to: h.Owner}
	m.said.Subject = subject
	if err := m.overAll(c); err != nil {
		return err
	}
	turns, err := progress.In(c.Tx()).Deliveries(h.ID)
	if err != nil || len(turns) == 0 {
		return err
	}
	return m.takeBack(c, turns[0].UID)
}
