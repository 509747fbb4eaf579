package browser

import (
	"os"
	"path/filepath"
	"regexp"

	"github.com/chromedp/cdproto/page"
)

// onePage is a page in a PDF file as Chromium writes it.
var onePage = regexp.MustCompile(`/Type\s*/Page\b`)

// whole names what stands under a selector and could be cut by paper of A4 with
// margins of 10 mm: a thing that may break, is higher than a sheet, or hides a
// part of what it holds.
const whole = `((selector) => {
	const sheet = (297 - 20) / 25.4 * 96
	return [...document.querySelectorAll(selector)].filter((e) => {
		const at = e.getBoundingClientRect()
		return getComputedStyle(e).breakInside !== "avoid" || at.height > sheet ||
			e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1
	}).map((e) => e.innerText.slice(0, 40))
})`

// Paper writes the page as a PDF of A4 and answers on how many sheets it
// stands, and what of those under a selector a sheet could cut.
func (p *Page) Paper(path, selector string) (sheets int, cut []string) {
	p.t.Helper()
	before := p.look
	p.look.width, p.look.zoom = 718, 100 // 190 mm
	p.show()
	p.media("print")
	cut = Eval[[]string](p, whole+"("+literal(selector)+")")
	yes := true
	made := command(p, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes, PrintBackground: &yes})
	p.look = before
	p.media("")
	p.show()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatalf("browser: paper: %v", err)
	}
	if err := os.WriteFile(path, made.Data, 0o644); err != nil {
		p.t.Fatalf("browser: paper: %v", err)
	}
	return len(onePage.FindAll(made.Data, -1)), cut
}
