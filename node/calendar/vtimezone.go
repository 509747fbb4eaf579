package calendar

import (
	"math"
	"slices"
	"sort"
)

// A zone defined in a file is worked out between these years; outside them its last offset goes on.
var (
	zoneFirst = wall(dayNumber(1970, 1, 1) * daySeconds)
	zoneLast  = wall(dayNumber(2100, 1, 1) * daySeconds)
)

// maxObservances is far above what programs write even for zones with a long history.
const maxObservances = 500

// fileZone is a VTIMEZONE (RFC 5545 section 3.6.5), worked out as the list of its changes.
type fileZone struct {
	changes []change // sorted
	before  int64    // offset before the first change
}

// change is the beginning of an observance.
type change struct {
	at     int64 // Unix seconds
	offset int64 // seconds east of UTC from then on
	was    int64 // until then
}

func (z *fileZone) at(unix int64) stretch {
	i := sort.Search(len(z.changes), func(i int) bool { return z.changes[i].at > unix })
	s := stretch{offset: z.before, from: math.MinInt64, to: math.MaxInt64}
	if i > 0 {
		s.offset, s.from = z.changes[i-1].offset, z.changes[i-1].at
	}
	if i < len(z.changes) {
		s.to = z.changes[i].at
	}
	return s
}

// newFileZone returns nil, with a problem, for a definition that cannot be used.
func newFileZone(c *component, steps *int, probs *problems) *fileZone {
	if len(c.children) == 0 || len(c.children) > maxObservances {
		probs.add("", c.name, c.line, "a time zone without a usable observance is ignored")
		return nil
	}
	z := &fileZone{}
	for _, o := range c.children {
		if !z.observe(o, steps, probs) {
			return nil
		}
	}
	slices.SortStableFunc(z.changes, func(a, b change) int {
		if a.at < b.at {
			return -1
		} else if a.at > b.at {
			return 1
		}
		return 0
	})
	z.before = z.changes[0].was
	return z
}

// observe adds the changes of one STANDARD or DAYLIGHT part.
func (z *fileZone) observe(c *component, steps *int, probs *problems) bool {
	refuse := func(reason string) bool {
		probs.add("", c.name, c.line, reason+"; its time zone is ignored")
		return false
	}
	offset := func(name string) (int64, error) {
		p, _ := c.first(name)
		return parseOffset(p.value)
	}
	was, errWas := offset("TZOFFSETFROM")
	is, errIs := offset("TZOFFSETTO")
	p, _ := c.first("DTSTART")
	start, kind, errStart := parseWall(p.value)
	if errWas != nil || errIs != nil || errStart != nil || kind == utc {
		return refuse("the observance lacks a readable DTSTART, TZOFFSETFROM or TZOFFSETTO")
	}
	add := func(w wall) { z.changes = append(z.changes, change{at: int64(w) - was, offset: is, was: was}) }
	add(start)
	for _, p := range c.props {
		switch p.name {
		case "RDATE":
			for _, v := range splitList(p.value) {
				w, _, err := parseWall(v)
				if err != nil {
					return refuse("the observance has an unreadable RDATE")
				}
				add(w)
			}
		case "RRULE":
			r, err := parseRule(p.value)
			if err != nil {
				return refuse("the observance has an unreadable RRULE")
			}
			r.anchor(start)
			f := follow{rule: r, start: start, from: max(start+1, zoneFirst), to: zoneLast, steps: steps}
			if _, ok := f.run(func(w wall) bool {
				if !r.pastUntil(w, int64(w)-was) {
					add(w)
				}
				return true
			}); !ok {
				return refuse("the observance's RRULE is too costly to follow")
			}
		}
	}
	return true
}
