package org

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/web/shell"
)

// membersView is one organisation with who is what in it.
type membersView struct {
	organisation.Organisation
	Title   string
	Members []member
	Form    nameForm
	Gives   bool // the reader may give some role here
	Home    bool // the reader may rename and close it
	Staff   bool // the reader may make an account here
}

type member struct {
	organisation.Membership
	Name, By         string
	MayEnd, MayAdmit bool
}

func (d pages) members(p *shell.Page) error { return d.showMembers(p, http.StatusOK, nameForm{}) }

func (d pages) showMembers(p *shell.Page, status int, form nameForm) error {
	var v membersView
	err := d.read(p, func(tx *store.Tx) error {
		var err error
		if v.Organisation, err = organisation.In(tx).Organisation(p.Param("organisation")); err != nil {
			return err
		}
		v.Members, err = d.membersOf(tx, p.Caller, v.ID)
		return err
	})
	if err != nil {
		return err
	}
	open := v.ClosedAt == 0
	v.Title, v.Form = title(v.Organisation, p.Lang), form
	v.Gives = open && len(access.MayGiveAny(p.Caller, v.ID)) > 0
	v.Home = open && atHome(p.Caller) && v.ID != organisation.Home
	if len(form.Wrong) == 0 {
		v.Form = nameForm{JA: v.NameJA, EN: v.NameEN, Kind: v.Kind}
	}
	return p.Render(status, v.Title, membersPage(v))
}

// membersOf lists who is what in an organisation, in the order of names.
func (d pages) membersOf(tx *store.Tx, c access.Caller, id string) ([]member, error) {
	list, err := organisation.In(tx).Members(id)
	if err != nil {
		return nil, err
	}
	var all []member
	for _, row := range list {
		if row.State == organisation.Ended {
			continue
		}
		who, err := account.In(tx).Account(row.Account)
		if errors.Is(err, store.ErrNotFound) || err == nil && who.ClosedAt != 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		m := member{Membership: row, MayEnd: access.MayGive(c, row.Account, access.Held{Role: row.Role, Organisation: id})}
		if m.Name, err = called(tx, who); err != nil {
			return nil, err
		}
		if by, err := account.In(tx).Account(row.InvitedBy); err == nil {
			m.By, _ = called(tx, by) // who was erased since has no name
		}
		holds, err := signin.Holds(tx, who)
		if err != nil {
			return nil, err
		}
		m.MayAdmit = access.MayAdmit(c, who.ID, holds)
		all = append(all, m)
	}
	slices.SortStableFunc(all, func(a, b member) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// chooseView is a role on its way to somebody.
type chooseView struct {
	ID, Title, Query string
	Found            []person
	Searched         bool
	Account, Name    string // who was chosen
	Roles            []access.Role
	Error            string
}

// person is somebody who was looked for.
type person struct{ ID, Name, Kana string }

// choose looks for whom a role is to be given to, then which.
func (d pages) choose(p *shell.Page) error {
	return d.showChoose(p, http.StatusOK, p.QueryParam("account"), "")
}

func (d pages) showChoose(p *shell.Page, status int, chosen, wrong string) error {
	id := p.Param("organisation")
	v := chooseView{ID: id, Query: p.QueryParam("q"), Account: chosen, Error: wrong, Roles: access.MayGiveAny(p.Caller, id)}
	v.Searched = v.Query != ""
	err := d.read(p, func(tx *store.Tx) error {
		o, err := organisation.In(tx).Organisation(id)
		if err != nil {
			return err
		}
		v.Title = title(o, p.Lang)
		if chosen == "" && v.Searched {
			v.Found, err = d.accountsLike(tx, p.Caller, id, v.Query)
			return err
		}
		if chosen == "" {
			return nil
		}
		who, err := d.reachable(tx, p.Caller, id, chosen)
		if err != nil {
			return err
		}
		v.Name, err = called(tx, who)
		return err
	})
	if err != nil {
		return err
	}
	return p.Render(status, p.T("org.give"), choosePage(v))
}

// reachable answers an open account that the caller may know of: at home
// everybody's, else those of the organisation.
func (d pages) reachable(tx *store.Tx, c access.Caller, id, chosen string) (account.Account, error) {
	who, err := account.In(tx).Account(chosen)
	if err != nil || atHome(c) && who.ClosedAt == 0 {
		return who, err
	}
	list, err := organisation.In(tx).Of(chosen)
	there := slices.ContainsFunc(list, func(m organisation.Membership) bool {
		return m.Organisation == id && m.State != organisation.Ended
	})
	if err == nil && (!there || who.ClosedAt != 0) {
		err = store.ErrNotFound
	}
	return who, err
}

func heldOf(p *shell.Page) access.Held {
	return access.Held{Role: p.Value("role"), Organisation: p.Param("organisation")}
}

// give invites somebody to a role.
func (d pages) give(p *shell.Page) error {
	chosen, what := p.Value("account"), heldOf(p)
	if what.Role == "" {
		return d.showChoose(p, http.StatusUnprocessableEntity, chosen, p.T("org.role.wrong"))
	}
	err := d.write(p, func(tx *store.Tx) error {
		who, err := d.reachable(tx, p.Caller, what.Organisation, chosen)
		if err != nil {
			return err
		}
		if err := d.Door.GiveRole(tx, p.Caller, chosen, what); err != nil {
			return err
		}
		return d.tell(tx, who, notice.RoleGiven, "/account/roles", "")
	})
	if errors.Is(err, signin.ErrRole) {
		return p.Refuse(http.StatusForbidden, "org.role.not-yours", "org.role.not-yours.way-out")
	}
	if err != nil {
		return err
	}
	return p.To("/organisations/"+what.Organisation, "good", "org.given")
}

// endView is a question before a role ends.
type endView struct {
	Organisation, Title, Account, Name, Role string
}

func (d pages) askEnd(p *shell.Page) error {
	v := endView{Organisation: p.Param("organisation"), Account: p.QueryParam("account"), Role: p.QueryParam("role")}
	if v.Account == "" {
		return p.To("/organisations/"+v.Organisation, "", "") // the address alone names nobody
	}
	err := d.read(p, func(tx *store.Tx) error {
		o, err := organisation.In(tx).Organisation(v.Organisation)
		if err != nil {
			return err
		}
		v.Title = title(o, p.Lang)
		who, err := d.reachable(tx, p.Caller, v.Organisation, v.Account)
		if err != nil {
			return err
		}
		v.Name, err = called(tx, who)
		return err
	})
	if err != nil {
		return err
	}
	if !access.MayGive(p.Caller, v.Account, access.Held{Role: v.Role, Organisation: v.Organisation}) {
		return p.Refuse(http.StatusForbidden, "org.role.not-yours", "org.role.not-yours.way-out")
	}
	return p.Show("org.end", endPage(v))
}

// end ends a role. The last operator stays.
func (d pages) end(p *shell.Page) error {
	id, what := p.Value("account"), heldOf(p)
	err := d.write(p, func(tx *store.Tx) error {
		if err := d.Door.EndRole(tx, p.Caller, id, what); err != nil {
			return err
		}
		who, err := account.In(tx).Account(id)
		if err != nil {
			return err
		}
		return d.tell(tx, who, notice.RoleEnded, "/account/roles", "")
	})
	return d.ended(p, err, "/organisations/"+what.Organisation)
}

// ended says how the end of a role went.
func (d pages) ended(p *shell.Page, err error, to string) error {
	switch {
	case errors.Is(err, signin.ErrLastOperator):
		return p.Refuse(http.StatusConflict, "org.last-operator", "org.last-operator.way-out")
	case errors.Is(err, signin.ErrRole):
		return p.Refuse(http.StatusForbidden, "org.role.not-yours", "org.role.not-yours.way-out")
	case err != nil:
		return err
	}
	return p.To(to, "good", "org.ended")
}
