package mine

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// choice is what a form about a consent says.
type choice struct {
	Recipient string
	Kinds     []string
	Purposes  []string
	Until     string // a day
	Shown     shown
}

// giveView is the form of a new consent.
type giveView struct {
	choice
	Person     string // whom it is asked of, by a desk; "" at one's own form
	Called     string // their name
	Members    []parts.Option
	KindList   []parts.Option
	Aims       []parts.Option
	First, End string // of the days that can be chosen
	Wrong      []parts.FieldError
}

// wrong is what is wrong with one field, or "".
func (v giveView) wrong(field string) string {
	for _, w := range v.Wrong {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}

// summary is what a person reads right before they agree.
type summary struct {
	choice
	Name    string // of the organisation
	Aims    []string
	End     int64
	Refused []string // why the policy does not allow it
}

// kinds are the kinds of record that a person can share, as the gate has them.
func kinds() []string {
	return []string{string(spec.KindTalent), string(spec.KindAvailability), string(spec.KindEvaluation)}
}

func japan() *time.Location { return time.FixedZone("JST", 9*60*60) }

// lastMoment is the end of a day in Japan, but no later than a consent may last.
func lastMoment(day string, now time.Time) (time.Time, bool) {
	at, err := time.ParseInLocation(time.DateOnly, day, japan())
	if err != nil {
		return time.Time{}, false
	}
	at = at.AddDate(0, 0, 1).Add(-time.Second)
	if most := now.AddDate(3, 0, 0); at.After(most) && at.Sub(most) < 24*time.Hour {
		at = most
	}
	return at, true
}

func (d pages) choose(p *shell.Page) error {
	c := choice{Recipient: p.QueryParam("recipient"), Until: d.Clock().In(japan()).AddDate(1, 0, 0).Format(time.DateOnly), Shown: usual()}
	return p.Show("mine.give", givePage(d.form(p, c, nil)))
}

// form is the form with what was chosen so far.
func (d pages) form(p *shell.Page, c choice, wrong []parts.FieldError) giveView {
	now := d.Clock().In(japan())
	v := giveView{
		choice: c, Wrong: wrong, First: now.AddDate(0, 0, 1).Format(time.DateOnly), End: now.AddDate(3, 0, 0).Format(time.DateOnly),
		Members: []parts.Option{{Value: "", Key: "mine.give.choose"}},
	}
	for _, m := range d.Book().Register().Members {
		if m.Node != d.Gate.Self && m.Status == policy.StatusActive {
			v.Members = append(v.Members, parts.Option{Value: string(m.Node), Label: m.Name.In(p.Lang)})
		}
	}
	for _, k := range kinds() {
		v.KindList = append(v.KindList, parts.Option{
			Value: k, Key: "record." + k, Hint: p.T("record." + k + ".what"), Selected: slices.Contains(c.Kinds, k),
		})
	}
	if g := d.guideline(); g != nil {
		for _, a := range g.Purposes {
			if said := d.covers(p, a); said != "" {
				v.Aims = append(v.Aims, parts.Option{
					Value: a.ID, Label: a.Text.In(p.Lang), Hint: p.T("mine.give.covers", said), Selected: slices.Contains(c.Purposes, a.ID),
				})
			}
		}
	}
	return v
}

// covers names the kinds that a purpose lets be shared.
func (d pages) covers(p *shell.Page, a policy.Purpose) string {
	var said []string
	for _, k := range kinds() {
		if slices.Contains(a.Kinds, spec.Kind(k)) {
			said = append(said, p.T("record."+k))
		}
	}
	return strings.Join(said, p.T("mine.and"))
}

// chosen reads a form.
func chosen(p *shell.Page) choice {
	form := p.Request().PostForm
	if p.Request().MultipartForm != nil {
		form = p.Request().MultipartForm.Value
	}
	return choice{Recipient: p.Value("recipient"), Kinds: form["kinds"], Purposes: form["purposes"], Until: p.Value("until"), Shown: shownIn(p)}
}

// faults are what has to be put right before a choice can be a consent.
func (d pages) faults(p *shell.Page, c choice) []parts.FieldError {
	var wrong []parts.FieldError
	say := func(so bool, field, key string, args ...any) {
		if so {
			wrong = append(wrong, parts.FieldError{Field: field, Text: p.T(key, args...)})
		}
	}
	recipient := spec.NodeID(c.Recipient)
	say(recipient == d.Gate.Self || !d.Book().Register().Active(recipient), "recipient", "mine.give.wrong.recipient")
	say(len(c.Kinds) == 0, "kinds", "mine.give.wrong.kinds")
	say(len(c.Purposes) == 0, "purposes", "mine.give.wrong.purposes")
	g := d.guideline()
	allows := func(a, k string) bool { return g != nil && g.Allows(a, spec.Kind(k)) }
	for _, k := range c.Kinds {
		covered := slices.ContainsFunc(c.Purposes, func(a string) bool { return allows(a, k) })
		say(!slices.Contains(kinds(), k) || len(c.Purposes) > 0 && !covered, "purposes", "mine.give.wrong.no-aim", p.T("record."+k))
	}
	for _, a := range c.Purposes {
		idle := !slices.ContainsFunc(c.Kinds, func(k string) bool { return allows(a, k) })
		say(len(c.Kinds) > 0 && idle, "purposes", "mine.give.wrong.idle", d.purpose(p, a))
	}
	now := d.Clock()
	end, day := lastMoment(c.Until, now)
	say(!day || !end.After(now), "until", "mine.give.wrong.until")
	say(day && end.After(now.AddDate(3, 0, 0)), "until", "mine.give.wrong.long")
	return append(wrong, c.Shown.faults(p)...)
}

// review shows what is about to be agreed to.
func (d pages) review(p *shell.Page) error {
	c := chosen(p)
	if wrong := d.faults(p, c); len(wrong) > 0 {
		return p.Render(http.StatusUnprocessableEntity, p.T("mine.give"), givePage(d.form(p, c, wrong)))
	}
	return p.Show("mine.give.review", reviewPage(d.summary(p, c)))
}

func (d pages) summary(p *shell.Page, c choice) summary {
	s := summary{choice: c, Name: d.nameOf(p, spec.NodeID(c.Recipient)), Refused: d.refusals(p, c)}
	for _, a := range c.Purposes {
		s.Aims = append(s.Aims, d.purpose(p, a))
	}
	if end, ok := lastMoment(c.Until, d.Clock()); ok {
		s.End = end.Unix()
	}
	return s
}

// refusals are the reasons for which the policy in force denies a choice, in
// its own words. What is confidential stays so.
func (d pages) refusals(p *shell.Page, c choice) []string {
	var said []string
	g, now := d.guideline(), d.Clock()
	if g == nil {
		return []string{p.T("mine.give.no-guideline")}
	}
	end, _ := lastMoment(c.Until, now)
	facts := policy.ConsentFacts{
		State: policy.StateGiven, Recipient: spec.NodeID(c.Recipient), Purposes: c.Purposes,
		ValidFrom: now.Unix(), ValidUntil: end.Unix(),
	}
	for _, k := range c.Kinds {
		facts.Kinds = append(facts.Kinds, spec.Kind(k))
	}
	for _, k := range facts.Kinds {
		at := slices.IndexFunc(c.Purposes, func(a string) bool { return g.Allows(a, k) })
		if at < 0 || k == spec.KindEvaluation {
			continue // evaluations are said by the evaluator, who asks then
		}
		decision := d.Book().Decide(policy.Facts{
			Act: policy.ActDisclose, Issuer: d.Gate.Self, Audience: facts.Recipient, Kind: k, Purpose: c.Purposes[at], Consent: &facts,
		}, now).Public()
		for _, f := range decision.Findings {
			if why := f.Why.In(p.Lang); f.Effect == policy.Deny && !slices.Contains(said, why) {
				said = append(said, why)
			}
		}
	}
	return said
}

// give keeps a consent.
func (d pages) give(p *shell.Page) error {
	c := chosen(p)
	if wrong := d.faults(p, c); len(wrong) > 0 {
		return p.Render(http.StatusUnprocessableEntity, p.T("mine.give"), givePage(d.form(p, c, wrong)))
	}
	same := ""
	record, err := d.grant(p, c, func(tx *store.Tx, r consent.Record) error {
		var err error
		same, err = d.standing(tx, p.Caller.Person, c)
		if err == nil && same != "" {
			err = errStands
		}
		return err
	})
	if errors.Is(err, errStands) {
		return p.To("/my/consents/"+same, "good", "mine.given", d.nameOf(p, spec.NodeID(c.Recipient)))
	}
	if refused, why := d.whyNot(p, c, err); refused {
		s := d.summary(p, c)
		s.Refused = why
		return p.Render(http.StatusUnprocessableEntity, p.T("mine.give.refused"), reviewPage(s))
	}
	if err != nil {
		return err
	}
	return p.To("/my/consents/"+record.RecordID, "good", "mine.given", d.nameOf(p, spec.NodeID(c.Recipient)))
}

// errStands means that the very same consent is in force already, as after the
// second of two clicks.
var errStands = errors.New("this consent is in force already")

// standing answers the consent in force that says what a choice says, or "".
func (d pages) standing(tx *store.Tx, person string, c choice) (string, error) {
	end, _ := lastMoment(c.Until, d.Clock())
	rows, err := tx.ConsentsOf(person)
	for _, row := range rows {
		var known []string
		for _, k := range row.Kinds {
			known = append(known, string(k))
		}
		if row.State == consent.Given && string(row.Recipient) == c.Recipient && row.Until == end.Unix() &&
			sameWords(known, c.Kinds) && sameWords(row.Purposes, c.Purposes) && (!c.shares() || sameShown(row, c.Shown)) {
			return row.RecordID, err
		}
	}
	return "", err
}

// sameWords compares without regard to order.
func sameWords(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func (d pages) grant(p *shell.Page, c choice, first func(*store.Tx, consent.Record) error) (consent.Record, error) {
	end, ok := lastMoment(c.Until, d.Clock())
	if !ok {
		return consent.Record{}, fmt.Errorf("%w: until: %q is no day", consent.ErrInvalid, c.Until)
	}
	ask := consent.Ask{
		Person: p.Caller.Person, Recipient: spec.NodeID(c.Recipient), Purposes: c.Purposes, Until: end, Language: p.Lang,
	}
	for _, k := range c.Kinds {
		ask.Kinds = append(ask.Kinds, spec.Kind(k))
	}
	c.Shown.tell(&ask)
	return d.Gate.GrantOnly(p.Request().Context(), ask, first)
}

// whyNot tells a refusal from a failure, and its reasons.
func (d pages) whyNot(p *shell.Page, c choice, err error) (bool, []string) {
	switch {
	case err == nil:
		return false, nil
	case errors.Is(err, gate.ErrGuardian):
		return true, []string{p.T("mine.give.guardian")}
	case errors.Is(err, consent.ErrInvalid):
		return true, []string{p.T("mine.give.no-longer")}
	case spec.AsRefusal(err) != nil:
		if why := d.refusals(p, c); len(why) > 0 {
			return true, why
		}
		return true, []string{p.T("mine.give.no-longer")}
	}
	return false, nil
}
