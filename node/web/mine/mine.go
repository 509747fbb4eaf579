// Package mine is the pages of a person about themselves: what is kept, to whom
// they consented and why, who has seen what, and how to stop it. It refuses to
// show anybody else, whatever their role.
package mine

import (
	"net/http"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// Config is what these pages ask.
type Config struct {
	Store *store.Store
	Gate  *gate.Gate
	Book  func() *policy.Book
	Desk  *enrol.Desk
	Clock func() time.Time
}

// Places are the entries of the navigation.
func Places() []shell.Place {
	own := access.Rule{Own: true}
	return []shell.Place{
		{Href: "/my", Key: "mine.home", Rule: own},
		{Href: "/my/consents", Key: "mine.consents", Rule: own},
		{Href: "/my/profile", Key: "mine.profile", Rule: own},
		{Href: "/my/seen", Key: "mine.seen", Rule: own},
	}
}

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	p := pages{cfg}
	get, post := http.MethodGet, http.MethodPost
	own := func(method, path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: access.Rule{Own: true}, About: shell.AboutSelf, Do: do}
	}
	sensitive := func(method, path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: access.Rule{Own: true, Sensitive: true}, About: shell.AboutSelf, Do: do}
	}
	closing := access.Rule{Signed: true, Sensitive: true}
	asking := access.Rule{Roles: askers(), Anywhere: true}
	return []shell.Route{
		own(get, "/my", p.home),
		own(get, "/my/profile", p.profile),
		own(post, "/my/profile", p.changeProfile),
		own(post, "/my/profile/items/new", p.addItem),
		own(post, "/my/profile/items", p.changeItem),
		own(post, "/my/profile/corrections", p.correct),
		own(get, "/my/consents", p.consents),
		own(get, "/my/consents/new", p.choose),
		own(post, "/my/consents/new", p.review),
		own(post, "/my/consents", p.give),
		own(get, "/my/consents/:consent", p.consent),
		own(get, "/my/consents/:consent/receipt", p.receipt),
		own(get, "/my/consents/:consent/receipt.json", p.receiptFile),
		own(get, "/my/consents/:consent/withdraw", p.beforeWithdrawal),
		own(post, "/my/consents/:consent/withdraw", p.withdraw),
		own(get, "/my/asked/:asked", p.asked),
		own(post, "/my/asked/:asked/agree", p.agree),
		own(post, "/my/asked/:asked/decline", p.decline),
		own(get, "/my/seen", p.seen),
		sensitive(get, "/my/export", p.export),
		sensitive(get, "/my/export.json", p.exportFile),
		sensitive(get, "/my/erase", p.beforeErasure),
		sensitive(post, "/my/erase", p.erase),
		{Method: get, Path: "/erasure/:reference", Rule: access.Rule{Public: true}, Do: p.erasure},
		{Method: get, Path: "/account/close", Rule: closing, Do: p.beforeClosing},
		{Method: post, Path: "/account/close", Rule: closing, Do: p.closeAccount},
		{Method: get, Path: "/people/:person/ask", Rule: asking, About: shell.AboutPerson, Do: p.beforeAsking},
		{Method: post, Path: "/people/:person/ask", Rule: asking, About: shell.AboutPerson, Do: p.ask},
	}
}

type pages struct{ Config }

// homeView is what a person sees first.
type homeView struct {
	Self    brief
	Open    []given
	Waiting []question
	Seen    []seenDay // the newest days
}

func (d pages) home(p *shell.Page) error {
	var v homeView
	var err error
	if v.Self, err = d.brief(p); err != nil {
		return err
	}
	list, err := d.consentsOf(p)
	if err != nil {
		return err
	}
	for _, g := range list {
		if g.Open {
			v.Open = append(v.Open, g)
		}
	}
	asked, err := d.questionsOf(p)
	if err != nil {
		return err
	}
	for _, q := range asked {
		if q.waits() {
			v.Waiting = append(v.Waiting, q)
		}
	}
	days, err := d.seenBy(p)
	if err != nil {
		return err
	}
	v.Seen = days[:min(len(days), 3)]
	return p.Show("mine.home", homePage(v))
}

// nameOf is what the membership register calls a node.
func (d pages) nameOf(p *shell.Page, id spec.NodeID) string {
	if m := d.Book().Register().Find(id); m != nil {
		return m.Name.In(p.Lang)
	}
	return string(id)
}
