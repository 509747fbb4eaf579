package evidence

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// LeastHidden is the length in octets from which a text is blanked at all, and
// leastCore that of an encoded form: blanking less would blank by chance.
const (
	LeastHidden = 4
	leastCore   = 8
)

// Hide marks a secret: from now on it is blanked wherever it stands, also in
// the forms in which programs carry texts.
func (j *Journal) Hide(secret string) {
	if len(secret) < LeastHidden {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.secrets = append(j.secrets, formsOf(secret)...)
	// The longest first, so that no tail of one stays.
	sort.Slice(j.secrets, func(a, b int) bool { return len(j.secrets[a]) > len(j.secrets[b]) })
	j.secrets = slices.Compact(j.secrets)
}

// cleanBody blanks secrets in a body, also in one that is not UTF-8. Where a body
// was cut, the beginning of a secret may be all that is left of it: as much as
// that could be is left out too.
func (j *Journal) cleanBody(b *Body) {
	if len(j.secrets) == 0 {
		return
	}
	was := string(b.Octets())
	text := j.clean(was)
	if b.Cut {
		text = text[:max(0, len(text)-len(j.secrets[0])+1)] // the longest is the first
	}
	if text == was {
		return
	}
	b.Text, b.Base64 = text, ""
	if !utf8.ValidString(text) {
		b.Text, b.Base64 = "", base64.StdEncoding.EncodeToString([]byte(text))
	}
}

// cleanHeader blanks secrets in values and names. A name has lost the case in
// which it was sent, so there the case of a secret does not count.
func (j *Journal) cleanHeader(h map[string]string) map[string]string {
	out := make(map[string]string, len(h))
	for name, value := range h {
		folded := strings.ToLower(name)
		if slices.ContainsFunc(j.secrets, func(s string) bool { return strings.Contains(folded, strings.ToLower(s)) }) {
			name = Blank
		}
		out[name] = j.clean(value)
	}
	return out
}

// formsOf are a secret and its spellings in URLs, JSON, HTML, hexadecimal and
// base64. Inside a longer base64 text a secret has one of three spellings, by
// where it begins; what depends on its neighbours is left out of each.
func formsOf(secret string) []string {
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret)}
	if quoted, err := json.Marshal(secret); err == nil {
		forms = append(forms, string(quoted[1:len(quoted)-1]))
	}
	forms = append(forms, escaped(secret))
	coded := []string{hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret)))}
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			text := e.EncodeToString(append(make([]byte, before), secret...))
			from := (before*8 + 5) / 6
			coded = append(coded, text[from:(before+len(secret))*8/6])
		}
	}
	for _, c := range coded {
		if len(c) >= leastCore {
			forms = append(forms, c, url.QueryEscape(c))
		}
	}
	return forms
}

// escaped writes every octet outside ASCII as \uXXXX, as some JSON writers do.
func escaped(secret string) string {
	var b strings.Builder
	for _, r := range secret {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16(r) {
			b.WriteString(`\u`)
			b.WriteString(hex.EncodeToString([]byte{byte(unit >> 8), byte(unit)}))
		}
	}
	return b.String()
}

func utf16(r rune) []uint16 {
	if r < 0x10000 {
		return []uint16{uint16(r)}
	}
	r -= 0x10000
	return []uint16{uint16(0xd800 + r>>10), uint16(0xdc00 + r&0x3ff)}
}
