package replica

import (
	"context"
	"time"

	"github.com/hashicorp/raft"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// attend follows leadership and, while this node leads, makes raft's server
// list that of the register.
func (r *Replica) attend() {
	again := time.NewTicker(2 * r.cfg.Tick)
	defer again.Stop()
	for {
		select {
		case leading := <-r.leaderCh:
			r.ready.Store(nil)
			if leading {
				r.lead()
			}
			r.machine.wake()
		case <-r.machine.changed:
		case <-again.C:
		case <-r.machine.stopped:
			_ = r.raft.Shutdown().Error()
			return
		case <-r.closing:
			return
		}
		for r.ready.Load() != nil && r.followRegister() {
		}
	}
}

// change is one step of raft's server list towards the register's council.
type change struct {
	node   spec.NodeID
	action action
}

type action int

const (
	nothing action = iota
	join           // copy the log to a new council member, without a vote
	promote        // it caught up: give it its vote
	leave
	handOver // this node is the one to leave: let another lead first
)

// followRegister takes at most one step and reports whether it did. One at a
// time keeps any two successive server lists' majorities overlapping (Ongaro,
// Consensus: Bridging Theory and Practice, 4.1).
func (r *Replica) followRegister() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	f := r.raft.GetConfiguration()
	if f.Error() != nil {
		return false
	}
	step := nextChange(r.cfg.Node, councilOf(r.Book().Register()), f.Configuration().Servers, r.caughtUp)
	if step.action == nothing {
		return false
	}
	id, address, since := raft.ServerID(step.node), raft.ServerAddress(step.node), f.Index()
	var done raft.Future
	switch step.action {
	case join:
		done = r.raft.AddNonvoter(id, address, since, 0)
	case promote:
		done = r.raft.AddVoter(id, address, since, 0)
	case leave:
		done = r.raft.RemoveServer(id, since, 0)
	case handOver:
		done = r.raft.LeadershipTransfer()
	}
	if err := r.await(ctx, done); err != nil {
		r.log.Warn("raft server list not changed yet", "node", step.node, "error", err)
		return false
	}
	r.log.Info("raft server list follows the register", "node", step.node, "step", step.action.String())
	return step.action != handOver
}

func (a action) String() string {
	return [...]string{"nothing", "join", "promote", "leave", "hand over"}[a]
}

// nextChange compares the council with raft's servers. New members come before
// old ones go, and this node's own leaving comes last of all.
func nextChange(self spec.NodeID, council []spec.NodeID, servers []raft.Server, caughtUp func(spec.NodeID) bool) change {
	wanted := make(map[spec.NodeID]bool, len(council))
	present := make(map[spec.NodeID]raft.ServerSuffrage, len(servers))
	for _, s := range servers {
		present[spec.NodeID(s.ID)] = s.Suffrage
	}
	for _, node := range council {
		wanted[node] = true
		if _, ok := present[node]; !ok {
			return change{node, join}
		}
	}
	for _, node := range council {
		if present[node] != raft.Voter && caughtUp(node) {
			return change{node, promote}
		}
	}
	for _, s := range servers {
		if node := spec.NodeID(s.ID); node != self && !wanted[node] {
			return change{node, leave}
		}
	}
	if _, here := present[self]; here && !wanted[self] {
		return change{self, handOver}
	}
	return change{}
}

// caughtUp asks a new member whether its log is within one append of ours.
func (r *Replica) caughtUp(node spec.NodeID) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*r.cfg.Tick)
	defer cancel()
	want := r.commitIndex()
	got, err := r.stream.ask(ctx, node)
	if err != nil {
		r.log.Debug("new council member does not answer yet", "node", node, "error", err)
		return false
	}
	return got+uint64(raft.DefaultConfig().MaxAppendEntries) >= want
}

func (r *Replica) commitIndex() uint64 { return r.raft.CommitIndex() }

// admits says which nodes may connect at all: the council of the register,
// raft's servers while the list still changes, and those that the node knows
// from a newer cosigned head.
func (r *Replica) admits(node spec.NodeID) bool {
	if isCouncil(r.Book().Register(), node) {
		return true
	}
	for _, s := range r.servers() {
		if spec.NodeID(s.ID) == node {
			return true
		}
	}
	return r.cfg.Council != nil && r.cfg.Council(node)
}

func isCouncil(register *policy.Register, node spec.NodeID) bool {
	for _, m := range register.Council() {
		if m.Node == node {
			return true
		}
	}
	return false
}

func councilOf(register *policy.Register) []spec.NodeID {
	var nodes []spec.NodeID
	for _, m := range register.Council() {
		nodes = append(nodes, m.Node)
	}
	return nodes
}

// voters is the same list at every founder: sorted as the register has it, and
// with node ids for addresses.
func voters(nodes []spec.NodeID) raft.Configuration {
	var c raft.Configuration
	for _, node := range nodes {
		c.Servers = append(c.Servers, raft.Server{ID: raft.ServerID(node), Address: raft.ServerAddress(node), Suffrage: raft.Voter})
	}
	return c
}

// addressOf is where a council node's raft listens.
func (r *Replica) addressOf(node spec.NodeID) string {
	if r.cfg.Address != nil {
		if address := r.cfg.Address(node); address != "" {
			return address
		}
	}
	if m := r.Book().Register().Find(node); m != nil {
		return m.Raft
	}
	return ""
}
