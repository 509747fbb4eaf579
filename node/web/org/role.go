package org

import (
	"errors"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/web/shell"
)

// ownRole is one role of the reader's own.
type ownRole struct {
	organisation.Membership
	Title string
}

// rolesView is what the reader is, and is invited to be.
type rolesView struct{ Offered, Held []ownRole }

func (d pages) roles(p *shell.Page) error {
	var v rolesView
	err := d.read(p, func(tx *store.Tx) error {
		list, err := organisation.In(tx).Of(p.Session.Owner.ID)
		for _, m := range list {
			o, err := organisation.In(tx).Organisation(m.Organisation)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			mine := ownRole{m, title(o, p.Lang)}
			switch {
			case o.ClosedAt != 0:
			case m.State == organisation.Invited:
				v.Offered = append(v.Offered, mine)
			case m.State == organisation.Active:
				v.Held = append(v.Held, mine)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Show("org.roles", rolesPage(v))
}

// named is the role that a form names.
func named(p *shell.Page) access.Held {
	return access.Held{Role: p.Value("role"), Organisation: p.Value("organisation")}
}

func (d pages) accept(p *shell.Page) error { return d.answer(p, true, "org.accepted") }

func (d pages) decline(p *shell.Page) error { return d.answer(p, false, "org.declined") }

func (d pages) answer(p *shell.Page, accepted bool, said string) error {
	if err := d.Door.AnswerRole(p.Request().Context(), p.Session.Owner.ID, named(p), accepted); err != nil {
		return err
	}
	return p.To("/account/roles", "good", said)
}

func (d pages) askLeave(p *shell.Page) error {
	v := endView{Organisation: p.QueryParam("organisation"), Role: p.QueryParam("role")}
	if v.Role == "" {
		return p.To("/account/roles", "", "") // the address alone names no role
	}
	err := d.read(p, func(tx *store.Tx) error {
		o, err := organisation.In(tx).Organisation(v.Organisation)
		v.Title = title(o, p.Lang)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show("org.leave", leavePage(v))
}

// leave gives a role back. Nobody is asked.
func (d pages) leave(p *shell.Page) error {
	err := d.Door.LeaveRole(p.Request().Context(), p.Session.Owner.ID, named(p))
	return d.ended(p, err, "/account/roles")
}
