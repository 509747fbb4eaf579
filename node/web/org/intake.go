package org

import (
	"errors"
	"strconv"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/web/shell"
)

// mostSlips bounds one printing, so that a page stays small enough to be read
// on a slow line.
const mostSlips = 60

// intakeView is the people of one spreadsheet who have not come in yet.
type intakeView struct {
	ID, Name  string
	People    int
	Addresses int
	Batches   []batch
}

// batch is one printing: the first and the last of it, counted from 1.
type batch struct{ From, To int }

// aboutIntake is the organisation whose spreadsheet the path names. One that is
// not there belongs nowhere.
func (d pages) aboutIntake(p *shell.Page) (access.Object, error) {
	var o access.Object
	err := d.read(p, func(tx *store.Tx) error {
		i, err := roster.In(tx).Intake(p.Param("intake"))
		o.Organisations = []string{i.Organisation}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return access.Object{}, nil
	}
	return o, err
}

// newcomers lists who came by a spreadsheet and has no passkey yet.
func newcomers(tx *store.Tx, id string) (roster.Intake, []account.Account, error) {
	i, err := roster.In(tx).Intake(id)
	if err == nil && i.State != roster.Applied {
		err = store.ErrNotFound
	}
	if err != nil {
		return i, nil, err
	}
	lines, err := roster.In(tx).Lines(id)
	if err != nil {
		return i, nil, err
	}
	var list []account.Account
	for _, line := range lines {
		if line.State != "new" || line.Person == "" {
			continue
		}
		who, err := personAccount(tx, line.Person)
		if errors.Is(err, store.ErrNotFound) || err == nil && who.ClosedAt != 0 {
			continue // erased since
		}
		if err != nil {
			return i, nil, err
		}
		keys, err := account.In(tx).Passkeys(who.ID)
		if err != nil {
			return i, nil, err
		}
		if len(keys) == 0 {
			list = append(list, who)
		}
	}
	return i, list, nil
}

func (d pages) askInviteIntake(p *shell.Page) error {
	v := intakeView{ID: p.Param("intake")}
	err := d.read(p, func(tx *store.Tx) error {
		i, list, err := newcomers(tx, v.ID)
		v.Name, v.People = i.Name, len(list)
		for _, who := range list {
			address, err := addressOf(tx, who)
			if err != nil {
				return err
			}
			if address != "" {
				v.Addresses++
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for from := 1; from <= v.People; from += mostSlips {
		v.Batches = append(v.Batches, batch{from, min(from+mostSlips-1, v.People)})
	}
	return p.Show("org.intake", intakePage(v))
}

// inviteIntake makes the sheets of everybody who came by one spreadsheet.
func (d pages) inviteIntake(p *shell.Page) error {
	from, err := strconv.Atoi(p.Value("from"))
	if err != nil || from < 1 {
		return store.ErrNotFound
	}
	v := sheetView{Back: "/people/import/" + p.Param("intake") + "/invite"}
	err = d.write(p, func(tx *store.Tx) error {
		v.Slips, v.Skipped = nil, 0
		i, list, err := newcomers(tx, p.Param("intake"))
		if err != nil {
			return err
		}
		for _, who := range list[min(from-1, len(list)):min(from-1+mostSlips, len(list))] {
			made, err := d.slipOfIntake(tx, p, i, who)
			if errors.Is(err, errAdmit) {
				v.Skipped++
				continue
			}
			if err != nil {
				return err
			}
			v.Slips = append(v.Slips, made)
		}
		return nil
	})
	return d.admitted(p, err, v)
}

func (d pages) slipOfIntake(tx *store.Tx, p *shell.Page, i roster.Intake, who account.Account) (slip, error) {
	if who.ID == "" {
		var err error
		if who, err = d.enrolled(tx, who.Person); err != nil {
			return slip{}, err
		}
		if i.Organisation != "" && i.Organisation != organisation.Home {
			if err := d.join(tx, who, i.Organisation); err != nil {
				return slip{}, err
			}
		}
	}
	return d.slipFor(tx, p.Caller, who, p.Value("send") != "")
}
