// Package gig is the pages about work: what a person is offered and has said
// yes to, and what this node's organisation offers, to whom, and why to them. It
// refuses to name anybody to an organisation before they have agreed to it.
package gig

import (
	"errors"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// Config is what these pages ask.
type Config struct {
	Store *store.Store
	Work  *engage.Engagements
	Desk  *enrol.Desk
	Book  func() *policy.Book
	Clock func() time.Time
}

// Places are the entries of the navigation.
func Places() []shell.Place {
	return []shell.Place{
		{Href: engage.OffersPage, Key: "gig.offers", Rule: access.Rule{Own: true}},
		{Href: StatementPage, Key: "work.statement", Rule: access.Rule{Own: true}},
		{Href: engage.GigsPage, Key: "gig.gigs", Rule: offering()},
		{Href: deed.BoardPage, Key: "work.board", Rule: offering()},
	}
}

// offering is who offers work for the organisation that runs the node.
func offering() access.Rule {
	return access.Rule{Roles: []access.Role{access.Coordinator, access.Clerk}}
}

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	p := pages{cfg}
	get, post := http.MethodGet, http.MethodPost
	own := func(method, path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: access.Rule{Own: true}, About: shell.AboutSelf, Do: do}
	}
	staff := func(method, path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: offering(), Do: do}
	}
	return []shell.Route{
		own(get, "/my/offers", p.offers),
		own(get, "/my/offers/:proposal", p.offer),
		own(post, "/my/offers/:proposal/accept", p.accept),
		own(post, "/my/offers/:proposal/decline", p.decline),
		own(post, "/my/offers/:proposal/hold", p.holdOffer),
		own(get, "/my/holds/:hold", p.hold),
		own(get, StatementPage, p.statement),
		own(get, StatementPage+".json", p.statementFile),
		own(post, StatementPage+"/sheet", p.statementSheet),
		own(post, "/my/holds/:hold/reds", p.raise),
		own(post, "/my/holds/:hold/reds/:red/close", p.closeRed),
		own(post, "/my/holds/:hold/deliver", p.deliver),
		own(get, "/my/holds/:hold/cancel", p.beforeCancelling),
		own(post, "/my/holds/:hold/cancel", p.cancel),
		staff(get, "/gigs", p.gigs),
		staff(get, "/gigs/new", p.blank),
		staff(post, "/gigs/new", p.post),
		staff(get, "/gigs/:gig", p.gig),
		staff(post, "/gigs/:gig/offers", p.propose),
		staff(get, "/gigs/:gig/close", p.beforeClosing),
		staff(post, "/gigs/:gig/close", p.closeGig),
		staff(get, "/engagements", p.board),
		staff(get, "/engagements/:offer", p.engagement),
		staff(post, "/engagements/:offer/reds", p.raiseOwners),
		staff(post, "/engagements/:offer/reds/:red/close", p.closeOwners),
		staff(post, "/engagements/:offer/answer", p.judge),
	}
}

type pages struct{ Config }

// absent makes what an act did not find the shell's word for it.
func absent(err error) error {
	for _, known := range []error{engage.ErrUnknownGig, engage.ErrUnknownProposal, engage.ErrUnknownHold, engage.ErrUnknownOffer, deed.ErrUnknownRed} {
		if errors.Is(err, known) {
			return store.ErrNotFound
		}
	}
	return err
}

// nameOf is what the membership register calls a node.
func (d pages) nameOf(p *shell.Page, id spec.NodeID) string {
	if m := d.Book().Register().Find(id); m != nil {
		return m.Name.In(p.Lang)
	}
	return string(id)
}
