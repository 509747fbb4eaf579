package door

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/idp"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/web/shell"
)

// toProvider sends a browser to the organisation's identity provider. Whoever
// has no cookie yet gets one first: what comes back is tied to it.
func (d pages) toProvider(p *shell.Page) error { return d.beginProvider(p, nil) }

// linkProvider is the same for somebody who is signed in and ties their
// identity at the provider to their account.
//
// It is a link and no form, because no page may send a form to another host,
// not even by way of this one. So the link carries the form's token: nobody
// else can make a browser tie an identity that is not its reader's.
func (d pages) linkProvider(p *shell.Page) error {
	if !d.door.ValidForm(p.Secret(), p.QueryParam("form")) {
		return p.To("/account", "", "")
	}
	return d.beginProvider(p, p.Session)
}

func (d pages) beginProvider(p *shell.Page, link *signin.Session) error {
	if p.Secret() == "" {
		p.Enter(signin.NewVisit())
	}
	next := p.Next()
	if link != nil {
		next = "/account"
	}
	address, err := d.door.BeginProvider(p.Request().Context(), p.Secret(), next, link)
	switch {
	case errors.Is(err, signin.ErrNoProvider):
		return echo.ErrNotFound
	case errors.Is(err, idp.ErrUnreachable):
		p.Shell.Log.Warn("identity provider", "error", err)
		return p.Refuse(http.StatusBadGateway, "door.provider.down", "door.provider.down.way-out")
	case err != nil:
		return err
	}
	return p.Redirect(http.StatusSeeOther, address)
}

// fromProvider takes what the provider says.
func (d pages) fromProvider(p *shell.Page) error {
	secret, next, err := d.door.FinishProvider(p.Request().Context(), p.Secret(), agentOf(p.Request()), p.RealIP(),
		p.QueryParams(), p.Session)
	switch {
	case err == nil && secret == "":
		return p.To("/account", "good", "door.provider.tied")
	case err == nil:
		p.Enter(secret)
		return p.To(d.landing(p, secret, next), "", "")
	case errors.Is(err, signin.ErrNoProvider):
		return echo.ErrNotFound
	case errors.Is(err, signin.ErrStranger):
		return p.Refuse(http.StatusForbidden, "door.provider.stranger", "door.provider.stranger.way-out")
	case errors.Is(err, signin.ErrTied):
		return p.Refuse(http.StatusConflict, "door.provider.taken", "door.provider.taken.way-out")
	case errors.Is(err, signin.ErrTooMany):
		return p.Refuse(http.StatusTooManyRequests, "door.too-many", "door.too-many.way-out")
	case errors.Is(err, idp.ErrUnreachable):
		p.Shell.Log.Warn("identity provider", "error", err)
		return p.Refuse(http.StatusBadGateway, "door.provider.down", "door.provider.down.way-out")
	case errors.Is(err, signin.ErrRefused), errors.Is(err, signin.ErrNoCeremony), errors.Is(err, idp.ErrState), errors.Is(err, idp.ErrDenied), errors.Is(err, idp.ErrToken):
		p.Shell.Log.Info("a sign-in by the identity provider was refused", "error", err)
		return p.Refuse(http.StatusForbidden, "door.provider.refused", "door.provider.refused.way-out")
	}
	return err
}
