// Package calendars is the page by which a person brings calendars in: by the
// address of one, by CalDAV, or as a file. It refuses to show an address beyond
// its host, and anything of anybody else.
package calendars

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/subscription"
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// Page is the path of this page.
const Page = "/my/calendars"

// fileMost bounds an uploaded file with its form, in octets.
const fileMost = 10<<20 + 64<<10

// Config is what this page asks.
type Config struct {
	Store *store.Store
	Feeds *subscribe.Feeds
	Clock func() time.Time
}

// Places are the entries of the navigation.
func Places() []shell.Place {
	return []shell.Place{{Href: Page, Key: "calendars.title", Rule: access.Rule{Own: true}}}
}

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	p := pages{cfg}
	own := func(method, path string, most int64, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: access.Rule{Own: true}, About: shell.AboutSelf, MaxBody: most, Do: do}
	}
	return []shell.Route{
		own(http.MethodGet, Page, 0, p.list),
		own(http.MethodPost, Page, 0, p.connect),
		own(http.MethodPost, Page+"/file", fileMost, p.give),
		own(http.MethodPost, Page+"/refresh", 0, p.refresh),
		own(http.MethodPost, Page+"/remove", 0, p.remove),
	}
}

type pages struct{ Config }

// view is what a person's calendars are, with a form as it was typed.
type view struct {
	List  []subscribe.Calendar
	Ask   subscribe.Ask // of the form by which one is connected; without the password
	Given string        // the title in the form of a file
	Wrong []parts.FieldError
	Now   int64
}

func (v view) wrong(field string) string {
	at := slices.IndexFunc(v.Wrong, func(w parts.FieldError) bool { return w.Field == field })
	if at < 0 {
		return ""
	}
	return v.Wrong[at].Text
}

func (d pages) list(p *shell.Page) error {
	return d.show(p, http.StatusOK, view{Ask: subscribe.Ask{Kind: subscription.ICS}})
}

func (d pages) show(p *shell.Page, status int, v view) error {
	v.Now = d.Clock().Unix()
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) (err error) {
		v.List, err = subscribe.Of(tx, p.Caller.Person)
		return err
	})
	if err != nil {
		return err
	}
	return p.Render(status, p.T("calendars.title"), listPage(v))
}

// connect keeps an address and reads it.
func (d pages) connect(p *shell.Page) error {
	ask := subscribe.Ask{
		Title: p.Value("title"), Kind: p.Value("kind"), URL: p.Value("url"), User: p.Value("user"), Password: p.Request().PostFormValue("password"),
	}
	name, err := subscribe.NewName(), subscribe.CheckTitle(ask.Title)
	if err == nil {
		err = d.Feeds.Connect(p.Request().Context(), p.Caller.Person, name, ask)
	}
	if wrong := d.said(p, err); wrong != nil {
		ask.Password = ""
		return d.show(p, http.StatusUnprocessableEntity, view{Ask: ask, Wrong: wrong})
	}
	if err != nil {
		return err
	}
	if err := d.Feeds.Refresh(p.Request().Context(), p.Caller.Person, name); err != nil && !errors.Is(err, subscribe.ErrUnknown) {
		return err
	}
	return p.To(Page, "good", "calendars.added")
}

// fields are the keys under which the form says what is wrong with a field.
func fields() map[string]string {
	return map[string]string{
		"title": "calendars.name.wrong", "kind": "calendars.kind.wrong", "url": "calendars.url.wrong", "user": "calendars.user.wrong",
		"password": "calendars.secret.wrong",
	}
}

// said is what a form tells about a refusal, or nil for another error.
func (d pages) said(p *shell.Page, err error) []parts.FieldError {
	switch {
	case errors.Is(err, subscribe.ErrInvalid):
		field := subscribe.Field(err)
		return []parts.FieldError{{Field: field, Text: p.T(fields()[field])}}
	case errors.Is(err, subscribe.ErrTooMany):
		return []parts.FieldError{{Field: "title", Text: p.T("calendars.too-many", subscribe.MaxCalendars)}}
	}
	return nil
}

// give takes a file.
func (d pages) give(p *shell.Page) error {
	v := view{Ask: subscribe.Ask{Kind: subscription.ICS}, Given: p.Value("given")}
	file, err := p.FormFile("file")
	if err != nil || file.Size == 0 {
		v.Wrong = []parts.FieldError{{Field: "file", Text: p.T("calendars.give.missing")}}
		return d.show(p, http.StatusUnprocessableEntity, v)
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
	err = d.Feeds.Keep(p.Request().Context(), p.Caller.Person, v.Given, octets)
	reason := subscribe.ReasonOf(err)
	switch {
	case err == nil:
		return p.To(Page, "good", "calendars.given")
	case errors.Is(err, subscribe.ErrInvalid):
		v.Wrong = []parts.FieldError{{Field: "given", Text: p.T("calendars.name.wrong")}}
	case errors.Is(err, subscribe.ErrTooMany):
		v.Wrong = []parts.FieldError{{Field: "given", Text: p.T("calendars.too-many", subscribe.MaxCalendars)}}
	case reason != subscribe.ReasonServer:
		v.Wrong = []parts.FieldError{{Field: "file", Text: p.T("calendars.reason." + reason)}}
	default:
		return err
	}
	return d.show(p, http.StatusUnprocessableEntity, v)
}

func (d pages) refresh(p *shell.Page) error {
	err := d.Feeds.Refresh(p.Request().Context(), p.Caller.Person, p.Value("calendar"))
	switch {
	case errors.Is(err, subscribe.ErrTooSoon):
		return p.To(Page, "warn", "calendars.soon")
	case errors.Is(err, subscribe.ErrUnknown):
		return p.To(Page, "warn", "calendars.gone")
	case err != nil:
		return err
	}
	return p.To(Page, "good", "calendars.refreshed")
}

func (d pages) remove(p *shell.Page) error {
	err := d.Feeds.Remove(p.Request().Context(), p.Caller.Person, p.Value("calendar"))
	switch {
	case errors.Is(err, subscribe.ErrUnknown):
		return p.To(Page, "warn", "calendars.gone")
	case err != nil:
		return err
	}
	return p.To(Page, "good", "calendars.removed")
}

// badge is the look of a state.
func badge(state string) string {
	switch state {
	case subscription.Failing:
		return "bad"
	case subscription.New:
		return "warn"
	}
	return "good"
}

// stateOf is the state of a calendar; one that a program gave has been read.
func stateOf(c subscribe.Calendar) string {
	if c.State == "" {
		return subscription.Fresh
	}
	return c.State
}

// connected says whether a calendar is read again and again.
func connected(c subscribe.Calendar) bool {
	return c.Kind == subscription.ICS || c.Kind == subscription.CalDAV
}

func kinds(chosen string) []parts.Option {
	var list []parts.Option
	for _, k := range []string{subscription.ICS, subscription.CalDAV} {
		list = append(list, parts.Option{Value: k, Key: "calendars.kind." + k, Selected: k == chosen})
	}
	return list
}
