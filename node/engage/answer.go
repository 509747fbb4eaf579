package engage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/policy"
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

// Answer is what a person says to a proposal.
type Answer struct {
	Person   string
	Proposal spec.ID
	Yes      bool
	Name     bool   // tell the owner who this is
	Language string // ja or en, of the consent that lies in a yes
}

// Answer carries out a person's answer in one transaction: their time is looked
// at again, held, and said to the owner and, as busy, to everybody they
// consented to. The same answer again returns the same hold. Errors:
// ErrUnknownProposal, ErrOver, ErrTaken, ErrUnread, ErrApproval, gate.ErrGuardian,
// and the refusal of the policy in force.
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
		if p.State == diary.Accepted && a.Yes || p.State == diary.Declined && !a.Yes {
			if hold, err = d.Hold(p.Hold); err == nil && a.Yes && hold.State != work.HoldConfirmed {
				err = ErrOver // a yes that was taken back stays so
			}
			return err
		}
		if p.State != diary.Open || c.Now().Unix() >= p.OfferUntil {
			return ErrOver
		}
		if err := stands(c.Tx(), p.ID); err != nil {
			return err
		}
		hold = diary.Hold{
			ID: spec.RandomUUID(), Person: p.Person, Owner: p.Owner, Proposal: p.ID, Gig: p.Gig, UID: spec.RandomUUID(),
			State: work.HoldCancelled, CreatedAt: c.Now().Unix(),
		}
		p.State, p.Hold, p.SettledAt = diary.Declined, hold.ID, c.Now().Unix()
		if a.Yes {
			hold.State, p.State = work.HoldConfirmed, diary.Accepted
		}
		if err := e.hold(c, a, p, &hold); err != nil {
			return err
		}
		return errors.Join(d.PutHold(hold), d.SettleProposal(p))
	})
	return hold, err
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

// hold says a hold, confirmed or cancelled at once, and keeps its time.
func (e *Engagements) hold(c *gate.Change, a Answer, p diary.Proposal, h *diary.Hold) error {
	var units []work.Unit
	if err := json.Unmarshal([]byte(p.Units), &units); err != nil {
		return fmt.Errorf("stored proposal: %w", err)
	}
	_, end := work.Span(units)
	until := end.Add(kept)
	body := &spec.Hold{Proposal: p.ID}
	body.Hold = work.Hold{Status: h.State, Units: units, TimeZone: zone}
	var decision policy.Decision
	if a.Yes {
		var err error
		if decision, err = e.allowed(c, p, units, h); err != nil {
			return err
		}
		if h.Consent, err = c.Agreed(p.Person, p.Owner, Purpose, a.Language, until); err != nil {
			return err
		}
		if err := e.credit(c, p, until, body); err != nil {
			return err
		}
		if body.Party, err = party(c, a); err != nil {
			return err
		}
		if err := diary.In(c.Tx()).Keep(held(h, units)); err != nil {
			return err
		}
	}
	body.UID, body.Subject, body.Consent, body.Purpose, body.Until = h.UID, p.Subject, spec.RandomUUID(), Purpose, until.Unix()
	id, err := c.Say(p.Owner, body)
	if err != nil {
		return err
	}
	h.Record, h.Sequence = id, body.Sequence
	if !a.Yes {
		return nil
	}
	return errors.Join(c.Decided(id, decision), agreed(c, p, *h), c.Retell(p.Person))
}

// credit gives the owner the subject id under which it may later issue
// credentials about this engagement.
func (e *Engagements) credit(c *gate.Change, p diary.Proposal, until time.Time, body *spec.Hold) error {
	body.EngagementSubject = spec.Subject(spec.RandomUUID())
	return c.Tx().PutEngagement(store.Engagement{
		Subject: body.EngagementSubject, Person: p.Person, Evaluator: p.Owner, Consent: spec.RandomUUID(), Purpose: Purpose,
		Until: until.Unix(), CreatedAt: c.Now().Unix(),
	})
}

func held(h *diary.Hold, units []work.Unit) []diary.Held {
	list := make([]diary.Held, len(units))
	for i, u := range intervals(units) {
		list[i] = diary.Held{
			Person: h.Person, StartsAt: u.Start.Unix(), EndsAt: u.End.Unix(), LeavesAt: u.Start.Unix(), ReturnsAt: u.End.Unix(), Hold: h.ID, State: h.State,
		}
	}
	return list
}

// party is who the person is, where they want the owner to know.
func party(c *gate.Change, a Answer) (*work.Party, error) {
	if !a.Name {
		return nil, nil
	}
	who, err := c.Tx().Person(a.Person)
	return &work.Party{Name: who.FamilyName + " " + who.GivenName}, err
}

// allowed looks once more whether the time is free and the rules in force allow
// the engagement; the home alone answers for the red lists.
func (e *Engagements) allowed(c *gate.Change, p diary.Proposal, units []work.Unit, h *diary.Hold) (policy.Decision, error) {
	var none policy.Decision
	g, err := GigAt(c.Tx(), p)
	if err != nil {
		return none, err
	}
	h.Title = g.Title
	asked := intervals(units)
	first, last := asked[0].Start, asked[len(asked)-1].End
	day, err := agenda.Read(c.Tx(), p.Person, first, last)
	if err != nil {
		return none, err
	}
	for _, b := range day.Taken() {
		for _, u := range asked {
			if b.Status != spec.BusyTentative && b.Start.Before(u.End) && b.End.After(u.Start) {
				return none, ErrTaken
			}
		}
	}
	near, err := diary.In(c.Tx()).Held(p.Person, first.Add(-48*time.Hour).Unix(), last.Add(48*time.Hour).Unix())
	if err != nil {
		return none, err
	}
	firm := make([]policy.Interval, len(near))
	for i, n := range near {
		firm[i] = policy.Interval{Start: time.Unix(n.StartsAt, 0), End: time.Unix(n.EndsAt, 0)}
	}
	minor, err := young(c, p.Person)
	if err != nil {
		return none, err
	}
	decision := e.gate.Trust.Book().Decide(policy.Facts{
		Act: policy.ActEngage, Issuer: e.gate.Self, Audience: p.Owner, Kind: spec.KindHold, Purpose: Purpose, Home: true,
		Parties: []policy.Party{{ID: string(e.gate.Self), Role: "home"}, {ID: string(p.Owner), Role: "client", Counterpart: true}},
		Slots:   firm, Units: asked, Minor: minor, Contract: g.Pay.Basis == work.BasisContract, Trip: trip(&g.Gig), Insurance: insured(&g.Gig),
	}, c.Now())
	if decision.Effect == policy.Approve {
		return decision, ErrApproval
	}
	if r := policy.Refusal(decision); r != nil {
		return decision, r
	}
	return decision, nil
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
		if err != nil || h.State != work.HoldConfirmed {
			return err
		}
		if err := deed.Undelivered(c, h.ID); err != nil {
			return err
		}
		return release(c, h)
	})
}

// release says that a confirmed hold is cancelled, gives its time back, and
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
			if err := endHold(c, h); err != nil {
				return err
			}
		}
	}
	return nil
}

func unix(text string) int64 {
	at, _ := code.ParseUTC(text)
	return at.Unix()
}
