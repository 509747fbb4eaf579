package engage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

var (
	// ErrUnknownProposal means that this person was not offered that.
	ErrUnknownProposal = errors.New("this person was offered no such work")
	// ErrUnknownHold means that this person holds no such time.
	ErrUnknownHold = deed.ErrUnknownHold
	// ErrOver means that the offer has ended, or was answered otherwise.
	ErrOver = deed.ErrOver
	// ErrTaken means that the person's time is not free any more.
	ErrTaken = errors.New("the time is not free")
	// ErrUnread means that the gig's record has not come yet, or was taken back.
	ErrUnread = errors.New("the gig cannot be read here")
	// ErrApproval means that the rules ask for an approval that is not there.
	ErrApproval = errors.New("the rules ask for an approval first")
)

// Purpose is what holds and what follows them are said for.
const Purpose = deed.Purpose

// zone is where times are shown where nothing else is known: that of the region.
const zone = "Asia/Tokyo"

// kept is how long a hold may be used after its last unit, for delivery,
// acceptance and evaluation.
const kept = 180 * 24 * time.Hour

// Answer is what a person says to a proposal: yes, no, or that the time is to be
// kept for them until they have decided.
type Answer struct {
	Person   string
	Proposal spec.ID
	Yes      bool
	Name     bool      // tell the owner who this is
	Language string    // ja or en, of the consent that lies in a yes
	Until    time.Time // of time that is kept: when it is given back by itself; zero with a yes and a no
}

// state is what the answer makes of a hold, and of the proposal.
func (a Answer) state() (hold, proposal string) {
	switch {
	case !a.Until.IsZero():
		return work.HoldTentative, diary.Tentative
	case a.Yes:
		return work.HoldConfirmed, diary.Accepted
	}
	return work.HoldCancelled, diary.Declined
}

// Answer carries out a person's answer in one transaction: their time is looked
// at again, held, and said to the owner and, as busy, to everybody they
// consented to. The same answer again returns the same hold. Errors:
// ErrUnknownProposal, ErrOver, ErrTaken, ErrUnread, ErrApproval, gate.ErrGuardian,
// ErrInvalid for an Until that is not before the offer ends, and the refusal of
// the policy in force.
func (e *Engagements) Answer(ctx context.Context, a Answer) (diary.Hold, error) {
	var hold diary.Hold
	err := e.gate.Change(ctx, func(c *gate.Change) error {
		d := diary.In(c.Tx())
		if err := errors.Join(c.Tx().HoldPerson(a.Person), d.Lock(a.Person)); err != nil {
			return err
		}
		p, err := d.Proposal(a.Proposal)
		if errors.Is(err, store.ErrNotFound) || err == nil && p.Person != a.Person {
			return ErrUnknownProposal
		}
		if err != nil {
			return err
		}
		state, settled := a.state()
		if hold, err = answerBefore(d, p); err != nil {
			return err
		}
		if p.State == settled && (a.Until.IsZero() || hold.ReleaseAt == a.Until.Unix()) {
			if a.Yes && hold.State != work.HoldConfirmed {
				err = ErrOver // a yes that was taken back stays so
			}
			return err
		}
		if p.State != diary.Open && p.State != diary.Tentative || c.Now().Unix() >= p.OfferUntil {
			return ErrOver
		}
		if err := errors.Join(stands(c.Tx(), p.ID), keptUntil(c, a, p)); err != nil {
			return err
		}
		if p.State == diary.Tentative && state == work.HoldCancelled {
			return errors.Join(giveBack(c, hold, diary.Declined), reread(d, &hold))
		}
		if p.State == diary.Open {
			hold = diary.Hold{
				ID: spec.RandomUUID(), Person: p.Person, Owner: p.Owner, Proposal: p.ID, Gig: p.Gig, UID: spec.RandomUUID(), CreatedAt: c.Now().Unix(),
			}
		}
		hold.State, hold.ReleaseAt = state, 0
		if state == work.HoldTentative {
			hold.ReleaseAt = a.Until.Unix()
		}
		p.State, p.Hold, p.SettledAt = settled, hold.ID, c.Now().Unix()
		if err := e.hold(c, a, p, &hold); err != nil {
			return err
		}
		return errors.Join(d.PutHold(hold), d.SettleProposal(p))
	})
	return hold, err
}

// answerBefore is the hold that answers a proposal so far, none where it waits.
func answerBefore(d diary.Diary, p diary.Proposal) (diary.Hold, error) {
	if p.Hold == "" {
		return diary.Hold{}, nil
	}
	return d.Hold(p.Hold)
}

func reread(d diary.Diary, h *diary.Hold) (err error) {
	*h, err = d.Hold(h.ID)
	return err
}

// stands refuses a proposal whose record was superseded or taken back: no answer
// rests on such a one (REQ-WDR-001).
func stands(tx *store.Tx, proposal spec.ID) error {
	row, err := tx.Entry(proposal)
	if err == nil && row.State != store.StateLive {
		err = ErrOver
	}
	return err
}

// GigAt is the gig of a proposal, while its owner offers it.
func GigAt(tx *store.Tx, p diary.Proposal) (*spec.Gig, error) {
	row, err := tx.Entry(p.Gig)
	if errors.Is(err, store.ErrNotFound) || err == nil && (row.Issuer != p.Owner || row.Kind != spec.KindGig || row.Token == "") {
		return nil, ErrUnread
	}
	if err != nil {
		return nil, err
	}
	var g spec.Gig
	if err := json.Unmarshal(spec.Payload(row.Token), &g); err != nil {
		return nil, fmt.Errorf("stored gig: %w", err)
	}
	return &g, nil
}

// young reports whether the register says that a person is a minor.
func young(c *gate.Change, person string) (bool, error) {
	row, err := roster.In(c.Tx()).Entry(person)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var entry talent.Entry
	if err := json.Unmarshal([]byte(row.Entry), &entry); err != nil {
		return false, fmt.Errorf("stored entry: %w", err)
	}
	return talent.Minor(entry, c.Now()), nil
}

// Cancel gives a person's time back and tells the owner. What was delivered, and
// is not disputed, is not cancelled. Errors: ErrUnknownHold, deed.ErrDelivered.
func (e *Engagements) Cancel(ctx context.Context, person, id string) error {
	return e.gate.Change(ctx, func(c *gate.Change) error {
		d := diary.In(c.Tx())
		if err := errors.Join(c.Tx().HoldPerson(person), d.Lock(person)); err != nil {
			return err
		}
		h, err := d.Hold(id)
		if errors.Is(err, store.ErrNotFound) || err == nil && h.Person != person {
			return ErrUnknownHold
		}
		if err != nil || h.State == work.HoldCancelled {
			return err
		}
		if h.State == work.HoldTentative {
			return giveBack(c, h, diary.Declined)
		}
		if err := deed.Undelivered(c, h.ID); err != nil {
			return err
		}
		return release(c, h)
	})
}

// release says that a hold is cancelled, gives its time back, and
// withdraws what said it, the name with it.
func release(c *gate.Change, h diary.Hold) error {
	said, err := versions(c, h)
	if err != nil {
		return err
	}
	var before spec.Hold
	if err := json.Unmarshal(spec.Payload(said[len(said)-1].Token), &before); err != nil {
		return fmt.Errorf("stored hold: %w", err)
	}
	body := &spec.Hold{Proposal: h.Proposal}
	body.Hold = work.Hold{Status: work.HoldCancelled, Units: before.Units, TimeZone: before.TimeZone}
	body.UID, body.Subject, body.Consent, body.Purpose, body.Until = h.UID, before.Subject, before.Consent, before.Purpose, before.Until
	body.Sequence = before.Sequence
	id, err := c.Say(h.Owner, body)
	if err != nil {
		return err
	}
	if err := c.TakeBack(h.Owner, slices.DeleteFunc(said, takenBack), h.Person); err != nil {
		return err
	}
	h.State, h.Record, h.Sequence, h.SettledAt = work.HoldCancelled, id, body.Sequence, c.Now().Unix()
	d := diary.In(c.Tx())
	return errors.Join(d.Free(h.ID), d.PutHold(h), deed.Unsaid(c, h, before.Subject), c.Retell(h.Person))
}

// versions are all records that said a hold, the newest last: a new key says
// it again, and each of them has the name.
func versions(c *gate.Change, h diary.Hold) ([]store.Entry, error) {
	first, err := c.Tx().Entry(h.Record)
	if err != nil {
		return nil, err
	}
	rows, err := c.Tx().BySubject(first.Subject)
	said := slices.DeleteFunc(rows, func(r store.Entry) bool {
		return r.UID != h.UID || r.Issuer != first.Issuer || r.Audience != h.Owner || r.Token == ""
	})
	slices.SortFunc(said, func(a, b store.Entry) int { return cmp.Compare(a.Sequence, b.Sequence) })
	if err == nil && len(said) == 0 {
		err = fmt.Errorf("stored hold: %w", store.ErrNotFound)
	}
	return said, err
}

func takenBack(r store.Entry) bool { return r.State == store.StateWithdrawn }

// Ended cancels the hold that stood on a consent which has ended.
func Ended(c *gate.Change, consent store.Consent) error {
	d := diary.In(c.Tx())
	if err := d.Lock(consent.Person); err != nil {
		return err
	}
	holds, err := d.Holds(consent.Person)
	if err != nil {
		return err
	}
	for _, h := range holds {
		if h.Consent == consent.RecordID && h.State == work.HoldConfirmed {
			err = endHold(c, h)
		} else if h.Consent == consent.RecordID && h.State == work.HoldTentative {
			err = giveBack(c, h, diary.Declined)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func unix(text string) int64 {
	at, _ := code.ParseUTC(text)
	return at.Unix()
}
