package gig

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// engagement is one engagement as one of its sides reads it.
type engagement struct {
	Base    string // the path of its page
	Side    string // whose page it is
	Title   string
	Other   string // what the other side is called
	Stage   deed.Stage
	Stands  bool
	Work    work.Gig
	Known   bool // what was agreed is known here
	Units   []span
	Reds    []progress.Red
	Turns   []turnLine
	Why     []why
	Agreed  int64
	Form    form
	Refused []string
	Now     int64
}

// turnLine is one delivery as it is read.
type turnLine struct {
	progress.Delivery
	Done []int // numbers of units, from 1
}

// why is one finding of the rules.
type why struct{ Series, Text, Clause string }

// form is what somebody wrote; all as it was written.
type form struct {
	Of    string // which of the page's forms it is
	Value map[string]string
	Ticks []string
	Wrong []parts.FieldError
}

func (f form) wrong(field string) string {
	for _, w := range f.Wrong {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

func (f *form) blame(p *shell.Page, field string) {
	f.Wrong = append(f.Wrong, parts.FieldError{Field: field, Text: p.T("work.wrong." + field)})
}

// open are the reds that nobody has closed.
func (d engagement) open() (list []progress.Red) {
	for _, r := range d.Reds {
		if r.ClosedAt == 0 {
			list = append(list, r)
		}
	}
	return list
}

// last is the newest delivery, if there is one.
func (d engagement) last() (turnLine, bool) {
	if len(d.Turns) == 0 {
		return turnLine{}, false
	}
	return d.Turns[len(d.Turns)-1], true
}

// deliverable reports whether the person may hand something over now.
func (d engagement) deliverable() bool {
	l, any := d.last()
	return d.Stands && len(d.over()) > 0 && (!any || l.State == progress.Disputed)
}

// over are the numbers of units whose time is over.
func (d engagement) over() (list []int) {
	for i, u := range d.Units {
		if u.To <= d.Now {
			list = append(list, i)
		}
	}
	return list
}

// asksForEnd reports whether the organisation has asked for the end already.
func (d engagement) asksForEnd() bool {
	return slices.ContainsFunc(d.open(), func(r progress.Red) bool { return r.Ask == work.AskCancellation && r.Side == progress.Owner })
}

// came fills in what came of the engagement.
func (v *engagement) came(tx *store.Tx, p *shell.Page, id string, allowed spec.ID) error {
	in := progress.In(tx)
	var err error
	if v.Reds, err = in.Reds(id); err != nil {
		return err
	}
	turns, err := in.Deliveries(id)
	if err != nil {
		return err
	}
	for _, t := range turns {
		l := turnLine{Delivery: t}
		if err := json.Unmarshal([]byte(t.Units), &l.Done); err != nil {
			return fmt.Errorf("stored delivery: %w", err)
		}
		for i := range l.Done {
			l.Done[i]++
		}
		v.Turns = append(v.Turns, l)
	}
	v.Why, err = found(in, p, allowed)
	return err
}

// found is what the rules found when a record was made, as this side may read it.
func found(in progress.Progress, p *shell.Page, record spec.ID) ([]why, error) {
	text, err := in.Findings(record)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []policy.Finding
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("stored findings: %w", err)
	}
	var out []why
	for _, f := range list {
		if !f.Confidential {
			out = append(out, why{Series: f.Series, Text: f.Why.In(p.Lang), Clause: f.Clause})
		}
	}
	return out, nil
}

// turnsOf are deliveries without their lines, for the stage.
func (v *engagement) turnsOf() []progress.Delivery {
	list := make([]progress.Delivery, len(v.Turns))
	for i, t := range v.Turns {
		list[i] = t.Delivery
	}
	return list
}

// redOf reads a red from the form, and notes what cannot be read.
func redOf(p *shell.Page) (deed.Red, form) {
	f := form{Of: "red", Value: map[string]string{}}
	for _, name := range []string{"severity", "what", "ask", "by"} {
		f.Value[name] = p.Value(name)
	}
	r := deed.Red{Severity: f.Value["severity"], What: f.Value["what"], Ask: f.Value["ask"], Account: p.Caller.Account}
	var err error
	if r.By, err = endOfDay(f.Value["by"]); err != nil {
		f.blame(p, "by")
	}
	if !slices.Contains(severities(), r.Severity) {
		f.blame(p, "severity")
	}
	for _, name := range []string{"what", "ask"} {
		if n := len([]rune(f.Value[name])); n == 0 || n > mostText {
			f.blame(p, name)
		}
	}
	return r, f
}

// mostText is how long what people write to each other may be, in code points.
const mostText = 1000

func severities() []string { return []string{"high", "medium", "low"} }

// endOfDay is the last minute of a day in the region.
func endOfDay(day string) (time.Time, error) {
	at, err := time.ParseInLocation(time.DateOnly, day, availability.Home)
	return at.AddDate(0, 0, 1).Add(-time.Minute).UTC(), err
}

// deliveryOf reads a delivery from the form, and notes what cannot be read.
func deliveryOf(p *shell.Page) (deed.Delivered, form, error) {
	f := form{Of: "deliver", Value: map[string]string{}}
	for _, name := range []string{"hours", "value", "evidence"} {
		f.Value[name] = p.Value(name)
	}
	sent, err := p.FormParams()
	if err != nil {
		return deed.Delivered{}, f, err
	}
	f.Ticks = sent["units"]
	what := deed.Delivered{Hours: decimal(f.Value["hours"]), Value: decimal(f.Value["value"]), Evidence: f.Value["evidence"]}
	for _, tick := range f.Ticks {
		n, err := strconv.Atoi(tick)
		if err != nil {
			f.blame(p, "units")
			break
		}
		what.Units = append(what.Units, n)
	}
	if len(what.Units) == 0 {
		f.blame(p, "units")
	}
	return what, f, nil
}

// decimal takes over a number as offices write it: full-width digits and commas
// between thousands.
func decimal(text string) string {
	var out []rune
	for _, r := range text {
		switch {
		case r >= '０' && r <= '９':
			out = append(out, r-'０'+'0')
		case r == '．':
			out = append(out, '.')
		case r != ',' && r != '，' && r != ' ' && r != '　':
			out = append(out, r)
		}
	}
	return string(out)
}

// refuse says beside the field, or above all, why an act was refused; it reports
// whether it knows.
func (v *engagement) refuse(p *shell.Page, f form, err error) bool {
	v.Form = f
	if len(f.Wrong) > 0 {
		return true
	}
	field := fieldOf(err)
	for _, known := range []string{"severity", "what", "ask", "by", "units", "hours", "value", "evidence", "reason"} {
		if field == known {
			v.Form.blame(p, known)
			return true
		}
	}
	v.Refused = whyNot(p, err)
	return len(v.Refused) > 0
}

// fieldOf is the field that an error names.
func fieldOf(err error) string {
	if r := spec.AsRefusal(err); r != nil {
		switch r.Field {
		case "outcome.value":
			return "value"
		case "outcome.evidence":
			return "evidence"
		}
		return r.Field
	}
	return deed.Field(err)
}
