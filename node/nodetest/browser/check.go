package browser

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Violation is something on a page that would keep somebody out.
type Violation struct {
	Rule  string // a name of Rules
	Where string // the element, with the beginning of its text
	What  string // what is wrong there
	Seen  string // in which look of the page
}

func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s: %s [%s]", v.Rule, criterionOf(v.Rule), v.Where, v.What, v.Seen)
}

//go:embed check/*.js
var checkFiles embed.FS

// checkScript joins the files of the checker into one expression.
func checkScript() (string, error) {
	names, err := fs.Glob(checkFiles, "check/*.js")
	if err != nil {
		return "", err
	}
	slices.Sort(names)
	var whole strings.Builder
	whole.WriteString("(() => {\n\"use strict\";\n")
	for _, name := range names {
		text, err := fs.ReadFile(checkFiles, name)
		if err != nil {
			return "", err
		}
		whole.Write(text)
	}
	whole.WriteString("})()")
	return whole.String(), nil
}

// Check holds the page against all rules, in the window and the scheme it has
// now; what is about narrow windows and large text is looked at in those, and
// the look of the page is then as before. Controls get the focus once, so a page
// that acts on focus acts.
func Check(p *Page) []Violation {
	p.t.Helper()
	before := p.look
	defer func() {
		p.look = before
		p.fit()
	}()
	found := p.shownNow()
	p.look.width, p.look.height, p.look.zoom = 1280, 1024, 200
	p.fit()
	found = append(found, p.ask(enlarged)...)
	p.look.width, p.look.height, p.look.zoom = 320, 640, 100
	p.fit()
	return append(found, p.ask(narrowed)...)
}

// shownNow holds the page against what is about the look it has now.
func (p *Page) shownNow() []Violation {
	p.t.Helper()
	found := p.ask(atRest)
	// After a key the focus is shown as for a keyboard.
	if err := p.do(chromedp.KeyEvent(kb.Shift)); err != nil {
		p.fail("check", err)
	}
	return append(found, p.ask(withKeys)...)
}

// Thorough says whether a test looks at its pages in every look, as under make
// thorough and make soak.
func Thorough() bool {
	return os.Getenv("FUKUSEN_THOROUGH") != "" || os.Getenv("FUKUSEN_SOAK") != ""
}

// CheckAll checks the page in the light and in the dark scheme, under make
// thorough in all looks of both, else in the dark only as it is and with keys:
// no style of ours moves anything by the scheme. It fails the test with one line
// for each violation; what is wrong alike in many places is
// one line with the first of them. A rule named in except is left out; say beside
// the call why.
func CheckAll(t testing.TB, p *Page, except ...string) {
	t.Helper()
	before := p.look.scheme
	var found []Violation
	p.Scheme(Light)
	found = append(found, Check(p)...)
	p.Scheme(Dark)
	if Thorough() {
		found = append(found, Check(p)...)
	} else {
		found = append(found, p.shownNow()...)
	}
	p.Scheme(before)
	found = slices.DeleteFunc(found, func(v Violation) bool { return slices.Contains(except, v.Rule) })
	for _, line := range lines(found) {
		t.Errorf("%s: %s", p.URL(), line)
	}
}

// lines gives each violation once, and those that are alike together.
func lines(found []Violation) []string {
	type kind struct{ rule, what string }
	first, places := map[kind]Violation{}, map[kind][]string{}
	var order []kind
	for _, v := range found {
		k := kind{v.Rule, v.What}
		if _, known := first[k]; !known {
			first[k] = v
			order = append(order, k)
		}
		if !slices.Contains(places[k], v.Where) {
			places[k] = append(places[k], v.Where)
		}
	}
	var told []string
	for _, k := range order {
		line := first[k].String()
		if more := len(places[k]) - 1; more > 0 {
			line += fmt.Sprintf(" and %d more, the last at %s", more, places[k][more])
		}
		told = append(told, line)
	}
	return told
}

// ask holds the page, as it is shown now, against the rules of one moment.
func (p *Page) ask(when moment) []Violation {
	p.t.Helper()
	var names []string
	for _, r := range rules() {
		if r.when == when {
			names = append(names, r.Name)
		}
	}
	list, err := json.Marshal(names)
	if err != nil {
		p.fail("check", err)
	}
	found, err := p.checker(fmt.Sprintf("run(%s)", list))
	if err != nil {
		p.fail("check", err)
	}
	for i := range found {
		found[i].Seen = p.look.String()
	}
	return found
}

// checker calls a function of the checker in the page, with the functions of the
// console at hand, which alone tell who listens for clicks.
func (p *Page) checker(call string) ([]Violation, error) {
	script, err := checkScript()
	if err != nil {
		return nil, err
	}
	var found []Violation
	err = p.evaluate(script+"."+call, &found)
	return found, err
}
