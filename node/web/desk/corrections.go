package desk

import (
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/web/shell"
)

const correctionsMost = 500 // that are looked through at once

// wish is a correction that somebody asks for, with who they are.
type wish struct {
	roster.Correction
	Who enrol.Registered
}

func (d pages) corrections(p *shell.Page) error {
	var list []wish
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		open, err := roster.In(tx).OpenCorrections(correctionsMost)
		if err != nil {
			return err
		}
		for _, c := range open {
			err := d.mayTouch(tx, p, c.Person)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			who, err := enrol.Of(tx, c.Person)
			if err != nil {
				return err
			}
			list = append(list, wish{c, who})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.Show("desk.corrections", correctionsPage(list))
}

// answer notes that a wish was met or declined. It changes no entry: that is
// done on the person's page, where everything else stands beside it.
func (d pages) answer(p *shell.Page) error {
	state := p.Value("state")
	if !slices.Contains([]string{roster.Done, roster.Declined}, state) {
		return store.ErrNotFound
	}
	err := d.Store.Write(p.Request().Context(), func(tx *store.Tx) error {
		c, err := roster.In(tx).Correction(p.Value("correction"))
		if err != nil {
			return err
		}
		if err := d.mayTouch(tx, p, c.Person); err != nil {
			return err
		}
		c.State, c.Account, c.AnsweredAt = state, p.Session.Owner.ID, d.Clock().Unix()
		return errors.Join(roster.In(tx).PutCorrection(c), tx.PutAudit(store.Audit{
			At: c.AnsweredAt, Actor: c.Account, Act: "correction." + state, Object: c.ID,
		}))
	})
	if err != nil {
		return err
	}
	return p.To("/people/corrections", "good", "desk.correction.answered")
}
