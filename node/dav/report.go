package dav

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/ical"
	"github.com/fukusen/fukusen/node/planner"
	"github.com/fukusen/fukusen/node/store/caldav"
)

const (
	// changesMost is how many changes one answer tells.
	changesMost = 1000
	// hrefsMost is how many objects a report may name.
	hrefsMost = 2000
	// spanMost is the longest span that a question about time may have.
	spanMost = 3 * 366 * 24 * time.Hour
)

func (q *request) ctx() context.Context { return q.Request().Context() }

// report answers the questions of RFC 4791 section 7 and RFC 6578.
func (q *request) report() error {
	switch {
	case q.xml == nil:
		return refusal{http.StatusBadRequest, "", "dav.xml"}
	case q.xml.is(nsCalDAV, "free-busy-query") && q.place.person != "" && q.place.name == "":
		return q.freeBusy()
	case q.place.shelf == "" || q.place.name != "":
	case q.xml.is(nsCalDAV, "calendar-query"):
		return q.query()
	case q.xml.is(nsCalDAV, "calendar-multiget"):
		return q.multiget()
	case q.xml.is(nsDAV, "sync-collection"):
		return q.sync()
	}
	return refusal{http.StatusForbidden, "D:supported-report", "dav.report"}
}

// query answers the objects that a filter lets through (section 7.8). Instances are not expanded: an object comes whole.
func (q *request) query() error {
	filter, err := filterOf(q.xml.child(nsCalDAV, "filter"))
	if err != nil {
		return err
	}
	_, items, err := q.Planner.Shelf(q.ctx(), q.place.person, q.place.shelf)
	if err != nil {
		return err
	}
	a := askedOf(q.xml)
	var d document
	for _, item := range items {
		if err := q.ctx().Err(); err != nil {
			return err // nobody waits for the rest
		}
		if filter.admits(item) {
			q.respond(&d, q.of(item), a)
		}
	}
	return q.multistatus(&d, "")
}

// multiget answers objects by their addresses (section 7.9); one that is not on this calendar is not there.
func (q *request) multiget() error {
	_, items, err := q.Planner.Shelf(q.ctx(), q.place.person, q.place.shelf)
	if err != nil {
		return err
	}
	byName := make(map[string]caldav.Item, len(items))
	for _, item := range items {
		byName[item.Name] = item
	}
	a := askedOf(q.xml)
	var d document
	count := 0
	for _, child := range q.xml.children {
		if !child.is(nsDAV, "href") {
			continue
		}
		if count++; count > hrefsMost {
			return refusal{http.StatusInsufficientStorage, "D:number-of-matches-within-limits", "dav.hrefs"}
		}
		p, ok := placeOf(child.value(), string(q.Self))
		item, there := byName[p.name]
		if ok && there && p.person == q.place.person && p.shelf == q.place.shelf {
			q.respond(&d, q.of(item), a)
			continue
		}
		d.WriteString("<D:response>")
		d.href(child.value())
		d.element("D:status", line(http.StatusNotFound))
		d.WriteString("</D:response>\n")
	}
	return q.multistatus(&d, "")
}

// sync answers what has changed since a token (RFC 6578 section 3.2).
func (q *request) sync() error {
	after, limit := int64(0), changesMost
	if token := q.xml.child(nsDAV, "sync-token").value(); token != "" {
		var err error
		if after, err = q.turnOf(token); err != nil {
			return err
		}
	}
	if asked := q.xml.child(nsDAV, "limit").child(nsDAV, "nresults"); asked != nil {
		n, err := strconv.Atoi(asked.value())
		if err != nil || n <= 0 {
			return refusal{http.StatusBadRequest, "", "dav.xml"}
		}
		limit = min(limit, n)
	}
	shelf, items, more, err := q.Planner.Changes(q.ctx(), q.place.person, q.place.shelf, after, limit)
	if err != nil {
		return err
	}
	a := askedOf(q.xml)
	var d document
	turn := shelf.Turn
	for _, item := range items {
		switch {
		case !item.Gone:
			q.respond(&d, q.of(item), a)
		case after > 0:
			missing(&d, place{item.Person, item.Shelf, item.Name})
		}
	}
	if more {
		turn = items[len(items)-1].Turn
		d.WriteString("<D:response>")
		d.href(q.place.path())
		d.element("D:status", line(http.StatusInsufficientStorage))
		d.WriteString("<D:error><D:number-of-matches-within-limits/></D:error></D:response>\n")
	}
	return q.multistatus(&d, "<D:sync-token>"+escapedText(q.token(turn))+"</D:sync-token>\n")
}

// freeBusy answers when the person is busy by one calendar, or by all that is known here where it is asked of their home
// (section 7.10).
func (q *request) freeBusy() error {
	from, to, err := span(q.xml.child(nsCalDAV, "time-range"))
	if err != nil || from.IsZero() || to.IsZero() {
		return refusal{http.StatusBadRequest, "", "dav.range"}
	}
	if to.Sub(from) > spanMost {
		return refusal{http.StatusForbidden, "C:max-date-time", "dav.span"}
	}
	found, err := q.Planner.BusyOn(q.ctx(), q.place.person, q.place.shelf, from, to)
	if err != nil {
		return err
	}
	list := make([]ical.Period, len(found))
	for i, b := range found {
		list[i] = ical.Period{Start: b.Start, End: b.End, Type: planner.BusyType(b.Status)}
	}
	return q.Blob(http.StatusOK, ical.Type, ical.FreeBusy("busy-"+q.place.shelf, q.Clock().UTC(), from, to, list, 0))
}

// filter is what a query asks of objects.
type filter struct {
	none     bool // nothing here can match
	from, to time.Time
	props    []propFilter
}

type propFilter struct {
	name    string
	absent  bool
	text    string
	negated bool
}

// filterOf reads the filter of a query: a component, a span of time, and properties by their text. Others are refused
// (section 7.8, CALDAV:supported-filter).
func filterOf(n *node) (filter, error) {
	unsupported := refusal{http.StatusForbidden, "C:supported-filter", "dav.filter"}
	whole := n.child(nsCalDAV, "comp-filter")
	if whole == nil || whole.attribute("name") != "VCALENDAR" {
		return filter{none: true}, nil
	}
	var f filter
	for _, c := range whole.children {
		switch {
		case c.is(nsCalDAV, "comp-filter") && c.attribute("name") == "VEVENT":
			if c.child(nsCalDAV, "is-not-defined") != nil {
				f.none = true
			}
			if err := f.event(c); err != nil {
				return f, err
			}
		case c.is(nsCalDAV, "comp-filter"):
			f.none = f.none || c.child(nsCalDAV, "is-not-defined") == nil // there is nothing else than events
		case c.is(nsCalDAV, "time-range"):
			var err error
			if f.from, f.to, err = span(c); err != nil {
				return f, refusal{http.StatusForbidden, "C:valid-filter", "dav.range"}
			}
		default:
			return f, unsupported
		}
	}
	return f, nil
}

func (f *filter) event(n *node) (err error) {
	for _, c := range n.children {
		switch {
		case c.is(nsCalDAV, "time-range"):
			if f.from, f.to, err = span(c); err != nil {
				return refusal{http.StatusForbidden, "C:valid-filter", "dav.range"}
			}
		case c.is(nsCalDAV, "prop-filter"):
			p := propFilter{name: strings.ToUpper(c.attribute("name")), absent: c.child(nsCalDAV, "is-not-defined") != nil}
			if c.child(nsCalDAV, "param-filter") != nil || c.child(nsCalDAV, "time-range") != nil {
				return refusal{http.StatusForbidden, "C:supported-filter", "dav.filter"}
			}
			if m := c.child(nsCalDAV, "text-match"); m != nil {
				p.text, p.negated = strings.ToLower(m.text), m.attribute("negate-condition") == "yes"
			}
			f.props = append(f.props, p)
		case c.is(nsCalDAV, "is-not-defined"):
		case c.is(nsCalDAV, "comp-filter") && c.child(nsCalDAV, "is-not-defined") != nil: // an alarm that is not there
		default:
			return refusal{http.StatusForbidden, "C:supported-filter", "dav.filter"}
		}
	}
	return nil
}

func (f filter) admits(item caldav.Item) bool {
	if f.none {
		return false
	}
	for _, p := range f.props {
		if !p.admits(planner.Values(item.Body, p.name)) {
			return false
		}
	}
	if f.from.IsZero() && f.to.IsZero() {
		return true
	}
	from, to := f.from, f.to
	if from.IsZero() {
		from = time.Unix(0, 0)
	}
	if to.IsZero() {
		to = from.AddDate(100, 0, 0)
	}
	return planner.Overlaps(item.Body, from, to)
}

func (p propFilter) admits(values []string) bool {
	if p.absent || len(values) == 0 {
		return p.absent == (len(values) == 0)
	}
	for _, v := range values {
		if strings.Contains(strings.ToLower(v), p.text) != p.negated {
			return true
		}
	}
	return false
}

// span reads a time-range (section 9.9); an end that is not given is zero.
func span(n *node) (from, to time.Time, err error) {
	if n == nil {
		return from, to, nil
	}
	for attribute, into := range map[string]*time.Time{"start": &from, "end": &to} {
		if text := n.attribute(attribute); text != "" {
			if *into, err = time.Parse("20060102T150405Z", text); err != nil {
				return from, to, err
			}
		}
	}
	if !from.IsZero() && !to.IsZero() && !to.After(from) {
		return from, to, errXML
	}
	return from, to, nil
}
