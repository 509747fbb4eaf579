package desk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/web/text"
)

// importsView is the page where spreadsheets come in.
type importsView struct {
	ground
	Organisation string
	Past         []roster.Intake
	Error        string
}

const pastMost = 20 // spreadsheets that the page lists, of each organisation

func (d pages) imports(p *shell.Page) error { return d.showImports(p, http.StatusOK, "") }

func (d pages) showImports(p *shell.Page, status int, wrong string) error {
	v := importsView{Error: wrong}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		if v.ground, err = groundOf(tx, p); err != nil {
			return err
		}
		v.Organisation = v.chosen(p.FormValue("organisation"))
		for _, o := range v.Organisations {
			past, err := roster.In(tx).Intakes(o.ID, pastMost)
			if err != nil {
				return err
			}
			for _, i := range past {
				if i.State != roster.Preview || i.Expires > d.Clock().Unix() {
					v.Past = append(v.Past, i)
				}
			}
		}
		slices.SortStableFunc(v.Past, func(a, b roster.Intake) int { return int(b.CreatedAt - a.CreatedAt) })
		return nil
	})
	if err != nil {
		return err
	}
	return p.Render(status, p.T("desk.import"), importsPage(v))
}

// upload keeps a preview. A file that is no table is refused beside the field.
func (d pages) upload(p *shell.Page) error {
	file, err := p.FormFile("file")
	if err != nil || file.Size == 0 {
		return d.showImports(p, http.StatusUnprocessableEntity, p.T("desk.import.no-file"))
	}
	at := ""
	err = d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		g, err := groundOf(tx, p)
		if at = p.Value("organisation"); !g.reach[at] {
			at = ""
		}
		return err
	})
	if err != nil {
		return err
	}
	if at == "" {
		return p.Refuse(http.StatusForbidden, "parts.forbidden", "parts.forbidden.way-out")
	}
	opened, err := file.Open()
	if err != nil {
		return err
	}
	defer opened.Close()
	octets, err := io.ReadAll(opened)
	if err != nil {
		return err
	}
	id, err := d.Plan(p.Request().Context(), p.Session.Owner.ID, at, file.Filename, octets)
	var refused *sheet.Error
	if errors.As(err, &refused) {
		return d.showImports(p, http.StatusUnprocessableEntity, sheetSaid(p.Lang, refused))
	}
	if err != nil {
		return err
	}
	return p.To("/people/import/"+id, "", "")
}

// sheetSaid says why a file is not read, where, and the way out.
func sheetSaid(lang string, e *sheet.Error) string {
	said := text.Of(lang, e.Code())
	if e.Line > 0 {
		said += " " + text.Of(lang, "desk.import.at-line", e.Line)
	}
	return said + " " + text.Of(lang, e.Way())
}

const shownLines = 50 // of a spreadsheet on one page

// intakeView is a spreadsheet before or after it was applied.
type intakeView struct {
	enrol.Sheet
	State      string // of the lines that are shown, or ""
	Of         string // the organisation
	Shown      []enrol.Planned
	Page, Last int
	Open       bool // can be applied
	Undoable   bool
	desk       *enrol.Desk
}

func (d pages) intake(p *shell.Page) error {
	v := intakeView{State: p.QueryParam("state"), Page: 1, desk: d.Desk}
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		g, err := groundOf(tx, p)
		if err != nil {
			return err
		}
		v.Sheet, err = enrol.SheetOf(tx, p.Param("intake"))
		v.Of = g.called(v.Organisation)
		return err
	})
	if err != nil {
		return err
	}
	var lines []enrol.Planned
	for _, l := range v.Lines {
		if v.State == "" || string(l.State) == v.State {
			lines = append(lines, l)
		}
	}
	now := d.Clock().Unix()
	v.Last = max(1, (len(lines)+shownLines-1)/shownLines)
	if n, err := strconv.Atoi(p.QueryParam("page")); err == nil {
		v.Page = min(max(n, 1), v.Last)
	}
	v.Shown = lines[(v.Page-1)*shownLines : min(v.Page*shownLines, len(lines))]
	v.Open = v.Intake.State == roster.Preview && v.Expires > now
	v.Undoable = v.Intake.State == roster.Applied && v.Expires > now
	return p.Show("desk.intake", intakePage(v))
}

func (d pages) apply(p *shell.Page) error {
	id := p.Param("intake")
	err := d.Apply(p.Request().Context(), p.Session.Owner.ID, id)
	if errors.Is(err, enrol.ErrSettled) {
		return p.To("/people/import/"+id, "warn", "desk.intake.settled")
	}
	if err != nil {
		return err
	}
	return p.To("/people/import/"+id, "good", "desk.intake.applied")
}

// undo takes back what a spreadsheet did; what stays is said on the page that
// answers, for it stands nowhere else.
func (d pages) undo(p *shell.Page) error {
	id := p.Param("intake")
	stayed, err := d.Undo(p.Request().Context(), p.Session.Owner.ID, id)
	if errors.Is(err, enrol.ErrSettled) {
		return p.To("/people/import/"+id, "warn", "desk.intake.settled")
	}
	if err != nil {
		return err
	}
	if len(stayed) > 0 {
		return p.Show("desk.undo", undonePage(id, stayed))
	}
	return p.To("/people/import/"+id, "good", "desk.intake.undone")
}

// fieldName is how people read the name of a field or of a column.
func fieldName(ctx context.Context, field string) string {
	plain := strings.ReplaceAll(field, ".", "-")
	if strings.HasPrefix(field, "items.") {
		plain = "items"
	}
	if key := "desk.field." + plain; text.Has(key) {
		return parts.T(ctx, key)
	}
	return field
}

// problemSaid says what is wrong with a line, in which column, and the way out.
func problemSaid(ctx context.Context, p talent.LineProblem) string {
	said := parts.T(ctx, p.Code, p.Other)
	if p.Value != "" {
		said = parts.T(ctx, "desk.line.value", p.Value, said)
	}
	if p.Column != "" {
		said = parts.T(ctx, "desk.line.column", fieldName(ctx, p.Column), said)
	}
	return said
}

// href is the page with the lines of one state, or of all.
func (v intakeView) href(state string) string {
	if state == "" {
		return "/people/import/" + v.ID
	}
	return "/people/import/" + v.ID + "?state=" + url.QueryEscape(state)
}
