package deed

import (
	"errors"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/spec"
)

// Lost follows the end of one record that another node took back or had erased: a
// red is over, nothing that was delivered is said any more, and an answer was
// not given. Other records change nothing.
func Lost(c *gate.Change, id spec.ID) error {
	return errors.Join(lostRed(c, id), lostDelivery(c, id), lostAnswer(c, id))
}

// Accepted reports whether what was delivered last was accepted.
func Accepted(c *gate.Change, of string) (bool, error) {
	turns, err := progress.In(c.Tx()).Deliveries(of)
	return len(turns) > 0 && turns[len(turns)-1].State == progress.Accepted, err
}

func lostRed(c *gate.Change, id spec.ID) error {
	p := progress.In(c.Tx())
	r, err := p.RedSaid(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	r.What, r.Ask = "", ""
	if r.ClosedAt == 0 {
		r.ClosedAt = c.Now().Unix()
	}
	return p.PutRed(r)
}

func lostDelivery(c *gate.Change, id spec.ID) error {
	p := progress.In(c.Tx())
	d, err := p.DeliverySaid(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	turns, err := p.Deliveries(d.Work) // the earlier ones, which were taken back with it
	for _, d := range turns {
		d.Units, d.Hours, d.Value, d.Evidence = "[]", "", "", ""
		err = errors.Join(err, p.PutDelivery(d))
	}
	return err
}

func lostAnswer(c *gate.Change, id spec.ID) error {
	p := progress.In(c.Tx())
	d, err := p.DeliveryAnswered(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	d.State, d.Answer, d.Reason, d.AnsweredAt = progress.Open, "", "", 0
	return p.PutDelivery(d)
}

// Undelivered refuses to cancel what waits for an answer or was accepted.
func Undelivered(c *gate.Change, hold string) error {
	turns, err := progress.In(c.Tx()).Deliveries(hold)
	if n := len(turns); err == nil && n > 0 && turns[n-1].State != progress.Disputed {
		err = ErrDelivered
	}
	return err
}

// Unsaid takes back the reds and deliveries of a hold that is not said any more.
func Unsaid(c *gate.Change, h diary.Hold, subject spec.Subject) error {
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
