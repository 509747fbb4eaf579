package ical

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// lineMost is how many octets a line has at most, without its end (RFC 5545 section 3.1).
const lineMost = 75

// writer gathers content lines. What goes into line is this package's own text or was made harmless before.
type writer struct{ out bytes.Buffer }

// line writes one content line, folded where it is longer than a line may be, and never within a character.
func (w *writer) line(s string) {
	most := lineMost
	for len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		w.out.WriteString(s[:cut])
		w.out.WriteString("\r\n ")
		s, most = s[cut:], lineMost-1 // the space counts
	}
	w.out.WriteString(s)
	w.out.WriteString("\r\n")
}

// text writes a property of type TEXT (section 3.3.11) and the language of its words.
func (w *writer) text(name, language, value string) {
	if language != "" {
		name += ";LANGUAGE=" + parameter(language)
	}
	w.line(name + ":" + escaped(value))
}

// value is text without a language.
func (w *writer) value(name, value string) { w.text(name, "", value) }

// uri writes a property of type URI (section 3.3.13), which knows no escapes: what would end the line is left out.
func (w *writer) uri(name, value string) { w.line(name + ":" + plain(value)) }

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// escaped is a value of type TEXT. Control characters have no spelling in it and are left out.
func escaped(s string) string { return plain(escapes.Replace(s)) }

// plain leaves out control characters, and whatever is no UTF-8.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}

// parameter is a parameter's value (section 3.2), between quotes where it needs them; a quote has no spelling (RFC 6868
// gives it one, which hardly any program reads).
func parameter(s string) string {
	s = strings.ReplaceAll(plain(s), `"`, "'")
	if strings.ContainsAny(s, ":;,") {
		return `"` + s + `"`
	}
	return s
}
