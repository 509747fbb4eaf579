package rhythm

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrName means a name or title that is empty or too long.
	ErrName = errors.New("a name has 1 to 80 characters")
	// ErrTime means a practice that ends before it begins, is over, or is too long.
	ErrTime = errors.New("a practice lies ahead and is at most six hours long")
	// ErrStranger means that somebody does not belong to the organisation.
	ErrStranger = errors.New("who is asked into a team belongs to its organisation")
)

const (
	mostName     = 80
	mostPractice = 6 * time.Hour
	mostAhead    = 60 * 24 * time.Hour
)

func named(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" || utf8.RuneCountInString(text) > mostName {
		return "", ErrName
	}
	return text, nil
}

func (r *Rhythm) write(ctx context.Context, change func(*store.Tx, time.Time) error) error {
	return r.gate.Store.Write(ctx, func(tx *store.Tx) error { return change(tx, r.gate.Clock().UTC()) })
}

// Found makes a team of an organisation. Errors: ErrName, store.ErrNotFound.
func (r *Rhythm) Found(ctx context.Context, at, name string) (t team.Team, err error) {
	if name, err = named(name); err != nil {
		return t, err
	}
	err = r.write(ctx, func(tx *store.Tx, now time.Time) error {
		if err := standing(tx, at); err != nil {
			return err
		}
		t = team.Team{ID: spec.NewUUID(), Organisation: at, Name: name, CreatedAt: now.Unix()}
		return team.In(tx).Put(t)
	})
	return t, err
}

// standing refuses an organisation that this node does not serve.
func standing(tx *store.Tx, at string) error {
	if at == organisation.Home {
		return nil
	}
	_, err := organisation.In(tx).Organisation(at)
	return err
}

// teamOf answers an organisation's team that is not closed.
func teamOf(tx *store.Tx, at, id string) (team.Team, error) {
	t, err := team.In(tx).Team(id)
	if err == nil && (t.Organisation != at || t.ClosedAt > 0) {
		err = store.ErrNotFound
	}
	return t, err
}

// Ask asks somebody into a team; they join by themselves. Errors: ErrStranger,
// store.ErrNotFound.
func (r *Rhythm) Ask(ctx context.Context, at, id, person string) error {
	return r.write(ctx, func(tx *store.Tx, now time.Time) error {
		if _, err := teamOf(tx, at, id); err != nil {
			return err
		}
		of, err := belongs(tx, person)
		if err != nil || !slices.Contains(of, at) {
			return errors.Join(err, ErrStranger)
		}
		if _, err := team.In(tx).Member(id, person); !errors.Is(err, store.ErrNotFound) {
			return err // asked before
		}
		return team.In(tx).PutMember(team.Member{Team: id, Person: person, State: team.Asked, AskedAt: now.Unix()})
	})
}

// belongs are the organisations of a person; who belongs to none belongs to the
// one that runs the node.
func belongs(tx *store.Tx, person string) ([]string, error) {
	if _, err := tx.Person(person); err != nil {
		return nil, err
	}
	at, err := organisation.In(tx).AtPerson(person)
	if len(at) == 0 {
		at = []string{organisation.Home}
	}
	return at, err
}

// Drop takes somebody out of a team. It may be repeated.
func (r *Rhythm) Drop(ctx context.Context, at, id, person string) error {
	return r.write(ctx, func(tx *store.Tx, _ time.Time) error {
		if _, err := teamOf(tx, at, id); err != nil {
			return err
		}
		return team.In(tx).Drop(id, person)
	})
}

// Join is somebody's own yes to a team: their free time counts in the common
// one, and where they say so their sleep in another time for a practice.
func (r *Rhythm) Join(ctx context.Context, person, id string, considered bool) error {
	return r.write(ctx, func(tx *store.Tx, now time.Time) error {
		m, err := team.In(tx).Member(id, person)
		if err != nil {
			return err
		}
		m.State, m.Considered = team.Joined, considered
		if m.JoinedAt == 0 {
			m.JoinedAt = now.Unix()
		}
		return team.In(tx).PutMember(m)
	})
}

// Part is somebody's own no, or their leaving. It may be repeated.
func (r *Rhythm) Part(ctx context.Context, person, id string) error {
	return r.write(ctx, func(tx *store.Tx, _ time.Time) error { return team.In(tx).Drop(id, person) })
}

// Practise adds a practice. Errors: ErrName, ErrTime, store.ErrNotFound.
func (r *Rhythm) Practise(ctx context.Context, at, id, title string, s focus.Span) error {
	title, err := named(title)
	if err != nil {
		return err
	}
	return r.write(ctx, func(tx *store.Tx, now time.Time) error {
		if _, err := teamOf(tx, at, id); err != nil {
			return err
		}
		if !s.Start.Before(s.End) || s.Length() > mostPractice || s.Start.Before(now) || s.Start.After(now.Add(mostAhead)) {
			return ErrTime
		}
		return team.In(tx).PutPractice(team.Practice{
			ID: spec.NewUUID(), Team: id, Title: title, StartsAt: s.Start.Unix(), EndsAt: s.End.Unix(), CreatedAt: now.Unix(),
		})
	})
}

// practiceAt answers a practice of a team of an organisation.
func practiceAt(tx *store.Tx, at, id, practice string) (team.Practice, error) {
	if _, err := teamOf(tx, at, id); err != nil {
		return team.Practice{}, err
	}
	p, err := team.In(tx).Practice(practice)
	if err == nil && p.Team != id {
		err = store.ErrNotFound
	}
	return p, err
}

// CallOff takes a practice away.
func (r *Rhythm) CallOff(ctx context.Context, at, id, practice string) error {
	return r.write(ctx, func(tx *store.Tx, _ time.Time) error {
		if _, err := practiceAt(tx, at, id, practice); err != nil {
			return err
		}
		return team.In(tx).DropPractice(practice)
	})
}

// Settle is the owner's word about another time for a practice: with a yes it
// moves, with a no it stays, and no other time is proposed for it again.
func (r *Rhythm) Settle(ctx context.Context, at, id, practice string, yes bool) error {
	return r.write(ctx, func(tx *store.Tx, now time.Time) error {
		p, err := practiceAt(tx, at, id, practice)
		if err != nil {
			return err
		}
		m, err := team.In(tx).Move(practice)
		if err != nil || m.State != team.Open {
			return err
		}
		m.State, m.SettledAt = team.Refused, now.Unix()
		if yes {
			if m.StartsAt <= now.Unix() {
				return ErrTime
			}
			m.State = team.Accepted
			p.StartsAt, p.EndsAt = m.StartsAt, m.StartsAt+p.EndsAt-p.StartsAt
		}
		return errors.Join(team.In(tx).PutMove(m), team.In(tx).PutPractice(p))
	})
}
