package parts

import (
	"context"
	"time"
)

// WeekView is a week of at most seven days by units of any length. With a Name
// it is part of a form: every cell is a checkbox of that name.
type WeekView struct {
	Caption, CaptionKey string
	Days                []string     // 2026-04-06
	Units               []WeekUnit   // rows, from morning to evening
	Cells               [][]WeekCell // by unit, then day
	Name                string
	Today               string        // marked among the days
	Legend              []LegendEntry // of a form, what the signs mean
}

// LegendEntry is a sign with its meaning.
type LegendEntry struct{ Mark, Key string }

// WeekUnit is a row: 09:00 to 09:30, both local.
type WeekUnit struct{ From, To string }

// WeekCell is one unit of one day. State is "free", "perhaps", "held" or
// "busy", and "" where nothing is known. Value and Checked are for forms.
type WeekCell struct {
	State   string
	Text    string // said beside the state, already in the reader's language
	Href    string
	Value   string
	Checked bool
	Fixed   bool // in a form: shown, and not to be changed
}

// HalfHours are units of thirty minutes between two full hours.
func HalfHours(from, to int) []WeekUnit {
	var units []WeekUnit
	at := time.Date(2000, 1, 1, from, 0, 0, 0, time.UTC)
	for range 2 * (to - from) {
		next := at.Add(30 * time.Minute)
		units = append(units, WeekUnit{at.Format("15:04"), next.Format("15:04")})
		at = next
	}
	return units
}

// weekStates are the states in the order of the legend.
func weekStates() []string { return []string{"free", "perhaps", "held", "busy"} }

// weekMark is the sign of a state, so that colour alone says nothing.
func weekMark(state string) string {
	switch state {
	case "free":
		return "○"
	case "perhaps":
		return "△"
	case "held":
		return "◎"
	case "busy":
		return "×"
	}
	return "–"
}

// formClass is the class of a checkbox by what else fills its unit.
func formClass(state string) string {
	switch state {
	case "held", "busy", "perhaps":
		return state
	}
	return ""
}

func weekClass(state string) string {
	if state == "" {
		return "unknown"
	}
	return state
}

// weekday is the short name of a day, its number, and whether it is Saturday or
// Sunday.
func weekday(ctx context.Context, day string) (name, number, kind string) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day, "", ""
	}
	name = T(ctx, "parts.weekday."+[]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}[t.Weekday()])
	switch t.Weekday() {
	case time.Saturday:
		kind = "sat"
	case time.Sunday:
		kind = "sun"
	}
	return name, layout(lang(ctx), "parts.layout.day", t), kind
}

// weekLabel is what a screen reader says of one checkbox.
func weekLabel(ctx context.Context, day string, unit WeekUnit) string {
	name, _, _ := weekday(ctx, day)
	return T(ctx, "parts.week.label", name, DayText(lang(ctx), day), unit.From, unit.To)
}

// Event is one entry of a Timeline. Kind is "good", "warn", "bad", "later" for
// what has not come, or "".
type Event struct {
	At    int64  // Unix seconds
	Day   string // 2026-04-01 instead, where only the day is known
	Kind  string
	Title string // already in the reader's language
	Text  string
}

// ProgressView says how far something has come. Total 0 means that nobody knows
// how much there is.
type ProgressView struct {
	Label, LabelKey string
	Done, Total     int64
	LiveKey         string // the name under which a stream sends Done
}

// Step is one part of a longer way.
type Step struct{ Text, Key string }

// cell is one of the view, or an unknown one where the view has none.
func (v WeekView) cell(unit, day int) WeekCell {
	if unit < len(v.Cells) && day < len(v.Cells[unit]) {
		return v.Cells[unit][day]
	}
	return WeekCell{}
}

// said is the state in words, with what else there is to say.
func (c WeekCell) said(ctx context.Context) string {
	words := T(ctx, "parts.week."+weekClass(c.State))
	if c.Text != "" {
		words += " " + c.Text
	}
	return words
}

// kindKey names an event's kind for those who do not see its dot.
func (e Event) kindKey() string {
	switch e.Kind {
	case "good", "warn", "bad", "later":
		return "parts.event." + e.Kind
	}
	return ""
}
