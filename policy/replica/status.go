package replica

import (
	"strings"

	"github.com/hashicorp/raft"

	"github.com/fukusen/fukusen/spec"
)

// Status is what a status page shows of a replica.
type Status struct {
	State   string // leader, follower, candidate, stopped or halted
	Term    uint64
	Applied uint64 // entries this node holds
	Leader  spec.NodeID
	Peers   []Peer // raft's servers, this node included
}

// Peer is one raft server.
type Peer struct {
	Node  spec.NodeID
	Voter bool // false while a new council member catches up
}

// Status describes this replica now.
func (r *Replica) Status() Status {
	s := Status{Term: r.raft.CurrentTerm(), Applied: r.Book().Size(), Leader: r.Leader()}
	s.State = strings.ToLower(r.raft.State().String())
	switch {
	case r.machine.halted() != nil:
		s.State = "halted"
	case r.raft.State() == raft.Shutdown:
		s.State = "stopped"
	}
	for _, server := range r.servers() {
		s.Peers = append(s.Peers, Peer{Node: spec.NodeID(server.ID), Voter: server.Suffrage == raft.Voter})
	}
	return s
}

func (r *Replica) servers() []raft.Server {
	f := r.raft.GetConfiguration()
	if f.Error() != nil {
		return nil
	}
	return f.Configuration().Servers
}
