// Package strict reads one JSON object as section 3 of the standard demands,
// so that two implementations can never read two different things in it.
//
// It refuses duplicate and case-folded names, fractions, bad UTF-8, octets
// after the object, and more than the bounds allow. It knows no record: what it
// refuses is a Fault that names the requirement.
package strict

import (
	"strings"
	"unicode/utf8"
)

// Bounds of section 3 on what is read before any signature is looked at.
const (
	maxDepth   = 16
	maxMembers = 8192
	maxInteger = "9007199254740991"
)

// Fault says which requirement the text breaks and how; Field is the member at
// fault, or empty. It holds no value of the text.
type Fault struct {
	Requirement string // such as REQ-OPEN-008
	Field       string
	Detail      string // plain English, what is required
}

// Member is one top-level member: its name, the first octet of its value,
// which tells its JSON type, and the value as it is spelled.
type Member struct {
	Name  string
	First byte
	Value string
}

// scanner walks one JSON text and refuses what encoding/json would let pass:
// duplicate and case-folded names, floats, bad UTF-8, trailing octets.
type scanner struct {
	in      string
	pos     int
	members int
	shape   *Shape
	top     []Member
	foreign [][2]int // names that encoding/json would take for defined ones
}

// Object checks that text is exactly one object within the bounds and returns
// its top-level members in order and the text to decode. A nil shape defines no
// member.
func Object(text string, sh *Shape) ([]Member, string, *Fault) {
	if strings.HasPrefix(text, "\ufeff") || !utf8.ValidString(text) {
		return nil, "", fault("REQ-OPEN-011", "JSON is valid UTF-8 without a byte order mark")
	}
	s := &scanner{in: text, shape: sh, top: make([]Member, 0, 20)}
	s.space()
	if s.pos >= len(text) || text[s.pos] != '{' {
		return nil, "", fault("REQ-OPEN-013", "exactly one JSON object is required")
	}
	if r := s.value(1); r != nil {
		return nil, "", r
	}
	s.space()
	if s.pos != len(text) {
		return nil, "", fault("REQ-OPEN-013", "nothing may follow the JSON object")
	}
	return s.top, s.decodable(), nil
}

// decodable is the text without the names that only encoding/json takes for
// defined ones: it folds U+017F to s and U+212A to k, the standard only ASCII.
func (s *scanner) decodable() string {
	if len(s.foreign) == 0 {
		return s.in
	}
	octets := []byte(s.in)
	for _, span := range s.foreign {
		for i := span[0]; i < span[1]; i++ {
			octets[i] = '_'
		}
	}
	return string(octets)
}

var foreignLetters = strings.NewReplacer("\u017f", "s", "\u212a", "k")

// noteForeign remembers the place of an unknown name that encoding/json would
// match to a defined one.
func (s *scanner) noteForeign(fold string, from int) {
	if s.shape == nil || !strings.ContainsAny(fold, "\u017f\u212a") {
		return
	}
	if _, defined := s.shape.Folded[foreignLetters.Replace(fold)]; defined {
		s.foreign = append(s.foreign, [2]int{from + 1, s.pos - 1})
	}
}

func (s *scanner) space() {
	for s.pos < len(s.in) {
		switch s.in[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

func fault(requirement, detail string) *Fault { return &Fault{requirement, "", detail} }

func (s *scanner) malformed() *Fault {
	return fault("REQ-OPEN-013", "the octets are not well-formed JSON (RFC 8259)")
}

func (s *scanner) value(depth int) *Fault {
	if s.pos >= len(s.in) {
		return s.malformed()
	}
	switch c := s.in[s.pos]; {
	case c == '{':
		return s.object(depth)
	case c == '[':
		return s.array(depth)
	case c == '"':
		_, r := s.text()
		return r
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	default:
		for _, word := range [...]string{"true", "false", "null"} {
			if strings.HasPrefix(s.in[s.pos:], word) {
				s.pos += len(word)
				return nil
			}
		}
		return s.malformed()
	}
}

func (s *scanner) enter(depth int) *Fault {
	if depth > maxDepth {
		return fault("REQ-OPEN-012", "JSON is nested at most 16 deep")
	}
	s.pos++
	s.space()
	return nil
}

func (s *scanner) count() *Fault {
	if s.members++; s.members > maxMembers {
		return fault("REQ-OPEN-012", "JSON holds at most 8192 members and elements")
	}
	return nil
}

func (s *scanner) object(depth int) *Fault {
	if r := s.enter(depth); r != nil {
		return r
	}
	if s.skip('}') {
		return nil
	}
	var seen names
	for {
		if r := s.member(depth, &seen); r != nil {
			return r
		}
		s.space()
		if s.skip('}') {
			return nil
		}
		if !s.skip(',') {
			return s.malformed()
		}
		s.space()
	}
}

func (s *scanner) member(depth int, seen *names) *Fault {
	if r := s.count(); r != nil {
		return r
	}
	if s.pos >= len(s.in) || s.in[s.pos] != '"' {
		return s.malformed()
	}
	from := s.pos
	name, r := s.text()
	if r != nil {
		return r
	}
	fold := asciiLower(name)
	if !seen.add(fold) {
		return fault("REQ-OPEN-008", "a member name stands twice in one object, or twice but for case")
	}
	if s.shape != nil {
		if defined, ok := s.shape.Folded[fold]; ok && defined != name {
			return &Fault{"REQ-OPEN-009", defined, "the member is spelled in another case than the standard's"}
		}
	}
	s.noteForeign(fold, from)
	s.space()
	if !s.skip(':') {
		return s.malformed()
	}
	s.space()
	start := s.pos
	if r := s.value(depth + 1); r != nil || depth > 1 {
		return r
	}
	s.top = append(s.top, Member{name, s.in[start], s.in[start:s.pos]})
	return nil
}

// names are the member names of one object. The usual object has few, and
// comparing a few short names costs less than a map.
type names struct {
	few  [24]string
	n    int
	many map[string]struct{}
}

// add reports whether a name is new.
func (l *names) add(name string) bool {
	for _, known := range l.few[:min(l.n, len(l.few))] {
		if known == name {
			return false
		}
	}
	l.n++
	if l.n <= len(l.few) {
		l.few[l.n-1] = name
		return true
	}
	if _, known := l.many[name]; known {
		return false
	}
	if l.many == nil {
		l.many = make(map[string]struct{})
	}
	l.many[name] = struct{}{}
	return true
}

func (s *scanner) array(depth int) *Fault {
	if r := s.enter(depth); r != nil {
		return r
	}
	if s.skip(']') {
		return nil
	}
	for {
		if r := s.count(); r != nil {
			return r
		}
		if r := s.value(depth + 1); r != nil {
			return r
		}
		s.space()
		if s.skip(']') {
			return nil
		}
		if !s.skip(',') {
			return s.malformed()
		}
		s.space()
	}
}

func (s *scanner) skip(c byte) bool {
	if s.pos < len(s.in) && s.in[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

// number accepts integers within ±(2^53-1) and nothing else: other spellings
// are read differently by different programs (RFC 7493 section 2.2).
func (s *scanner) number() *Fault {
	negative := s.skip('-')
	from := s.pos
	for s.pos < len(s.in) && s.in[s.pos] >= '0' && s.in[s.pos] <= '9' {
		s.pos++
	}
	body := s.in[from:s.pos]
	if body == "" || len(body) > 1 && body[0] == '0' {
		return s.malformed()
	}
	if s.pos < len(s.in) && strings.IndexByte(".eE", s.in[s.pos]) >= 0 {
		return fault("REQ-OPEN-010", "a number has no fraction and no exponent")
	}
	if negative && body == "0" {
		return fault("REQ-OPEN-010", "minus zero is not a number here")
	}
	if len(body) > len(maxInteger) || len(body) == len(maxInteger) && body > maxInteger {
		return fault("REQ-OPEN-010", "a number lies within ±9007199254740991")
	}
	return nil
}

// asciiLower avoids an allocation for the usual name, which is lower case.
func asciiLower(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if b[j] >= 'A' && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}
