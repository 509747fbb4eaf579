package gig

import (
	"context"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/statement"
	"github.com/fukusen/fukusen/node/web/parts"
)

// sumRows are the year by basis, and in all.
func sumRows(ctx context.Context, v statementView) []parts.Row {
	var rows []parts.Row
	for _, basis := range []string{statement.Employment, statement.Contract} {
		b := v.Sum.ByBasis[basis]
		rows = append(rows, parts.Cells(parts.Plain(parts.T(ctx, "gig.basis."+basis)), parts.Plain(b.Hours.String()), parts.Plain(money(b.Pay))))
	}
	return append(rows, parts.Cells(parts.Plain(parts.T(ctx, "work.statement.all")), parts.Plain(v.Sum.Hours.String()), parts.Plain(money(v.Sum.Pay))))
}

// lineRows are one month, and what of it was accepted.
func lineRows(ctx context.Context, m statement.Month) []parts.Row {
	var rows []parts.Row
	for _, l := range m.Lines {
		basis := ""
		if l.Basis != "" {
			basis = parts.T(ctx, "gig.basis."+l.Basis)
		}
		rows = append(rows, parts.Cells(
			parts.ToName("/my/holds/"+l.Work, l.Title), parts.Name(l.Owner), parts.Plain(basis), state(l), parts.Plain(l.Hours.String()),
			parts.Plain(money([]statement.Money{{Currency: l.Currency, Amount: l.Pay}})),
		))
	}
	return append(rows, parts.Cells(
		parts.Plain(parts.T(ctx, "work.statement.accepted")), parts.Plain(""), parts.Plain(""), parts.Plain(""), parts.Plain(m.Sum.Hours.String()), parts.Plain(money(m.Sum.Pay)),
	))
}

// monthName is a month of a year as people say it.
func monthName(ctx context.Context, year, month int) string {
	at := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, availability.Home)
	return at.Format(parts.T(ctx, "work.statement.month-of"))
}
