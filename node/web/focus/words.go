package focus

import (
	"context"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/web/parts"
)

func chosenGuard(v view) string {
	if v.Choice.Guard == "" {
		return string(focus.Adult)
	}
	return string(v.Choice.Guard)
}

func wrong(v view, field string) string {
	for _, w := range v.Wrong {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

// summary is the day in a sentence.
func summary(ctx context.Context, d rhythm.Day) string {
	if len(d.Slots) == 0 {
		return parts.T(ctx, "focus.summary.none")
	}
	return parts.T(ctx, "focus.summary", fromTo(ctx, d.Slots[0].Span))
}

// whySlot says why a slot is proposed, and why as light work.
func whySlot(ctx context.Context, d rhythm.Day, at int, s focus.Slot) []string {
	why := []string{parts.T(ctx, "focus.slot.why", alertness(ctx, s.KSS))}
	if at == 0 {
		why = []string{parts.T(ctx, "focus.slot.why.best", alertness(ctx, s.KSS))}
	}
	for _, reason := range d.Reasons {
		if d.Light && (reason == focus.LowHeart || reason == focus.ShortSleep) {
			why = append(why, parts.T(ctx, "focus.reason."+string(reason)))
		}
	}
	return why
}

// described is the picture for who does not see it.
func described(ctx context.Context, d rhythm.Day) string {
	var list []string
	for _, s := range d.Slots {
		list = append(list, fromTo(ctx, s.Span))
	}
	if len(list) == 0 {
		return parts.T(ctx, "focus.picture.none")
	}
	return parts.T(ctx, "focus.picture.desc", strings.Join(list, parts.T(ctx, "focus.and")))
}

// shownMost is how many rows of each kind stand on the page of data.
const shownMost = 60

func nightRows(ctx context.Context, list []focus.Night) []parts.Row {
	var rows []parts.Row
	for i := len(list) - 1; i >= 0 && len(rows) < shownMost; i-- {
		rows = append(rows, parts.Cells(parts.Time(list[i].Start.Unix()), parts.Time(list[i].End.Unix()), length(ctx, list[i].Slept())))
	}
	return rows
}

func heartRows(list []focus.Heart) []parts.Row {
	var rows []parts.Row
	for i := len(list) - 1; i >= 0 && len(rows) < shownMost; i-- {
		rows = append(rows, parts.Cells(parts.Time(list[i].At.Unix()), strings.ToUpper(string(list[i].Method)), strconv.FormatFloat(list[i].Value, 'f', 1, 64)))
	}
	return rows
}
