// Package org is the pages about organisations: who is what in them, the roles
// that are offered, taken and given back, the sheets with codes by which people
// come in, and the tokens of programs. It refuses to give what package access
// does not let its reader give, and to show a code or a secret twice.
package org

import (
	"net/http"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
)

// Config is what these pages ask.
type Config struct {
	Self  spec.NodeID
	Store *store.Store
	Door  *signin.Door
	Clock func() time.Time
}

type pages struct{ Config }

// Places are the entries of the navigation.
func Places() []shell.Place {
	return []shell.Place{
		{Href: "/organisations", Key: "org.list", Rule: access.Rule{Roles: leaders(), Anywhere: true}},
		{Href: "/desk/code", Key: "org.desk", Rule: access.Rule{Roles: inviters(), Anywhere: true}},
	}
}

// leaders are who looks after organisations, inviters who makes codes.
func leaders() []access.Role { return []access.Role{access.Clerk, access.Operator, access.Coordinator} }

func inviters() []access.Role {
	return []access.Role{access.Clerk, access.Operator, access.Coordinator}
}

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	p := pages{cfg}
	return slices.Concat(p.organisationRoutes(), p.inviteRoutes(), p.ownRoutes())
}

func (d pages) organisationRoutes() []shell.Route {
	get, post := http.MethodGet, http.MethodPost
	home := access.Rule{Roles: []access.Role{access.Clerk, access.Operator}}
	closing := home
	closing.Sensitive = true
	see := access.Rule{Roles: leaders(), Anywhere: true}
	give := see
	give.Sensitive = true
	return []shell.Route{
		{Method: get, Path: "/organisations", Rule: see, About: shell.AboutOwnGround, Do: d.organisations},
		{Method: post, Path: "/organisations", Rule: home, Do: d.add},
		{Method: get, Path: "/organisations/:organisation", Rule: see, About: shell.AboutOrganisation, Do: d.members},
		{Method: post, Path: "/organisations/:organisation/name", Rule: home, About: shell.AboutOrganisation, Do: d.rename},
		{Method: get, Path: "/organisations/:organisation/close", Rule: closing, About: shell.AboutOrganisation, Do: d.askClose},
		{Method: post, Path: "/organisations/:organisation/close", Rule: closing, About: shell.AboutOrganisation, Do: d.close},
		{Method: get, Path: "/organisations/:organisation/roles/new", Rule: give, About: shell.AboutOrganisation, Do: d.choose},
		{Method: post, Path: "/organisations/:organisation/roles", Rule: give, About: shell.AboutOrganisation, Do: d.give},
		{Method: get, Path: "/organisations/:organisation/roles/end", Rule: give, About: shell.AboutOrganisation, Do: d.askEnd},
		{Method: post, Path: "/organisations/:organisation/roles/end", Rule: give, About: shell.AboutOrganisation, Do: d.end},
		{Method: get, Path: "/staff/new", Rule: give, About: shell.AboutOwnGround, Do: d.newStaff},
		{Method: post, Path: "/staff/new", Rule: give, About: shell.AboutOwnGround, Do: d.makeStaff},
	}
}

func (d pages) inviteRoutes() []shell.Route {
	get, post := http.MethodGet, http.MethodPost
	invite := access.Rule{Roles: inviters(), Anywhere: true, Sensitive: true}
	desk := access.Rule{Roles: inviters(), Anywhere: true}
	member, intake := "/organisations/:organisation/members/:account/invite", "/people/import/:intake/invite"
	return []shell.Route{
		{Method: get, Path: "/people/:person/invite", Rule: invite, About: shell.AboutPerson, Do: d.askInvitePerson},
		{Method: post, Path: "/people/:person/invite", Rule: invite, About: shell.AboutPerson, Do: d.invitePerson},
		{Method: get, Path: member, Rule: invite, About: shell.AboutOrganisation, Do: d.askInviteMember},
		{Method: post, Path: member, Rule: invite, About: shell.AboutOrganisation, Do: d.inviteMember},
		{Method: get, Path: intake, Rule: invite, About: d.aboutIntake, Do: d.askInviteIntake},
		{Method: post, Path: intake, Rule: invite, About: d.aboutIntake, Do: d.inviteIntake},
		{Method: get, Path: "/desk/code", Rule: desk, About: shell.AboutOwnGround, Do: d.findAtDesk},
		{Method: post, Path: "/desk/code", Rule: invite, About: aboutChosen, Do: d.deskCode},
	}
}

func (d pages) ownRoutes() []shell.Route {
	get, post := http.MethodGet, http.MethodPost
	signed, sensitive := access.Rule{Signed: true}, access.Rule{Signed: true, Sensitive: true}
	return []shell.Route{
		{Method: get, Path: "/account/roles", Rule: signed, Do: d.roles},
		{Method: post, Path: "/account/roles/accept", Rule: signed, Do: d.accept},
		{Method: post, Path: "/account/roles/decline", Rule: signed, Do: d.decline},
		{Method: get, Path: "/account/roles/leave", Rule: signed, Do: d.askLeave},
		{Method: post, Path: "/account/roles/leave", Rule: signed, Do: d.leave},
		{Method: get, Path: "/account/tokens", Rule: signed, Do: d.tokens},
		{Method: get, Path: "/account/tokens/new", Rule: sensitive, Do: d.newToken},
		{Method: post, Path: "/account/tokens", Rule: sensitive, Do: d.makeToken},
		{Method: post, Path: "/account/tokens/revoke", Rule: signed, Do: d.revokeToken},
	}
}

// aboutChosen is the object of a form that names a person.
func aboutChosen(p *shell.Page) (access.Object, error) {
	return p.Shell.AboutPerson(p, p.Value("person"))
}

func (d pages) read(p *shell.Page, ask func(*store.Tx) error) error {
	return d.Store.Read(p.Request().Context(), ask)
}

func (d pages) write(p *shell.Page, change func(*store.Tx) error) error {
	return d.Store.Write(p.Request().Context(), change)
}

// called is how people call an account's owner.
func called(tx *store.Tx, a account.Account) (string, error) {
	if a.Person == "" {
		return a.Name, nil
	}
	person, err := tx.Person(a.Person)
	return nameOf(person), err
}

func nameOf(p store.Person) string { return p.FamilyName + " " + p.GivenName }

// title is what an organisation is called in a language; one without a name is
// called by its id.
func title(o organisation.Organisation, lang string) string {
	name := spec.Text{JA: o.NameJA, EN: o.NameEN}.In(lang)
	if name == "" {
		return o.ID
	}
	return name
}

// atHome says whether the caller looks after all organisations of the node.
func atHome(c access.Caller) bool { return c.HasAt(access.Home, access.Clerk, access.Operator) }
