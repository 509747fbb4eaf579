package calendar

import (
	"bytes"
	"time"
)

// refreshIntervals are the properties by which a calendar says how often it
// wants to be read: RFC 7986 section 5.7, and the older spelling of programs.
var refreshIntervals = []string{"REFRESH-INTERVAL", "X-PUBLISHED-TTL"}

// Reduced is a file that Parse has read, as far as it bears on time: titles,
// places, people and notes are gone, and what Busy says of it stays the same.
type Reduced struct {
	Text  []byte
	Every time.Duration // how often the calendar asks to be read; 0 where it does not say
}

// Reduce drops from a file all that Busy does not need. Errors: as Parse.
func Reduce(data []byte, lim Limits) (Reduced, error) {
	lim = lim.filled()
	file, err := readComponents(data, lim.MaxEvents, &problems{})
	if err != nil {
		return Reduced{}, err
	}
	var b writer
	for n := range file.objects {
		b.line("BEGIN:VCALENDAR")
		b.line("VERSION:2.0")
		b.line("PRODID:-//Fukusen//times of a connected calendar//EN")
		for _, list := range [][]*component{file.zones, file.events} {
			for _, c := range list {
				if c.object == n {
					b.component(c)
				}
			}
		}
		b.line("END:VCALENDAR")
	}
	return Reduced{Text: b.out.Bytes(), Every: file.every}, nil
}

// writer writes content lines, folded at 75 octets (RFC 5545 section 3.1).
type writer struct{ out bytes.Buffer }

const foldAt = 75

func (b *writer) line(text string) {
	for len(text) > foldAt {
		cut := foldAt
		for cut > foldAt-4 && text[cut]&0xC0 == 0x80 { // not within a character
			cut--
		}
		b.out.WriteString(text[:cut])
		b.out.WriteString("\r\n ")
		text = text[cut:]
	}
	b.out.WriteString(text)
	b.out.WriteString("\r\n")
}

func (b *writer) component(c *component) {
	b.line("BEGIN:" + c.name)
	for _, p := range c.props {
		b.property(p)
	}
	for _, child := range c.children {
		b.component(child)
	}
	b.line("END:" + c.name)
}

// text is a component as it is written, to tell whether two are the same.
func (c *component) text() string {
	var b writer
	b.component(c)
	return b.out.String()
}

func (b *writer) property(p property) {
	text := p.name
	switch {
	case p.future:
		text += ";RANGE=THISANDFUTURE"
	case p.prior:
		text += ";RANGE=THISANDPRIOR"
	}
	if p.kind != "" {
		text += ";VALUE=" + p.kind
	}
	if p.tzid != "" {
		text += `;TZID="` + p.tzid + `"`
	}
	b.line(text + ":" + p.value)
}
