// Package post is the pages of word that reaches people: the inbox, what
// somebody wants by mail and where, the addresses that a desk has to put right,
// and how the operator's mails fare. It refuses to show anybody another's word,
// and an operator whose mail it is.
package post

import (
	"context"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/word"
)

// The pages that others lead to.
const (
	Inbox    = "/inbox"
	Settings = "/inbox/settings"
	Bounces  = "/desk/undeliverable"
	Console  = "/console/mail"
)

// Sender is what the pages ask of whoever sends mails.
type Sender interface {
	State() mail.State
	Again(ctx context.Context) error
}

// Config is what these pages ask.
type Config struct {
	Store *store.Store
	Mail  Sender
	Clock func() time.Time
}

type pages struct{ Config }

func clerks() access.Rule { return access.Rule{Roles: []access.Role{access.Clerk}, Anywhere: true} }

func operators() access.Rule { return access.Rule{Roles: []access.Role{access.Operator}} }

// Places are the entries of the navigation. The inbox stands in the head of
// every page instead.
func Places() []shell.Place {
	return []shell.Place{{Href: Bounces, Key: "post.bounces", Rule: clerks()}, {Href: Console, Key: "post.console", Rule: operators()}}
}

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	d, signed := pages{cfg}, access.Rule{Signed: true}
	proven := access.Rule{Signed: true, Sensitive: true}
	return []shell.Route{
		{Method: http.MethodGet, Path: Inbox, Rule: signed, Do: d.inbox},
		{Method: http.MethodPost, Path: "/inbox/open", Rule: signed, Do: d.open},
		{Method: http.MethodPost, Path: "/inbox/read-all", Rule: signed, Do: d.readAll},
		{Method: http.MethodGet, Path: Settings, Rule: signed, Do: d.settings},
		{Method: http.MethodPost, Path: "/inbox/settings/mail", Rule: signed, Do: d.chooseMail},
		{Method: http.MethodPost, Path: "/inbox/settings/quiet", Rule: signed, Do: d.chooseQuiet},
		{Method: http.MethodPost, Path: "/inbox/settings/language", Rule: signed, Do: d.chooseLanguage},
		{Method: http.MethodGet, Path: "/inbox/settings/address", Rule: proven, Do: d.address},
		{Method: http.MethodPost, Path: "/inbox/settings/address", Rule: proven, Do: d.changeAddress},
		{Method: http.MethodGet, Path: Bounces, Rule: clerks(), About: shell.AboutOwnGround, Do: d.bounces},
		{Method: http.MethodPost, Path: "/desk/undeliverable/mended", Rule: clerks(), About: d.aboutAccount, Do: d.mended},
		{Method: http.MethodGet, Path: Console, Rule: operators(), Do: d.console},
		{Method: http.MethodPost, Path: "/console/mail/again", Rule: operators(), Do: d.again},
	}
}

// aboutAccount is the object of a form that names an account.
func (d pages) aboutAccount(p *shell.Page) (access.Object, error) {
	var o access.Object
	err := d.read(p, func(tx *store.Tx) error {
		var err error
		o.Organisations, err = word.Organisations(tx, p.Value("account"))
		return err
	})
	return o, err
}

func (d pages) read(p *shell.Page, ask func(*store.Tx) error) error {
	return d.Store.Read(p.Request().Context(), ask)
}

func (d pages) write(p *shell.Page, do func(*store.Tx) error) error {
	return d.Store.Write(p.Request().Context(), do)
}

// change changes the account of whoever is signed in, and answers how it was.
func (d pages) change(tx *store.Tx, p *shell.Page, with func(*account.Account)) (before account.Account, err error) {
	before, err = account.In(tx).Account(p.Session.Owner.ID)
	if err != nil {
		return before, err
	}
	after := before
	with(&after)
	return before, account.In(tx).Put(after)
}

// note writes an act into the audit log.
func (d pages) note(tx *store.Tx, p *shell.Page, act, object string) error {
	return tx.PutAudit(store.Audit{At: d.Clock().Unix(), Actor: p.Caller.Account, Act: act, Object: object})
}
