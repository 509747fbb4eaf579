package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
)

// reply is what the running node answered.
type reply struct {
	status int
	header http.Header
	body   string
}

// send gives a request to the running node.
func (c *cast) send(r *http.Request) reply {
	c.t.Helper()
	r.RequestURI = ""
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer res.Body.Close()
	octets, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return reply{res.StatusCode, res.Header, string(octets)}
}

// itself are the tables that a node writes without being asked.
func itself() []string {
	return []string{"cursor", "head", "lease", "meta", "key_history", "policy_head", "policy_entry", "cosigned", "counter"}
}

// forgeries are the ways in which another site, or another browser, makes
// somebody's browser send a form. Each gets a form that is in order.
func forgeries(c *cast, before string) map[string]func(*http.Request) *http.Request {
	door, home := c.Node("city").Door(), string(c.ID("city"))
	token := func(value string) func(*http.Request) *http.Request {
		return func(r *http.Request) *http.Request { return withToken(r, url.Values{"csrf": {value}}) }
	}
	from := func(change func(http.Header)) func(*http.Request) *http.Request {
		return func(r *http.Request) *http.Request { change(r.Header); return r }
	}
	origin := func(value string) func(*http.Request) *http.Request {
		return from(func(h http.Header) { h.Del("Sec-Fetch-Site"); h.Set("Origin", value) })
	}
	site := func(value string) func(*http.Request) *http.Request {
		return from(func(h http.Header) { h.Set("Sec-Fetch-Site", value) })
	}
	return map[string]func(*http.Request) *http.Request{
		"without a token":              func(r *http.Request) *http.Request { return withToken(r, url.Values{}) },
		"with an empty token":          token(""),
		"with any token":               token(strings.Repeat("A", 24)),
		"with another browser's token": token(door.FormToken(spec.NewUUID())),
		"with a token from before":     token(door.FormToken(before)),
		"with no cookie's token":       token(door.FormToken("")),
		"from another site":            site("cross-site"),
		"from a neighbouring site":     site("same-site"),
		"from another origin":          origin("https://evil.example"),
		"from no origin":               origin("null"),
		"from another port":            origin("http://localhost:1"),
		"from a longer name":           origin(home + ".evil.example"),
		"with the token in the address": func(r *http.Request) *http.Request {
			kept := r.PostFormValue("csrf")
			r = withToken(r, url.Values{})
			r.URL.RawQuery = url.Values{"csrf": {kept}}.Encode()
			return r
		},
		"as plain text": func(r *http.Request) *http.Request {
			r.Header.Set("Content-Type", "text/plain")
			return r
		},
		"as JSON": func(r *http.Request) *http.Request {
			kept := r.PostFormValue("csrf")
			r.Body = io.NopCloser(strings.NewReader(`{"csrf":"` + kept + `"}`))
			r.ContentLength = int64(len(kept) + 11)
			r.Header.Set("Content-Type", "application/json")
			return r
		},
	}
}

// withToken gives a request another body.
func withToken(r *http.Request, form url.Values) *http.Request {
	fresh := httptest.NewRequest(r.Method, r.URL.String(), strings.NewReader(form.Encode()))
	fresh.Header = r.Header
	return fresh
}

// TestNoFormIsForged: every form of the node, sent in every way in which its
// reader did not send it, by somebody who may send it. Each is refused as
// forged, and at the end nothing in the store is different: neither was anybody
// signed in, which forged sign-ins are after.
func TestNoFormIsForged(t *testing.T) {
	c := newCast(t)
	var code string
	c.write(func(tx *store.Tx) error {
		var err error
		code, _, err = c.Node("city").Door().IssueCode(tx, c.otherAccount, "desk", signin.AtDesk)
		return err
	})
	cookies, visit := map[string]string{}, c.cookie(visitor{})
	for _, v := range c.visitors {
		cookies[v.name] = c.cookie(v)
	}
	before, cases := c.contents(), 0
	for _, r := range c.Node("city").Pages() {
		v, th, found := c.admitted(r)
		if r.Method != http.MethodPost || !found {
			continue
		}
		path := th.at(r.Path)
		for how, forge := range forgeries(c, visit) {
			cases++
			request := forge(c.askWith(cookies[v.name], v, r.Method, path, url.Values{"code": {code}, "account": {c.otherAccount}}))
			a := c.send(request)
			if a.status != http.StatusForbidden || !strings.Contains(a.body, "This form is out of date") {
				t.Errorf("%s %s by %s: %d", path, how, v.name, a.status)
			}
			if kept := a.header.Get("Set-Cookie"); kept != "" {
				t.Errorf("%s %s by %s: a cookie was set: %s", path, how, v.name, kept)
			}
		}
		if c.reads(r.Path) {
			continue // opening the page that has the form is no sending of it
		}
		cases++
		fetched := c.askWith(cookies[v.name], v, http.MethodGet, path+"?code="+url.QueryEscape(code), nil)
		if a := c.send(fetched); a.status != http.StatusMethodNotAllowed && a.status != http.StatusNotFound {
			t.Errorf("%s by GET: %d", path, a.status)
		}
	}
	for _, change := range storetest.Changed(before, c.contents(), itself()...) {
		t.Error("changed: ", change)
	}
	if cases < 150 {
		t.Errorf("only %d cases", cases)
	}
}

// reads says whether a path is a page as well.
func (c *cast) reads(path string) bool {
	for _, r := range c.Node("city").Pages() {
		if r.Method == http.MethodGet && r.Path == path {
			return true
		}
	}
	return false
}

// admitted finds somebody whom a route lets in about something.
func (c *cast) admitted(r shell.Route) (visitor, thing, bool) {
	for _, th := range c.things(r.Path) {
		for _, v := range c.visitors {
			if v.want(r.Rule, about(r), th) == "enter" && v.header == nil {
				return v, th, true
			}
		}
	}
	return visitor{}, thing{}, false
}

// TestASignInLeadsNowhereElse: what asks to be sent to another host is sent to
// the front page, in every spelling that a browser reads as another host.
func TestASignInLeadsNowhereElse(t *testing.T) {
	c := newCast(t)
	v := c.visitor("the person")
	for _, next := range []string{
		"https://evil.example", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, `/\/evil.example`, "/\t/evil.example",
		"/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example", "javascript:alert(1)", "data:text/html,x", "/\x00/evil.example",
		"evil.example", "http:evil.example", "?next=//evil.example", "/\x0b/evil.example", "/\x7f/evil.example", "@evil.example", "/\t\\evil.example",
		"/..//evil.example", "/.//evil.example", "/a/..//evil.example", "/%2e%2e//evil.example", "/../evil.example", "/;//evil.example",
	} {
		a := c.send(c.ask(v, http.MethodGet, "/sign-in?next="+url.QueryEscape(next), nil))
		if to := a.header.Get("Location"); a.status != http.StatusSeeOther || to != "/" {
			t.Errorf("%q leads to %q (%d)", next, to, a.status)
		}
	}
	a := c.send(c.ask(v, http.MethodGet, "/sign-in?next="+url.QueryEscape("/my?x=1"), nil))
	if to := a.header.Get("Location"); to != "/my?x=1" {
		t.Errorf("a page of this node leads to %q", to)
	}
}
