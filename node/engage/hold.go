package engage

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

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
	if h.State != work.HoldCancelled {
		var err error
		if decision, err = e.keep(c, a, p, h, body, until); err != nil {
			return err
		}
	}
	body.Sequence = h.Sequence
	body.UID, body.Subject, body.Consent, body.Purpose, body.Until = h.UID, p.Subject, spec.RandomUUID(), Purpose, until.Unix()
	id, err := c.Say(p.Owner, body)
	if err != nil {
		return err
	}
	h.Record, h.Sequence = id, body.Sequence
	switch h.State {
	case work.HoldCancelled:
		return nil
	case work.HoldTentative:
		return errors.Join(c.Decided(id, decision), c.Retell(p.Person))
	}
	return errors.Join(c.Decided(id, decision), agreed(c, p, *h), c.Retell(p.Person))
}

// keep keeps the time of a hold, and writes what goes with it into its record.
func (e *Engagements) keep(c *gate.Change, a Answer, p diary.Proposal, h *diary.Hold, body *spec.Hold, until time.Time) (policy.Decision, error) {
	decision, way, err := e.allowed(c, p, body.Units, h)
	if err != nil {
		return decision, err
	}
	if h.Consent == "" {
		if h.Consent, err = c.Agreed(p.Person, p.Owner, Purpose, a.Language, until); err != nil {
			return decision, err
		}
	}
	if h.State == work.HoldConfirmed {
		if body.Party, err = party(c, a); err != nil {
			return decision, err
		}
		if err := e.credit(c, p, until, body); err != nil {
			return decision, err
		}
	} else {
		body.ReleaseAt = spec.FormatUTC(time.Unix(h.ReleaseAt, 0))
	}
	if leaves, returns, one := agenda.Sitting(way); one && (leaves.Before(way[0].Start) || returns.After(way[len(way)-1].End)) {
		body.Travel = &work.Window{Start: spec.FormatUTC(leaves), End: spec.FormatUTC(returns)}
	}
	if body.FreeBusy, err = freeBusy(c, p); err != nil {
		return decision, err
	}
	d := diary.In(c.Tx())
	return decision, errors.Join(d.Free(h.ID), d.Keep(held(h, way)))
}

// freeBusy names what the owner was told last of the person's time, if anything:
// the answer may rest on something newer, so it is a hint.
func freeBusy(c *gate.Change, p diary.Proposal) (*work.FreeBusyRef, error) {
	pair, err := c.Tx().Pairwise(p.Person, p.Owner, spec.KindAvailability)
	if errors.Is(err, store.ErrNotFound) || err == nil && pair.LastSequence == 0 {
		return nil, nil
	}
	return &work.FreeBusyRef{UID: pair.UID, Sequence: pair.LastSequence}, err
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

// held is what a hold keeps of a person's time.
func held(h *diary.Hold, way []agenda.Stretch) []diary.Held {
	list := make([]diary.Held, len(way))
	for i, s := range way {
		list[i] = diary.Held{
			Person: h.Person, StartsAt: s.Start.Unix(), EndsAt: s.End.Unix(), LeavesAt: s.Leaves.Unix(), ReturnsAt: s.Returns.Unix(),
			Hold: h.ID, State: h.State,
		}
	}
	return list
}

// wayTo is units with the person's way to work at a place, and back.
func wayTo(c *gate.Change, person string, units []work.Unit, place bool) ([]agenda.Stretch, error) {
	before, after := 0, 0
	if place {
		var err error
		if before, after, err = agenda.Travel(c.Tx(), person); err != nil {
			return nil, err
		}
	}
	list := make([]pattern.Window, len(units))
	for i, u := range intervals(units) {
		list[i] = pattern.Window{Start: u.Start, End: u.End}
	}
	return agenda.Way(list, time.Duration(before)*time.Minute, time.Duration(after)*time.Minute), nil
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
func (e *Engagements) allowed(c *gate.Change, p diary.Proposal, units []work.Unit, h *diary.Hold) (policy.Decision, []agenda.Stretch, error) {
	var none policy.Decision
	g, err := GigAt(c.Tx(), p)
	if err != nil {
		return none, nil, err
	}
	h.Title = g.Title
	way, err := wayTo(c, p.Person, units, g.Place != "")
	if err != nil {
		return none, nil, err
	}
	if err := isFree(c, p.Person, h.ID, way); err != nil {
		return none, nil, err
	}
	asked := intervals(units)
	first, last := asked[0].Start, asked[len(asked)-1].End
	near, err := diary.In(c.Tx()).Held(p.Person, first.Add(-48*time.Hour).Unix(), last.Add(48*time.Hour).Unix())
	if err != nil {
		return none, nil, err
	}
	var firm []policy.Interval
	for _, n := range near {
		if n.Hold != h.ID {
			firm = append(firm, policy.Interval{Start: time.Unix(n.StartsAt, 0), End: time.Unix(n.EndsAt, 0)})
		}
	}
	minor, err := young(c, p.Person)
	if err != nil {
		return none, nil, err
	}
	decision := e.gate.Trust.Book().Decide(policy.Facts{
		Act: policy.ActEngage, Issuer: e.gate.Self, Audience: p.Owner, Kind: spec.KindHold, Purpose: Purpose, Home: true,
		Parties: []policy.Party{{ID: string(e.gate.Self), Role: "home"}, {ID: string(p.Owner), Role: "client", Counterpart: true}},
		Slots:   firm, Units: asked, Minor: minor, Contract: g.Pay.Basis == work.BasisContract, Trip: trip(&g.Gig), Insurance: insured(&g.Gig),
	}, c.Now())
	if decision.Effect == policy.Approve {
		return decision, nil, ErrApproval
	}
	if r := policy.Refusal(decision); r != nil {
		return decision, nil, r
	}
	return decision, way, nil
}

// isFree refuses time that a calendar fills for certain, or another hold, a
// tentative one too: it keeps the time for the person until they let it go. What
// the person offers by their slots is no bar to a yes of their own.
func isFree(c *gate.Change, person, hold string, way []agenda.Stretch) error {
	day, err := agenda.Read(c.Tx(), person, way[0].Leaves, way[len(way)-1].Returns)
	if err != nil {
		return err
	}
	for _, s := range way {
		for _, b := range day.Events {
			if b.Status != calendar.Tentative && b.Start.Before(s.Returns) && b.End.After(s.Leaves) {
				return ErrTaken
			}
		}
		for _, b := range day.Held {
			if b.Hold != hold && b.LeavesAt < s.Returns.Unix() && b.ReturnsAt > s.Leaves.Unix() {
				return ErrTaken
			}
		}
	}
	return nil
}
