// Package door is the pages at the door: signing in by passkey, code or
// identity provider, a fresh proof before a sensitive act, and what an account
// has to sign in with. It refuses to say why a secret was wrong.
package door

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/web/shell"
)

// Places are the entries of the navigation.
func Places() []shell.Place {
	return []shell.Place{{Href: "/account", Key: "door.account", Rule: access.Rule{Signed: true}}}
}

// Routes are the pages of this room.
func Routes(d *signin.Door) []shell.Route {
	public, signed := access.Rule{Public: true}, access.Rule{Signed: true}
	sensitive := access.Rule{Signed: true, Sensitive: true}
	making := access.Rule{Signed: true, Sensitive: true, OrCode: true}
	get, post := http.MethodGet, http.MethodPost
	p := pages{d}
	return []shell.Route{
		{Method: get, Path: "/sign-in", Rule: public, Do: p.signIn},
		{Method: post, Path: "/sign-in/code", Rule: public, Do: p.byCode},
		{Method: post, Path: "/sign-in/passkey/begin", Rule: public, Do: p.beginPasskey},
		{Method: post, Path: "/sign-in/passkey", Rule: public, Do: p.byPasskey},
		{Method: get, Path: "/sign-in/provider", Rule: public, Do: p.toProvider},
		{Method: get, Path: "/sign-in/provider/back", Rule: public, Do: p.fromProvider},
		{Method: get, Path: "/account/provider", Rule: sensitive, Do: p.linkProvider},
		{Method: post, Path: "/sign-out", Rule: signed, Do: p.signOut},
		{Method: get, Path: "/prove", Rule: signed, Do: p.prove},
		{Method: post, Path: "/prove/passkey/begin", Rule: signed, Do: p.beginPasskey},
		{Method: post, Path: "/prove/passkey", Rule: signed, Do: p.provePasskey},
		{Method: get, Path: "/account", Rule: signed, Do: p.account},
		{Method: get, Path: "/account/passkeys/new", Rule: making, Do: p.newPasskey},
		{Method: post, Path: "/account/passkeys/begin", Rule: making, Do: p.beginMaking},
		{Method: post, Path: "/account/passkeys", Rule: making, Do: p.makePasskey},
		{Method: post, Path: "/account/passkeys/remove", Rule: sensitive, Do: p.removePasskey},
		{Method: post, Path: "/account/sessions/end", Rule: signed, Do: p.endSession},
		{Method: post, Path: "/account/sessions/end-all", Rule: signed, Do: p.endSessions},
		{Method: get, Path: "/demo", Rule: public, Do: p.personas},
		{Method: post, Path: "/demo", Rule: public, Do: p.byPersona},
	}
}

type pages struct{ door *signin.Door }

func (d pages) signIn(p *shell.Page) error {
	if p.Session != nil {
		return p.To(p.Next(), "", "")
	}
	return p.Show("door.sign-in", signInPage(signInView{Next: p.Next(), Demo: d.door.Config.Demo, Provider: d.door.ProviderName(p.Lang)}))
}

type signInView struct {
	Next, Error string
	Demo        bool
	Provider    string
}

// byCode signs in by a code that a desk handed out.
func (d pages) byCode(p *shell.Page) error {
	secret, purpose, err := d.door.UseCode(p.Request().Context(), p.Value("code"), agentOf(p.Request()), p.RealIP())
	switch {
	case errors.Is(err, signin.ErrRefused):
		return p.Render(http.StatusUnprocessableEntity, p.T("door.sign-in"), signInPage(signInView{
			Next: p.Next(), Error: p.T("door.code.wrong"), Demo: d.door.Config.Demo,
			Provider: d.door.ProviderName(p.Lang),
		}))
	case errors.Is(err, signin.ErrTooMany):
		return p.Refuse(http.StatusTooManyRequests, "door.too-many", "door.too-many.way-out")
	case err != nil:
		return err
	}
	p.Enter(secret)
	if purpose == signin.AtDesk {
		return p.To(p.Next(), "good", "door.welcome")
	}
	return p.To("/account/passkeys/new?next="+url.QueryEscape(p.Next()), "", "")
}

func (d pages) beginPasskey(p *shell.Page) error {
	begun, err := d.door.BeginSignIn(p.Request().Context(), p.Secret())
	if err != nil {
		return err
	}
	return p.JSON(http.StatusOK, begun)
}

func (d pages) byPasskey(p *shell.Page) error { return d.answerPasskey(p, nil) }

func (d pages) provePasskey(p *shell.Page) error { return d.answerPasskey(p, p.Session) }

func (d pages) answerPasskey(p *shell.Page, prove *signin.Session) error {
	secret, err := d.door.FinishSignIn(p.Request().Context(), p.Secret(), p.Value("ceremony"), agentOf(p.Request()), p.RealIP(),
		[]byte(p.Value("answer")), prove)
	if errors.Is(err, signin.ErrRefused) && prove != nil {
		return p.JSON(http.StatusUnprocessableEntity, map[string]string{"error": p.T("door.prove.wrong")})
	}
	if err != nil {
		return d.answerError(p, err)
	}
	to := p.Next()
	if prove == nil {
		p.Enter(secret)
		to = d.landing(p, secret, to)
	}
	return p.JSON(http.StatusOK, map[string]string{"to": to})
}

// landing is where somebody who has just signed in goes: where they wanted to,
// or where an invitation waits for their answer.
func (d pages) landing(p *shell.Page, secret, to string) string {
	ctx := p.Request().Context()
	if to != "/" {
		return to
	}
	session, err := d.door.Session(ctx, secret)
	if err != nil {
		return to // the next page will say it
	}
	if waits, err := d.door.Awaited(ctx, session.Owner.ID); err == nil && waits {
		return "/account/roles"
	}
	return to
}

// answerError tells the script what to say to its reader.
func (d pages) answerError(p *shell.Page, err error) error {
	for known, say := range map[error]struct {
		status int
		key    string
	}{
		signin.ErrRefused:    {http.StatusUnprocessableEntity, "door.passkey.wrong"},
		signin.ErrNoCeremony: {http.StatusUnprocessableEntity, "door.passkey.late"},
		signin.ErrCloned:     {http.StatusForbidden, "door.passkey.cloned"},
		signin.ErrTooMany:    {http.StatusTooManyRequests, "door.too-many"},
	} {
		if errors.Is(err, known) {
			return p.JSON(say.status, map[string]string{"error": p.T(say.key)})
		}
	}
	p.Shell.Log.Error("a passkey could not be looked at", "error", err)
	return p.JSON(http.StatusInternalServerError, map[string]string{"error": p.T("parts.failed")})
}

func (d pages) signOut(p *shell.Page) error {
	if err := d.door.SignOut(p.Request().Context(), p.Session.Owner.ID, p.Session.Hash); err != nil {
		return err
	}
	p.Leave()
	return p.To("/", "", "")
}

// prove asks for a fresh proof before a sensitive act.
func (d pages) prove(p *shell.Page) error {
	if p.Session.Method == access.ByDesk || p.Session.Method == access.ByCode {
		return p.Refuse(http.StatusForbidden, "door.prove.code", "door.prove.code.way-out")
	}
	return p.Show("door.prove", provePage(p.Next()))
}

// agentOf is browser and system in a few words, so that somebody recognises
// their own device. What they send is long and tells more than that.
func agentOf(r *http.Request) string {
	sent := r.UserAgent()
	first := func(words ...[2]string) string {
		for _, w := range words {
			if strings.Contains(sent, w[0]) {
				return w[1]
			}
		}
		return ""
	}
	browser := first([2]string{"Edg/", "Edge"}, [2]string{"Firefox/", "Firefox"}, [2]string{"Chrome/", "Chrome"}, [2]string{"Safari/", "Safari"})
	system := first([2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Android", "Android"}, [2]string{"Windows", "Windows"},
		[2]string{"Mac OS X", "Mac"}, [2]string{"Linux", "Linux"})
	return strings.TrimSpace(browser + " " + system)
}

// personas are the fictional people of a demo.
func (d pages) personas(p *shell.Page) error {
	if !d.door.Config.Demo {
		return echo.ErrNotFound
	}
	list, err := d.door.Personas(p.Request().Context())
	if err != nil {
		return err
	}
	return p.Show("door.demo", personasPage(list))
}

func (d pages) byPersona(p *shell.Page) error {
	secret, err := d.door.DemoSignIn(p.Request().Context(), p.Value("account"), agentOf(p.Request()))
	if errors.Is(err, signin.ErrRefused) {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	p.Enter(secret)
	return p.To("/", "", "")
}
