package focus

import (
	"context"
	"strings"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/web/parts"
)

// freeRows are free stretches by day.
func freeRows(ctx context.Context, list []focus.Span) []parts.Row {
	var rows []parts.Row
	for i := 0; i < len(list); {
		day, first := parts.DateText(parts.FrameOf(ctx).Lang, list[i].Start.Unix()), list[i]
		var said []string
		for i < len(list) && parts.DateText(parts.FrameOf(ctx).Lang, list[i].Start.Unix()) == day {
			said = append(said, fromTo(ctx, list[i]))
			i++
		}
		rows = append(rows, parts.Cells(parts.Date(first.Start.Unix()), strings.Join(said, parts.T(ctx, "focus.and"))))
	}
	return rows
}

func sessionRows(list []rhythm.Session) []parts.Row {
	rows := make([]parts.Row, len(list))
	for i, s := range list {
		rows[i] = parts.Cells(parts.Name(s.Title), parts.Time(s.StartsAt), parts.Time(s.EndsAt))
	}
	return rows
}

func askable(list []rhythm.Member) []parts.Option {
	options := make([]parts.Option, len(list))
	for i, m := range list {
		options[i] = parts.Option{Value: m.Person, Label: m.Name}
	}
	return options
}

func firstOf(wrong []parts.FieldError) string {
	if len(wrong) == 0 {
		return ""
	}
	return wrong[0].Text
}

// teamsOf is the page of all teams beside that of one.
func teamsOf(path string) string { return path[:strings.LastIndex(path, "/")] }
