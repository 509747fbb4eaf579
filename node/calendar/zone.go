package calendar

import (
	"math"
	"regexp"
	"strings"
	"time"
)

// zone answers which offset from UTC held at an instant, and from when until when it held. Implementations MUST be
// comparable and MUST NOT change after Parse.
type zone interface {
	at(unix int64) stretch
}

// stretch is a time during which a zone keeps one offset; from is included, to is not.
type stretch struct {
	offset   int64 // seconds east of UTC
	from, to int64 // Unix seconds
}

// namedZone is a zone of the IANA database.
type namedZone struct{ location *time.Location }

func (z namedZone) at(unix int64) stretch {
	t := time.Unix(unix, 0).In(z.location)
	_, offset := t.Zone()
	s := stretch{offset: int64(offset), from: math.MinInt64, to: math.MaxInt64}
	from, to := t.ZoneBounds()
	if !from.IsZero() {
		s.from = from.Unix()
	}
	if !to.IsZero() {
		s.to = to.Unix()
	}
	return s
}

// instant turns a wall time into Unix seconds as RFC 5545 section 3.3.5 asks: a time the clocks skip is read with the
// offset before the gap, a time they show twice means the first.
func instant(z zone, w wall) (int64, stretch) {
	s := z.at(int64(w))
	s = z.at(int64(w) - s.offset)
	before, after := s, s
	if s.from != math.MinInt64 {
		before = z.at(s.from - 1)
	}
	if s.to != math.MaxInt64 {
		after = z.at(s.to)
	}
	for _, c := range []stretch{before, s, after} {
		if u := int64(w) - c.offset; c.from <= u && u < c.to {
			return u, c
		}
	}
	if s.from != math.MinInt64 && int64(w) < s.from+s.offset {
		return int64(w) - before.offset, before // the gap at the beginning of s
	}
	return int64(w) - s.offset, s // the gap at its end
}

// clock reads one zone many times in a row and remembers the stretch it was in. It is not safe for two goroutines.
type clock struct {
	zone zone
	last stretch
}

func (c *clock) instant(w wall) int64 {
	if u := int64(w) - c.last.offset; c.last.from+zoneReach < u && u < c.last.to-zoneReach {
		return u
	}
	u, s := instant(c.zone, w)
	c.last = s
	if s.from == math.MinInt64 {
		c.last.from = math.MinInt64 + 1 // known, and without a beginning
	}
	return u
}

// maxZones bounds how many different zone names one file may make us look up.
const maxZones = 200

// zoneBook finds the zone a TZID means: the IANA database first, since it is kept up to date, then the definition in
// the same VCALENDAR, which is what gives meaning to names such as Outlook's, and at last one elsewhere in the file.
type zoneBook struct {
	defined map[definedIn]*component
	known   map[string]zone     // by name of the database, or by definition; nil where it means nothing
	of      map[*component]zone // what each definition came to
	steps   int
	probs   *problems
}

// definedIn is a name in one VCALENDAR of a file. A collection is many of them, and the same name may mean one thing
// here and another there.
type definedIn struct {
	object int
	tzid   string
}

// anywhere is the VCALENDAR of a definition that serves the whole file.
const anywhere = -1

func newZoneBook(defs []*component, steps int, probs *problems) *zoneBook {
	b := &zoneBook{defined: map[definedIn]*component{}, known: map[string]zone{}, of: map[*component]zone{}, steps: steps, probs: probs}
	for _, c := range defs {
		if id, ok := c.first("TZID"); ok {
			b.defined[definedIn{c.object, id.value}] = c
			b.defined[definedIn{anywhere, id.value}] = c
		}
	}
	return b
}

// find returns nil for a name that means nothing; the caller says what that does to its event.
func (b *zoneBook) find(object int, tzid string) zone {
	if z, ok := b.known[tzid]; ok && z != nil {
		return z
	}
	c := b.defined[definedIn{object, tzid}]
	if c == nil {
		c = b.defined[definedIn{anywhere, tzid}]
	}
	z, ok := b.known[tzid]
	if c != nil {
		z, ok = b.of[c]
	}
	if ok || len(b.known) >= maxZones {
		return z
	}
	if location := locate(tzid); location != nil {
		b.known[tzid] = namedZone{location}
		return b.known[tzid]
	}
	if c == nil {
		b.known[tzid] = nil
		return nil
	}
	// Thousands of VCALENDARs that define a name alike are one zone.
	key := c.text()
	if z, ok = b.known[key]; !ok {
		if f := newFileZone(c, &b.steps, b.probs); f != nil {
			z = f
		}
		b.known[key] = z
	}
	b.of[c] = z
	return z
}

// zoneName is the shape of an IANA name; it keeps odd names away from the file system.
var zoneName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$`)

// locate reads an IANA name, also at the end of the longer names that some programs build around one
// (/freeassociation.sourceforge.net/Europe/Berlin). It never answers the machine's own zone.
func locate(tzid string) *time.Location {
	if strings.EqualFold(tzid, "UTC") || strings.EqualFold(tzid, "GMT") || strings.EqualFold(tzid, "Z") {
		return time.UTC
	}
	candidates := []string{tzid}
	if strings.HasPrefix(tzid, "/") {
		parts := strings.Split(tzid, "/")
		for n := 3; n >= 2; n-- {
			if len(parts) > n {
				candidates = append(candidates, strings.Join(parts[len(parts)-n:], "/"))
			}
		}
	}
	for _, name := range candidates {
		if len(name) > 64 || name == "Local" || !zoneName.MatchString(name) {
			continue
		}
		if location, err := time.LoadLocation(name); err == nil {
			return location
		}
	}
	return nil
}
