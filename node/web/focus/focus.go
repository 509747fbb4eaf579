// Package focus is the pages of somebody's own days: slots of focus with a
// picture of the day, what they let this node keep of their sleep and heart, and
// the plan of their week; and of teams, which show free time that all have. It
// refuses to show anything of somebody's sleep or heart to anybody else.
package focus

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/web/text"
)

// Config is what these pages ask.
type Config struct {
	Store  *store.Store
	Rhythm *rhythm.Rhythm
	Clock  func() time.Time
}

// The pages that others lead to.
const (
	Page = "/my/focus"
	data = "/my/focus/data"
)

// Places are the entries of the navigation.
func Places() []shell.Place {
	return []shell.Place{{Href: Page, Key: "focus.title", Rule: access.Rule{Own: true}}, {Href: "/teams", Key: "team.list", Rule: leading()}}
}

// mostForm is a file of the largest size with the rest of its form.
const mostForm = focus.MostOctets + sheet.MaxOctets/5

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	p := pages{cfg}
	get, post := http.MethodGet, http.MethodPost
	own := func(method, path string, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: access.Rule{Own: true}, About: shell.AboutSelf, Do: do}
	}
	upload := own(post, "/my/focus/upload", p.upload)
	upload.MaxBody = mostForm
	return append(p.teamRoutes(),
		own(get, Page, p.day),
		own(post, "/my/focus/choice", p.choose),
		upload,
		own(post, "/my/focus/answer", p.answer),
		own(post, "/my/focus/give-back", p.giveBack),
		own(get, data, p.data),
		own(post, "/my/focus/data/delete", p.deleteValues),
		own(get, "/my/focus/leave", p.beforeLeaving),
		own(post, "/my/focus/leave", p.leave),
		own(get, "/my/plan", p.plan),
		shell.Route{Method: get, Path: "/console/focus", Rule: access.Rule{Roles: []access.Role{access.Operator}}, Do: p.bands},
	)
}

type pages struct{ Config }

// view is the page of the day.
type view struct {
	Chosen   bool
	Choice   rhythm.Choice
	Day      rhythm.Day
	Nights   int
	Hearts   int
	Refused  []string           // why no file was taken
	Wrong    []parts.FieldError // of the form that is refused
	NotTaken string             // why an answer was not
}

func (d pages) look(p *shell.Page) (v view, err error) {
	ctx, person := p.Request().Context(), p.Caller.Person
	held, err := d.Rhythm.Everything(ctx, person)
	if errors.Is(err, rhythm.ErrNotChosen) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.Chosen, v.Nights, v.Hearts = true, len(held.Nights), len(held.Hearts)
	v.Choice = rhythm.Choice{Guard: focus.Guard(held.Choice.Guard), Counted: held.Choice.Counted}
	v.Day, err = d.Rhythm.Today(ctx, person)
	return v, err
}

func (d pages) show(p *shell.Page, status int, change func(*view)) error {
	v, err := d.look(p)
	if err != nil {
		return absent(err)
	}
	if change != nil {
		change(&v)
	}
	return p.Render(status, p.T("focus.title"), dayPage(v))
}

func (d pages) day(p *shell.Page) error { return d.show(p, http.StatusOK, nil) }

// absent makes what is not there the shell's word for it.
func absent(err error) error {
	if errors.Is(err, gate.ErrUnknownPerson) || errors.Is(err, rhythm.ErrNotChosen) {
		return store.ErrNotFound
	}
	return err
}

func (d pages) choose(p *shell.Page) error {
	c := rhythm.Choice{Guard: focus.Guard(p.Value("guard")), Counted: p.Value("counted") != ""}
	err := d.Rhythm.Choose(p.Request().Context(), p.Caller.Person, c)
	if errors.Is(err, rhythm.ErrGuard) {
		return d.show(p, http.StatusUnprocessableEntity, func(v *view) {
			v.Wrong = []parts.FieldError{{Field: "guard", Text: p.T("focus.guard.wrong")}}
		})
	}
	if err != nil {
		return absent(err)
	}
	return p.To(Page, "good", "focus.chosen")
}

func (d pages) upload(p *shell.Page) error {
	refuse := func(why ...string) error {
		return d.show(p, http.StatusUnprocessableEntity, func(v *view) { v.Refused = why })
	}
	file, err := p.FormFile("file")
	if err != nil || file.Size == 0 {
		return refuse(p.T("focus.file.none"))
	}
	opened, err := file.Open()
	if err != nil {
		return err
	}
	defer opened.Close()
	octets, err := io.ReadAll(opened)
	if err != nil {
		return err
	}
	taken, err := d.Rhythm.Import(p.Request().Context(), p.Caller.Person, file.Filename, octets)
	var refused *rhythm.Refused
	if errors.As(err, &refused) {
		return refuse(whyRefused(p.Lang, refused)...)
	}
	if err != nil {
		return absent(err)
	}
	return p.To(Page, "good", "focus.taken", taken.Nights, taken.Hearts)
}

// whyRefused says line by line why a file is not taken.
func whyRefused(lang string, r *rhythm.Refused) []string {
	if r.Sheet != nil {
		said := text.Of(lang, r.Sheet.Code())
		if r.Sheet.Line > 0 {
			said += " " + text.Of(lang, "desk.import.at-line", r.Sheet.Line)
		}
		return []string{said + " " + text.Of(lang, r.Sheet.Way())}
	}
	var list []string
	for _, f := range r.Faults {
		said := text.Of(lang, "focus.fault."+f.Code)
		if f.Field != "" {
			said = text.Of(lang, "focus.fault.field", f.Field) + said
		}
		if f.Line > 0 {
			said = text.Of(lang, "focus.fault.line", f.Line) + said
		}
		list = append(list, said)
	}
	if r.More > 0 {
		list = append(list, text.Of(lang, "focus.fault.more", r.More))
	}
	return list
}

// when reads the start of a slot from a form, in Unix seconds.
func when(p *shell.Page) (time.Time, bool) {
	at, err := strconv.ParseInt(p.Value("start"), 10, 64)
	return time.Unix(at, 0).UTC(), err == nil && at > 0 && at < 1<<40
}

func (d pages) answer(p *shell.Page) error {
	start, ok := when(p)
	if !ok {
		return store.ErrNotFound
	}
	yes := p.Value("answer") == "accept"
	err := d.Rhythm.Answer(p.Request().Context(), rhythm.Answer{
		Person: p.Caller.Person, Start: start, Yes: yes, Shown: p.Value("shown") != "",
	})
	for _, known := range []struct {
		err error
		key string
	}{
		{rhythm.ErrTaken, "focus.why.taken"},
		{rhythm.ErrPast, "focus.why.past"},
		{rhythm.ErrNoSlot, "focus.why.none"},
		{gate.ErrRestoring, "gig.why.restoring"},
	} {
		if errors.Is(err, known.err) {
			return d.show(p, http.StatusUnprocessableEntity, func(v *view) { v.NotTaken = p.T(known.key) })
		}
	}
	if err != nil {
		return absent(err)
	}
	back := Page
	if p.Value("back") == "/my/plan" {
		back = "/my/plan"
	}
	if yes {
		return p.To(back, "good", "focus.accepted", parts.TimeText(p.Lang, start.Unix()))
	}
	return p.To(back, "good", "focus.refused")
}

func (d pages) giveBack(p *shell.Page) error {
	start, ok := when(p)
	if !ok {
		return store.ErrNotFound
	}
	if err := d.Rhythm.GiveBack(p.Request().Context(), p.Caller.Person, start); err != nil {
		return absent(err)
	}
	return p.To(Page, "good", "focus.given-back")
}

func (d pages) data(p *shell.Page) error {
	held, err := d.Rhythm.Everything(p.Request().Context(), p.Caller.Person)
	if err != nil {
		return absent(err)
	}
	return p.Show("focus.data", dataPage(held))
}

func (d pages) deleteValues(p *shell.Page) error {
	if err := d.Rhythm.ForgetValues(p.Request().Context(), p.Caller.Person); err != nil {
		return absent(err)
	}
	return p.To(Page, "good", "focus.data.deleted")
}

func (d pages) beforeLeaving(p *shell.Page) error { return p.Show("focus.leave", leavePage()) }

func (d pages) leave(p *shell.Page) error {
	if err := d.Rhythm.Leave(p.Request().Context(), p.Caller.Person); err != nil {
		return absent(err)
	}
	return p.To(Page, "good", "focus.left")
}
