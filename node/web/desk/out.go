package desk

import (
	"errors"
	"mime"
	"net/http"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/shell"
)

type exportView struct {
	ground
	Error string
}

func (d pages) export(p *shell.Page) error { return d.showExport(p, http.StatusOK, "") }

func (d pages) showExport(p *shell.Page, status int, wrong string) error {
	v := exportView{Error: wrong}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		v.ground, err = groundOf(tx, p)
		return err
	})
	if err != nil {
		return err
	}
	return p.Render(status, p.T("desk.export"), exportPage(v))
}

// download gives the register of one organisation, or of all that the caller
// keeps. That it went out is in the audit log.
func (d pages) download(p *shell.Page) error {
	if err := d.Fill(p.Request().Context()); err != nil {
		return err
	}
	var people []enrol.Registered
	err := d.Store.Write(p.Request().Context(), func(tx *store.Tx) error {
		g, err := groundOf(tx, p)
		if err != nil {
			return err
		}
		at := g.chosen(p.Value("organisation"))
		if at == "" {
			people, err = enrol.Everybody(tx)
		} else {
			people, err = enrol.Everybody(tx, at)
		}
		if err != nil {
			return err
		}
		return tx.PutAudit(store.Audit{At: d.Clock().Unix(), Actor: p.Session.Owner.ID, Act: "people.export", Object: at})
	})
	if err != nil {
		return err
	}
	form := p.Value("form")
	octets, _, err := enrol.Export(people, form)
	var refused *sheet.Error
	if errors.As(err, &refused) {
		return d.showExport(p, http.StatusUnprocessableEntity, sheetSaid(p.Lang, refused))
	}
	if err != nil {
		return err
	}
	return give(p, "people", form, octets)
}

func (d pages) template(p *shell.Page) error {
	octets, err := enrol.Template(p.Value("form"))
	if err != nil {
		return err
	}
	return give(p, "template", p.Value("form"), octets)
}

// give answers a file that a browser keeps and does not show.
func give(p *shell.Page, name, form string, octets []byte) error {
	kind, end := "text/csv; charset=utf-8", ".csv"
	switch form {
	case enrol.AsXLSX:
		kind, end = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"
	case enrol.AsShiftJIS:
		kind = "text/csv; charset=shift_jis"
	}
	p.Response().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + end}))
	return p.Blob(http.StatusOK, kind, octets)
}
