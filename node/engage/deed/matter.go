package deed

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// matter is one engagement as this side of it sees it: at a home a hold of one
// of its people, at an owner an offer that was answered with a hold.
type matter struct {
	work   string // by which reds and deliveries are kept
	side   string // which one this node is
	person string // at their home
	to     spec.NodeID
	hold   spec.ID   // the hold's record that was said last
	said   spec.Hold // what it says
	stands bool      // it is neither cancelled nor answered otherwise
	offer  board.Offer
}

// other is the side that this node is not.
func (m *matter) other() string {
	if m.side == progress.Home {
		return progress.Owner
	}
	return progress.Home
}

// own is the matter of a person's hold, locked. Errors: ErrUnknownHold.
func own(c *gate.Change, person, id string) (matter, error) {
	d := diary.In(c.Tx())
	if err := errors.Join(c.Tx().HoldPerson(person), d.Lock(person)); err != nil {
		return matter{}, err
	}
	h, err := d.Hold(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && h.Person != person {
		err = ErrUnknownHold
	}
	if err != nil {
		return matter{}, err
	}
	return atHome(c, h)
}

func atHome(c *gate.Change, h diary.Hold) (matter, error) {
	m := matter{
		work: h.ID, side: progress.Home, person: h.Person, to: h.Owner, hold: h.Record, stands: h.State != work.HoldCancelled,
	}
	return m, m.read(c)
}

// ours is the matter of an offer that was answered with a hold, locked.
// Errors: ErrUnknownOffer; ErrOver where there is no hold.
func ours(c *gate.Change, id spec.ID) (matter, error) {
	b := board.In(c.Tx())
	o, err := b.Offer(id)
	if errors.Is(err, store.ErrNotFound) {
		err = ErrUnknownOffer
	}
	if err == nil {
		err = b.Lock(o.Gig)
	}
	if err == nil {
		o, err = b.Offer(id) // as it is under the lock
	}
	if err == nil && o.Hold == "" {
		err = ErrOver
	}
	if err != nil {
		return matter{}, err
	}
	return atOwner(c, o)
}

func atOwner(c *gate.Change, o board.Offer) (matter, error) {
	m := matter{work: string(o.ID), side: progress.Owner, to: o.Home, hold: o.Hold, offer: o}
	m.stands = o.State != board.OfferCancelled && o.State != board.OfferDeclined && o.State != board.OfferLapsed
	return m, m.read(c)
}

// read takes what the hold's record says; one whose octets are gone says nothing
// any more, and nothing can be said about it.
func (m *matter) read(c *gate.Change) error {
	row, err := c.Tx().Entry(m.hold)
	if errors.Is(err, store.ErrNotFound) || err == nil && row.Token == "" {
		m.stands = false
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(spec.Payload(row.Token), &m.said); err != nil {
		return fmt.Errorf("stored hold: %w", err)
	}
	m.stands = m.stands && m.said.Until > c.Now().Unix()
	return nil
}

// address gives a body about this engagement its names: those under which the
// hold was said.
func (m *matter) address(e *spec.Envelope, uid string, sequence uint64) {
	e.UID, e.Sequence = uid, sequence
	e.Subject, e.Consent, e.Purpose, e.Until = m.said.Subject, m.said.Consent, Purpose, m.said.Until
}

// about finds the engagement that a record of another node is about: the hold
// that it names is between that node and this one, and about whom the record is
// about. found is false where there is none.
func about(c *gate.Change, hold spec.ID, from spec.NodeID, subject spec.Subject) (m matter, found bool, err error) {
	row, err := c.Tx().Entry(hold)
	if errors.Is(err, store.ErrNotFound) || err == nil && (row.Kind != spec.KindHold || row.Subject != subject || row.Token == "") {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	var said spec.Hold
	if err := json.Unmarshal(spec.Payload(row.Token), &said); err != nil {
		return m, false, fmt.Errorf("stored hold: %w", err)
	}
	switch {
	case row.Issuer == c.Self() && row.Audience == from:
		m, err = heldHere(c, &said)
	case row.Issuer == from && row.Audience == c.Self():
		m, err = heldThere(c, &said)
	default:
		return m, false, nil
	}
	if errors.Is(err, store.ErrNotFound) {
		return m, false, nil
	}
	return m, err == nil, err
}

func heldHere(c *gate.Change, said *spec.Hold) (matter, error) {
	d := diary.In(c.Tx())
	h, err := d.HoldFor(said.Proposal)
	if err == nil {
		err = d.Lock(h.Person)
	}
	if err == nil {
		h, err = d.HoldFor(said.Proposal) // as it is under the lock
	}
	if err != nil {
		return matter{}, err
	}
	return atHome(c, h)
}

func heldThere(c *gate.Change, said *spec.Hold) (matter, error) {
	b := board.In(c.Tx())
	o, err := b.Offer(said.Proposal)
	if err == nil && (o.Home != said.Issuer || o.Subject != said.Subject) {
		err = store.ErrNotFound
	}
	if err == nil {
		err = b.Lock(o.Gig)
	}
	if err == nil {
		o, err = b.Offer(said.Proposal) // as it is under the lock
	}
	if err != nil {
		return matter{}, err
	}
	return atOwner(c, o)
}

// tell tells the side that is here: the person, or who made the offer and, where
// nobody did, the clerks of the organisation.
func (m *matter) tell(c *gate.Change, w word.Word) error {
	if m.side == progress.Home {
		w.Link = HoldPage + m.work
		return word.TellPerson(c.Tx(), c.Now(), m.person, w)
	}
	w.Link = BoardPage + "/" + m.work
	if m.offer.MadeBy != "" {
		return word.Tell(c.Tx(), c.Now(), m.offer.MadeBy, w)
	}
	g, err := board.In(c.Tx()).Gig(m.offer.Gig)
	if err != nil {
		return err
	}
	return word.TellClerks(c.Tx(), c.Now(), []string{g.Organisation}, w)
}

// said are all own records of one uid about a subject, the newest last: a new
// key says them again.
func said(c *gate.Change, subject spec.Subject, uid string) ([]store.Entry, error) {
	rows, err := c.Tx().BySubject(subject)
	list := slices.DeleteFunc(rows, func(r store.Entry) bool {
		return r.UID != uid || r.Issuer != c.Self() || r.State == store.StateErased
	})
	slices.SortFunc(list, func(a, b store.Entry) int { return cmp.Compare(a.Sequence, b.Sequence) })
	return list, err
}

// takeBack withdraws all that this node said under a uid about the engagement.
func (m *matter) takeBack(c *gate.Change, uid string) error {
	rows, err := said(c, m.said.Subject, uid)
	rows = slices.DeleteFunc(rows, takenBack)
	if err != nil || len(rows) == 0 {
		return err
	}
	return c.TakeBack(m.to, rows, m.person)
}

// current reports whether a record is the newest of its uid.
func current(c *gate.Change, id spec.ID) (bool, error) {
	row, err := c.Tx().Entry(id)
	return err == nil && row.State == store.StateLive, err
}
