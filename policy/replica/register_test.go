package replica_test

import (
	"testing"

	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

// "The council grows from three to five by a ballot and raft follows; it
// shrinks to three again, the leader being among those who go, and raft follows."
func TestRaftFollowsTheRegister(t *testing.T) {
	c := newCouncil(t, 3, 5)
	c.found(3)
	c.accept(c.entry("a"))
	for _, s := range c.seats[3:] {
		s.start()
	}
	c.elect(c.seats[:2], c.seats...)
	c.peers(c.seats...)
	c.agree(3)

	leaving := c.leader()
	var staying []*seat
	for _, s := range c.seats {
		if s != leaving && len(staying) < 3 {
			staying = append(staying, s)
		}
	}
	// The register of five is now in force: three of its five must say yes.
	c.elect(c.seats[:3], staying...)
	until(t, "raft's servers are the three that stay", func() bool {
		for _, s := range staying {
			status := s.replica.Status()
			if status.State == "leader" && len(status.Peers) == 3 {
				return true
			}
		}
		return false
	})
	for _, s := range c.seats {
		if s != staying[0] && s != staying[1] && s != staying[2] {
			s.stop()
		}
	}
	c.peers(staying...)
	book := c.leader().replica.Book()
	d := c.documentOn(book, "b", "note", map[string]int{})
	c.accept(c.sealBy(book, d, staying[0], staying[0], staying[1]))
	c.agree(5, staying...)
}

// "A new council member that never answers gets no vote, so it cannot stop the rest."
func TestAbsentNewMemberGetsNoVote(t *testing.T) {
	c := newCouncil(t, 1, 3)
	c.found(1)
	c.elect(c.seats[:1], c.seats...)
	until(t, "both are listed", func() bool { return len(c.seats[0].replica.Status().Peers) == 3 })
	c.accept(c.entry("a"))
	for _, p := range c.seats[0].replica.Status().Peers {
		if p.Voter != (p.Node == c.seats[0].node) {
			t.Fatalf("%s: voter is %v", p.Node, p.Voter)
		}
	}
	c.seats[1].start()
	until(t, "the one that answers gets its vote", func() bool {
		for _, p := range c.seats[0].replica.Status().Peers {
			if p.Node == c.seats[1].node {
				return p.Voter
			}
		}
		return false
	})
	c.agree(3)
}

// "One step at a time: join without a vote, promote what caught up, remove
// what left, and oneself last."
func TestNextStepOfTheServerList(t *testing.T) {
	never := func(spec.NodeID) bool { return false }
	always := func(spec.NodeID) bool { return true }
	voter := func(n spec.NodeID) replica.Peer { return replica.Peer{Node: n, Voter: true} }
	learner := func(n spec.NodeID) replica.Peer { return replica.Peer{Node: n} }
	for _, step := range []struct {
		name     string
		council  []spec.NodeID
		servers  []replica.Peer
		caughtUp func(spec.NodeID) bool
		want     string
	}{
		{"equal", []spec.NodeID{"a", "b"}, []replica.Peer{voter("a"), voter("b")}, never, "nothing "},
		{"new", []spec.NodeID{"a", "b"}, []replica.Peer{voter("a")}, always, "join b"},
		{"behind", []spec.NodeID{"a", "b"}, []replica.Peer{voter("a"), learner("b")}, never, "nothing "},
		{"caught up", []spec.NodeID{"a", "b"}, []replica.Peer{voter("a"), learner("b")}, always, "promote b"},
		{"join before leave", []spec.NodeID{"a", "c"}, []replica.Peer{voter("a"), voter("b")}, always, "join c"},
		{"promote before leave", []spec.NodeID{"a", "c"}, []replica.Peer{voter("a"), voter("b"), learner("c")}, always, "promote c"},
		{"leave meanwhile", []spec.NodeID{"a", "c"}, []replica.Peer{voter("a"), voter("b"), learner("c")}, never, "leave b"},
		{"others first", []spec.NodeID{"c"}, []replica.Peer{voter("a"), voter("b"), voter("c")}, never, "leave b"},
		{"oneself last", []spec.NodeID{"b"}, []replica.Peer{voter("a"), voter("b")}, never, "hand over a"},
	} {
		if got := replica.NextChange("a", step.council, step.servers, step.caughtUp); got != step.want {
			t.Errorf("%s: %q, want %q", step.name, got, step.want)
		}
	}
}
