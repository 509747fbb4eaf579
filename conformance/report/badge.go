package report

import (
	"fmt"
	"html"
)

// Badge is badge.svg: the level that was granted and how old that is, as the
// day it was judged and the day it ends. It loads nothing and runs nothing.
func Badge(r *Report) []byte {
	left, right, colour := "Fukusen "+r.Standard, "not conformant · "+day(r.Ended), "#8a2b1d"
	if r.Verdict.Level != "" {
		right, colour = r.Verdict.Level+" · "+day(r.Ended)+" – "+until(r), "#1d6b3a"
	}
	title := fmt.Sprintf("%s: %s, judged on %s", left, right, day(r.Ended))
	const glyph, pad = 7, 8
	a, b := len([]rune(left))*glyph+2*pad, len([]rune(right))*glyph+2*pad
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="22" viewBox="0 0 %[1]d 22" role="img" aria-label="%[2]s">
<title>%[2]s</title>
<rect width="%[1]d" height="22" rx="4" fill="#2b2f33"/>
<path d="M%[3]d 0h%[4]dq4 0 4 4v14q0 4 -4 4h-%[4]dz" fill="%[5]s"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="%[6]d" y="15" textLength="%[7]d">%[8]s</text>
<text x="%[9]d" y="15" textLength="%[10]d">%[11]s</text>
</g>
</svg>
`, a+b, html.EscapeString(title), a, b-4, colour, pad, a-2*pad, html.EscapeString(left), a+pad, b-2*pad, html.EscapeString(right))
}
