package dav

import (
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/store/caldav"
	"github.com/fukusen/fukusen/node/web/text"
)

// resource is something that has properties: the root, a person's calendars, one calendar, or one object.
type resource struct {
	place place
	shelf caldav.Shelf
	item  caldav.Item
}

// named is a property by its name.
func named(space, local string) xml.Name { return xml.Name{Space: space, Local: local} }

// settable are what programs may call a calendar, with the names under which it is kept.
var settable = map[xml.Name]string{
	named(nsDAV, "displayname"):             "name",
	named(nsCalDAV, "calendar-description"): "description",
	named(nsApple, "calendar-color"):        "color",
	named(nsApple, "calendar-order"):        "order",
}

// properties are all that a resource has, each by what stands inside its element.
func (q *request) properties(r resource) map[xml.Name]string {
	who := hrefs(place{person: q.who.Person})
	all := map[xml.Name]string{
		named(nsDAV, "resourcetype"): "", named(nsDAV, "owner"): who, named(nsDAV, "current-user-principal"): who,
	}
	switch {
	case r.place.person == "":
		all[named(nsDAV, "resourcetype")] = "<D:collection/>"
	case r.place.shelf == "":
		home := hrefs(r.place)
		all[named(nsDAV, "resourcetype")] = "<D:collection/><D:principal/>"
		all[named(nsDAV, "displayname")] = "Fukusen"
		all[named(nsDAV, "principal-URL")] = home
		all[named(nsDAV, "principal-collection-set")] = hrefs(place{})
		all[named(nsCalDAV, "calendar-home-set")] = home
		all[named(nsCalDAV, "calendar-user-address-set")] = home
		all[named(nsDAV, "current-user-privilege-set")] = privileges("read")
		all[named(nsDAV, "supported-report-set")] = reports("C:free-busy-query")
	case r.place.name == "":
		q.ofShelf(all, r)
	default:
		all[named(nsDAV, "getetag")] = escapedText(tag(r.item.ETag))
		all[named(nsDAV, "getcontenttype")] = ical.Type + "; component=VEVENT"
		all[named(nsDAV, "getcontentlength")] = strconv.Itoa(len(r.item.Body))
		all[named(nsDAV, "getlastmodified")] = time.Unix(r.item.ChangedAt, 0).UTC().Format(http.TimeFormat)
		all[named(nsDAV, "current-user-privilege-set")] = rights(r.place.shelf)
	}
	return all
}

func (q *request) ofShelf(all map[xml.Name]string, r resource) {
	all[named(nsDAV, "resourcetype")] = "<D:collection/><C:calendar/>"
	all[named(nsDAV, "displayname")] = escapedText(text.Of("ja", "dav.shelf."+r.place.shelf))
	all[named(nsDAV, "getcontenttype")] = ical.Type
	all[named(nsDAV, "current-user-privilege-set")] = rights(r.place.shelf)
	all[named(nsDAV, "supported-report-set")] = reports("C:calendar-query", "C:calendar-multiget", "C:free-busy-query", "D:sync-collection")
	all[named(nsDAV, "sync-token")] = escapedText(q.token(r.shelf.Turn))
	all[named(nsServer, "getctag")] = escapedText(q.token(r.shelf.Turn))
	all[named(nsCalDAV, "supported-calendar-component-set")] = `<C:comp name="VEVENT"/>`
	all[named(nsCalDAV, "supported-calendar-data")] = `<C:calendar-data content-type="text/calendar" version="2.0"/>`
	all[named(nsCalDAV, "max-resource-size")] = strconv.Itoa(planner.ObjectMost)
	if r.place.shelf == caldav.Held {
		all[named(nsCalDAV, "schedule-calendar-transp")] = "<C:opaque/>"
	}
	called := planner.Properties(r.shelf)
	for name, key := range settable {
		if value := called[key]; value != "" {
			all[name] = escapedText(value)
		}
	}
}

func hrefs(p place) string { return "<D:href>" + escapedText(p.path()) + "</D:href>" }

func tag(etag string) string { return `"` + etag + `"` }

// rights are what a program may do with a calendar and what stands in it (RFC 3744 section 5.4).
func rights(shelf string) string {
	if shelf == caldav.Own {
		return privileges("read", "write", "write-content", "write-properties", "bind", "unbind")
	}
	return privileges("read", "write-properties")
}

func privileges(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteString("<D:privilege><D:" + n + "/></D:privilege>")
	}
	return b.String()
}

func reports(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteString("<D:supported-report><D:report><" + n + "/></D:report></D:supported-report>")
	}
	return b.String()
}

// asked is which properties a request wants.
type asked struct {
	names []xml.Name
	all   bool // those that are told without being named
	bare  bool // names alone
	data  bool // the object itself
}

// askedOf reads what stands beside or within a request's prop (RFC 4918 section 9.1).
func askedOf(request *node) asked {
	switch {
	case request == nil || request.child(nsDAV, "allprop") != nil:
		return asked{all: true}
	case request.child(nsDAV, "propname") != nil:
		return asked{all: true, bare: true}
	}
	var a asked
	if prop := request.child(nsDAV, "prop"); prop != nil {
		for _, p := range prop.children {
			if p.is(nsCalDAV, "calendar-data") {
				a.data = true
				continue
			}
			a.names = append(a.names, p.Name)
		}
	}
	return a
}

// told without being named are the properties of RFC 4918; those of other standards are asked for by name.
func told(name xml.Name) bool {
	switch name.Local {
	case "resourcetype", "displayname", "getetag", "getcontenttype", "getcontentlength", "getlastmodified":
		return name.Space == nsDAV
	}
	return false
}

// respond writes what one resource says to what was asked.
func (q *request) respond(d *document, r resource, a asked) {
	all := q.properties(r)
	var have, lack document
	if a.all {
		for name, inside := range all {
			if told(name) || a.bare {
				if a.bare {
					inside = ""
				}
				have.tagged(name, inside)
			}
		}
	}
	for _, name := range a.names {
		if inside, ok := all[name]; ok {
			have.tagged(name, inside)
		} else {
			lack.tagged(name, "")
		}
	}
	if a.data && r.place.name != "" {
		have.element("C:calendar-data", r.item.Body)
	}
	d.WriteString("<D:response>")
	d.href(r.place.path())
	if have.Len() > 0 || lack.Len() == 0 {
		propstat(d, &have, http.StatusOK)
	}
	if lack.Len() > 0 {
		propstat(d, &lack, http.StatusNotFound)
	}
	d.WriteString("</D:response>\n")
}

func propstat(d, inside *document, status int) {
	d.WriteString("<D:propstat><D:prop>")
	d.Write(inside.Bytes())
	d.WriteString("</D:prop>")
	d.element("D:status", line(status))
	d.WriteString("</D:propstat>")
}

func line(status int) string {
	return "HTTP/1.1 " + strconv.Itoa(status) + " " + http.StatusText(status)
}

// missing writes that a resource is not there, or is not any more.
func missing(d *document, p place) {
	d.WriteString("<D:response>")
	d.href(p.path())
	d.element("D:status", line(http.StatusNotFound))
	d.WriteString("</D:response>\n")
}
