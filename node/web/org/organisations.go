package org

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
)

// kinds are those of the federation's membership register.
func kinds() []string {
	return []string{"club", "company", "foundation", "municipality", "school", "university"}
}

// mostName bounds a name, in characters.
const mostName = 100

// listView is the organisations that a reader looks after.
type listView struct {
	Organisations []listed
	Home          bool // the reader may add some
	Form          nameForm
}

type listed struct {
	organisation.Organisation
	Title            string
	Members, Waiting int
}

// nameForm is what was typed of an organisation, and what is wrong with it.
type nameForm struct {
	JA, EN, Kind string
	Wrong        []parts.FieldError
}

func (f nameForm) wrong(field string) string {
	for _, w := range f.Wrong {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

func (d pages) organisations(p *shell.Page) error {
	return d.showList(p, http.StatusOK, nameForm{Kind: "club"})
}

func (d pages) showList(p *shell.Page, status int, form nameForm) error {
	v := listView{Home: atHome(p.Caller), Form: form}
	err := d.read(p, func(tx *store.Tx) error {
		all, err := organisation.In(tx).All()
		for _, o := range all {
			if !v.Home && !p.Caller.HasAt(o.ID, leaders()...) {
				continue
			}
			l := listed{Organisation: o, Title: title(o, p.Lang)}
			members, err := organisation.In(tx).Members(o.ID)
			if err != nil {
				return err
			}
			for _, m := range members {
				switch m.State {
				case organisation.Active:
					l.Members++
				case organisation.Invited:
					l.Waiting++
				}
			}
			v.Organisations = append(v.Organisations, l)
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Render(status, p.T("org.list"), listPage(v))
}

func readName(p *shell.Page) nameForm {
	f := nameForm{JA: p.Value("ja"), EN: p.Value("en"), Kind: p.Value("kind")}
	for field, value := range map[string]string{"ja": f.JA, "en": f.EN} {
		if n := utf8.RuneCountInString(value); n == 0 || n > mostName || strings.ContainsFunc(value, control) {
			f.Wrong = append(f.Wrong, parts.FieldError{Field: field, Text: p.T("org.name.wrong")})
		}
	}
	known := false
	for _, kind := range kinds() {
		known = known || kind == f.Kind
	}
	if !known {
		f.Wrong = append(f.Wrong, parts.FieldError{Field: "kind", Text: p.T("org.kind.wrong")})
	}
	return f
}

func control(r rune) bool { return r < ' ' || r == 0x7f }

// add makes an organisation that this node serves beside its own.
func (d pages) add(p *shell.Page) error {
	f := readName(p)
	if len(f.Wrong) > 0 {
		return d.showList(p, http.StatusUnprocessableEntity, f)
	}
	o := organisation.Organisation{ID: spec.NewUUID(), NameJA: f.JA, NameEN: f.EN, Kind: f.Kind, CreatedAt: d.Clock().Unix()}
	if err := d.change(p, o, "organisation.added"); err != nil {
		return err
	}
	return p.To("/organisations/"+o.ID, "good", "org.added", title(o, p.Lang))
}

func (d pages) change(p *shell.Page, o organisation.Organisation, act string) error {
	return d.write(p, func(tx *store.Tx) error {
		if err := organisation.In(tx).Put(o); err != nil {
			return err
		}
		return tx.PutAudit(store.Audit{At: d.Clock().Unix(), Actor: p.Caller.Account, Act: act, Object: o.ID})
	})
}

// hostedBy answers an open organisation that this node only serves. The one
// that runs it takes its names from the configuration and never closes.
func (d pages) hostedBy(p *shell.Page) (organisation.Organisation, error) {
	var o organisation.Organisation
	err := d.read(p, func(tx *store.Tx) error {
		var err error
		o, err = organisation.In(tx).Organisation(p.Param("organisation"))
		return err
	})
	if err == nil && (o.ID == organisation.Home || o.ClosedAt != 0) {
		err = store.ErrNotFound
	}
	return o, err
}

func (d pages) rename(p *shell.Page) error {
	o, err := d.hostedBy(p)
	if err != nil {
		return err
	}
	f := readName(p)
	if len(f.Wrong) > 0 {
		return d.showMembers(p, http.StatusUnprocessableEntity, f)
	}
	o.NameJA, o.NameEN, o.Kind = f.JA, f.EN, f.Kind
	if err := d.change(p, o, "organisation.renamed"); err != nil {
		return err
	}
	return p.To("/organisations/"+o.ID, "good", "org.renamed")
}

func (d pages) askClose(p *shell.Page) error {
	o, err := d.hostedBy(p)
	if err != nil {
		return err
	}
	return p.Show("org.close", closePage(o.ID, title(o, p.Lang)))
}

// close ends an organisation with every role in it.
func (d pages) close(p *shell.Page) error {
	o, err := d.hostedBy(p)
	if err != nil {
		return err
	}
	err = d.write(p, func(tx *store.Tx) error { return d.Door.CloseOrganisation(tx, p.Caller, o.ID) })
	if err != nil {
		return err
	}
	return p.To("/organisations", "good", "org.closed", title(o, p.Lang))
}
