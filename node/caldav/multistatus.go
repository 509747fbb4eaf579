package caldav

import (
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// Bounds of one answer, beside its octets: more than any server needs.
const (
	maxDepth     = 16
	maxElements  = 2_000_000
	maxName      = 4096 // octets of a path, an ETag or a token
	maxResponses = 2 * MaxResources
)

// multistatus is an answer (RFC 4918 section 13) as far as it is asked for.
type multistatus struct {
	Responses []response
	Token     string
	truncated bool // the server says that there is more (RFC 6578 section 3.6)
}

// response is what an answer says of one resource. status is 200 where a propstat
// with that status was read, else that of the response.
type response struct {
	href    string
	status  int
	etag    string
	data    string
	hasData bool

	calendar, collection, sync bool
	syncToken, ctag            string
}

const (
	davSpace    = "DAV:"
	calSpace    = "urn:ietf:params:xml:ns:caldav"
	serverSpace = "http://calendarserver.org/ns/"
)

// scan walks a document without recursion: what lies deeper than an answer needs
// costs a refusal and no stack.
type scan struct {
	out   multistatus
	open  []xml.Name
	text  strings.Builder
	now   response
	prop  response // a propstat until its status is known
	state int      // of the propstat
	roots int
}

// readMultistatus reads an answer. A document type, an entity of its own, more
// depth, elements or resources than the bounds: ErrXML or ErrTooMany.
func readMultistatus(body []byte) (multistatus, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	s := &scan{}
	for n := 0; ; n++ {
		token, err := d.Token()
		if err == io.EOF && s.roots == 1 && len(s.open) == 0 {
			return s.out, nil
		}
		if err != nil || n > maxElements {
			return multistatus{}, ErrXML
		}
		switch token := token.(type) {
		case xml.Directive:
			return multistatus{}, ErrXML
		case xml.StartElement:
			if len(s.open) >= maxDepth || len(s.open) == 0 && token.Name != (xml.Name{Space: davSpace, Local: "multistatus"}) {
				return multistatus{}, ErrXML
			}
			if len(s.open) == 0 {
				if s.roots++; s.roots > 1 {
					return multistatus{}, ErrXML
				}
			}
			s.open = append(s.open, token.Name)
			s.begin()
		case xml.CharData:
			if len(s.open) > 0 {
				s.text.Write(token)
			}
		case xml.EndElement:
			if err := s.end(); err != nil {
				return multistatus{}, err
			}
			s.open = s.open[:len(s.open)-1]
		}
	}
}

// is says whether the innermost open elements are these of DAV:, from the inside
// out; a name with a space in front is of that.
func (s *scan) is(names ...string) bool {
	if len(s.open) < len(names) {
		return false
	}
	for i, name := range names {
		space, local := davSpace, name
		switch {
		case strings.HasPrefix(name, "C:"):
			space, local = calSpace, name[2:]
		case strings.HasPrefix(name, "S:"):
			space, local = serverSpace, name[2:]
		}
		if s.open[len(s.open)-1-i] != (xml.Name{Space: space, Local: local}) {
			return false
		}
	}
	return true
}

func (s *scan) begin() {
	s.text.Reset()
	switch {
	case s.is("response", "multistatus"):
		s.now = response{}
	case s.is("propstat", "response"):
		s.prop, s.state = response{}, 0
	case s.is("C:calendar", "resourcetype", "prop"):
		s.prop.calendar = true
	case s.is("collection", "resourcetype", "prop"):
		s.prop.collection = true
	case s.is("sync-collection", "report", "supported-report"):
		s.prop.sync = true
	}
}

func (s *scan) end() error {
	text := s.text.String()
	s.text.Reset()
	switch {
	case s.is("href", "response", "multistatus"):
		s.now.href = short(text)
	case s.is("status", "response", "multistatus"):
		s.now.status = code(text)
	case s.is("status", "propstat"):
		s.state = code(text)
	case s.is("getetag", "prop", "propstat"):
		s.prop.etag = short(text)
	case s.is("C:calendar-data", "prop", "propstat"):
		s.prop.data, s.prop.hasData = text, true
	case s.is("sync-token", "prop", "propstat"):
		s.prop.syncToken = short(text)
	case s.is("S:getctag", "prop", "propstat"):
		s.prop.ctag = short(text)
	case s.is("propstat", "response", "multistatus"):
		if s.state/100 == 2 {
			href := s.now.href
			s.now = s.prop
			s.now.href, s.now.status = href, s.state
		}
	case s.is("response", "multistatus"):
		if s.now.status == 507 {
			s.out.truncated = true
			break
		}
		if len(s.out.Responses) >= maxResponses {
			return ErrTooMany
		}
		s.out.Responses = append(s.out.Responses, s.now)
	case s.is("sync-token", "multistatus"):
		s.out.Token = short(text)
	}
	return nil
}

// short is a name of the server as it is kept; a longer one is none.
func short(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > maxName || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return text
}

// code reads "HTTP/1.1 404 Not Found".
func code(text string) int {
	parts := strings.Fields(text)
	if len(parts) < 2 {
		return 0
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil || n < 100 || n > 599 {
		return 0
	}
	return n
}
