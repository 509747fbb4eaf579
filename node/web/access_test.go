package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
)

// thing is what a page is about, as the test says it.
type thing struct {
	name    string
	values  map[string]string // path parameters
	person  string
	belongs []string // organisations
}

// things are what the parameters of a path can name: what the callers have to
// do with, what they have not, and what is not there.
func (c *cast) things(path string) []thing {
	nowhere := spec.NewUUID()
	list := []thing{
		{"their own", map[string]string{"person": c.own, "organisation": c.club, "account": c.ownAccount, "other": c.own}, c.own, []string{c.club}},
		{"another's", map[string]string{"person": c.other, "organisation": c.school, "account": c.otherAccount, "other": c.own}, c.other, []string{c.school}},
		{"an unknown id", nil, nowhere, nil},
		{"what is no id", nil, "..%2f..", nil},
	}
	if strings.Contains(path, ":organisation") {
		for i := range list {
			list[i].person = ""
		}
		list[2].belongs, list[3].belongs = []string{nowhere}, []string{"..%2f.."}
	}
	return list
}

var parameter = regexp.MustCompile(`:([a-z]+)`)

// at is a path about a thing. What the test knows no id of is unknown.
func (th thing) at(path string) string {
	id := th.person
	if id == "" && th.belongs != nil {
		id = th.belongs[0]
	}
	return parameter.ReplaceAllStringFunc(path, func(p string) string {
		if v := th.values[p[1:]]; v != "" {
			return v
		}
		return id
	})
}

// about says what a route is about, by the shell's functions; ours for what
// only its room knows.
func about(r shell.Route) string {
	if r.About == nil {
		return "the node"
	}
	for name, f := range map[string]func(*shell.Page) (access.Object, error){
		"oneself": shell.AboutSelf, "a person": shell.AboutPerson, "an organisation": shell.AboutOrganisation, "one's own ground": shell.AboutOwnGround,
	} {
		if reflect.ValueOf(f).Pointer() == reflect.ValueOf(r.About).Pointer() {
			return name
		}
	}
	return "something of a room"
}

// want is the verdict that a rule deserves, written from its words and not from
// package access: enter, sign in, prove, or no.
func (v visitor) want(r access.Rule, what string, th thing) string {
	if r.Public && !r.Sensitive {
		return "enter"
	}
	if !v.in() {
		if r.Signed || r.Own || len(r.Roles) != 0 {
			return "sign in"
		}
		return "no"
	}
	stands := r.Signed
	if r.Own && v.person != "" {
		stands = stands || what == "oneself" || what == "one's own ground" || what == "a person" && th.person == v.person
	}
	for _, held := range v.roles {
		if held.name == "person" || !slices.Contains(r.Roles, held.name) {
			continue
		}
		near := held.at == "home"
		if r.Anywhere && !near {
			near = what == "one's own ground" || slices.Contains(th.belongs, held.at) && (what == "a person" || what == "an organisation")
		}
		stands = stands || near
	}
	switch {
	case !stands:
		return "no"
	case !r.Sensitive || v.proven || r.OrCode && v.method == "code":
		return "enter"
	case v.method == "desk":
		return "no"
	}
	return "prove"
}

// got reads the verdict from an answer of the shell whose pages only say that
// somebody came in.
func got(a *httptest.ResponseRecorder) string {
	to := a.Header().Get("Location")
	switch {
	case a.Code == http.StatusTeapot:
		return "enter"
	case a.Code == http.StatusSeeOther && strings.HasPrefix(to, "/sign-in?"), a.Code == http.StatusUnauthorized:
		return "sign in"
	case a.Code == http.StatusSeeOther && strings.HasPrefix(to, "/prove?"):
		return "prove"
	case a.Code == http.StatusNotFound || a.Code == http.StatusForbidden:
		return "no"
	}
	return fmt.Sprint(a.Code, " ", to)
}

// doors mounts every route of the node once more, with its rule and what it is
// about, and a page behind it that does nothing.
func (c *cast) doors() http.Handler {
	n := c.Node("city")
	s := shell.New(shell.Config{
		Self: n.Self(), Name: spec.Text{JA: "市", EN: "City"}, Store: n.Store(), Door: n.Door(), Clock: c.Clock.Now,
		Development: true,
	})
	e := echo.New()
	for _, r := range n.Pages() {
		r.Do = func(p *shell.Page) error { return p.NoContent(http.StatusTeapot) }
		if err := s.Mount(e, r); err != nil {
			c.t.Fatal(err)
		}
	}
	return e
}

// ask makes a request as a visitor's browser does, with a form of its own.
func (c *cast) ask(v visitor, method, path string, form url.Values) *http.Request {
	return c.askWith(c.cookie(v), v, method, path, form)
}

// askWith is ask with a cookie that is there already.
func (c *cast) askWith(secret string, v visitor, method, path string, form url.Values) *http.Request {
	door := c.Node("city").Door()
	var r *http.Request
	if method == http.MethodPost {
		if form == nil {
			form = url.Values{}
		}
		form.Set("csrf", door.FormToken(secret))
		r = httptest.NewRequest(method, string(c.ID("city"))+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", string(c.ID("city")))
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	} else {
		r = httptest.NewRequest(method, string(c.ID("city"))+path, nil)
	}
	for name, values := range v.header {
		r.Header[name] = values
	}
	r.Header.Set("Accept-Language", "en")
	r.AddCookie(&http.Cookie{Name: door.CookieName(), Value: secret})
	return r
}

// TestEveryPageAdmitsWhomItsRuleSaysAndNobodyElse: every route of the node, by
// everybody who could come, about what is theirs, what is not and what is not
// there. Nobody is let in or kept out by mistake.
func TestEveryPageAdmitsWhomItsRuleSaysAndNobodyElse(t *testing.T) {
	c := newCast(t)
	doors := c.doors()
	cases, entered := 0, 0
	cookies := map[string]string{}
	for _, v := range c.visitors {
		cookies[v.name] = c.cookie(v)
	}
	for _, r := range c.Node("city").Pages() {
		what := about(r)
		for _, th := range c.things(r.Path) {
			if !strings.Contains(r.Path, ":") && th.name != "their own" {
				continue
			}
			for _, v := range c.visitors {
				cases++
				a := httptest.NewRecorder()
				doors.ServeHTTP(a, c.askWith(cookies[v.name], v, r.Method, th.at(r.Path), nil))
				want := v.want(r.Rule, what, th)
				if got := got(a); got != want {
					t.Errorf("%s %s about %s (%s) by %s: %s, not %s", r.Method, th.at(r.Path), th.name, what, v.name, got, want)
				}
				if want == "enter" {
					entered++
				}
			}
		}
	}
	if cases < 700 || entered < 200 {
		t.Errorf("only %d cases, %d of them admitted", cases, entered)
	}
	t.Logf("%d cases, %d admitted", cases, entered)
}
