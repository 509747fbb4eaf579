// Package week is the page on which a person offers their time: a week of units
// to place and take back, over what their calendars and their work already fill.
// It refuses to show what fills them: busy is busy, also to the person's
// neighbour at the screen.
package week

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/slots"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
)

// Config is what these pages ask.
type Config struct {
	Store *store.Store
	Gate  *gate.Gate
	Clock func() time.Time
}

// Page is where a person offers their time.
const Page = "/my/week"

// Places are the entries of the navigation.
func Places() []shell.Place {
	return []shell.Place{{Href: Page, Key: "week.title", Rule: access.Rule{Own: true}}}
}

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	p := pages{cfg}
	get, post := http.MethodGet, http.MethodPost
	own := func(method, path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: access.Rule{Own: true}, About: shell.AboutSelf, Do: do}
	}
	return []shell.Route{
		own(get, Page, p.show),
		own(post, Page, p.save),
		own(post, Page+"/travel", p.travel),
		own(get, Page+"/clear", p.beforeClearing),
		own(post, Page+"/clear", p.clear),
	}
}

type pages struct{ Config }

// view is one week of a person.
type view struct {
	Monday   time.Time
	Whole    bool // with the night
	Grid     parts.WeekView
	Was      string // what the form showed as placed
	Sequence uint64
	Placed   int // units of this week that are offered
	Patterns int
	Programs int // patterns that only programs change
	Held     []held
	Before   int
	After    int
	Every    bool // what the form changes: every week, or this one
	Why      string
	Wrong    []parts.FieldError
}

// held is time of the week that the person has given.
type held struct {
	diary.Held
	Title string
}

// The grid's units: each begins at a whole multiple of 90 minutes since
// midnight, and the day lies between two of them.
const (
	perDay  = 16
	morning = 4  // 06:00
	night   = 15 // 22:30
)

const cellForm = "2006-01-02T15:04"

// mondayOf is the Monday of a day's week, at midnight of the region's clock.
func mondayOf(t time.Time) time.Time {
	t = t.In(availability.Home)
	return time.Date(t.Year(), t.Month(), t.Day()-(int(t.Weekday())+6)%7, 0, 0, 0, 0, availability.Home)
}

// monday is the week that a form or a link names, this one where it names none.
func (d pages) monday(text string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, text, availability.Home)
	now := d.Clock()
	if err != nil || at.Before(now.AddDate(-1, 0, 0)) || at.After(now.AddDate(2, 0, 0)) {
		at = now
	}
	return mondayOf(at)
}

// own is the pattern that the page changes: the lowest one of the region's clock
// that has no end. Where there is none, its uid is empty.
func own(list []pattern.Pattern) pattern.Pattern {
	found := pattern.Pattern{TimeZone: availability.Home.String(), Available: []pattern.Slot{}}
	for _, p := range list {
		if p.Start == "" && p.End == "" && p.TimeZone == availability.Home.String() && (found.UID == "" || p.Rank() < found.Rank()) {
			found = p
		}
	}
	return found
}

func (d pages) show(p *shell.Page) error {
	v, err := d.read(p, d.monday(p.QueryParam("week")), p.QueryParam("hours") == "all")
	if err != nil {
		return err
	}
	v.Every = p.QueryParam("change") != "once"
	return p.Show("week.title", weekPage(v))
}

// read is the week as it is kept.
func (d pages) read(p *shell.Page, monday time.Time, whole bool) (view, error) {
	v := view{Monday: monday, Whole: whole, Every: true}
	var a agenda.Agenda
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		var err error
		if a, err = agenda.Read(tx, p.Caller.Person, monday, monday.AddDate(0, 0, 7)); err != nil {
			return err
		}
		v.Held = nil
		for _, h := range a.Held {
			of, err := diary.In(tx).Hold(h.Hold)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			v.Held = append(v.Held, held{h, of.Title})
		}
		v.Before, v.After, err = agenda.Travel(tx, p.Caller.Person)
		return err
	})
	if err != nil {
		return v, err
	}
	mine := own(a.Patterns)
	v.Sequence, v.Patterns = mine.Sequence, len(a.Patterns)
	if v.Programs = len(a.Patterns); mine.UID != "" {
		v.Programs--
	}
	return v, d.fill(p, &v, a, mine)
}

// fill draws the grid.
func (d pages) fill(p *shell.Page, v *view, a agenda.Agenda, mine pattern.Pattern) error {
	outside, err := pattern.Combine(a.Patterns, pattern.Window{Start: a.From, End: a.To})
	if err != nil {
		return err
	}
	now := d.Clock()
	v.Grid = parts.WeekView{
		CaptionKey: "week.caption", Name: "unit", Today: now.In(availability.Home).Format(time.DateOnly),
		Legend: []parts.LegendEntry{{Mark: "○", Key: "week.placed"}, {Mark: "◎", Key: "week.held"}, {Mark: "△", Key: "week.tentative"}, {Mark: "×", Key: "week.busy"}},
	}
	first, last := morning, night
	if v.Whole {
		first, last = 0, perDay
	}
	for day := range 7 {
		v.Grid.Days = append(v.Grid.Days, v.Monday.AddDate(0, 0, day).Format(time.DateOnly))
	}
	var was []string
	for unit := first; unit < last; unit++ {
		row := make([]parts.WeekCell, 7)
		for day := range row {
			shown := time.Date(v.Monday.Year(), v.Monday.Month(), v.Monday.Day()+day, 0, unit*90, 0, 0, time.UTC)
			from := time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), 0, 0, availability.Home)
			c := cellOf(p, a, pattern.Window{Start: from, End: from.Add(pattern.Unit)})
			_, placed := mine.At(shown)
			c.Value, c.Checked, c.Fixed = shown.Format(cellForm), placed, !from.After(now)
			if free := len(a.Patterns) > 0 && isFree(outside, from); free && !placed {
				c.Fixed = true // another pattern offers it
				if c.State == "" {
					c.State, c.Text = "free", p.T("week.by-program")
				}
			}
			if placed {
				v.Placed++
				if c.State == "" {
					c.State = "free"
				}
				if !c.Fixed {
					was = append(was, c.Value)
				}
			}
			row[day] = c
		}
		v.Grid.Units = append(v.Grid.Units, parts.WeekUnit{From: clock(unit), To: clock(unit + 1)})
		v.Grid.Cells = append(v.Grid.Cells, row)
	}
	v.Was = strings.Join(was, " ")
	return nil
}

func clock(unit int) string {
	return time.Date(2000, 1, 1, 0, unit*90, 0, 0, time.UTC).Format("15:04")
}

// isFree reports whether patterns offer the whole of a unit.
func isFree(outside []pattern.Busy, from time.Time) bool {
	return !slices.ContainsFunc(outside, func(b pattern.Busy) bool {
		return b.Start.Before(from.Add(pattern.Unit)) && b.End.After(from)
	})
}

// cellOf says what fills a unit, the firmest first.
func cellOf(p *shell.Page, a agenda.Agenda, w pattern.Window) parts.WeekCell {
	c := parts.WeekCell{}
	for _, h := range a.Held {
		from, to := w.Start.Unix(), w.End.Unix()
		switch {
		case h.StartsAt < to && h.EndsAt > from && h.State == spec.BusyTentative:
			return parts.WeekCell{State: "perhaps", Text: p.T("week.tentative")}
		case h.StartsAt < to && h.EndsAt > from:
			return parts.WeekCell{State: "held", Text: p.T("week.held")}
		case h.LeavesAt < to && h.ReturnsAt > from:
			c = parts.WeekCell{State: "busy", Text: p.T("week.on-the-way")}
		}
	}
	for _, e := range a.Events {
		if c.State == "" && e.Start.Before(w.End) && e.End.After(w.Start) {
			c = parts.WeekCell{State: "busy", Text: p.T("week.busy")}
		}
	}
	return c
}

// errMoved means that the week was changed elsewhere since the form was shown.
var errMoved = errors.New("the week was changed in between")

// save places and takes what the form changes.
func (d pages) save(p *shell.Page) error {
	monday, whole := d.monday(p.Value("week")), p.Value("hours") == "all"
	every := p.Value("change") != "once"
	was, is := strings.Fields(p.Value("was")), p.Request().PostForm["unit"]
	err := d.edit(p.Request().Context(), p.Caller.Person, func(now *pattern.Pattern) error {
		if strconv.FormatUint(now.Sequence, 10) != p.Value("sequence") {
			return errMoved
		}
		return change(now, was, is, every, d.Clock())
	})
	if field, _ := pattern.Field(err); errors.Is(err, errMoved) || errors.Is(err, pattern.ErrInvalid) {
		v, err := d.read(p, monday, whole)
		if err != nil {
			return err
		}
		if v.Every, v.Why = every, p.T("week.moved"); field != "" {
			v.Why = p.T("week.too-many", pattern.MostSlots)
		}
		return p.Render(http.StatusUnprocessableEntity, p.T("week.title"), weekPage(v))
	}
	if err != nil {
		return err
	}
	return p.To(v(monday, whole, every), "good", "week.saved")
}

// v is the address of a week.
func v(monday time.Time, whole, every bool) string {
	href := Page + "?week=" + monday.Format(time.DateOnly)
	if whole {
		href += "&hours=all"
	}
	if !every {
		href += "&change=once"
	}
	return href
}

// edit changes the page's own pattern, or a first one.
func (d pages) edit(ctx context.Context, person string, do func(*pattern.Pattern) error) error {
	var all []pattern.Pattern
	err := d.Store.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = agenda.Patterns(tx, person)
		return err
	})
	if err != nil {
		return err
	}
	uid := own(all).UID
	if uid == "" {
		uid = spec.RandomUUID()
	}
	return slots.Edit(ctx, d.Gate, person, uid, do, new(pattern.Pattern))
}

// change places the units that only the form has, and takes those that only the
// page had. What is past stays.
func change(p *pattern.Pattern, was, is []string, every bool, now time.Time) error {
	for _, text := range is {
		at, ok := pattern.Wall(text)
		if !ok || len(is) > 7*perDay {
			return errMoved
		}
		if !slices.Contains(was, text) && !past(at, now) {
			p.Place(at, every)
		}
	}
	for _, text := range was {
		at, ok := pattern.Wall(text)
		if !ok || len(was) > 7*perDay {
			return errMoved
		}
		if !slices.Contains(is, text) && !past(at, now) {
			p.Take(at, every)
		}
	}
	return nil
}

func past(shown, now time.Time) bool {
	return shown.Format(cellForm) <= now.In(availability.Home).Format(cellForm)
}
