package browser

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// The windows of the pictures: a small telephone and a desk.
const (
	Narrow = 375
	Wide   = 1280
)

// Text is what the page shows, with lines as they are seen.
func (p *Page) Text() string {
	p.t.Helper()
	return Eval[string](p, `document.body ? document.body.innerText : ""`)
}

// HTML is the document as it stands now.
func (p *Page) HTML() string {
	p.t.Helper()
	return Eval[string](p, "document.documentElement.outerHTML")
}

// Title is the title of the page.
func (p *Page) Title() string {
	p.t.Helper()
	return Eval[string](p, "document.title")
}

// URL is the address of the page.
func (p *Page) URL() string {
	p.t.Helper()
	return Eval[string](p, "location.href")
}

// Count is how many elements match a selector.
func (p *Page) Count(css string) int {
	p.t.Helper()
	return Eval[int](p, "document.querySelectorAll("+literal(css)+").length")
}

// Focused is what has the focus: its name or text, with its element.
func (p *Page) Focused() string {
	p.t.Helper()
	return Eval[string](p, `(() => {
		const el = document.activeElement;
		if (!el) return "";
		const name = el.getAttribute("aria-label") || (el.labels && el.labels[0] || el).innerText || el.value || "";
		return el.tagName.toLowerCase() + " " + name.replace(/\s+/g, " ").trim().slice(0, 80);
	})()`)
}

// WaitFor waits until the page shows a text.
func (p *Page) WaitFor(text string) {
	p.t.Helper()
	if err := p.poll(func() error { return p.shows(text, true) }); err != nil {
		p.fail("wait for "+text, err)
	}
}

// WaitGone waits until the page no longer shows a text.
func (p *Page) WaitGone(text string) {
	p.t.Helper()
	if err := p.poll(func() error { return p.shows(text, false) }); err != nil {
		p.fail("wait until it is gone: "+text, err)
	}
}

// shows compares without regard to spaces and line ends.
func (p *Page) shows(text string, want bool) error {
	var now string
	if err := p.evaluate(`document.body ? document.body.innerText : ""`, &now); err != nil {
		return err
	}
	flat := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	switch has := strings.Contains(flat(now), flat(text)); {
	case want && !has:
		return errors.New("the text is not there")
	case !want && has:
		return errors.New("the text is still there")
	}
	return nil
}

// literal writes a text as JavaScript does.
func literal(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		return `""` // a string always has a JSON form
	}
	return string(quoted)
}

// Screenshot writes the page as PNG at this width and scheme, one pixel a CSS
// pixel: the whole page, or what the window shows. The look stays as it was.
func (p *Page) Screenshot(path string, width int, scheme string, whole bool) {
	p.t.Helper()
	before := p.look
	p.look.width, p.look.scheme, p.look.zoom = width, scheme, 100
	p.show()
	picture := p.picture(whole)
	p.look = before
	p.show()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatalf("browser: screenshot: %v", err)
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		p.t.Fatalf("browser: screenshot: %v", err)
	}
}
