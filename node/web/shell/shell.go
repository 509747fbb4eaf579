// Package shell stands around every page: it knows the browser, asks package
// access, keeps forms from being forged, and gives the page its frame. It
// refuses to mount a route that declares no access rule, and to render for
// somebody whom the rule does not admit.
package shell

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Config is what the shell is made of.
type Config struct {
	Self        spec.NodeID
	Name        spec.Text
	Store       *store.Store
	Door        *signin.Door
	Clock       func() time.Time
	Log         *slog.Logger
	Development bool
	// Changed is called after each form: word that it left may go out. Nil is nobody.
	Changed func()
}

// Shell mounts pages. It is safe for concurrent use once everything is mounted.
type Shell struct {
	Config
	nav     []Place
	mounted []Route
	origins *http.CrossOriginProtection
}

// New is a shell with no pages.
func New(cfg Config) *Shell {
	return &Shell{Config: cfg, origins: http.NewCrossOriginProtection()}
}

// Place is an entry of the navigation, for whom its rule admits.
type Place struct {
	Href, Key string
	Rule      access.Rule
}

// Route is one page or one form.
type Route struct {
	Method, Path string
	Rule         access.Rule
	// About says what the page touches; nil for what belongs to the node.
	About func(*Page) (access.Object, error)
	// MaxBody bounds a form in octets; 0 is 64 KiB.
	MaxBody int64
	Do      func(*Page) error
}

// Add puts places into the navigation, in the order they are added.
func (s *Shell) Add(places ...Place) { s.nav = append(s.nav, places...) }

// Mount puts routes on a router. A route that admits nobody is an error: it
// would be one that somebody forgot to think about.
func (s *Shell) Mount(e *echo.Echo, routes ...Route) error {
	for _, r := range routes {
		if !r.Rule.Declared() {
			return fmt.Errorf("page %s %s declares no access rule", r.Method, r.Path)
		}
		if r.Method != http.MethodGet && r.Method != http.MethodPost {
			return fmt.Errorf("page %s %s: pages are read by GET and changed by POST", r.Method, r.Path)
		}
		s.mounted = append(s.mounted, r)
		e.Add(r.Method, r.Path, s.handle(r))
	}
	return nil
}

// Routes are the routes that were mounted, for the tests that try them all.
func (s *Shell) Routes() []Route { return append([]Route(nil), s.mounted...) }

// Knows says whether a path of the router is one of the shell's.
func (s *Shell) Knows(method, path string) bool {
	for _, r := range s.mounted {
		if r.Method == method && r.Path == path {
			return true
		}
	}
	return false
}

const formMost = 64 << 10

func (s *Shell) handle(r Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		Secure(c)
		p, err := s.open(c)
		if err != nil {
			return err
		}
		if r.Method == http.MethodPost {
			most := r.MaxBody
			if most == 0 {
				most = formMost
			}
			c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, most)
			if done, err := p.forged(); done {
				return err
			}
		}
		about := access.Object{}
		if r.About != nil {
			if about, err = r.About(p); err != nil {
				return p.failed(err) // what is not there looks like what is another's
			}
		}
		switch access.Decide(r.Rule, p.Caller, about) {
		case access.Yes:
			err := p.failed(r.Do(p))
			if r.Method == http.MethodPost && s.Changed != nil {
				s.Changed()
			}
			return err
		case access.SignIn:
			return p.toSignIn()
		case access.Prove:
			return p.toProve()
		}
		if r.About != nil {
			return p.Refuse(http.StatusNotFound, "parts.not-yours", "parts.not-yours.way-out")
		}
		return p.Refuse(http.StatusForbidden, "parts.forbidden", "parts.forbidden.way-out")
	}
}

// Secure sets the headers that every page has: nothing from another host, no
// inline script or style, no framing, nothing kept by a cache.
func Secure(c echo.Context) {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// Language is the one of the link, or else the browser's cookie, or else what
// its reader prefers.
func (s *Shell) language(c echo.Context) string {
	switch asked := c.QueryParam("lang"); asked {
	case "ja", "en":
		c.SetCookie(s.cookie("lang", asked, 365*24*time.Hour))
		return asked
	}
	if kept, err := c.Cookie(s.Door.CookieName() + ".lang"); err == nil && (kept.Value == "ja" || kept.Value == "en") {
		return kept.Value
	}
	return Preferred(c.Request())
}

// Preferred is the language that a request prefers; Japanese where it says
// neither.
func Preferred(r *http.Request) string {
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		tag := strings.ToLower(strings.TrimSpace(part))
		if strings.HasPrefix(tag, "ja") {
			return "ja"
		}
		if strings.HasPrefix(tag, "en") {
			return "en"
		}
	}
	return "ja"
}

func (s *Shell) cookie(what, value string, life time.Duration) *http.Cookie {
	name := s.Door.CookieName()
	if what != "" {
		name += "." + what
	}
	return &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(life / time.Second), HttpOnly: true, Secure: s.Door.Secure(),
		SameSite: http.SameSiteLaxMode,
	}
}
