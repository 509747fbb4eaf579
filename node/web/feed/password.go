package feed

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
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// username is what programs are told to send; the password alone opens.
const username = "me"

// lives are how many days a password can be made for.
func lives() []string { return []string{"90", "365"} }

// passwords are the reader's tokens that calendar programs use.
func (d pages) passwords(p *shell.Page) ([]account.Token, error) {
	list, err := d.Door.Tokens(p.Request().Context(), p.Caller.Account)
	return slices.DeleteFunc(list, func(t account.Token) bool { return !slices.Equal(t.Scopes, []string{signin.CalendarLogin}) }), err
}

// passwordForm is what was typed of a new password.
type passwordForm struct {
	Label, Days string
	Wrong       []parts.FieldError
}

func (f passwordForm) wrong(field string) string { return form{Wrong: f.Wrong}.wrong(field) }

func (d pages) blankPassword(p *shell.Page) error {
	return p.Show("feed.password.new", passwordPage(passwordForm{Days: "365"}))
}

// makePassword makes a password and shows it, once.
func (d pages) makePassword(p *shell.Page) error {
	f := passwordForm{Label: p.Value("label"), Days: p.Value("days")}
	bad := func(field, key string) { f.Wrong = append(f.Wrong, parts.FieldError{Field: field, Text: p.T(key)}) }
	if f.Label == "" || len(f.Label) > 100 {
		bad("label", "feed.password.label.wrong")
	}
	days, _ := strconv.Atoi(f.Days)
	if !slices.Contains(lives(), f.Days) {
		bad("days", "feed.password.days.wrong")
	}
	if len(f.Wrong) > 0 {
		return p.Render(http.StatusUnprocessableEntity, p.T("feed.password.new"), passwordPage(f))
	}
	held := access.Held{Role: access.Person, Organisation: access.Home}
	secret, err := d.Door.MakeToken(p.Request().Context(), p.Caller, f.Label, held, []string{signin.CalendarLogin}, time.Duration(days)*24*time.Hour)
	if errors.Is(err, signin.ErrToken) {
		bad("label", "feed.password.label.wrong")
		return p.Render(http.StatusUnprocessableEntity, p.T("feed.password.new"), passwordPage(f))
	}
	if err != nil {
		return err
	}
	return p.Show("feed.password.made", passwordMade(f.Label, string(d.Self), secret))
}

func (d pages) revokePassword(p *shell.Page) error {
	list, err := d.passwords(p)
	if err != nil {
		return err
	}
	hash := p.Value("password")
	if !slices.ContainsFunc(list, func(t account.Token) bool { return t.Hash == hash }) {
		return store.ErrNotFound
	}
	if err := d.Door.RevokeToken(p.Request().Context(), p.Caller.Account, hash); err != nil {
		return err
	}
	return p.To("/my/feeds", "good", "feed.password.revoked")
}
