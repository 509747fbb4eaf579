package rhythm

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/node/store/vitals"
)

// Member is somebody of a team as its organisation sees them: that they were
// asked and whether they joined, and nothing they chose beside it.
type Member struct {
	Person string
	Name   string
	Joined bool
}

// Session is a practice with another time for it, where one is proposed.
type Session struct {
	team.Practice
	Move *team.Move
}

// TeamView is what a team's organisation and its members see.
type TeamView struct {
	team.Team
	Members  []Member
	Joined   int
	Enough   bool // to show a common free time
	Free     []focus.Span
	Sessions []Session
}

// Team answers what an organisation sees of its team. Errors: store.ErrNotFound.
func (r *Rhythm) Team(ctx context.Context, at, id string) (v TeamView, err error) {
	err = r.gate.Store.Read(ctx, func(tx *store.Tx) error {
		t, err := teamOf(tx, at, id)
		if err != nil {
			return err
		}
		v, err = r.view(tx, t)
		return err
	})
	return v, err
}

// TeamFor answers what somebody who was asked into a team sees of it: the common
// free time once they joined, and never who else is in it. Errors:
// store.ErrNotFound.
func (r *Rhythm) TeamFor(ctx context.Context, person, id string) (v TeamView, m team.Member, err error) {
	err = r.gate.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if m, err = team.In(tx).Member(id, person); err != nil {
			return err
		}
		t, err := team.In(tx).Team(id)
		if err != nil {
			return err
		}
		if v, err = r.view(tx, t); err != nil {
			return err
		}
		v.Members = nil
		if m.State != team.Joined {
			v = TeamView{Team: t, Joined: v.Joined}
		}
		for i := range v.Sessions {
			v.Sessions[i].Move = nil // what is proposed to the owner is the owner's
		}
		return nil
	})
	return v, m, err
}

func (r *Rhythm) view(tx *store.Tx, t team.Team) (TeamView, error) {
	v := TeamView{Team: t}
	now := r.gate.Clock().UTC()
	from, to := coming(now)
	members, err := team.In(tx).Members(t.ID)
	if err != nil {
		return v, err
	}
	var busy [][]focus.Span
	for _, m := range members {
		who, err := tx.Person(m.Person)
		if err != nil {
			return v, err
		}
		joined := m.State == team.Joined
		v.Members = append(v.Members, Member{m.Person, who.FamilyName + " " + who.GivenName, joined})
		if !joined {
			continue
		}
		v.Joined++
		list, err := busyOf(tx, m.Person, from, to)
		if err != nil {
			return v, err
		}
		busy = append(busy, list)
	}
	sessions, err := team.In(tx).Practices(t.ID, now.Unix(), now.Add(mostAhead).Unix())
	if err != nil {
		return v, err
	}
	for _, p := range sessions {
		s := Session{Practice: p}
		move, err := team.In(tx).Move(p.ID)
		if err == nil && move.State == team.Open {
			s.Move = &move
		} else if err != nil && !errors.Is(err, store.ErrNotFound) {
			return v, err
		}
		v.Sessions = append(v.Sessions, s)
		busy = append(busy, []focus.Span{span(p.StartsAt, p.EndsAt)})
	}
	if v.Enough = v.Joined >= focus.LeastShown; !v.Enough {
		return v, nil
	}
	for day := range Ahead {
		v.Free = append(v.Free, focus.Common(from.AddDate(0, 0, day).Add(12*time.Hour), zone(), now, busy...)...)
	}
	return v, nil
}

// How far ahead practices are looked at, and how many at a time.
const (
	moveFrom = 24 * time.Hour
	moveTo   = 7 * 24 * time.Hour
	moveMost = 50
)

// Consider looks once at each coming practice for a time at which those of its
// team who let themselves be considered are more alert. What it finds is the
// owner's to accept or refuse; of few people it finds nothing. It is a job.
func (r *Rhythm) Consider(ctx context.Context) (int, error) {
	found := 0
	err := r.write(ctx, func(tx *store.Tx, now time.Time) error {
		found = 0
		list, err := team.In(tx).Unlooked(now.Add(moveFrom).Unix(), now.Add(moveTo).Unix(), moveMost)
		if err != nil {
			return err
		}
		for _, p := range list {
			move := team.Move{Practice: p.ID, State: team.Silent, ProposedAt: now.Unix(), SettledAt: now.Unix()}
			better, people, err := r.better(tx, p, now)
			if err != nil {
				return err
			}
			if people > 0 {
				found++
				move.State, move.StartsAt, move.People, move.SettledAt = team.Open, better.Start.Unix(), int64(people), 0
			}
			if err := team.In(tx).PutMove(move); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

// better is another time for a practice and how many were considered, as it is
// told; 0 where there is none.
func (r *Rhythm) better(tx *store.Tx, p team.Practice, now time.Time) (focus.Span, int, error) {
	none := focus.Span{}
	members, err := team.In(tx).Members(p.Team)
	if err != nil {
		return none, 0, err
	}
	at := span(p.StartsAt, p.EndsAt)
	day := dayOf(at.Start)
	var courses []focus.Course
	var busy []focus.Span
	for _, m := range members {
		if m.State != team.Joined {
			continue
		}
		taken, err := busyOf(tx, m.Person, day.Start, day.End)
		if err != nil {
			return none, 0, err
		}
		busy = append(busy, without(taken, at)...) // a practice in a calendar is no bar to its own move
		if !m.Considered {
			continue
		}
		choice, err := vitals.In(tx).Choice(m.Person)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return none, 0, err
		}
		told, err := told(tx, choice, now.Add(-lookback).Unix())
		if err != nil {
			return none, 0, err
		}
		if d := focus.Look(told, now, zone()); d.Habit.Known {
			courses = append(courses, d.Course)
		}
	}
	others, err := team.In(tx).Practices(p.Team, day.Start.Unix(), day.End.Unix())
	if err != nil {
		return none, 0, err
	}
	for _, o := range others {
		if o.ID != p.ID {
			busy = append(busy, span(o.StartsAt, o.EndsAt))
		}
	}
	open := func(s focus.Span) bool { return !slices.ContainsFunc(busy, s.Meets) }
	better, found := focus.Better(courses, at, zone(), open)
	if !found {
		return none, 0, nil
	}
	return better, focus.Crowd(len(courses)), nil
}
