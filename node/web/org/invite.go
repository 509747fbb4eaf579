package org

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/web/shell"
)

// inviteView is a question before a code is made.
type inviteView struct {
	Name, Action, Back string
	Again              bool // they have passkeys: the code is for another one
	Address            bool // an address is known
}

// addressOf is where mail to somebody goes: their account says it, or the
// register.
func addressOf(tx *store.Tx, who account.Account) (string, error) {
	if who.Email != "" || who.Person == "" {
		return who.Email, nil
	}
	row, err := roster.In(tx).Entry(who.Person)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var entry talent.Entry
	if err := json.Unmarshal([]byte(row.Entry), &entry); err != nil {
		return "", fmt.Errorf("stored entry: %w", err)
	}
	return entry.Email, nil
}

// personAccount answers a person's account, an empty one where there is none yet.
func personAccount(tx *store.Tx, id string) (account.Account, error) {
	who, err := account.In(tx).OfPerson(id)
	if errors.Is(err, store.ErrNotFound) {
		_, err = tx.Person(id)
		return account.Account{Person: id}, err
	}
	return who, err
}

// enrolled is personAccount with the account made where there was none.
func (d pages) enrolled(tx *store.Tx, id string) (account.Account, error) {
	who, err := personAccount(tx, id)
	if err != nil || who.ID != "" {
		return who, err
	}
	return d.Door.Enrol(tx, who)
}

func (d pages) viewOf(tx *store.Tx, who account.Account) (inviteView, error) {
	v := inviteView{}
	var err error
	if v.Name, err = called(tx, who); err != nil {
		return v, err
	}
	keys, err := account.In(tx).Passkeys(who.ID)
	if err != nil {
		return v, err
	}
	v.Again = len(keys) > 0
	address, err := addressOf(tx, who)
	v.Address = address != "" && !v.Again
	return v, err
}

func (d pages) askInvitePerson(p *shell.Page) error {
	var v inviteView
	err := d.read(p, func(tx *store.Tx) error {
		who, err := personAccount(tx, p.Param("person"))
		if err != nil {
			return err
		}
		v, err = d.viewOf(tx, who)
		return err
	})
	if err != nil {
		return err
	}
	if err := p.NoteOpened(p.Param("person"), store.OpenedAccount); err != nil {
		return err
	}
	v.Action, v.Back = "/people/"+p.Param("person")+"/invite", "/organisations"
	return p.Show("org.invite", invitePage(v))
}

func (d pages) invitePerson(p *shell.Page) error {
	var made slip
	err := d.write(p, func(tx *store.Tx) error {
		who, err := d.enrolled(tx, p.Param("person"))
		if err != nil {
			return err
		}
		made, err = d.slipFor(tx, p.Caller, who, p.Value("send") != "")
		return err
	})
	return d.admitted(p, err, sheetView{Slips: []slip{made}, Back: "/organisations"})
}

// memberAccount answers the account of the path, if it has a role in the
// organisation of the path.
func memberAccount(tx *store.Tx, p *shell.Page) (account.Account, error) {
	who, err := account.In(tx).Account(p.Param("account"))
	if err != nil {
		return who, err
	}
	holds, err := signin.Holds(tx, who)
	here := func(h access.Held) bool { return h.Organisation == p.Param("organisation") }
	if err == nil && !slices.ContainsFunc(holds, here) {
		err = store.ErrNotFound
	}
	return who, err
}

func (d pages) askInviteMember(p *shell.Page) error {
	var v inviteView
	err := d.read(p, func(tx *store.Tx) error {
		who, err := memberAccount(tx, p)
		if err != nil {
			return err
		}
		v, err = d.viewOf(tx, who)
		return err
	})
	if err != nil {
		return err
	}
	v.Back = "/organisations/" + p.Param("organisation")
	v.Action = v.Back + "/members/" + p.Param("account") + "/invite"
	return p.Show("org.invite", invitePage(v))
}

func (d pages) inviteMember(p *shell.Page) error {
	var made slip
	err := d.write(p, func(tx *store.Tx) error {
		who, err := memberAccount(tx, p)
		if err != nil {
			return err
		}
		made, err = d.slipFor(tx, p.Caller, who, p.Value("send") != "")
		return err
	})
	return d.admitted(p, err, sheetView{Slips: []slip{made}, Back: "/organisations/" + p.Param("organisation")})
}

// deskView is a search for whom a desk's code is.
type deskView struct {
	Query    string
	Searched bool
	Found    []person
}

func (d pages) findAtDesk(p *shell.Page) error {
	v := deskView{Query: p.QueryParam("q")}
	v.Searched = v.Query != ""
	if v.Searched {
		err := d.read(p, func(tx *store.Tx) error {
			var err error
			v.Found, err = d.peopleLike(tx, p.Caller, v.Query)
			return err
		})
		if err != nil {
			return err
		}
	}
	return p.Show("org.desk", deskPage(v))
}

// deskCode makes a code for somebody who stands at the desk without a device.
func (d pages) deskCode(p *shell.Page) error {
	var made slip
	err := d.write(p, func(tx *store.Tx) error {
		who, err := d.enrolled(tx, p.Value("person"))
		if err != nil {
			return err
		}
		made, err = d.codeFor(tx, p.Caller, who, signin.AtDesk)
		return err
	})
	return d.admitted(p, err, sheetView{Slips: []slip{made}, Back: "/desk/code"})
}

// join makes somebody a person of an organisation that this node serves.
func (d pages) join(tx *store.Tx, who account.Account, id string) error {
	now := d.Clock().Unix()
	return organisation.In(tx).PutMembership(organisation.Membership{
		Organisation: id, Account: who.ID, Role: access.Person, State: organisation.Active, CreatedAt: now, JoinedAt: now,
	})
}
