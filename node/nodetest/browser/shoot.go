package browser

import (
	"path/filepath"
)

// Shoot writes the whole page in both languages, narrow and wide, light and
// dark, as eight files such as NAME-ja-narrow-dark.png, and leaves the page as
// it was shown before. By default it asks for a language by Accept-Language and
// opens the address again; where a page takes its language from elsewhere, to
// brings it there.
func Shoot(dir, name string, p *Page, to ...func(lang string)) {
	p.t.Helper()
	before := p.lang
	for _, lang := range []string{"ja", "en"} {
		p.speak(lang, to)
		for _, scheme := range []string{Light, Dark} {
			p.Screenshot(filepath.Join(dir, name+"-"+lang+"-narrow-"+scheme+".png"), Narrow, scheme, true)
			p.Screenshot(filepath.Join(dir, name+"-"+lang+"-wide-"+scheme+".png"), Wide, scheme, true)
		}
	}
	p.speak(before, to)
}

// speak shows the page in a language.
func (p *Page) speak(lang string, to []func(string)) {
	p.t.Helper()
	if len(to) == 0 {
		p.Lang(lang)
		p.Open(p.URL())
		return
	}
	for _, show := range to {
		show(lang)
	}
}
