package calendar

import (
	"bytes"
	"strings"
)

// property is one content line of interest (RFC 5545 section 3.1) with the only parameters that bear on time.
type property struct {
	name, value string
	tzid        string // parameter TZID
	kind        string // parameter VALUE where it is one of valueKinds, which readers of values find by their form
	future      bool   // parameter RANGE=THISANDFUTURE
	prior       bool   // parameter RANGE=THISANDPRIOR, withdrawn by RFC 5545
	line        int
}

// lines hands out a file's content lines, unfolded. A line handed out is valid until the next one is asked for.
type lines struct {
	rest   []byte
	number int // of the physical line last taken
	folded []byte
}

func (l *lines) physical() []byte {
	l.number++
	line := l.rest
	if i := bytes.IndexByte(l.rest, '\n'); i >= 0 {
		line, l.rest = l.rest[:i], l.rest[i+1:]
	} else {
		l.rest = nil
	}
	return bytes.TrimSuffix(line, []byte{'\r'})
}

func (l *lines) continued() bool {
	return len(l.rest) > 0 && (l.rest[0] == ' ' || l.rest[0] == '\t')
}

// next returns the following content line and the number of its first physical line; ok is false at the end.
func (l *lines) next() (line []byte, number int, ok bool) {
	if len(l.rest) == 0 {
		return nil, 0, false
	}
	line = l.physical()
	number = l.number
	if !l.continued() {
		return line, number, true
	}
	l.folded = append(l.folded[:0], line...)
	for l.continued() {
		l.folded = append(l.folded, l.physical()[1:]...)
	}
	return l.folded, number, true
}

// lineName cuts the property's name off a content line. An empty name means that the line is no property.
func lineName(line []byte) (name, rest []byte) {
	i := bytes.IndexAny(line, ";:")
	if i < 0 {
		return nil, nil
	}
	return line[:i], line[i:]
}

// readProperty reads parameters and value; rest begins with the character after the name. ok is false where the
// line breaks off or a quote stays open.
func readProperty(name string, rest []byte, number int) (property, bool) {
	p := property{name: name, line: number}
	for len(rest) > 0 && rest[0] == ';' {
		param, after, ok := cutParameter(rest[1:])
		if !ok {
			return p, false
		}
		rest = after
		key, value, _ := bytes.Cut(param, []byte{'='})
		value = bytes.Trim(value, `"`)
		switch {
		case bytes.EqualFold(key, []byte("TZID")):
			p.tzid = strings.TrimSpace(string(value))
		case bytes.EqualFold(key, []byte("VALUE")):
			p.kind = valueKind(value)
		case bytes.EqualFold(key, []byte("RANGE")):
			p.future = bytes.EqualFold(value, []byte("THISANDFUTURE"))
			p.prior = bytes.EqualFold(value, []byte("THISANDPRIOR"))
		}
	}
	if len(rest) == 0 || rest[0] != ':' {
		return p, false
	}
	p.value = strings.TrimSpace(string(rest[1:]))
	return p, true
}

// valueKinds are the values of VALUE that a property about time may have.
var valueKinds = []string{"DATE", "DATE-TIME", "PERIOD", "DURATION"}

func valueKind(value []byte) string {
	for _, k := range valueKinds {
		if bytes.EqualFold(value, []byte(k)) {
			return k
		}
	}
	return ""
}

// cutParameter ends a parameter at the first ; or : that stands outside quotes.
func cutParameter(b []byte) (param, after []byte, ok bool) {
	quoted := false
	for i, c := range b {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ';' || c == ':'):
			return b[:i], b[i:], true
		}
	}
	return nil, nil, false
}
