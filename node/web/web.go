// Package web is the HTML edge: it mounts the pages of every room inside one
// shell. Without sign-in it shows only what is public: who this node is, the
// policy in force and the anchor to compare. It refuses a route that no room
// declares, outside hosts, and inline script or style.
package web

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/publish"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/node/web/calendars"
	"github.com/fukusen/fukusen/node/web/club"
	"github.com/fukusen/fukusen/node/web/console"
	"github.com/fukusen/fukusen/node/web/desk"
	"github.com/fukusen/fukusen/node/web/door"
	"github.com/fukusen/fukusen/node/web/feed"
	"github.com/fukusen/fukusen/node/web/focus"
	"github.com/fukusen/fukusen/node/web/gig"
	"github.com/fukusen/fukusen/node/web/mine"
	"github.com/fukusen/fukusen/node/web/org"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/post"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/node/web/week"
	"github.com/fukusen/fukusen/node/work"
	"github.com/fukusen/fukusen/spec"
)

// Config is what the pages are made of.
type Config struct {
	Self        spec.NodeID
	Name        spec.Text
	Trust       console.Trust
	Clock       func() time.Time
	Leader      func() spec.NodeID
	Ready       func() error
	Store       *store.Store
	Gate        *gate.Gate
	Engagements *engage.Engagements
	Calendars   *publish.Calendars
	Rhythm      *rhythm.Rhythm
	Door        *signin.Door
	Desk        *enrol.Desk
	Outside     *subscribe.Feeds
	Planner     *planner.Planner
	Log         *slog.Logger
	// What only operators are shown.
	Neighbours console.Neighbours
	Jobs       func() []work.State
	Data       string
	ErasedList string
	Mail       *mail.Sender
}

// The pages of word that mails and their sender lead to.
const (
	Inbox    = post.Inbox
	Switches = post.Settings
	Bounces  = post.Bounces
)

// Calendars is where a person connects calendars.
const Calendars = calendars.Page

// Offers is where a person answers what they are offered.
const Offers = engage.OffersPage

// SeriesName is what the pages call the series that a genesis founds; its
// documents share one title.
func SeriesName(series string) (spec.Text, bool) {
	name, ok := text.All()["series."+series]
	return name, ok
}

// Mount puts the pages on an echo router whose error handler is set: a browser
// that asks for what is not there gets a page, a program the handler's answer.
// It answers the shell that stands around all of them.
func Mount(e *echo.Echo, cfg Config) (*shell.Shell, error) {
	s := shell.New(shell.Config{
		Self: cfg.Self, Name: cfg.Name, Store: cfg.Store, Door: cfg.Door, Clock: cfg.Clock, Log: cfg.Log,
		Development: cfg.Trust.Book().Development(), Changed: cfg.Mail.Wake,
	})
	refuse := e.HTTPErrorHandler
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		// A person at a browser cannot read a problem document; REQ-ERR-001 binds
		// the paths of the contract, which answer nothing else.
		if !errors.Is(err, echo.ErrNotFound) || c.Response().Committed || !browses(c.Request()) || s.Lost(c) != nil {
			refuse(err, c)
		}
	}
	e.GET("/static/:name", serveStatic)
	s.Add(mine.Places()...)
	s.Add(week.Places()...)
	s.Add(gig.Places()...)
	s.Add(calendars.Places()...)
	s.Add(feed.Places()...)
	s.Add(club.Places()...)
	s.Add(focus.Places()...)
	s.Add(console.Places()...)
	s.Add(desk.Places()...)
	s.Add(org.Places()...)
	s.Add(door.Places()...)
	s.Add(post.Places()...)
	return s, errors.Join(
		s.Mount(e, shell.Route{Method: http.MethodGet, Path: "/", Rule: access.Rule{Public: true}, Do: cfg.front}),
		s.Mount(e, shell.Route{Method: http.MethodGet, Path: "/style", Rule: access.Rule{Public: true}, Do: style}),
		s.Mount(e, door.Routes(cfg.Door)...),
		s.Mount(e, mine.Routes(mine.Config{Store: cfg.Store, Gate: cfg.Gate, Book: cfg.Trust.Book, Desk: cfg.Desk, Clock: cfg.Clock})...),
		s.Mount(e, week.Routes(week.Config{Store: cfg.Store, Gate: cfg.Gate, Clock: cfg.Clock})...),
		s.Mount(e, calendars.Routes(calendars.Config{Store: cfg.Store, Feeds: cfg.Outside, Clock: cfg.Clock})...),
		s.Mount(e, gig.Routes(gig.Config{Store: cfg.Store, Work: cfg.Engagements, Desk: cfg.Desk, Book: cfg.Trust.Book, Clock: cfg.Clock})...),
		s.Mount(e, feed.Routes(feed.Config{Self: cfg.Self, Planner: cfg.Planner, Door: cfg.Door, Book: cfg.Trust.Book, Clock: cfg.Clock})...),
		s.Mount(e, club.Routes(club.Config{Self: cfg.Self, Store: cfg.Store, Calendars: cfg.Calendars, Book: cfg.Trust.Book, Clock: cfg.Clock})...),
		s.Mount(e, focus.Routes(focus.Config{Store: cfg.Store, Rhythm: cfg.Rhythm, Clock: cfg.Clock})...),
		s.Mount(e, console.Routes(console.Config{
			Self: cfg.Self, Store: cfg.Store, Trust: cfg.Trust, Neighbours: cfg.Neighbours, Door: cfg.Door, Epoch: cfg.Gate.Epoch,
			Leader: cfg.Leader, Ready: cfg.Ready, Jobs: cfg.Jobs, Clock: cfg.Clock, Data: cfg.Data, ErasedList: cfg.ErasedList,
		})...),
		s.Mount(e, desk.Routes(desk.Config{Desk: cfg.Desk})...),
		s.Mount(e, org.Routes(org.Config{Self: cfg.Self, Store: cfg.Store, Door: cfg.Door, Clock: cfg.Clock})...),
		s.Mount(e, post.Routes(post.Config{Store: cfg.Store, Mail: cfg.Mail, Clock: cfg.Clock})...),
	)
}

// style shows every component of the pages, with fictional data and nobody's.
func style(p *shell.Page) error { return p.Show("gallery.title", parts.Gallery()) }

// Static is the route of the files that pages refer to, which no rule guards.
const Static = "/static/:name"

func serveStatic(c echo.Context) error {
	octets, err := fs.ReadFile(parts.Static(), c.Param("name"))
	if err != nil {
		return echo.ErrNotFound
	}
	kind := "text/css; charset=utf-8"
	if strings.HasSuffix(c.Param("name"), ".svg") {
		kind = "image/svg+xml"
	}
	if strings.HasSuffix(c.Param("name"), ".js") {
		kind = "text/javascript; charset=utf-8"
	}
	shell.Secure(c)
	c.Response().Header().Set("Cache-Control", "max-age=3600")
	if c.QueryParam("v") != "" {
		c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	return c.Blob(http.StatusOK, kind, octets)
}

// browses tells a reader's browser, which asks for a page by name, from a
// program, which asks for JSON or for anything.
func browses(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead ||
		strings.HasPrefix(r.URL.Path, "/v1/") || strings.HasPrefix(r.URL.Path, "/.well-known/") {
		return false
	}
	for _, part := range strings.Split(r.Header.Get("Accept"), ",") {
		kind, _, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(kind), "text/html") {
			return true
		}
	}
	return false
}
