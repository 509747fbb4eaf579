package shell

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/text"
)

// Page is one request for a page.
type Page struct {
	echo.Context
	Shell  *Shell
	Lang   string
	Caller access.Caller
	// Session is who is signed in, or nil.
	Session *signin.Session
	secret  string // of the browser's cookie, signed in or not
	notice  *parts.Notice
}

const visitLife = 12 * time.Hour

func (s *Shell) open(c echo.Context) (*Page, error) {
	p := &Page{Context: c, Shell: s}
	if kept, err := c.Cookie(s.Door.CookieName()); err == nil && len(kept.Value) < 200 {
		p.secret = kept.Value
	}
	if p.secret != "" {
		session, err := s.Door.Session(c.Request().Context(), p.secret)
		switch {
		case err == nil:
			p.Session, p.Caller = &session, session.Caller
		case !errors.Is(err, signin.ErrRefused):
			return nil, err
		}
	}
	p.Lang = s.language(c)
	p.notice = p.takeNotice()
	return p, nil
}

// Secret is what the browser's cookie holds, to which ceremonies are tied.
func (p *Page) Secret() string { return p.secret }

// Enter gives the browser the cookie of a new session.
func (p *Page) Enter(secret string) {
	p.secret = secret
	p.SetCookie(p.Shell.cookie("", secret, visitLife))
}

// Leave takes the cookie away.
func (p *Page) Leave() {
	p.secret = ""
	p.SetCookie(p.Shell.cookie("", "", -time.Second))
}

// T is a text in the reader's language.
func (p *Page) T(key string, args ...any) string { return text.Of(p.Lang, key, args...) }

// forged stops a form that this browser did not get from this node: by its
// origin (Fetch Metadata), and by the token that its cookie makes.
func (p *Page) forged() (bool, error) {
	if p.Shell.origins.Check(p.Request()) == nil {
		token, err := p.token()
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			return true, p.Refuse(http.StatusRequestEntityTooLarge, "parts.too-large", "parts.too-large.way-out")
		}
		if err == nil && p.Shell.Door.ValidForm(p.secret, token) {
			return false, nil
		}
	}
	return true, p.Refuse(http.StatusForbidden, "parts.forged", "parts.forged.way-out")
}

func (p *Page) token() (string, error) {
	r := p.Request()
	var err error
	if strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		err = r.ParseMultipartForm(8 << 20)
	} else {
		err = r.ParseForm()
	}
	return r.PostFormValue("csrf"), err
}

// Value is one field of the form, without space around it.
func (p *Page) Value(name string) string { return strings.TrimSpace(p.Request().PostFormValue(name)) }

// Render answers a page with a title that is already in the reader's language.
func (p *Page) Render(status int, title string, body templ.Component) error {
	if p.secret == "" {
		p.Enter(signin.NewVisit()) // a form needs a cookie to be tied to
	}
	f := p.frame(title)
	p.Response().Header().Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
	p.Response().Header().Set("Content-Language", p.Lang)
	p.Response().WriteHeader(status)
	if p.Request().Method == http.MethodHead {
		return nil
	}
	_ = body.Render(parts.With(p.Request().Context(), f), p.Response()) // a reader that has gone
	return nil
}

// Show is Render with status 200 and a title by its key.
func (p *Page) Show(titleKey string, body templ.Component) error {
	return p.Render(http.StatusOK, p.T(titleKey), body)
}

// ShowLive is Show for a page that follows a stream of events.
func (p *Page) ShowLive(titleKey, stream string, body templ.Component) error {
	p.Set(liveKey, stream)
	return p.Show(titleKey, body)
}

const liveKey = "fukusen.live"

func (p *Page) frame(title string) parts.Frame {
	s := p.Shell
	f := parts.Frame{
		Lang: p.Lang, Path: p.Request().URL.RequestURI(), Title: title, NodeName: s.Name.In(p.Lang), NodeID: string(s.Self),
		Development: s.Development, Demo: s.Door.Config.Demo, CSRF: s.Door.FormToken(p.secret), Notice: p.notice,
	}
	f.Live, _ = p.Get(liveKey).(string)
	if p.Session == nil {
		return f
	}
	f.Who = p.Session.Owner.Name
	_ = s.Store.Read(p.Request().Context(), func(tx *store.Tx) error { // without it the page only lacks a count
		if id := p.Session.Owner.Person; id != "" {
			if person, err := tx.Person(id); err == nil {
				f.Who = person.FamilyName + " " + person.GivenName
			}
		}
		unread, err := inbox.In(tx).Unread(p.Session.Owner.ID)
		f.Unread = int(unread)
		return err
	})
	for _, place := range s.nav {
		if access.Decide(place.Rule, p.Caller, p.ownGround()) >= access.Prove {
			f.Nav = append(f.Nav, parts.Link{Href: place.Href, Key: place.Key, Current: p.at(place.Href)})
		}
	}
	return f
}

// ownGround is everything that the caller has a standing in: what a place of
// the navigation may turn out to be about.
func (p *Page) ownGround() access.Object {
	o := access.Object{Person: p.Caller.Person}
	for _, h := range p.Caller.Held {
		o.Organisations = append(o.Organisations, h.Organisation)
	}
	return o
}

// at says whether the page lies at or below a place, and at no deeper one.
func (p *Page) at(href string) bool {
	best := ""
	for _, place := range p.Shell.nav {
		if path := p.Request().URL.Path; (path == place.Href || strings.HasPrefix(path, place.Href+"/")) && len(place.Href) > len(best) {
			best = place.Href
		}
	}
	return best == href
}

// To sends the browser on, with one sentence about what has been done ("" for
// none): "good.", "warn." or "bad." before the key says how it ended.
func (p *Page) To(path, kind, key string, args ...any) error {
	if key != "" {
		p.say(kind, key, args...)
	}
	return p.Redirect(http.StatusSeeOther, path)
}

// say keeps a sentence for the next page, signed so that no other host can
// make this node say something.
func (p *Page) say(kind, key string, args ...any) {
	octets, err := json.Marshal(parts.Notice{Kind: kind, Text: p.T(key, args...)})
	if err != nil {
		return
	}
	body := base64.RawURLEncoding.EncodeToString(octets)
	p.SetCookie(p.Shell.cookie("said", body+"."+p.Shell.Door.FormToken("said "+body+p.secret), time.Minute))
}

func (p *Page) takeNotice() *parts.Notice {
	kept, err := p.Cookie(p.Shell.Door.CookieName() + ".said")
	if err != nil || kept.Value == "" || p.Request().Method != http.MethodGet {
		return nil
	}
	p.SetCookie(p.Shell.cookie("said", "", -time.Second))
	body, mark, _ := strings.Cut(kept.Value, ".")
	if !p.Shell.Door.ValidForm("said "+body+p.secret, mark) {
		return nil
	}
	octets, err := base64.RawURLEncoding.DecodeString(body)
	var n parts.Notice
	if err != nil || json.Unmarshal(octets, &n) != nil {
		return nil
	}
	return &n
}

// Here is the page's own path when it can be gone back to, else "/".
func (p *Page) Here() string {
	if p.Request().Method == http.MethodGet {
		return p.Request().URL.RequestURI()
	}
	return "/"
}

// Next is where a sign-in leads: a path of this node, or "/".
func (p *Page) Next() string {
	if next := p.FormValue("next"); inside(next) {
		return next
	}
	return "/"
}

// inside says whether a path leads nowhere but to this node. Browsers read \
// as / and leave out tabs and line ends (WHATWG URL, section 4.4), so that
// "/<tab>/host" would be another host; and what stands between browser and node
// may shorten "/..//host" to "//host".
func inside(path string) bool {
	plain, _, _ := strings.Cut(path, "?")
	return strings.HasPrefix(path, "/") && !strings.Contains(plain, "//") && !strings.Contains(plain, "/.") &&
		!strings.ContainsFunc(path, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f })
}

func (p *Page) toSignIn() error {
	if p.Request().Method != http.MethodGet {
		return p.Refuse(http.StatusUnauthorized, "parts.signed-out", "parts.signed-out.way-out")
	}
	return p.Redirect(http.StatusSeeOther, "/sign-in?next="+url.QueryEscape(p.Here()))
}

func (p *Page) toProve() error {
	next := p.Here()
	if p.Request().Method != http.MethodGet {
		next = p.cameFrom()
	}
	return p.Redirect(http.StatusSeeOther, "/prove?next="+url.QueryEscape(next))
}

// cameFrom is the page that a form stood on, as the form itself says.
func (p *Page) cameFrom() string {
	if back := p.Value("back"); inside(back) {
		return back
	}
	return "/"
}

// Refuse answers a page that says why not, and what can be done instead.
func (p *Page) Refuse(status int, key, wayOut string) error {
	return p.Render(status, p.T(key), refusal(wayOut))
}

// failed turns what a page's handler could not do into a page.
func (p *Page) failed(err error) error {
	if err == nil || p.Response().Committed {
		return nil
	}
	if errors.Is(err, store.ErrNotFound) {
		return p.Refuse(http.StatusNotFound, "parts.not-yours", "parts.not-yours.way-out")
	}
	var known *echo.HTTPError
	if errors.As(err, &known) {
		return err
	}
	p.Shell.Log.Error("a page failed", "path", p.Path(), "error", err)
	return p.Refuse(http.StatusInternalServerError, "parts.failed", "parts.failed.way-out")
}

// Lost answers a browser that asks for what is not there.
func (s *Shell) Lost(c echo.Context) error {
	Secure(c)
	p, err := s.open(c)
	if err != nil {
		return err
	}
	return p.Refuse(http.StatusNotFound, "parts.not-yours", "parts.not-yours.way-out")
}
