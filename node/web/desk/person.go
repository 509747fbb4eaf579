package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/web/shell"
)

// personView is the page of one person, or of somebody new.
type personView struct {
	ground
	Form         personForm
	Organisation string   // chosen for somebody new
	At           []string // names of the person's organisations
	SignIn       string
	Stale        []talent.Changed // what somebody else wrote meanwhile
	Shown        talent.Entry     // for readers
	desk         *enrol.Desk
}

func (d pages) formOf(p *shell.Page, e talent.Entry) personForm {
	return personForm{Entry: e, Spare: 1, lang: p.Lang, name: d.SkillName}
}

// fresh is the page with an empty form.
func (d pages) fresh(p *shell.Page) error {
	return d.showNew(p, http.StatusOK, d.formOf(p, talent.Entry{Languages: []string{"ja"}}))
}

func (d pages) showNew(p *shell.Page, status int, form personForm) error {
	v := personView{Form: form, desk: d.Desk}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		v.ground, err = groundOf(tx, p)
		if v.Organisation = p.Value("organisation"); !v.reach[v.Organisation] && len(v.Organisations) > 0 {
			v.Organisation = v.Organisations[0].ID
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Render(status, p.T("desk.new"), newPage(v))
}

func (d pages) add(p *shell.Page) error {
	form := d.formOf(p, d.readForm(p.Request().PostForm, talent.Entry{}, p.Session.Owner.ID))
	if p.Value("more") != "" {
		form.Spare = 3
		return d.showNew(p, http.StatusOK, form)
	}
	allowed := false
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		g, err := groundOf(tx, p)
		allowed = g.reach[p.Value("organisation")]
		return err
	})
	if err != nil {
		return err
	}
	if !allowed {
		return p.Refuse(http.StatusForbidden, "parts.forbidden", "parts.forbidden.way-out")
	}
	id, err := d.Add(p.Request().Context(), enrol.Newcomer{
		Entry: form.Entry, Organisation: p.Value("organisation"), By: p.Session.Owner.ID,
	})
	var invalid *enrol.Invalid
	if errors.As(err, &invalid) {
		form.Problems = invalid.Problems
		return d.showNew(p, http.StatusUnprocessableEntity, form)
	}
	if err != nil {
		return err
	}
	return p.To("/people/"+id, "good", "desk.person.added")
}

func (d pages) person(p *shell.Page) error { return d.showPerson(p, http.StatusOK, nil, nil) }

// showPerson is the page of somebody who stands in the register. What was
// typed and refused stands in place of the entry.
func (d pages) showPerson(p *shell.Page, status int, typed *personForm, stale []talent.Changed) error {
	v := personView{Stale: stale, desk: d.Desk}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		if v.ground, err = groundOf(tx, p); err != nil {
			return err
		}
		r, err := enrol.Of(tx, p.Param("person"))
		if err != nil {
			return err
		}
		at, err := shell.OrganisationsOf(tx, r.Person)
		if err != nil {
			return err
		}
		reached := v.All
		for _, id := range at {
			reached = reached || v.reach[id]
			if name := v.called(id); name != "" {
				v.At = append(v.At, name)
			}
		}
		if !reached {
			return store.ErrNotFound
		}
		v.Shown = talent.Visible(r.Entry, talent.Organisation)
		v.Form = d.formOf(p, r.Entry)
		v.Form.Problems = talent.Validate(r.Entry, d.Clock())
		if typed != nil {
			v.Form = *typed
		}
		v.Form.Version, v.Form.Person, v.Form.Changed = r.Version, r.Person, stale
		v.SignIn, err = signInOf(tx, r.Person, d.Clock())
		return err
	})
	if err != nil {
		return err
	}
	if err := p.NoteOpened(p.Param("person"), store.OpenedEntry); err != nil {
		return err
	}
	if !v.Keeps {
		return p.Render(status, p.T("desk.person"), shownPage(v))
	}
	return p.Render(status, p.T("desk.person"), personPage(v))
}

// change writes what was typed over the version that stood in the form. Where
// somebody else was quicker, what they wrote is shown beside what was typed.
func (d pages) change(p *shell.Page) error {
	ctx, person := p.Request().Context(), p.Param("person")
	var before enrol.Registered
	err := d.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		before, err = enrol.Of(tx, person)
		return err
	})
	if err != nil {
		return err
	}
	form := d.formOf(p, d.readForm(p.Request().PostForm, before.Entry, p.Session.Owner.ID))
	for _, s := range before.Entry.Skills {
		if s.Basis == "evaluated" {
			form.Entry.Skills = append(form.Entry.Skills, s)
		}
	}
	if p.Value("more") != "" {
		form.Spare = 3
		return d.showPerson(p, http.StatusOK, &form, nil)
	}
	version, err := strconv.ParseInt(p.Value("version"), 10, 64)
	if err != nil {
		version = -1
	}
	err = d.Change(ctx, p.Session.Owner.ID, person, version, form.Entry)
	var invalid *enrol.Invalid
	switch {
	case errors.As(err, &invalid):
		form.Problems = invalid.Problems
		return d.showPerson(p, http.StatusUnprocessableEntity, &form, nil)
	case errors.Is(err, enrol.ErrStale):
		return d.showPerson(p, http.StatusConflict, &form, talent.Differences(form.Entry, before.Entry))
	case err != nil:
		return err
	}
	return p.To("/people/"+url.PathEscape(person), "good", "desk.person.changed")
}
