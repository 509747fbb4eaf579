package gig

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

// gigForm is what somebody writes to offer work; all as it was written.
type gigForm struct {
	Value   map[string]string
	Wrong   []parts.FieldError
	Refused []string // what no field is to blame for
}

func (f gigForm) wrong(field string) string {
	for _, w := range f.Wrong {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

// fields are the questions of the form.
func fields() []string {
	return []string{
		"title", "statement", "measure", "target", "unit", "due", "count", "minutes", "sittings", "from", "to", "skills", "place", "remote",
		"amount", "per", "basis", "places",
	}
}

func (d pages) blank(p *shell.Page) error {
	day := func(days int) string {
		return d.Clock().In(availability.Home).AddDate(0, 0, days).Format(time.DateOnly)
	}
	return p.Show("gig.new", newPage(gigForm{Value: map[string]string{
		"count": "1", "minutes": "90", "sittings": "1", "places": "1", "per": "unit", "basis": work.BasisContract,
		"from": day(1), "to": day(14), "due": day(28), "amount": "0",
	}}))
}

func (d pages) post(p *shell.Page) error {
	f := gigForm{Value: make(map[string]string)}
	for _, name := range fields() {
		f.Value[name] = p.Value(name)
	}
	g := d.gigOf(p, &f)
	if len(f.Wrong) == 0 {
		row, err := d.Work.Post(p.Request().Context(), access.Home, g, "")
		if err == nil {
			return p.To("/gigs/"+row.ID, "good", "gig.posted")
		}
		if !d.blame(p, &f, err) {
			return err
		}
	}
	return p.Render(http.StatusUnprocessableEntity, p.T("gig.new"), newPage(f))
}

// blame says beside the field what the standard refuses.
func (d pages) blame(p *shell.Page, f *gigForm, err error) bool {
	asked := map[string]string{
		"title": "title", "outcome.statement": "statement", "outcome.measure": "measure", "outcome.unit": "unit", "outcome.target": "target",
		"outcome.due": "due", "units.count": "count", "units.unitDuration": "minutes", "units.sittings": "sittings", "window": "to",
		"window.utcEnd": "to", "skills": "skills", "skills.uri": "skills", "skills.minLevel": "skills", "place": "place", "places": "places",
		"pay.amount": "amount", "pay.currency": "amount", "pay.per": "per", "pay.basis": "basis",
	}
	if r := spec.AsRefusal(err); r != nil && asked[r.Field] != "" {
		f.Wrong = append(f.Wrong, parts.FieldError{Field: asked[r.Field], Text: p.T("gig.wrong." + asked[r.Field])})
		return true
	}
	why := whyNot(p, err)
	if len(why) == 0 {
		return false
	}
	for _, field := range []string{"window.utcEnd", "outcome.due"} {
		if strings.Contains(err.Error(), field) {
			f.Wrong = append(f.Wrong, parts.FieldError{Field: asked[field], Text: p.T("gig.wrong.past")})
		}
	}
	if len(f.Wrong) == 0 {
		f.Refused = why
	}
	return true
}

// mostAmount is the largest number that a record carries.
const mostAmount = 1<<53 - 1

// gigOf reads a gig from the form, and notes what cannot be read.
func (d pages) gigOf(p *shell.Page, f *gigForm) work.Gig {
	bad := func(field string) {
		f.Wrong = append(f.Wrong, parts.FieldError{Field: field, Text: p.T("gig.wrong." + field)})
	}
	number := func(field string) int {
		n, err := strconv.Atoi(f.Value[field])
		if err != nil {
			bad(field)
		}
		return n
	}
	day := func(field string, after int) string {
		at, err := time.ParseInLocation(time.DateOnly, f.Value[field], availability.Home)
		if err != nil {
			bad(field)
		}
		return spec.FormatUTC(at.AddDate(0, 0, after))
	}
	for _, field := range []string{"title", "statement", "measure", "target", "unit"} {
		if f.Value[field] == "" {
			bad(field)
		}
	}
	if f.Value["place"] == "" && f.Value["remote"] == "" {
		bad("place")
	}
	amount := int64(number("amount"))
	if amount > mostAmount {
		bad("amount")
	}
	g := work.Gig{
		Title: f.Value["title"],
		Outcome: &work.Outcome{
			Statement: f.Value["statement"], Measure: f.Value["measure"], Unit: f.Value["unit"], Target: f.Value["target"], Due: lastMinute(day("due", 1)),
		},
		Units:  &work.GigUnits{Count: number("count"), Duration: "PT" + strconv.Itoa(number("minutes")) + "M", Sittings: number("sittings")},
		Window: &work.Window{Start: day("from", 0), End: day("to", 1)},
		Skills: d.skillsOf(p, f), Place: f.Value["place"], Remote: f.Value["remote"] != "", Places: number("places"),
		Pay: &work.Pay{Amount: &amount, Currency: "JPY", Per: f.Value["per"], Basis: f.Value["basis"]},
	}
	return g
}

// lastMinute is the minute before a moment, so that the end of a day is of that day.
func lastMinute(moment string) string {
	at, _ := code.ParseUTC(moment)
	return spec.FormatUTC(at.Add(-time.Minute))
}

// skillsOf reads one skill a line, each with its least level behind a colon.
func (d pages) skillsOf(p *shell.Page, f *gigForm) []work.SkillNeed {
	list := []work.SkillNeed{}
	for _, line := range strings.Split(f.Value["skills"], "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, level, _ := strings.Cut(strings.ReplaceAll(line, "：", ":"), ":")
		name = strings.TrimSpace(name)
		n, err := strconv.Atoi(strings.TrimSpace(level))
		uri, known := d.Desk.Skill(name)
		if strings.Contains(line, "://") { // a URI has colons of its own
			at := strings.LastIndex(line, ":")
			uri, known = strings.TrimSpace(line[:at]), true
			n, err = strconv.Atoi(strings.TrimSpace(line[at+1:]))
		}
		if err != nil || !known {
			f.Wrong = append(f.Wrong, parts.FieldError{Field: "skills", Text: p.T("gig.wrong.skill", line)})
			continue
		}
		list = append(list, work.SkillNeed{URI: uri, MinLevel: n})
	}
	return list
}
