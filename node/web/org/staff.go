package org

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// staffForm is what was typed of a new account.
type staffForm struct {
	Name, Email, Language, Organisation, Role string
	Send                                      bool
	Organisations                             []parts.Option
	Roles                                     []access.Role
	Wrong                                     []parts.FieldError
}

func (f staffForm) wrong(field string) string { return nameForm{Wrong: f.Wrong}.wrong(field) }

func (d pages) newStaff(p *shell.Page) error {
	return d.showStaff(p, http.StatusOK, staffForm{Language: p.Lang, Organisation: p.QueryParam("organisation")})
}

func (d pages) showStaff(p *shell.Page, status int, f staffForm) error {
	err := d.read(p, func(tx *store.Tx) error {
		all, err := organisation.In(tx).All()
		for _, o := range all {
			gives := staffRoles(p.Caller, o.ID)
			if o.ClosedAt != 0 || len(gives) == 0 {
				continue
			}
			f.Organisations = append(f.Organisations, parts.Option{Value: o.ID, Label: title(o, p.Lang)})
			for _, role := range gives {
				if !slices.Contains(f.Roles, role) {
					f.Roles = append(f.Roles, role)
				}
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(f.Organisations) == 0 {
		return p.Refuse(http.StatusForbidden, "org.role.not-yours", "org.role.not-yours.way-out")
	}
	return p.Render(status, p.T("org.staff.new"), staffPage(f))
}

// staffRoles are what staff who are nobody of the register can be.
func staffRoles(c access.Caller, organisation string) []access.Role {
	return slices.DeleteFunc(access.MayGiveAny(c, organisation), func(r access.Role) bool { return r == access.Person })
}

func (d pages) readStaff(p *shell.Page) staffForm {
	f := staffForm{
		Name: p.Value("name"), Email: p.Value("email"), Language: p.Value("language"), Organisation: p.Value("organisation"),
		Role: p.Value("role"), Send: p.Value("send") != "",
	}
	bad := func(field, key string) { f.Wrong = append(f.Wrong, parts.FieldError{Field: field, Text: p.T(key)}) }
	if n := utf8.RuneCountInString(f.Name); n == 0 || n > mostName || strings.ContainsFunc(f.Name, control) {
		bad("name", "org.name.wrong")
	}
	if f.Email != "" && notice.Address(f.Email) != nil {
		bad("email", "org.email.wrong")
	}
	if f.Language != "ja" && f.Language != "en" {
		bad("language", "org.language.wrong")
	}
	if !slices.Contains(staffRoles(p.Caller, f.Organisation), f.Role) {
		bad("role", "org.role.wrong")
	}
	return f
}

// errTaken means an address that another open account has.
var errTaken = errors.New("another account has this address")

// makeStaff makes an account with one role on offer, and its sheet.
func (d pages) makeStaff(p *shell.Page) error {
	f := d.readStaff(p)
	if len(f.Wrong) > 0 {
		return d.showStaff(p, http.StatusUnprocessableEntity, f)
	}
	var made slip
	err := d.write(p, func(tx *store.Tx) error {
		if err := free(tx, f.Email); err != nil {
			return err
		}
		who, err := d.Door.Enrol(tx, account.Account{Name: f.Name, Email: f.Email, Language: f.Language})
		if err != nil {
			return err
		}
		if err := d.Door.GiveRole(tx, p.Caller, who.ID, access.Held{Role: f.Role, Organisation: f.Organisation}); err != nil {
			return err
		}
		made, err = d.slipFor(tx, p.Caller, who, f.Send)
		return err
	})
	switch {
	case errors.Is(err, errTaken):
		f.Wrong = append(f.Wrong, parts.FieldError{Field: "email", Text: p.T("org.email.taken")})
		return d.showStaff(p, http.StatusUnprocessableEntity, f)
	case errors.Is(err, signin.ErrRole):
		return p.Refuse(http.StatusForbidden, "org.role.not-yours", "org.role.not-yours.way-out")
	case err != nil:
		return err
	}
	return d.showSheet(p, sheetView{Slips: []slip{made}, Back: "/organisations/" + f.Organisation})
}

func free(tx *store.Tx, address string) error {
	if address == "" {
		return nil
	}
	list, err := account.In(tx).OfEmail(address)
	for _, a := range list {
		if a.ClosedAt == 0 {
			return errTaken
		}
	}
	return err
}
