package engage

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/match"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

// people is the index of whom consented records describe, kept current from the
// ledger: before each question it reads what was admitted since the last one,
// and of the answer it asks whether it still stands.
type people struct {
	index match.Index
	mu    sync.Mutex
	read  int64 // position in the ledger
}

// travelling is what a place that is not remote adds before and after a sitting.
const travelling = 30 * time.Minute

// Ranks.
const (
	unproven = 2.5 // of 5: what nobody has evaluated yet counts as
	halfLife = 14 * 24 * time.Hour
	perRead  = 500
)

// Candidates are who could do a gig, the best first, who nearly could, and how
// many were looked at. Errors: ErrUnknownGig.
func (e *Engagements) Candidates(ctx context.Context, id string, limit, near int) (page match.Page, looked int, err error) {
	var row board.Gig
	err = e.gate.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if row, err = gigOf(board.In(tx), id); err != nil {
			return err
		}
		return e.catchUp(tx)
	})
	if err != nil {
		return page, 0, err
	}
	var g work.Gig
	if err := json.Unmarshal([]byte(row.Body), &g); err != nil {
		return page, 0, fmt.Errorf("stored gig: %w", err)
	}
	need := e.need(&g)
	need.Limit, need.Near = limit, near
	if !need.To.After(need.From) {
		return page, e.people.index.Len(), nil // nobody can do it any more
	}
	for {
		if page, err = e.people.index.Find(*need); err != nil {
			return page, 0, err
		}
		gone, err := e.gone(ctx, page)
		if err != nil || gone == 0 {
			return page, e.people.index.Len(), err
		}
	}
}

// need is what a gig asks of somebody.
func (e *Engagements) need(g *work.Gig) *match.Need {
	now := e.gate.Clock()
	each, _ := code.ParseDuration(g.Units.Duration)
	from, _ := code.ParseUTC(g.Window.Start)
	to, _ := code.ParseUTC(g.Window.End)
	if from.Before(now) {
		from = now
	}
	n := &match.Need{
		Place: g.Place, Remote: g.Remote, From: from, To: to, Count: g.Units.Count, Unit: each, Sittings: g.Units.Sittings,
		Rank: match.Rank{HalfLife: halfLife}, Now: now, Exclude: e.exclude(g, now),
	}
	if g.Place != "" {
		n.Travel = travelling
	}
	for _, s := range g.Skills {
		n.Skills = append(n.Skills, match.SkillNeed{URI: s.URI, Least: float32(s.MinLevel)})
	}
	return n
}

// exclude asks the rules in force, once for each home.
func (e *Engagements) exclude(g *work.Gig, now time.Time) func(string, spec.NodeID) string {
	said := make(map[spec.NodeID]string)
	return func(_ string, home spec.NodeID) string {
		if word, known := said[home]; known {
			return word
		}
		d := e.gate.Trust.Book().Decide(policy.Facts{
			Act: policy.ActEngage, Issuer: e.gate.Self, Audience: home, Kind: spec.KindProposal, Purpose: matching,
			Parties:  []policy.Party{{ID: string(e.gate.Self), Role: "client"}, {ID: string(home), Role: "home", Counterpart: true}},
			Contract: g.Pay.Basis == work.BasisContract,
		}, now)
		said[home] = ""
		if r := policy.Refusal(d); r != nil {
			said[home] = r.Problem
		}
		return said[home]
	}
}

// matching is the purpose that people are looked for under.
const matching = "matching"

// catchUp takes in what was admitted since the last question.
func (e *Engagements) catchUp(tx *store.Tx) error {
	p := &e.people
	p.mu.Lock()
	defer p.mu.Unlock()
	now := e.gate.Clock().Unix()
	for {
		list, err := tx.ListCurrent("", "", now, p.read, perRead)
		if err != nil {
			return err
		}
		for _, l := range list {
			if l.Current.Audience == e.gate.Self && (l.Current.Kind == spec.KindTalent || l.Current.Kind == spec.KindAvailability) {
				if err := e.describe(tx, l.Current.Subject, now); err != nil {
					return err
				}
			}
			p.read = l.Pos
		}
		if len(list) < perRead {
			return nil
		}
	}
}

// describe puts into the index what is known of one person now, or takes them out.
func (e *Engagements) describe(tx *store.Tx, subject spec.Subject, now int64) error {
	list, err := tx.CurrentOfSubject(subject, now)
	if err != nil {
		return err
	}
	var talent *spec.Talent
	var free *spec.Availability
	for _, l := range list {
		switch l.Current.Kind {
		case spec.KindTalent:
			talent = new(spec.Talent)
			err = json.Unmarshal(spec.Payload(l.Token), talent)
		case spec.KindAvailability:
			free = new(spec.Availability)
			err = json.Unmarshal(spec.Payload(l.Token), free)
		}
		if err != nil {
			return fmt.Errorf("stored record: %w", err)
		}
	}
	if talent == nil || free == nil || talent.Issuer == e.gate.Self {
		e.people.index.Remove(string(subject))
		return nil
	}
	return e.people.index.Put(personOf(talent, free))
}

func personOf(t *spec.Talent, a *spec.Availability) match.Person {
	p := match.Person{
		Key: string(t.Subject), Issuer: t.Issuer, Region: t.Region, Remote: t.Remote != nil && *t.Remote, Languages: t.Languages,
		Evaluation: match.Evaluation{Mean: unproven}, Fresh: time.Unix(max(t.IssuedAt, a.IssuedAt), 0),
		Free: freeOf(a), Until: time.Unix(a.Expires, 0),
	}
	for _, s := range t.Skills {
		p.Skills = append(p.Skills, match.Skill{URI: s.URI, Level: float32(s.Level), Evaluated: s.Basis == "evaluated"})
	}
	return p
}

// freeOf is what an availability record leaves free: all of its span that is
// busy in no way, and in the day unless the person placed slots.
func freeOf(a *spec.Availability) []match.Window {
	at, _ := code.ParseUTC(a.Start)
	end, _ := code.ParseUTC(a.End)
	var free []match.Window
	placed := false
	for _, b := range a.Busy {
		placed = placed || b.Status == spec.BusyUnavailable
		from, _ := code.ParseUTC(b.Start)
		to, _ := code.ParseUTC(b.End)
		if from.After(at) {
			free = append(free, match.Window{Start: at, End: from})
		}
		at = to
	}
	if end.After(at) {
		free = append(free, match.Window{Start: at, End: end})
	}
	if placed {
		return free
	}
	return byDay(free)
}

// Somebody who placed no slots is offered work between these hours of the
// region's clock: that a calendar is empty at night does not mean that its owner
// is awake. Whose record holds unavailable time has said when to ask them.
const (
	morning = 7
	evening = 22
)

// byDay leaves of free time what lies in the day.
func byDay(free []match.Window) []match.Window {
	var days []match.Window
	for _, w := range free {
		start := w.Start.In(availability.Home)
		day := time.Date(start.Year(), start.Month(), start.Day(), 0, 0, 0, 0, start.Location())
		for ; day.Before(w.End); day = day.AddDate(0, 0, 1) {
			from, to := day.Add(morning*time.Hour), day.Add(evening*time.Hour)
			if from.Before(w.Start) {
				from = w.Start
			}
			if to.After(w.End) {
				to = w.End
			}
			if to.After(from) {
				days = append(days, match.Window{Start: from.UTC(), End: to.UTC()})
			}
		}
	}
	return days
}

// gone takes out of the index whoever is on a page and may not be shown any
// more, and counts them: a withdrawal leaves no new record to read.
func (e *Engagements) gone(ctx context.Context, page match.Page) (int, error) {
	keys := make([]string, 0, len(page.Candidates)+len(page.Near))
	for _, c := range page.Candidates {
		keys = append(keys, c.Key)
	}
	for _, n := range page.Near {
		keys = append(keys, n.Key)
	}
	gone := 0
	err := e.gate.Store.Read(ctx, func(tx *store.Tx) error {
		now := e.gate.Clock().Unix()
		for _, key := range keys {
			list, err := tx.CurrentOfSubject(spec.Subject(key), now)
			if err != nil {
				return err
			}
			kinds := make(map[spec.Kind]bool)
			for _, l := range list {
				kinds[l.Current.Kind] = true
			}
			if !kinds[spec.KindTalent] || !kinds[spec.KindAvailability] {
				e.people.index.Remove(key)
				gone++
			}
		}
		return nil
	})
	return gone, err
}
