package dav

import (
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/store/caldav"
)

// shelves are the calendars of every person.
func shelves() []string { return []string{caldav.Own, caldav.Held} }

// token names a state of a shelf. After a restore none of before is known (RFC 6578 section 3.2).
func (s *Server) token(turn int64) string {
	return string(s.Self) + base + "sync/" + strconv.FormatInt(s.Epoch(), 10) + "/" + strconv.FormatInt(turn, 10)
}

// turnOf reads a token that this node gave since its epoch.
func (s *Server) turnOf(token string) (int64, error) {
	rest, ok := strings.CutPrefix(token, string(s.Self)+base+"sync/"+strconv.FormatInt(s.Epoch(), 10)+"/")
	turn, err := strconv.ParseInt(rest, 10, 64)
	if !ok || err != nil || turn < 0 {
		return 0, planner.ErrToken
	}
	return turn, nil
}

func (q *request) multistatus(d *document, more string) error {
	var whole document
	whole.WriteString(heading + "<D:multistatus" + spaces + ">\n")
	whole.Write(d.Bytes())
	whole.WriteString(more + "</D:multistatus>\n")
	return q.Blob(http.StatusMultiStatus, "application/xml; charset=utf-8", whole.Bytes())
}

// propfind answers the properties of a place and, with Depth 1, of what stands in it.
func (q *request) propfind() error {
	if q.xml != nil && !q.xml.is(nsDAV, "propfind") {
		return refusal{http.StatusBadRequest, "", "dav.xml"}
	}
	deep := q.Request().Header.Get("Depth")
	if deep != "0" && deep != "1" {
		return refusal{http.StatusForbidden, "D:propfind-finite-depth", "dav.depth"}
	}
	a := askedOf(q.xml)
	var d document
	switch {
	case q.place.person == "":
		q.respond(&d, resource{place: place{}}, a)
	case q.place.shelf == "":
		q.respond(&d, resource{place: q.place}, a)
		if deep == "0" {
			break
		}
		for _, name := range shelves() {
			shelf, err := q.Planner.State(q.ctx(), q.place.person, name)
			if err != nil {
				return err
			}
			q.respond(&d, resource{place: place{q.place.person, name, ""}, shelf: shelf}, a)
		}
	case q.place.name == "":
		if err := q.propfindShelf(&d, a, deep == "1"); err != nil {
			return err
		}
	default:
		item, err := q.item(q.place)
		if err != nil {
			return err
		}
		a.data = false
		q.respond(&d, q.of(item), a)
	}
	return q.multistatus(&d, "")
}

func (q *request) propfindShelf(d *document, a asked, deep bool) error {
	if !deep {
		shelf, err := q.Planner.State(q.ctx(), q.place.person, q.place.shelf)
		if err == nil {
			q.respond(d, resource{place: q.place, shelf: shelf}, a)
		}
		return err
	}
	shelf, items, err := q.Planner.Shelf(q.ctx(), q.place.person, q.place.shelf)
	if err != nil {
		return err
	}
	q.respond(d, resource{place: q.place, shelf: shelf}, a)
	a.data = false // the objects themselves come by a report
	for _, item := range items {
		q.respond(d, q.of(item), a)
	}
	return nil
}

func (q *request) of(item caldav.Item) resource {
	return resource{place: place{item.Person, item.Shelf, item.Name}, item: item}
}

// item finds an object by its place.
func (q *request) item(p place) (caldav.Item, error) {
	return q.Planner.Object(q.ctx(), p.person, p.shelf, p.name)
}

// get answers one object, or a whole calendar for who looks by hand.
func (q *request) get() error {
	if q.place.name == "" {
		return refusal{http.StatusMethodNotAllowed, "", "dav.collection"}
	}
	item, err := q.item(q.place)
	if err != nil {
		return err
	}
	h := q.Response().Header()
	h.Set("ETag", tag(item.ETag))
	h.Set("Cache-Control", "private, no-cache")
	if matches(q.Request().Header.Get("If-None-Match"), tag(item.ETag)) {
		return q.NoContent(http.StatusNotModified)
	}
	h.Set(echo.HeaderContentType, ical.Type)
	h.Set(echo.HeaderContentLength, strconv.Itoa(len(item.Body)))
	if q.Request().Method == http.MethodHead {
		return q.NoContent(http.StatusOK)
	}
	return q.Blob(http.StatusOK, ical.Type, []byte(item.Body))
}

// condition is what a request's headers want to be so (RFC 9110 sections 13.1.1 and 13.1.2).
func (q *request) condition() planner.Condition {
	match, none := q.Request().Header.Get("If-Match"), q.Request().Header.Get("If-None-Match")
	return func(etag string) bool {
		stands := etag != ""
		if match != "" && (!stands || !matches(match, tag(etag)) || strings.HasPrefix(match, "W/")) {
			return false
		}
		return none == "" || !stands || !matches(none, tag(etag))
	}
}

func (q *request) put() error {
	if q.place.name == "" {
		return refusal{http.StatusMethodNotAllowed, "", "dav.collection"}
	}
	if kind := q.Request().Header.Get(echo.HeaderContentType); kind != "" && !strings.HasPrefix(strings.ToLower(kind), "text/calendar") {
		return refusal{http.StatusForbidden, "C:supported-calendar-data", "dav.data"}
	}
	etag, fresh, err := q.Planner.Put(q.ctx(), q.place.person, q.place.shelf, q.place.name, q.body, q.condition())
	if err != nil {
		return err
	}
	q.Response().Header().Set("ETag", tag(etag))
	if fresh {
		return q.NoContent(http.StatusCreated)
	}
	return q.NoContent(http.StatusNoContent)
}

func (q *request) remove() error {
	if q.place.name == "" {
		return refusal{http.StatusForbidden, "D:need-privileges", "dav.stays"}
	}
	if err := q.Planner.Delete(q.ctx(), q.place.person, q.place.shelf, q.place.name, q.condition()); err != nil {
		return err
	}
	return q.NoContent(http.StatusNoContent)
}

// proppatch names and colours a calendar: all of what is asked, or nothing (RFC 4918 section 9.2).
func (q *request) proppatch() error {
	if !q.xml.is(nsDAV, "propertyupdate") {
		return refusal{http.StatusBadRequest, "", "dav.xml"}
	}
	changed := map[string]string{}
	var names []xml.Name
	var wrong []xml.Name
	for _, act := range q.xml.children {
		prop := act.child(nsDAV, "prop")
		if prop == nil || !act.is(nsDAV, "set") && !act.is(nsDAV, "remove") {
			continue
		}
		for _, p := range prop.children {
			key, ok := settable[p.Name]
			names = append(names, p.Name)
			if !ok || q.place.shelf == "" || q.place.name != "" {
				wrong = append(wrong, p.Name)
				continue
			}
			changed[key] = ""
			if act.is(nsDAV, "set") {
				changed[key] = p.value()
			}
		}
	}
	if len(wrong) == 0 && len(changed) > 0 {
		if err := q.Planner.SetProperties(q.ctx(), q.place.person, q.place.shelf, changed); err != nil {
			if err != planner.ErrProperty {
				return err
			}
			wrong = names
		}
	}
	return q.multistatus(patched(q.place, names, wrong), "")
}

// patched says of each property what became of it.
func patched(p place, names, wrong []xml.Name) *document {
	var d, good, bad document
	refused := map[xml.Name]bool{}
	for _, name := range wrong {
		refused[name] = true
		bad.tagged(name, "")
	}
	for _, name := range names {
		if !refused[name] {
			good.tagged(name, "")
		}
	}
	d.WriteString("<D:response>")
	d.href(p.path())
	status := http.StatusOK
	if len(wrong) > 0 {
		propstat(&d, &bad, http.StatusForbidden)
		status = http.StatusFailedDependency
	}
	if good.Len() > 0 || len(wrong) == 0 {
		propstat(&d, &good, status)
	}
	d.WriteString("</D:response>\n")
	return &d
}
