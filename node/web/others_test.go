package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
)

// form is one form as a page shows it, filled as it came.
type form struct {
	action string
	fields url.Values
}

var (
	formMark  = regexp.MustCompile(`(?s)<form([^>]*)>(.*?)</form>`)
	inputMark = regexp.MustCompile(`(?s)<(?:input|button|select|textarea)\b([^>]*)>(?:\s*<option[^>]*?value="([^"]*)")?`)
	attribute = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	linkMark  = regexp.MustCompile(`<a[^>]*\bhref="(/[^"#]*)"`)
)

func attributes(text string) map[string]string {
	found := map[string]string{}
	for _, m := range attribute.FindAllStringSubmatch(text, -1) {
		found[m[1]] = html.UnescapeString(m[2])
	}
	return found
}

// formsOf reads the forms that are sent by POST.
func formsOf(page string) []form {
	var list []form
	for _, m := range formMark.FindAllStringSubmatch(page, -1) {
		head := attributes(m[1])
		if !strings.EqualFold(head["method"], "post") {
			continue
		}
		f := form{head["action"], url.Values{}}
		for _, in := range inputMark.FindAllStringSubmatch(m[2], -1) {
			a := attributes(in[1])
			value := a["value"]
			if in[2] != "" {
				value = html.UnescapeString(in[2])
			}
			if value == "" {
				value = map[string]string{"email": "fiction@example.com", "date": "2030-01-01"}[a["type"]]
			}
			if a["name"] != "" && a["name"] != "csrf" && f.fields[a["name"]] == nil {
				f.fields.Set(a["name"], value)
			}
		}
		list = append(list, f)
	}
	return list
}

// walk is every page that somebody reaches by links from where the node has
// pages for them, at most a hundred, with what it said.
func (c *cast) walk(v visitor, own thing) map[string]string {
	c.t.Helper()
	return c.walkWith(c.cookie(v), v, own)
}

func (c *cast) walkWith(secret string, v visitor, own thing) map[string]string {
	c.t.Helper()
	var todo []string
	for _, r := range c.Node("city").Pages() {
		if r.Method == http.MethodGet && v.want(r.Rule, about(r), own) == "enter" && !strings.HasSuffix(r.Path, "/events") {
			todo = append(todo, own.at(r.Path))
		}
	}
	pages := map[string]string{}
	for len(todo) > 0 && len(pages) < 100 {
		path := todo[0]
		todo = todo[1:]
		if _, seen := pages[path]; seen || strings.HasPrefix(path, "/static/") || strings.Contains(path, "lang=") || strings.HasSuffix(path, "/events") {
			continue
		}
		a := c.send(c.askWith(secret, v, http.MethodGet, path, nil))
		pages[path] = a.body
		if a.status >= 500 {
			c.t.Errorf("GET %s by %s: %d", path, v.name, a.status)
		}
		for _, m := range linkMark.FindAllStringSubmatch(a.body, -1) {
			todo = append(todo, html.UnescapeString(m[1]))
		}
	}
	return pages
}

// TestNobodySendsAnotherOnesForms: every form that a person, their club and the
// node's staff find on their pages, sent by those who have nothing to do with
// it, with the ids that stand in it. Nothing that names the first changes.
func TestNobodySendsAnotherOnesForms(t *testing.T) {
	c := newCast(t, nodetest.Club)
	c.Talent("city", c.other)
	c.Consent("city", c.other, "club", spec.KindTalent)
	c.Eventually("the club holds the record", func() bool { return len(c.Current("club", spec.KindTalent)) == 1 })
	offer, hold := c.work(c.other)
	mentions := []string{c.other, c.otherAccount, c.school, string(offer), hold}
	forms := map[string]form{}
	for _, name := range []string{"another person", "clerk of the school", "coordinator of the school", "clerk of the node", "operator of the node"} {
		v := c.visitor(name)
		if name != "clerk of the node" && name != "operator of the node" && v.account != c.otherAccount {
			mentions = append(mentions, v.account)
		}
		for _, page := range c.walk(v, c.things("/:person")[1]) {
			for _, f := range formsOf(page) {
				forms[f.action+" "+f.fields.Encode()] = f
			}
		}
	}
	// Who cannot read the gig yet is shown no button to say yes; the form is tried all the same.
	for key, f := range forms {
		if before, of := strings.CutSuffix(f.action, "/decline"); of && strings.HasPrefix(before, "/my/offers/") {
			yes := form{action: before + "/accept", fields: f.fields}
			forms[yes.action+" "+strings.TrimPrefix(key, f.action+" ")] = yes
		}
	}
	touched := func(row string) bool {
		return slices.ContainsFunc(mentions, func(id string) bool { return strings.Contains(row, id) })
	}
	before := c.contents()
	for _, key := range sorted(forms) {
		f := forms[key]
		for _, attacker := range c.attackers() {
			copied := url.Values{}
			for name, values := range f.fields {
				copied[name] = slices.Clone(values)
			}
			if a := c.send(c.ask(attacker, http.MethodPost, f.action, copied)); a.status >= 500 {
				t.Errorf("%s by %s: %d", key, attacker.name, a.status)
			}
		}
		after := c.contents()
		for _, change := range storetest.Changed(before, after, append(itself(), "session", "audit", "attempt", "ceremony")...) {
			if touched(change) {
				t.Errorf("%s changed %s", key, change)
			}
		}
		before = after
	}
	for _, action := range []string{"/my/offers/" + string(offer) + "/accept", "/my/offers/" + string(offer) + "/decline", "/my/holds/" + hold + "/cancel"} {
		if !slices.ContainsFunc(sorted(forms), func(f string) bool { return strings.HasPrefix(f, action+" ") }) {
			t.Errorf("%s was not found", action)
		}
	}
	if len(forms) < 5 {
		t.Errorf("only %d forms", len(forms))
	}
	t.Logf("%d forms", len(forms))
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// attackers are new each time, since a form may well end its sender's account.
func (c *cast) attackers() []visitor {
	person := c.Person("city", "Attacker")
	list := []visitor{{name: "a person of the club", account: c.enrol(person, ""), person: person, method: "passkey", proven: true}}
	c.join(list[0].account, role{"person", c.club}, organisation.Active)
	for _, name := range []string{"clerk", "operator"} {
		id := c.enrol("", name)
		c.join(id, role{name, c.club}, organisation.Active)
		list = append(list, visitor{name: name + " of the club", account: id, method: "passkey", proven: true})
	}
	return list
}

// TestNobodyLearnsWhoIsThere: to those who may not see them, what is another's
// and what is nowhere are answered by the same octets after the same questions
// to the store, so that neither words nor time tell, by pages and forms.
func TestNobodyLearnsWhoIsThere(t *testing.T) {
	c := newCast(t)
	cases, asked := 0, 0
	for _, r := range c.Node("city").Pages() {
		if !strings.Contains(r.Path, ":") {
			continue
		}
		for _, v := range c.visitors {
			list := c.things(r.Path)
			there, nowhere := list[1], list[2]
			if v.want(r.Rule, about(r), there) == "enter" || v.want(r.Rule, about(r), nowhere) == "enter" {
				continue
			}
			cases++
			secret := c.cookie(v)
			var said [2]string
			var work [2][]string
			for i, th := range []thing{there, nowhere} {
				path := th.at(r.Path)
				var a reply
				work[i] = c.Statements.During(func() { a = c.send(c.askWith(secret, v, r.Method, path, nil)) })
				a.header.Del("Date")
				said[i] = strings.NewReplacer(path, "PATH", url.QueryEscape(path), "PATH").Replace(fmt.Sprint(a.status, a.header, a.body))
				if v.person != c.other && strings.Contains(said[i], "Other") {
					t.Errorf("%s %s by %s: the answer names somebody", r.Method, r.Path, v.name)
				}
			}
			if said[0] != said[1] {
				t.Errorf("%s %s by %s: what is there is told from what is not:\n%s\n%s", r.Method, r.Path, v.name, said[0], said[1])
			}
			if !slices.Equal(work[0], work[1]) {
				t.Errorf("%s %s by %s: what is there costs other work than what is not:\n%q\n%q", r.Method, r.Path, v.name, work[0], work[1])
			}
			asked += len(work[0])
		}
	}
	if asked < cases {
		t.Errorf("only %d statements were heard in %d cases", asked, cases)
	}
	t.Logf("%d cases, %d statements", cases, asked)
}

// TestWhatIsNowhereIsNoFault: an id that names nothing is answered as such, also
// to those who may see everything, by pages and by forms without a field.
func TestWhatIsNowhereIsNoFault(t *testing.T) {
	c := newCast(t)
	cases := 0
	for _, r := range c.Node("city").Pages() {
		if !strings.Contains(r.Path, ":") {
			continue
		}
		for _, th := range c.things(r.Path)[2:] {
			for _, name := range []string{"the person", "clerk of the node", "coordinator of the node", "operator of the node"} {
				v := c.visitor(name)
				if v.want(r.Rule, about(r), th) != "enter" {
					continue
				}
				cases++
				if a := c.send(c.ask(v, r.Method, th.at(r.Path), nil)); a.status < 300 || a.status >= 500 {
					t.Errorf("%s %s about %s by %s: %d", r.Method, r.Path, th.name, name, a.status)
				}
			}
		}
	}
	if cases < 40 {
		t.Errorf("only %d cases", cases)
	}
	t.Logf("%d cases", cases)
}
