package org

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// tokenForm is what was typed of a new token.
type tokenForm struct {
	Name, Role, Days string
	Groups           []string
	Roles            []access.Role
	Offered          []access.Group
	Wrong            []parts.FieldError
}

func (f tokenForm) wrong(field string) string { return nameForm{Wrong: f.Wrong}.wrong(field) }

// lives are how many days a token can be made for.
func lives() []string { return []string{"7", "30", "90", "365"} }

func (d pages) tokens(p *shell.Page) error {
	list, err := d.Door.Tokens(p.Request().Context(), p.Session.Owner.ID)
	if err != nil {
		return err
	}
	return p.Show("token.list", tokensPage(d.tokenRows(p, list), len(programRoles(p.Caller)) > 0))
}

func (d pages) tokenRows(p *shell.Page, list []account.Token) parts.TableView {
	t := parts.TableView{CaptionKey: "token.list", Columns: []parts.Column{
		{Key: "token.name"}, {Key: "token.role"}, {Key: "token.may"}, {Key: "token.used"}, {Key: "token.expires"}, {Key: "token.state"},
	}}
	for _, k := range list {
		used := any(parts.Key("token.never"))
		if k.UsedAt != 0 {
			used = parts.Time(k.UsedAt)
		}
		var state any = revokeToken(k.Hash)
		switch {
		case k.RevokedAt != 0:
			state = parts.Key("token.revoked")
		case k.Expires <= d.Clock().Unix():
			state = parts.Key("token.expired")
		}
		t.Rows = append(t.Rows, parts.Cells(k.Name, p.T("role."+k.Role), scopes(k.Scopes), used, parts.Date(k.Expires), state))
	}
	return t
}

// programRoles are the roles of a caller that some operation of the contract
// is for.
func programRoles(c access.Caller) []access.Role {
	var list []access.Role
	for _, h := range c.Held {
		if h.Organisation == organisation.Home && len(access.GroupsOf(h.Role)) > 0 && !slices.Contains(list, h.Role) {
			list = append(list, h.Role)
		}
	}
	return list
}

func (d pages) newToken(p *shell.Page) error {
	return d.showToken(p, http.StatusOK, tokenForm{Role: p.QueryParam("role"), Days: "90"})
}

func (d pages) showToken(p *shell.Page, status int, f tokenForm) error {
	f.Roles = programRoles(p.Caller)
	if len(f.Roles) == 0 {
		return p.Refuse(http.StatusForbidden, "token.no-role", "token.no-role.way-out")
	}
	if !slices.Contains(f.Roles, f.Role) {
		f.Role = f.Roles[0]
	}
	f.Offered = access.GroupsOf(f.Role)
	return p.Render(status, p.T("token.new"), tokenPage(f))
}

// makeToken makes a token and shows its secret, once.
func (d pages) makeToken(p *shell.Page) error {
	f := tokenForm{Name: p.Value("name"), Role: p.Value("role"), Days: p.Value("days"), Groups: p.Request().PostForm["groups"]}
	bad := func(field, key string) { f.Wrong = append(f.Wrong, parts.FieldError{Field: field, Text: p.T(key)}) }
	if f.Name == "" || len(f.Name) > 100 {
		bad("name", "token.name.wrong")
	}
	var operations []string
	for _, g := range access.GroupsOf(f.Role) {
		if slices.Contains(f.Groups, g.Name) {
			operations = append(operations, g.Operations...)
		}
	}
	if len(operations) == 0 {
		bad("groups", "token.groups.wrong")
	}
	days, _ := strconv.Atoi(f.Days)
	if !slices.Contains(lives(), f.Days) {
		bad("days", "token.days.wrong")
	}
	if len(f.Wrong) > 0 {
		return d.showToken(p, http.StatusUnprocessableEntity, f)
	}
	held := access.Held{Role: f.Role, Organisation: organisation.Home}
	secret, err := d.Door.MakeToken(p.Request().Context(), p.Caller, f.Name, held, operations, time.Duration(days)*24*time.Hour)
	if errors.Is(err, signin.ErrToken) {
		return p.Refuse(http.StatusForbidden, "token.no-role", "token.no-role.way-out")
	}
	if err != nil {
		return err
	}
	return p.Show("token.made", madePage(f.Name, secret))
}

func (d pages) revokeToken(p *shell.Page) error {
	id, hash := p.Session.Owner.ID, p.Value("token")
	list, err := d.Door.Tokens(p.Request().Context(), id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(t account.Token) bool { return t.Hash == hash }) {
		return store.ErrNotFound
	}
	if err := d.Door.RevokeToken(p.Request().Context(), id, hash); err != nil {
		return err
	}
	return p.To("/account/tokens", "good", "token.ended")
}
