package strict

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// text reads one JSON string and returns its value. Escapes are decoded, since
// "\u0069ss" and "iss" are one name to a JSON reader.
func (s *scanner) text() (string, *Fault) {
	s.pos++
	start := s.pos
	for s.pos < len(s.in) {
		switch c := s.in[s.pos]; {
		case c == '"':
			plain := s.in[start:s.pos]
			s.pos++
			return plain, nil
		case c == '\\':
			return s.escaped(start)
		case c < 0x20:
			return "", s.malformed()
		default:
			s.pos++
		}
	}
	return "", s.malformed()
}

func (s *scanner) escaped(start int) (string, *Fault) {
	var b strings.Builder
	b.WriteString(s.in[start:s.pos])
	for s.pos < len(s.in) {
		c := s.in[s.pos]
		switch {
		case c == '"':
			s.pos++
			return b.String(), nil
		case c < 0x20:
			return "", s.malformed()
		case c != '\\':
			b.WriteByte(c)
			s.pos++
		default:
			r, bad := s.escape()
			if bad != nil {
				return "", bad
			}
			b.WriteRune(r)
		}
	}
	return "", s.malformed()
}

func (s *scanner) escape() (rune, *Fault) {
	if s.pos+1 >= len(s.in) {
		return 0, s.malformed()
	}
	c := s.in[s.pos+1]
	if c != 'u' {
		i := strings.IndexByte(`"\/bfnrt`, c)
		if i < 0 {
			return 0, s.malformed()
		}
		s.pos += 2
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	high, ok := s.hex(s.pos + 2)
	if !ok {
		return 0, s.malformed()
	}
	s.pos += 6
	switch {
	case high == 0:
		return 0, fault("REQ-OPEN-011", "U+0000 is not allowed in a string")
	case high >= 0xDC00 && high <= 0xDFFF:
		return 0, fault("REQ-OPEN-011", "a lone surrogate is not allowed in a string")
	case high < 0xD800 || high > 0xDFFF:
		return high, nil
	}
	low, ok := rune(0), false
	if strings.HasPrefix(s.in[s.pos:], `\u`) {
		low, ok = s.hex(s.pos + 2)
	}
	if !ok || low < 0xDC00 || low > 0xDFFF {
		return 0, fault("REQ-OPEN-011", "a lone surrogate is not allowed in a string")
	}
	s.pos += 6
	return 0x10000 + (high-0xD800)<<10 + (low - 0xDC00), nil
}

func (s *scanner) hex(at int) (rune, bool) {
	if at+4 > len(s.in) {
		return utf8.RuneError, false
	}
	for i := at; i < at+4; i++ {
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(s.in[i])) {
			return utf8.RuneError, false
		}
	}
	n, err := strconv.ParseUint(s.in[at:at+4], 16, 32)
	return rune(n), err == nil
}
