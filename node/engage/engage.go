// Package engage carries out what organisations and people agree on about work:
// gigs are offered, people say yes or no at their home, time is held once and
// only once, and what was achieved is said in credentials. Every record of it
// goes through the gate; it refuses an answer from anybody but the home.
package engage

import (
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/spec"
)

// Engagements is safe for use by many goroutines.
type Engagements struct {
	*deed.Deeds
	gate   *gate.Gate
	read   func(home spec.NodeID) int64
	people people
}

// New is over a gate whose Agree is Follow, whose Ended is Ended and whose Lost is
// Lost. read answers until which second of a home's own clock all that it said is read here.
func New(g *gate.Gate, read func(home spec.NodeID) int64) *Engagements {
	return &Engagements{Deeds: deed.New(g), gate: g, read: read}
}
