// Package feed is the pages by which a person's calendar programs reach their time: secret addresses, passwords for
// programs, and files of single holds. It refuses to show a secret twice, and anything of anybody else.
package feed

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// Config is what these pages ask.
type Config struct {
	Self    spec.NodeID
	Planner *planner.Planner
	Door    *signin.Door
	Book    func() *policy.Book
	Clock   func() time.Time
}

// Places are the entries of the navigation.
func Places() []shell.Place {
	return []shell.Place{{Href: "/my/feeds", Key: "feed.nav", Rule: access.Rule{Own: true}}}
}

// Routes are the pages of this room.
func Routes(cfg Config) []shell.Route {
	p := pages{cfg}
	get, post := http.MethodGet, http.MethodPost
	own := func(method, path string, sensitive bool, do func(*shell.Page) error) shell.Route {
		return shell.Route{Method: method, Path: path, Rule: access.Rule{Own: true, Sensitive: sensitive}, About: shell.AboutSelf, Do: do}
	}
	return []shell.Route{
		own(get, "/my/feeds", false, p.list),
		own(get, "/my/feeds/new", true, p.blank),
		own(post, "/my/feeds", true, p.make),
		own(post, "/my/feeds/revoke", false, p.revoke),
		own(get, "/my/holds/:hold/units", false, p.units),
		own(get, "/my/holds/:hold/unit.ics", false, p.unitFile),
		own(get, "/my/feeds/password", true, p.blankPassword),
		own(post, "/my/feeds/password", true, p.makePassword),
		own(post, "/my/feeds/password/revoke", false, p.revokePassword),
	}
}

type pages struct{ Config }

// listView is all ways by which programs reach the reader's time.
type listView struct {
	Feeds     []caldav.Feed
	Passwords []account.Token
	Server    string // what programs are told
	Now       int64
}

func (d pages) list(p *shell.Page) error {
	v := listView{Server: string(d.Self), Now: d.Clock().Unix()}
	var err error
	if v.Feeds, err = d.Planner.Feeds(p.Request().Context(), p.Caller.Person); err != nil {
		return err
	}
	if v.Passwords, err = d.passwords(p); err != nil {
		return err
	}
	return p.Show("feed.title", listPage(v))
}

// form is what was typed of a new address.
type form struct {
	Label, Kind, Step string
	Wrong             []parts.FieldError
}

func (f form) wrong(field string) string {
	at := slices.IndexFunc(f.Wrong, func(w parts.FieldError) bool { return w.Field == field })
	if at < 0 {
		return ""
	}
	return f.Wrong[at].Text
}

func (d pages) blank(p *shell.Page) error {
	return p.Show("feed.new", newPage(form{Kind: caldav.Full, Step: strconv.FormatInt(planner.Granularities()[0], 10)}))
}

// make makes an address and shows it, once.
func (d pages) make(p *shell.Page) error {
	f := form{Label: p.Value("label"), Kind: p.Value("kind"), Step: p.Value("step")}
	step, _ := strconv.ParseInt(f.Step, 10, 64)
	secret, err := d.Planner.MakeFeed(p.Request().Context(), p.Caller, caldav.Feed{Label: f.Label, Kind: f.Kind, Granularity: step})
	for _, w := range []struct {
		err        error
		field, key string
	}{
		{planner.ErrLabel, "label", "feed.label.wrong"},
		{planner.ErrKind, "kind", "feed.kind.wrong"},
		{planner.ErrTooMany, "label", "feed.too-many"},
	} {
		if errors.Is(err, w.err) {
			f.Wrong = append(f.Wrong, parts.FieldError{Field: w.field, Text: p.T(w.key, planner.FeedsMost)})
			return p.Render(http.StatusUnprocessableEntity, p.T("feed.new"), newPage(f))
		}
	}
	if err != nil {
		return err
	}
	return p.Show("feed.made", madePage(f.Label, string(d.Self)+"/feeds/"+secret+".ics"))
}

func (d pages) revoke(p *shell.Page) error {
	if err := d.Planner.RevokeFeed(p.Request().Context(), p.Caller, p.Value("feed")); err != nil {
		return err
	}
	return p.To("/my/feeds", "good", "feed.revoked")
}
