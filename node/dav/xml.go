package dav

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
)

// Namespaces of what programs ask and are told.
const (
	nsDAV    = "DAV:"
	nsCalDAV = "urn:ietf:params:xml:ns:caldav"
	nsServer = "http://calendarserver.org/ns/"
	nsApple  = "http://apple.com/ns/ical/"
)

// What a request's XML is at most.
const (
	depthMost = 16
	nodesMost = 20_000
)

// errXML means a body that is no XML, or one that would cost more than its limits.
var errXML = errors.New("the body is no XML that is read here")

// node is one element.
type node struct {
	xml.Name
	attributes []xml.Attr
	text       string
	children   []*node
}

// parse reads one document without recursion. A document type, and with it every entity of one's own, is refused.
func parse(octets []byte) (*node, error) {
	in := xml.NewDecoder(bytes.NewReader(octets))
	in.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errXML }
	root := &node{}
	open, count := []*node{root}, 0
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) && len(open) == 1 && len(root.children) == 1 {
			return root.children[0], nil
		}
		if err != nil {
			return nil, errXML
		}
		last := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if count++; count > nodesMost || len(open) > depthMost || len(t.Attr) > 16 {
				return nil, errXML
			}
			n := &node{Name: t.Name, attributes: t.Copy().Attr}
			last.children = append(last.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 1 {
				last.text += string(t)
			}
		case xml.Directive:
			return nil, errXML
		}
	}
}

func (n *node) is(space, local string) bool { return n != nil && n.Space == space && n.Local == local }

// child is the first child of that name, or nil.
func (n *node) child(space, local string) *node {
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.is(space, local) {
			return c
		}
	}
	return nil
}

func (n *node) attribute(local string) string {
	for _, a := range n.attributes {
		if a.Name.Local == local && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// value is an element's text without space around it.
func (n *node) value() string {
	if n == nil {
		return ""
	}
	return strings.TrimSpace(n.text)
}

// document writes an answer.
type document struct{ bytes.Buffer }

const heading = `<?xml version="1.0" encoding="utf-8"?>` + "\n"

// spaces are declared at the root of every answer.
const spaces = ` xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/"`

// text writes character data.
func (d *document) text(s string) { _ = xml.EscapeText(d, []byte(s)) } // into memory

// element writes an element around text.
func (d *document) element(tag, s string) {
	d.WriteString("<" + tag + ">")
	d.text(s)
	d.WriteString("</" + tag + ">")
}

func (d *document) href(path string) { d.element("D:href", path) }

// tagged writes the name of a property, of whatever namespace a caller asked it in.
func (d *document) tagged(name xml.Name, inside string) {
	tag, declared := prefixed(name), ""
	if tag == "" {
		var b bytes.Buffer
		_ = xml.EscapeText(&b, []byte(name.Space)) // into memory
		tag, declared = name.Local, ` xmlns="`+b.String()+`"`
	}
	if inside == "" {
		d.WriteString("<" + tag + declared + "/>")
		return
	}
	d.WriteString("<" + tag + declared + ">" + inside + "</" + tag + ">")
}

func prefixed(name xml.Name) string {
	for prefix, space := range map[string]string{"D:": nsDAV, "C:": nsCalDAV, "CS:": nsServer, "A:": nsApple} {
		if name.Space == space {
			return prefix + name.Local
		}
	}
	return ""
}

func escapedText(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // into memory
	return b.String()
}

// place is what a path of this edge names.
type place struct{ person, shelf, name string }

// base is where everything of CalDAV stands.
const base = "/dav/"

func (p place) path() string {
	switch {
	case p.person == "":
		return base
	case p.shelf == "":
		return base + url.PathEscape(p.person) + "/"
	case p.name == "":
		return base + url.PathEscape(p.person) + "/" + p.shelf + "/"
	}
	return base + url.PathEscape(p.person) + "/" + p.shelf + "/" + url.PathEscape(p.name)
}

// placeOf reads an address that a program gives in a body: an absolute path, or one on this node. Whatever climbs or
// hides a slash names nothing.
func placeOf(href, self string) (place, bool) {
	path := strings.TrimPrefix(strings.TrimSpace(href), self)
	rest, ok := strings.CutPrefix(path, base)
	if !ok || strings.ContainsAny(rest, "?#") {
		return place{}, false
	}
	parts := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	if len(parts) > 3 {
		return place{}, false
	}
	for i, part := range parts {
		plain, err := url.PathUnescape(part)
		if err != nil || plain != "" && !nameable(plain) {
			return place{}, false
		}
		parts[i] = plain
	}
	for len(parts) < 3 {
		parts = append(parts, "")
	}
	return place{parts[0], parts[1], parts[2]}, true
}

// nameable says whether a part of a path can name something here.
func nameable(name string) bool {
	return name != "" && len(name) <= 255 && name != "." && name != ".." &&
		!strings.ContainsFunc(name, func(r rune) bool { return r == '/' || r == '\\' || r < ' ' || r == 0x7f || r == '\uFFFD' })
}
