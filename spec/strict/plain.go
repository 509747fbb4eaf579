package strict

import (
	"strconv"
	"strings"
)

// The functions of this file read values that Object has walked, where they are
// spelled plainly: strings without escapes, whole numbers. They answer false,
// having promised nothing, where anything is spelled otherwise.

// Text is the value of a string.
func Text(value string) (string, bool) {
	if len(value) < 2 || value[0] != '"' || strings.IndexByte(value, '\\') >= 0 {
		return "", false
	}
	return value[1 : len(value)-1], true
}

// Whole is the value of a whole number from 0; Object has bounded it to 2^53-1.
func Whole(value string) (uint64, bool) {
	n, err := strconv.ParseUint(value, 10, 53)
	return n, err == nil
}

// TextInto puts the value of a string where it belongs.
func TextInto[T ~string](to *T, value string) bool {
	text, ok := Text(value)
	*to = T(text)
	return ok
}

// WholeInto puts the value of a whole number where it belongs.
func WholeInto[T int | int64 | uint64](to *T, value string) bool {
	n, ok := Whole(value)
	*to = T(n)
	return ok
}

// Texts is the value of an array of strings.
func Texts(value string) ([]string, bool) {
	s, ok := plainArray(value)
	if !ok {
		return nil, false
	}
	list := []string{}
	for s.next('"') {
		list = append(list, s.until(`"`))
		s.pos++
	}
	return list, s.in[s.pos] == ']'
}

// Flat reads an array of objects of strings and numbers: begin is called for
// each object and member for each of its members, with the value as it is
// spelled. Where member answers false, so does Flat.
func Flat(value string, begin func(), member func(name, value string) bool) bool {
	s, ok := plainArray(value)
	if !ok {
		return false
	}
	for s.next('{') {
		begin()
		for s.next('"') {
			name := s.until(`"`)
			s.pos++
			s.space()
			s.pos++ // the colon
			s.space()
			from := s.pos
			switch s.in[s.pos] {
			case '"':
				s.pos++
				s.until(`"`)
				s.pos++
			case '{', '[':
				return false
			default:
				s.until(",} \t\r\n")
			}
			if !member(name, s.in[from:s.pos]) {
				return false
			}
		}
		s.pos++ // the brace, since a name is all that begins with a quote
	}
	return s.in[s.pos] == ']'
}

// plainArray stands behind the bracket of an array without escapes.
func plainArray(value string) (*scanner, bool) {
	if value == "" || value[0] != '[' || strings.IndexByte(value, '\\') >= 0 {
		return nil, false
	}
	return &scanner{in: value, pos: 1}, true
}

// next goes to the next element and behind its first octet, where it has that
// octet; otherwise it stays before what is there.
func (s *scanner) next(first byte) bool {
	s.space()
	if s.in[s.pos] == ',' {
		s.pos++
		s.space()
	}
	if s.in[s.pos] != first {
		return false
	}
	s.pos++
	return true
}

// until goes to the next of some octets and answers what was passed.
func (s *scanner) until(stops string) string {
	from := s.pos
	s.pos += strings.IndexAny(s.in[from:], stops)
	return s.in[from:s.pos]
}
