package club

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/publish"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// Rows of the form: as many as are written, and a few to write in.
const (
	spareRows = 4
	mostRows  = 500
)

// entryRow is one entry as it was written.
type entryRow struct {
	ID, Name, Day, From, LastDay, To, Place, Left string
	Trip                                          bool
}

func (r entryRow) empty() bool { return r.Name == "" && r.Day == "" && r.From == "" && r.To == "" }

// calendarForm is what somebody writes to publish a calendar.
type calendarForm struct {
	Action, Cancel string
	Name, Type     string
	Rows           []entryRow
	Wrong          []parts.FieldError
	Refused        []string
}

func (f calendarForm) wrong(field string, row int) string {
	for _, w := range f.Wrong {
		if w.Field == at(field, row) {
			return w.Text
		}
	}
	return ""
}

// at names a field of a row; the calendar's own are of row -1.
func at(field string, row int) string {
	if row < 0 {
		return field
	}
	return field + "-" + strconv.Itoa(row)
}

// spare adds rows to write in.
func (f *calendarForm) spare() {
	for range spareRows {
		f.Rows = append(f.Rows, entryRow{})
	}
}

func (d pages) blank(p *shell.Page) error {
	f := calendarForm{Action: "/calendars/new", Cancel: "/calendars", Type: work.CalendarEvents}
	f.spare()
	return p.Show("club.new", writePage(f))
}

func (d pages) edit(p *shell.Page) error {
	l, err := d.own(p)
	if err != nil {
		return err
	}
	f := calendarForm{Action: l.path() + "/edit", Cancel: l.path(), Name: l.Calendar.Name, Type: l.Calendar.Type}
	for _, e := range l.Calendar.Entries {
		start, end := publish.Span(e)
		start, end = start.In(availability.Home), end.In(availability.Home)
		row := entryRow{
			ID: e.ID, Name: e.Name, Day: start.Format(time.DateOnly), From: start.Format("15:04"), To: end.Format("15:04"),
			Place: e.Place, Trip: e.Trip,
		}
		if day := end.Format(time.DateOnly); day != row.Day {
			row.LastDay = day
		}
		if e.Remaining != nil {
			row.Left = strconv.Itoa(*e.Remaining)
		}
		f.Rows = append(f.Rows, row)
	}
	f.spare()
	return p.Show("club.edit", writePage(f))
}

func (d pages) publish(p *shell.Page) error {
	return d.put(p, "", calendarForm{Action: "/calendars/new", Cancel: "/calendars"})
}

func (d pages) change(p *shell.Page) error {
	l, err := d.own(p)
	if err != nil {
		return err
	}
	return d.put(p, l.UID, calendarForm{Action: l.path() + "/edit", Cancel: l.path()})
}

// put publishes what the form says, or shows it again with what is wrong, or
// with more rows where those were asked for.
func (d pages) put(p *shell.Page, id string, f calendarForm) error {
	c := d.read(p, &f)
	if p.Value("more") != "" {
		f.Wrong = nil
		f.spare()
		return p.Show("club.edit", writePage(f))
	}
	if len(f.Wrong) == 0 {
		row, err := d.Calendars.Put(p.Request().Context(), access.Home, id, c)
		if err == nil {
			return p.To("/calendars/"+row.ID, "good", "club.published")
		}
		switch r := spec.AsRefusal(err); {
		case errors.Is(err, publish.ErrTooFar):
			f.Refused = []string{p.T("club.wrong.far")}
		case r != nil:
			f.Refused = []string{p.T("club.wrong.other", r.Field)}
		default:
			return absent(err)
		}
	}
	return p.Render(http.StatusUnprocessableEntity, p.T("club.edit"), writePage(f))
}

// read reads the form, and notes beside each field what cannot be read.
func (d pages) read(p *shell.Page, f *calendarForm) work.Calendar {
	f.Name, f.Type = p.Value("name"), p.Value("type")
	if f.Name == "" {
		f.Wrong = append(f.Wrong, parts.FieldError{Field: "name", Text: p.T("club.wrong.name")})
	}
	if f.Type != work.CalendarSlots {
		f.Type = work.CalendarEvents
	}
	c := work.Calendar{Name: f.Name, Type: f.Type, Entries: []work.CalendarEntry{}}
	count, _ := strconv.Atoi(p.Value("rows"))
	for i := range min(max(count, 0), mostRows) {
		value := func(field string) string { return p.Value(at(field, i)) }
		row := entryRow{
			ID: value("id"), Name: value("entry"), Day: value("day"), From: value("from"), LastDay: value("last"), To: value("to"),
			Place: value("place"), Left: value("left"), Trip: value("trip") != "",
		}
		f.Rows = append(f.Rows, row)
		if !row.empty() {
			c.Entries = append(c.Entries, d.entry(p, f, len(f.Rows)-1))
		}
	}
	return c
}

// entry reads one row.
func (d pages) entry(p *shell.Page, f *calendarForm, i int) work.CalendarEntry {
	row := f.Rows[i]
	bad := func(field, key string) {
		f.Wrong = append(f.Wrong, parts.FieldError{Field: at(field, i), Text: p.T("club.wrong.row", i+1, p.T(key))})
	}
	moment := func(field, day, hour string) time.Time {
		t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+hour, availability.Home)
		if err != nil {
			bad(field, "club.wrong.time")
		}
		return t
	}
	if row.Name == "" {
		bad("entry", "club.wrong.name")
	}
	last := row.LastDay
	if last == "" {
		last = row.Day
	}
	before := len(f.Wrong)
	start, end := moment("from", row.Day, row.From), moment("to", last, row.To)
	if len(f.Wrong) == before && (!end.After(start) || end.Sub(start) > 56*24*time.Hour) {
		bad("to", "club.wrong.end")
	}
	e := work.CalendarEntry{
		ID: row.ID, Name: row.Name, Start: spec.FormatUTC(start), Duration: "PT" + strconv.Itoa(int(end.Sub(start)/time.Minute)) + "M",
		Trip: row.Trip, Place: row.Place,
	}
	if row.Left != "" && f.Type == work.CalendarSlots {
		n, err := strconv.Atoi(row.Left)
		if err != nil || n < 0 {
			bad("left", "club.wrong.left")
		}
		e.Remaining = &n
	}
	return e
}

func (d pages) beforeClosing(p *shell.Page) error {
	l, err := d.own(p)
	if err != nil {
		return err
	}
	return p.Show("club.close", closePage(l))
}

func (d pages) close(p *shell.Page) error {
	if err := d.Calendars.Close(p.Request().Context(), access.Home, p.Param("calendar")); err != nil {
		return absent(err)
	}
	return p.To("/calendars", "good", "club.closed")
}
