package club

import (
	"context"
	"strconv"

	"github.com/fukusen/fukusen/node/web/parts"
)

func lineRows(ctx context.Context, list []line) []parts.Row {
	rows := make([]parts.Row, len(list))
	for i, l := range list {
		rows[i] = parts.Cells(parts.ToName(l.path(), l.Calendar.Name), parts.T(ctx, "club.type."+l.Calendar.Type), next(l))
	}
	return rows
}

func entryColumns(l line) []parts.Column {
	columns := []parts.Column{{Key: "club.when"}, {Key: "club.entry.name"}, {Key: "club.place"}}
	if l.slots() {
		columns = append(columns, parts.Column{Key: "club.left"})
	}
	return columns
}

func entryRows(ctx context.Context, l line) []parts.Row {
	rows := make([]parts.Row, len(l.Calendar.Entries))
	for i, e := range l.Calendar.Entries {
		cells := []any{span(e), entryName(e), parts.Name(e.Place)}
		if l.slots() {
			left := parts.T(ctx, "club.left.unsaid")
			if e.Remaining != nil {
				left = strconv.Itoa(*e.Remaining)
			}
			cells = append(cells, left)
		}
		rows[i] = parts.Cells(cells...)
	}
	return rows
}

func flowAction(l line) string {
	if l.Follows {
		return "/my/clubs/leave"
	}
	return "/my/clubs/follow"
}

func flowKind(l line) string {
	if l.Follows {
		return "plain"
	}
	return "primary"
}
