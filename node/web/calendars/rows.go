package calendars

import (
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/node/web/parts"
)

// pairs are what is told of one calendar.
func pairs(v view, c subscribe.Calendar) []parts.Pair {
	list := []parts.Pair{parts.Define("calendars.where", parts.Key("calendars.file"))}
	if c.Address != "" {
		list = []parts.Pair{parts.Define("calendars.where", parts.Name(c.Address))}
	}
	list = append(list, parts.Define("calendars.events", count(c.Events)))
	if c.Updated > 0 || c.ReadAt > 0 {
		list = append(list, parts.Define("calendars.read", parts.Time(max(c.Updated, c.ReadAt))))
	} else {
		list = append(list, parts.Define("calendars.read", parts.Key("calendars.read.never")))
	}
	if connected(c) {
		next := parts.Define("calendars.next", parts.Key("calendars.next.now"))
		if c.NextAt > v.Now {
			next = parts.Define("calendars.next", parts.Time(c.NextAt))
		}
		list = append(list, next)
	}
	if c.Count > 0 {
		list = append(list, parts.Define("calendars.problems", said("calendars.problems.n", c.Count)))
	}
	return list
}
