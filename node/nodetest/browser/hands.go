package browser

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed hands.js
var handsScript string

// found is what a function of hands.js answers.
type found struct {
	Why    string
	X, Y   float64
	Kind   string
	Ticked bool
	Value  string
}

// hands calls a function of hands.js.
func (p *Page) hands(function string, arguments ...string) (found, error) {
	quoted := make([]string, len(arguments))
	for i, a := range arguments {
		text, err := json.Marshal(a)
		if err != nil {
			return found{}, err
		}
		quoted[i] = string(text)
	}
	var answer found
	err := p.evaluate(fmt.Sprintf("(%s).%s(%s)", strings.TrimSpace(handsScript), function, strings.Join(quoted, ", ")), &answer)
	if err == nil && answer.Why != "" {
		err = errors.New(answer.Why)
	}
	return answer, err
}

// seek calls a function of hands.js until it finds.
func (p *Page) seek(function string, arguments ...string) (answer found, err error) {
	err = p.poll(func() error {
		var asked error
		answer, asked = p.hands(function, arguments...)
		return asked
	})
	return answer, err
}

// Click clicks with the mouse on the button, link, checkbox or text of this
// name, and waits until a page that this opens has loaded. A name is what is
// read aloud: a label, a text, an alternative text. Names are tried whole, then
// without regard to case, then as beginnings, then as parts. What begins with
// "#", ".", "[" or "css:" is a selector; "css >> name" looks only inside.
func (p *Page) Click(what string) {
	p.t.Helper()
	if err := p.click(what, false); err != nil {
		p.fail("click "+what, err)
	}
}

// Submit clicks as Click does, and wants another page to come of it.
func (p *Page) Submit(what string) {
	p.t.Helper()
	if err := p.click(what, true); err != nil {
		p.fail("submit "+what, err)
	}
}

func (p *Page) click(what string, must bool) error {
	at, err := p.seek("target", what)
	if err != nil {
		return err
	}
	before, _ := p.seen.loads()
	if err := p.do(chromedp.MouseClickXY(at.X, at.Y)); err != nil {
		return err
	}
	p.breathe(before)
	return p.settled(before, must)
}

// Drag presses the mouse on what a selector finds, moves it to what another one
// finds, in small steps, and lets go. Both have to fit into the window at once.
func (p *Page) Drag(from, to string) {
	p.t.Helper()
	var at [4]float64
	err := p.evaluate(fmt.Sprintf(`(() => {
		const [a, b] = [%q, %q].map((css) => document.querySelector(css));
		a.scrollIntoView({ block: "nearest", behavior: "instant" });
		b.scrollIntoView({ block: "nearest", behavior: "instant" });
		return [a, b].flatMap((e) => { const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; });
	})()`, from, to), &at)
	if err != nil {
		p.fail("drag "+from, err)
	}
	const steps = 12
	actions := []chromedp.Action[chromedp.Void]{
		chromedp.MouseEvent(chromedp.MouseMoved, at[0], at[1]),
		chromedp.MouseEvent(chromedp.MousePressed, at[0], at[1], chromedp.ButtonLeft),
	}
	for i := 1.0; i <= steps; i++ {
		actions = append(actions, chromedp.MouseEvent(chromedp.MouseMoved, at[0]+(at[2]-at[0])*i/steps, at[1]+(at[3]-at[1])*i/steps, chromedp.ButtonLeft))
	}
	if err := p.do(append(actions, chromedp.MouseEvent(chromedp.MouseReleased, at[2], at[3], chromedp.ButtonLeft))...); err != nil {
		p.fail("drag "+from, err)
	}
}

// breathe gives the page the moment in which a click becomes a request.
func (p *Page) breathe(before int) {
	if p.look.script {
		// Fails when the page is left meanwhile, which is what it waits for.
		_ = p.evaluate(`new Promise((done) => setTimeout(() => setTimeout(done, 10), 0))`, nil)
		return
	}
	// Without scripts no timer runs in the page, so the clock is ours.
	limit := time.NewTimer(200 * time.Millisecond)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-limit.C:
			return
		case <-tick.C:
			if started, _ := p.seen.loads(); started != before {
				return
			}
		}
	}
}

// Fill types into the control with this label, in place of what stood there; of
// a select it chooses the option that reads so, and a date is 2026-04-01.
func (p *Page) Fill(label, value string) {
	p.t.Helper()
	answer, err := p.seek("fill", label, value)
	if err != nil {
		p.fail("fill "+label, err)
	}
	if answer.Kind == "done" {
		return
	}
	if value == "" {
		p.Press("Delete")
		return
	}
	command(p, input.InsertText, input.InsertTextParams{Text: value})
}

// Tick sets or clears the checkbox with this label.
func (p *Page) Tick(label string, on bool) {
	p.t.Helper()
	answer, err := p.seek("ticked", label)
	if err == nil && answer.Ticked != on {
		err = p.click(label, false)
	}
	if err != nil {
		p.fail("tick "+label, err)
	}
}

// Ticked says whether the checkbox or radio button with this label is chosen.
func (p *Page) Ticked(label string) bool {
	p.t.Helper()
	answer, err := p.seek("ticked", label)
	if err != nil {
		p.fail("look at "+label, err)
	}
	return answer.Ticked
}

// Value is what stands in the control with this label; of a select the text.
func (p *Page) Value(label string) string {
	p.t.Helper()
	answer, err := p.seek("value", label)
	if err != nil {
		p.fail("look at "+label, err)
	}
	return answer.Value
}

// Upload chooses a file, by its path, for the file input with this label.
func (p *Page) Upload(label, file string) {
	p.t.Helper()
	if _, err := p.seek("file", label); err != nil {
		p.fail("upload to "+label, err)
	}
	result := command(p, runtime.Evaluate, runtime.EvaluateParams{Expression: `window[Symbol.for("browser.held")]`})
	command(p, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{file}, ObjectID: result.Result.ObjectID})
}

// keyNames are keys by the names they carry; anything else is typed as it is.
func keyNames() map[string]string {
	return map[string]string{
		"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Space": " ", "Backspace": kb.Backspace, "Delete": kb.Delete,
		"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
		"Shift": kb.Shift, "Home": kb.Home, "End": kb.End, "PageUp": kb.PageUp, "PageDown": kb.PageDown,
	}
}

// Press presses keys one after another: names such as "Tab", "Enter", "Escape",
// "Space", "ArrowDown", each also as "Shift+Tab" or "Ctrl+a", or letters. Like
// Click it waits until a page that this opens has loaded.
func (p *Page) Press(keys ...string) {
	p.t.Helper()
	modifiers := map[string]kb.Modifier{"Shift": kb.ModifierShift, "Ctrl": kb.ModifierCtrl, "Alt": kb.ModifierAlt}
	for _, key := range keys {
		var held []kb.Modifier
		name := key
		for {
			before, after, more := strings.Cut(name, "+")
			if m, is := modifiers[before]; more && is {
				held, name = append(held, m), after
				continue
			}
			break
		}
		if code, is := keyNames()[name]; is {
			name = code
		}
		before, _ := p.seen.loads()
		err := p.do(chromedp.KeyEvent(name, chromedp.KeyModifiers(held...)))
		if err == nil {
			p.breathe(before)
			err = p.settled(before, false)
		}
		if err != nil {
			p.fail("press "+key, err)
		}
	}
}
