package node_test

import (
	"testing"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/nodetest"
)

// Trust in a healthy neighbour does not grow old: its keys are asked for again
// before a page would call them stale, and its statement is held to account.
func TestTrustInAHealthyNeighbourStaysFresh(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	city, club := f.Node("city"), f.ID("club")
	f.Eventually("the club's statement holds", func() bool {
		holds, known := city.Peers().States(club)
		return holds && known
	})
	f.Clock.Move(45 * time.Minute)
	f.Eventually("the club's keys are confirmed again", func() bool {
		age, known := city.Trust().KeysAge(club, f.Clock.Now())
		return known && age < time.Minute
	})
}

// A neighbour whose statement names no language any more is shown as in doubt.
func TestAStatementThatDoesNotHoldIsShown(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	f.Eventually("the club's statement holds", func() bool {
		holds, known := f.Node("city").Peers().States(f.ID("club"))
		return holds && known
	})
	f.Stop("club")
	f.Reconfigure("club", func(c *node.Config) { c.NameJA = "" })
	f.Start("club")
	f.Clock.Move(45 * time.Minute)
	f.Eventually("the statement does not hold", func() bool {
		holds, known := f.Node("city").Peers().States(f.ID("club"))
		return known && !holds
	})
}

// An operator who asks for a neighbour now learns whether its statement holds
// now, however fresh its keys are.
func TestAskingForANeighbourNowLooksAtItsStatement(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	city, club := f.Node("city").Peers(), f.ID("club")
	for _, name := range []string{"", "港ローイングクラブ"} {
		f.Stop("club")
		f.Reconfigure("club", func(c *node.Config) { c.NameJA = name })
		f.Start("club")
		f.Eventually("what the club states is looked at", func() bool {
			city.Confirm(club)
			holds, known := city.States(club)
			return known && holds == (name != "")
		})
	}
}
