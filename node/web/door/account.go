package door

import (
	"errors"
	"net/http"

	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/web/shell"
)

// accountView is what an account has to sign in with.
type accountView struct {
	Passkeys []account.Passkey
	Sessions []account.Session
	Here     string // hash of this session
	Error    string
	Provider string // what the identity provider is called, or ""
	Tied     bool
	Person   bool // of the register, who leaves by the erasure
}

func (d pages) account(p *shell.Page) error { return d.showAccount(p, http.StatusOK, "") }

func (d pages) showAccount(p *shell.Page, status int, wrong string) error {
	ctx, id := p.Request().Context(), p.Session.Owner.ID
	v := accountView{Here: p.Session.Hash, Error: wrong, Person: p.Caller.Person != ""}
	var err error
	if v.Passkeys, err = d.door.Passkeys(ctx, id); err != nil {
		return err
	}
	if v.Sessions, err = d.door.Sessions(ctx, id); err != nil {
		return err
	}
	if v.Provider = d.door.ProviderName(p.Lang); v.Provider != "" {
		tied, err := d.door.Identities(ctx, id)
		if err != nil {
			return err
		}
		v.Tied = len(tied) > 0
	}
	return p.Render(status, p.T("door.account"), accountPage(v))
}

func (d pages) newPasskey(p *shell.Page) error {
	return p.Show("door.passkey.new", newPasskeyPage(p.Next()))
}

func (d pages) beginMaking(p *shell.Page) error {
	begun, err := d.door.BeginPasskey(p.Request().Context(), *p.Session, p.Secret())
	if err != nil {
		return d.answerError(p, err)
	}
	return p.JSON(http.StatusOK, begun)
}

func (d pages) makePasskey(p *shell.Page) error {
	called := []rune(p.Value("name"))
	if len(called) == 0 {
		called = []rune(agentOf(p.Request()))
	}
	secret, err := d.door.FinishPasskey(p.Request().Context(), *p.Session, p.Secret(), p.Value("ceremony"),
		string(called[:min(len(called), 60)]), []byte(p.Value("answer")))
	if err != nil {
		return d.answerError(p, err)
	}
	p.Enter(secret)
	return p.JSON(http.StatusOK, map[string]string{"to": d.landing(p, secret, p.Next())})
}

func (d pages) removePasskey(p *shell.Page) error {
	err := d.door.RemovePasskey(p.Request().Context(), p.Session.Owner.ID, p.Value("passkey"))
	if errors.Is(err, signin.ErrLastKey) {
		return d.showAccount(p, http.StatusUnprocessableEntity, p.T("door.passkey.last"))
	}
	if err != nil {
		return err
	}
	return p.To("/account", "good", "door.passkey.removed")
}

func (d pages) endSession(p *shell.Page) error {
	if err := d.door.SignOut(p.Request().Context(), p.Session.Owner.ID, p.Value("session")); err != nil {
		return err
	}
	return p.To("/account", "good", "door.session.ended")
}

func (d pages) endSessions(p *shell.Page) error {
	if err := d.door.SignOutEverywhere(p.Request().Context(), p.Session.Owner.ID, p.Session.Hash); err != nil {
		return err
	}
	return p.To("/account", "good", "door.sessions.ended")
}
