package rhythm

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/node/store/vitals"
)

// Teams answers the teams of an organisation. Errors: store.ErrNotFound.
func (r *Rhythm) Teams(ctx context.Context, at string) (list []team.Team, err error) {
	err = r.gate.Store.Read(ctx, func(tx *store.Tx) error {
		if err := standing(tx, at); err != nil {
			return err
		}
		var err error
		list, err = team.In(tx).At(at)
		return err
	})
	return list, err
}

// Place is a team into which somebody was asked.
type Place struct {
	team.Team
	Member team.Member
}

// Places answers the teams into which somebody was asked.
func (r *Rhythm) Places(ctx context.Context, person string) (list []Place, err error) {
	err = r.gate.Store.Read(ctx, func(tx *store.Tx) error {
		list = nil
		of, err := team.In(tx).Of(person)
		if err != nil {
			return err
		}
		for _, m := range of {
			t, err := team.In(tx).Team(m.Team)
			if err != nil {
				return err
			}
			if t.ClosedAt == 0 {
				list = append(list, Place{t, m})
			}
		}
		return nil
	})
	return list, err
}

// Askable are the people of an organisation who can be asked into its team, by
// name. Errors: store.ErrNotFound.
func (r *Rhythm) Askable(ctx context.Context, at, id string) (list []Member, err error) {
	err = r.gate.Store.Read(ctx, func(tx *store.Tx) error {
		list = nil
		if _, err := teamOf(tx, at, id); err != nil {
			return err
		}
		members, err := organisation.In(tx).Members(at)
		if err != nil {
			return err
		}
		for _, m := range members {
			if m.Role != access.Person || m.State != organisation.Active {
				continue
			}
			who, err := account.In(tx).Account(m.Account)
			if err != nil {
				return err
			}
			if _, err := team.In(tx).Member(id, who.Person); !errors.Is(err, store.ErrNotFound) {
				if err != nil {
					return err
				}
				continue
			}
			p, err := tx.Person(who.Person)
			if err != nil {
				return err
			}
			list = append(list, Member{Person: p.ID, Name: p.FamilyName + " " + p.GivenName})
		}
		slices.SortFunc(list, func(a, b Member) int {
			if a.Name < b.Name {
				return -1
			}
			return 1
		})
		return nil
	})
	return list, err
}

const cleanPage = 500

// ForgetOld deletes vitals that are kept long enough, those of people who have
// no way in any more to see or to stop them, and practices that are long over.
func ForgetOld(tx *store.Tx, now time.Time) error {
	old := now.Add(-Kept).Unix()
	v := vitals.In(tx)
	if err := errors.Join(v.ForgetBefore(old), team.In(tx).ForgetBefore(old)); err != nil {
		return err
	}
	for after := ""; ; {
		list, err := v.Chosen(after, cleanPage)
		if err != nil {
			return err
		}
		for _, c := range list {
			after = c.Person
			who, err := account.In(tx).OfPerson(c.Person)
			if errors.Is(err, store.ErrNotFound) || err == nil && who.ClosedAt > 0 {
				err = v.Forget(c.Person)
			}
			if err != nil {
				return err
			}
		}
		if len(list) < cleanPage {
			return nil
		}
	}
}
