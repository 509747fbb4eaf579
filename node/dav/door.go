package dav

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/caldav"
)

// bodyMost is how long a request about calendars may be, in octets; an object has a limit of its own.
const bodyMost = 256 << 10

// programs is who uses CalDAV: the person whose calendars they are, by a password that they made for it.
func programs() access.Rule { return access.Rule{Own: true, Operation: signin.CalendarLogin} }

// Compliance classes (RFC 4918 section 18, RFC 4791 section 5.1) and what may be asked.
const (
	classes = "1, 3, calendar-access"
	methods = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT"
)

// request is one request of a program that was let in, about a place of its own.
type request struct {
	echo.Context
	*Server
	who   access.Caller
	place place
	body  []byte
	xml   *node // nil where there is no body
}

// errNowhere means a place that is not there, or is another's.
var errNowhere = errors.New("there is nothing at this address")

// door lets a program in by its password and learns what it asks about; another's place looks like one that is not there.
func (s *Server) door(do func(*request) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		guard(c)
		c.Response().Header().Set("DAV", classes)
		r := c.Request()
		_, password, shown := r.BasicAuth()
		if !shown {
			return s.unknown(c)
		}
		who, err := s.Door.Program(r.Context(), password, network(c.RealIP()))
		switch {
		case errors.Is(err, signin.ErrTooMany):
			c.Response().Header().Set("Retry-After", "900")
			return s.say(c, http.StatusTooManyRequests, "dav.paused")
		case errors.Is(err, signin.ErrRefused):
			return s.unknown(c)
		case err != nil:
			return s.failed(c, err)
		}
		if access.Decide(programs(), who, access.Object{Person: who.Person}) != access.Yes {
			return s.unknown(c) // a program's token for something else
		}
		q := &request{Context: c, Server: s, who: who}
		if q.place, err = q.at(); err == nil {
			err = q.read()
		}
		if err == nil {
			err = do(q)
		}
		return s.answer(c, err)
	}
}

// unknown asks for a password (RFC 7617).
func (s *Server) unknown(c echo.Context) error {
	c.Response().Header().Set("WWW-Authenticate", `Basic realm="Fukusen", charset="UTF-8"`)
	return s.say(c, http.StatusUnauthorized, "dav.password")
}

// at is the place that the path names, if it is the caller's.
func (q *request) at() (place, error) {
	p, ok := q.named()
	if !ok {
		return p, errNowhere
	}
	if p.person == "" {
		return place{}, nil
	}
	if access.Decide(programs(), q.who, access.Object{Person: p.person}) != access.Yes {
		return p, errNowhere
	}
	if p.shelf != "" && p.shelf != caldav.Own && p.shelf != caldav.Held || p.name != "" && !nameable(p.name) {
		return p, errNowhere
	}
	return p, nil
}

// named is what stands in the path. Where a path is spelled unusually, the router leaves its parts as they came.
func (q *request) named() (p place, ok bool) {
	for name, into := range map[string]*string{"person": &p.person, "shelf": &p.shelf, "name": &p.name} {
		*into = q.Param(name)
		if q.Request().URL.RawPath == "" {
			continue
		}
		plain, err := url.PathUnescape(*into)
		if err != nil {
			return p, false
		}
		*into = plain
	}
	return p, true
}

// read takes the body within its limit; that of an object is no XML.
func (q *request) read() error {
	r, most := q.Request(), int64(bodyMost)
	if r.Method == http.MethodPut {
		most = planner.ObjectMost
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return refusal{http.StatusUnsupportedMediaType, "", "dav.encoding"}
	}
	if r.ContentLength > most {
		return tooLong(r.Method)
	}
	octets, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	if err != nil {
		return refusal{http.StatusBadRequest, "", "dav.body"}
	}
	if int64(len(octets)) > most {
		return tooLong(r.Method)
	}
	q.body = octets
	if r.Method == http.MethodPut || len(strings.TrimSpace(string(octets))) == 0 {
		return nil
	}
	if q.xml, err = parse(octets); err != nil {
		return refusal{http.StatusBadRequest, "", "dav.xml"}
	}
	return nil
}

func tooLong(method string) error {
	if method == http.MethodPut {
		return refusal{http.StatusForbidden, "C:max-resource-size", "dav.object-size"}
	}
	return refusal{http.StatusRequestEntityTooLarge, "", "dav.body-size"}
}

// refusal is an answer that says why not: a precondition that programs know (RFC 4918 section 16), "" for none, and a
// sentence for people.
type refusal struct {
	status    int
	condition string
	key       string
}

func (r refusal) Error() string { return r.key }

// answer turns an error into what a program understands.
func (s *Server) answer(c echo.Context, err error) error {
	if err == nil || c.Response().Committed {
		return nil
	}
	var known refusal
	var conflict planner.UIDConflict
	switch {
	case errors.As(err, &known):
		return s.refuse(c, known, "")
	case errors.As(err, &conflict):
		href := place{c.Param("person"), c.Param("shelf"), conflict.Name}.path()
		return s.refuse(c, refusal{http.StatusForbidden, "C:no-uid-conflict", "dav.uid"}, href)
	case errors.Is(err, errNowhere), errors.Is(err, store.ErrNotFound), errors.Is(err, gate.ErrUnknownPerson):
		return s.say(c, http.StatusNotFound, "dav.nowhere")
	}
	for _, w := range []struct {
		err error
		refusal
	}{
		{planner.ErrPrecondition, refusal{http.StatusPreconditionFailed, "", "dav.changed"}},
		{planner.ErrReadOnly, refusal{http.StatusForbidden, "D:need-privileges", "dav.read-only"}},
		{planner.ErrFull, refusal{http.StatusInsufficientStorage, "D:quota-not-exceeded", "dav.full"}},
		{planner.ErrData, refusal{http.StatusForbidden, "C:valid-calendar-data", "dav.data"}},
		{planner.ErrObject, refusal{http.StatusForbidden, "C:valid-calendar-object-resource", "dav.object"}},
		{planner.ErrComponent, refusal{http.StatusForbidden, "C:supported-calendar-component", "dav.component"}},
		{planner.ErrObjectSize, refusal{http.StatusForbidden, "C:max-resource-size", "dav.object-size"}},
		{planner.ErrInstances, refusal{http.StatusForbidden, "C:max-instances", "dav.instances"}},
		{planner.ErrToken, refusal{http.StatusForbidden, "D:valid-sync-token", "dav.token"}},
		{gate.ErrRestoring, refusal{http.StatusServiceUnavailable, "", "dav.restoring"}},
	} {
		if errors.Is(err, w.err) {
			return s.refuse(c, w.refusal, "")
		}
	}
	return s.failed(c, err)
}

func (s *Server) refuse(c echo.Context, r refusal, href string) error {
	if r.condition == "" {
		return s.say(c, r.status, r.key)
	}
	var d document
	d.WriteString(heading + "<D:error" + spaces + "><" + r.condition + ">")
	if href != "" {
		d.href(href)
	}
	d.WriteString("</" + r.condition + ">")
	d.element("D:responsedescription", said(r.key))
	d.WriteString("</D:error>\n")
	return c.Blob(r.status, "application/xml; charset=utf-8", d.Bytes())
}

// options says what may be asked here.
func (q *request) options() error {
	q.Response().Header().Set("Allow", methods)
	q.Response().Header().Set(echo.HeaderContentLength, "0")
	return q.NoContent(http.StatusOK)
}

// noCalendar refuses calendars that a program wants to make beside those that are there.
func (q *request) noCalendar() error {
	return refusal{http.StatusForbidden, "C:calendar-collection-location-ok", "dav.no-calendar"}
}

// wellKnown leads from the host to where CalDAV stands (RFC 6764 section 5).
func (s *Server) wellKnown(c echo.Context) error {
	guard(c)
	return c.Redirect(http.StatusMovedPermanently, base)
}
