package gig

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/statement"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// StatementPage is a person's statement of hours and pay.
const StatementPage = "/my/statement"

// statementView is a year of it.
type statementView struct {
	statement.Statement
	Years  []int
	Limits statement.Limits
	Source *policy.Document // that holds the thresholds, or nil
	At     int64
}

// year reads the statement of the year that is asked for, or of this one.
func (d pages) year(p *shell.Page, asked string) (v statementView, err error) {
	now := d.Clock()
	v.At, v.Year = now.Unix(), now.In(availability.Home).Year()
	if asked != "" {
		if v.Year, err = strconv.Atoi(asked); err != nil || v.Year < 2000 || v.Year > 9999 {
			return v, store.ErrNotFound
		}
	}
	var all []statement.Work
	err = d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		all, err = dossier.Worked(tx, p.Caller.Person, func(id string) string { return d.nameOf(p, spec.NodeID(id)) })
		return err
	})
	if err != nil {
		return v, err
	}
	v.Limits, v.Source = dossier.Thresholds(d.Book(), now)
	v.Years = statement.Years(all, availability.Home)
	if !slices.Contains(v.Years, v.Year) {
		v.Years = append(v.Years, v.Year)
		slices.Sort(v.Years)
		slices.Reverse(v.Years)
	}
	v.Statement = statement.Of(all, v.Year, availability.Home, v.Limits)
	return v, nil
}

func (d pages) statement(p *shell.Page) error {
	v, err := d.year(p, p.QueryParam("year"))
	if err != nil {
		return err
	}
	return p.Show("work.statement", statementPage(v))
}

// statementFile is all of the statement, for programs.
func (d pages) statementFile(p *shell.Page) error {
	v, err := d.year(p, p.QueryParam("year"))
	if err != nil {
		return err
	}
	attach(p, v.Year, ".json")
	return p.JSONPretty(http.StatusOK, dossier.StatementView(v.Statement, v.Limits, v.Source), "  ")
}

// statementSheet is the lines of the statement for a spreadsheet program.
func (d pages) statementSheet(p *shell.Page) error {
	v, err := d.year(p, p.Value("year"))
	if err != nil {
		return err
	}
	if p.Value("form") == "xlsx" {
		octets, err := sheet.WriteXLSX(statementTable(p, v))
		if err != nil {
			return err
		}
		attach(p, v.Year, ".xlsx")
		return p.Blob(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", octets)
	}
	octets, err := sheet.WriteCSV(statementTable(p, v), sheet.UTF8BOM)
	if err != nil {
		return err
	}
	attach(p, v.Year, ".csv")
	return p.Blob(http.StatusOK, "text/csv; charset=utf-8", octets)
}

func attach(p *shell.Page, year int, ending string) {
	name := "statement-" + strconv.Itoa(year) + ending
	p.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
}

// statementTable is one line for each engagement and month.
func statementTable(p *shell.Page, v statementView) sheet.Table {
	t := sheet.Table{}
	for _, key := range []string{
		"work.statement.month", "gig.title", "gig.who", "gig.basis.column", "gig.state", "work.delivery.hours", "work.statement.pay", "work.statement.currency",
	} {
		t.Columns = append(t.Columns, p.T(key))
	}
	for _, m := range v.Months {
		for _, l := range m.Lines {
			t.Rows = append(t.Rows, sheet.Row{Cells: []string{
				monthOf(v.Year, l.Month), oneLine(l.Title), oneLine(l.Owner), basis(p, l.Basis), standing(p.T, l), l.Hours.String(), amount(l.Pay, l.Currency), l.Currency,
			}})
		}
	}
	return t
}

// oneLine is a text as a cell has it.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func monthOf(year, month int) string {
	text := strconv.Itoa(month)
	if month < 10 {
		text = "0" + text
	}
	return strconv.Itoa(year) + "-" + text
}

func basis(p *shell.Page, of string) string {
	if of == "" {
		return ""
	}
	return p.T("gig.basis." + of)
}

func standing(t func(string, ...any) string, l statement.Line) string {
	if l.Accepted {
		return t("work.turn.accepted")
	}
	return t("work.statement.waiting")
}

// amount is money without its currency: the minor unit of the yen is the yen.
func amount(minor int64, currency string) string {
	if currency == "JPY" || currency == "" {
		return strconv.FormatInt(minor, 10)
	}
	return strconv.FormatInt(minor/100, 10) + "." + strings.Repeat("0", 2-len(cents(minor))) + cents(minor)
}

// money is an amount as people read it.
func money(list []statement.Money) string {
	var said []string
	for _, m := range list {
		text := parts.Number(m.Amount)
		if m.Currency != "JPY" {
			text = amount(m.Amount, m.Currency)
		}
		said = append(said, text+" "+m.Currency)
	}
	if len(said) == 0 {
		return "0"
	}
	return strings.Join(said, " + ")
}
