// Package desk is the pages of the desk: the talent register, its spreadsheets
// in and out, duplicates, and what people ask to have corrected. It refuses to
// show anybody of an organisation in which the reader has no role, and to
// readers who keep no register more than each person lets them see.
package desk

import (
	"errors"
	"net/http"
	"slices"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/web/shell"
)

// Config is what these pages ask.
type Config struct{ Desk *enrol.Desk }

type pages struct{ *enrol.Desk }

// keepers keep the register; readers see what people show them.
func keepers() []access.Role { return []access.Role{access.Clerk, access.Coordinator} }

func readers() []access.Role {
	return append(keepers(), access.Coach, access.Educator, access.Evaluator)
}

// Places are the entries of the navigation.
func Places() []shell.Place {
	return []shell.Place{
		{Href: "/people", Key: "desk.people", Rule: access.Rule{Roles: readers(), Anywhere: true}},
		{Href: "/people/import", Key: "desk.import", Rule: access.Rule{Roles: keepers(), Anywhere: true}},
	}
}

// uploadMost is a spreadsheet and the form around it, in octets.
const uploadMost = 6 << 20

// formMost is an entry with two hundred items, in octets.
const formMost = 2 << 20

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	p := pages{cfg.Desk}
	read, keep := access.Rule{Roles: readers(), Anywhere: true}, access.Rule{Roles: keepers(), Anywhere: true}
	sensitive := access.Rule{Roles: keepers(), Anywhere: true, Sensitive: true}
	get, post := http.MethodGet, http.MethodPost
	return []shell.Route{
		{Method: get, Path: "/people", Rule: read, About: shell.AboutOwnGround, Do: p.people},
		{Method: get, Path: "/people/import", Rule: keep, About: shell.AboutOwnGround, Do: p.imports},
		{Method: post, Path: "/people/import", Rule: keep, About: shell.AboutOwnGround, MaxBody: uploadMost, Do: p.upload},
		{Method: post, Path: "/people/import/template", Rule: keep, About: shell.AboutOwnGround, Do: p.template},
		{Method: get, Path: "/people/import/:intake", Rule: keep, About: p.aboutIntake, Do: p.intake},
		{Method: post, Path: "/people/import/:intake/apply", Rule: keep, About: p.aboutIntake, Do: p.apply},
		{Method: post, Path: "/people/import/:intake/undo", Rule: keep, About: p.aboutIntake, Do: p.undo},
		{Method: get, Path: "/people/export", Rule: keep, About: shell.AboutOwnGround, Do: p.export},
		{Method: post, Path: "/people/export", Rule: keep, About: shell.AboutOwnGround, Do: p.download},
		{Method: get, Path: "/people/duplicates", Rule: keep, About: shell.AboutOwnGround, Do: p.duplicates},
		{Method: get, Path: "/people/corrections", Rule: keep, About: shell.AboutOwnGround, Do: p.corrections},
		{Method: post, Path: "/people/corrections", Rule: keep, About: shell.AboutOwnGround, Do: p.answer},
		{Method: get, Path: "/people/new", Rule: keep, About: shell.AboutOwnGround, Do: p.fresh},
		{Method: post, Path: "/people/new", Rule: keep, About: shell.AboutOwnGround, MaxBody: formMost, Do: p.add},
		{Method: get, Path: "/people/:person", Rule: read, About: shell.AboutPerson, Do: p.person},
		{Method: post, Path: "/people/:person", Rule: keep, About: shell.AboutPerson, MaxBody: formMost, Do: p.change},
		{Method: get, Path: "/people/:person/merge/:other", Rule: keep, About: shell.AboutPerson, Do: p.compare},
		{Method: post, Path: "/people/:person/merge/:other", Rule: sensitive, About: shell.AboutPerson, Do: p.merge},
	}
}

// ground is where a caller may look.
type ground struct {
	All           bool            // staff of the organisation that runs the node
	Keeps         bool            // the register, and not only what people show
	Organisations []named         // that can be chosen
	reach         map[string]bool // ids
}

// named is an organisation with its name for the reader.
type named struct{ ID, Name string }

// groundOf is what a caller's roles reach. Only roles count that these pages
// are for: to be a person of an organisation opens nothing here.
func groundOf(tx *store.Tx, p *shell.Page) (ground, error) {
	g := ground{reach: map[string]bool{}, Keeps: p.Caller.Has(keepers()...)}
	roles := readers()
	if g.Keeps {
		roles, g.All = keepers(), p.Caller.HasAt(access.Home, keepers()...)
	}
	list, err := organisation.In(tx).All()
	if err != nil {
		return g, err
	}
	if !slices.ContainsFunc(list, func(o organisation.Organisation) bool { return o.ID == access.Home }) {
		list = append([]organisation.Organisation{{ID: access.Home, NameJA: p.Shell.Name.JA, NameEN: p.Shell.Name.EN}}, list...)
	}
	for _, o := range list {
		if !g.All && !p.Caller.HasAt(o.ID, roles...) {
			continue
		}
		g.reach[o.ID] = true
		name := o.NameJA
		if p.Lang != "ja" && o.NameEN != "" {
			name = o.NameEN
		}
		g.Organisations = append(g.Organisations, named{o.ID, name})
	}
	return g, nil
}

// chosen is the organisation that a request names, where the caller reaches
// it; else "" for all, or the first there is.
func (g ground) chosen(asked string) string {
	switch {
	case g.reach[asked]:
		return asked
	case g.All:
		return ""
	case len(g.Organisations) > 0:
		return g.Organisations[0].ID
	}
	return nowhere
}

// nowhere is the id of no organisation.
const nowhere = "-"

// called is the name of an organisation that can be chosen.
func (g ground) called(id string) string {
	for _, o := range g.Organisations {
		if o.ID == id {
			return o.Name
		}
	}
	return ""
}

// aboutIntake is the organisation whose spreadsheet a path names.
func (d pages) aboutIntake(p *shell.Page) (access.Object, error) {
	var o access.Object
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		i, err := roster.In(tx).Intake(p.Param("intake"))
		o.Organisations = []string{i.Organisation}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return access.Object{}, nil
	}
	return o, err
}
