package replica

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/hashicorp/raft"

	"github.com/fukusen/fukusen/spec"
)

// Submit puts octets into the log without a look at them, as a leader that
// runs other software could.
func (r *Replica) Submit(ctx context.Context, octets string) (uint64, error) {
	return r.apply(ctx, octets)
}

// Machine is the state machine alone, for snapshots that no honest node makes.
type Machine struct{ m *machine }

// NewMachine makes the state machine of a config.
func NewMachine(cfg Config) (Machine, error) {
	if err := cfg.complete(); err != nil {
		return Machine{}, err
	}
	m, err := newMachine(&cfg)
	return Machine{m}, err
}

// Deliver is raft's Apply.
func (m Machine) Deliver(octets string) (uint64, error) {
	return m.DeliverAt(m.m.index.Load()+1, octets)
}

// DeliverAt is raft's Apply of the log entry at an index.
func (m Machine) DeliverAt(index uint64, octets string) (uint64, error) {
	out := m.m.Apply(&raft.Log{Type: raft.LogCommand, Index: index, Data: []byte(octets)}).(outcome)
	return out.n, out.err
}

// StoreAt is raft writing log entries from an index on to its disk.
func (m Machine) StoreAt(index uint64, octets ...string) {
	var logs []*raft.Log
	for i, o := range octets {
		logs = append(logs, &raft.Log{Type: raft.LogCommand, Index: index + uint64(i), Data: []byte(o)})
	}
	m.m.ahead.store(logs)
}

// Foreseen reports whether the entry at an index is being judged ahead.
func (m Machine) Foreseen(index uint64) bool { return m.m.ahead.at(index) != nil }

// Restore is raft's Restore.
func (m Machine) Restore(from io.Reader) error { return m.m.Restore(io.NopCloser(from)) }

// Size is the size of the book held.
func (m Machine) Size() uint64 { return m.m.held.Load().book.Size() }

// WriteSnapshot writes what Persist would.
func WriteSnapshot(to io.Writer, fed spec.ID, entries []string) error {
	return (&snapshot{fed: fed, entries: entries}).write(to)
}

// NextChange is one step of the server list, in words.
func NextChange(self spec.NodeID, council []spec.NodeID, servers []Peer, caughtUp func(spec.NodeID) bool) string {
	var list []raft.Server
	for _, p := range servers {
		s := raft.Server{ID: raft.ServerID(p.Node), Suffrage: raft.Nonvoter}
		if p.Voter {
			s.Suffrage = raft.Voter
		}
		list = append(list, s)
	}
	c := nextChange(self, council, list, caughtUp)
	return c.action.String() + " " + string(c.node)
}

// Bare is hashicorp/raft with the same log store, transport and settings and a
// state machine that does nothing: the limit that Propose is measured against.
type Bare struct {
	raft   *raft.Raft
	stores *stores
	stream *stream
}

type idle struct{}

func (idle) Apply(*raft.Log) any                 { return nil }
func (idle) ApplyBatch(logs []*raft.Log) []any   { return make([]any, len(logs)) }
func (idle) Snapshot() (raft.FSMSnapshot, error) { return nil, os.ErrInvalid }
func (idle) Restore(io.ReadCloser) error         { return os.ErrInvalid }

// StartBare starts one bare raft server; founders bootstrap together.
func StartBare(cfg Config, founders []spec.NodeID) (*Bare, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	sink := newLogSink(cfg.Logger)
	s, err := openStores(cfg.Dir, sink)
	if err != nil {
		return nil, err
	}
	st, err := listen(&cfg, cfg.Address, func(spec.NodeID) bool { return true }, nil)
	if err != nil {
		return nil, err
	}
	transport := raft.NewNetworkTransport(st, 3, 10*time.Second, sink)
	notify := make(chan bool, 1<<16)
	r, err := raft.NewRaft(raftConfig(&cfg, sink, notify), idle{}, s.cache, s.wal, s.snapshots, transport)
	if err != nil {
		return nil, fmt.Errorf("start bare raft: %w", err)
	}
	st.serve()
	return &Bare{raft: r, stores: s, stream: st}, r.BootstrapCluster(voters(founders)).Error()
}

// Addr is where it listens.
func (b *Bare) Addr() string { return b.stream.listener.Addr().String() }

// Leads reports whether it is the leader.
func (b *Bare) Leads() bool { return b.raft.State() == raft.Leader }

// Apply appends octets.
func (b *Bare) Apply(octets string) error { return b.raft.Apply([]byte(octets), 0).Error() }

// Close ends it.
func (b *Bare) Close() {
	_ = b.raft.Shutdown().Error()
	_ = b.stream.Close()
	_ = b.stores.close()
}

// Certificate is what a node shows in a handshake.
func Certificate(node spec.NodeID, signer *spec.Signer) (tls.Certificate, error) {
	return certificate(node, signer)
}

// NewLogSink takes raft's log lines.
func NewLogSink(to *slog.Logger) io.Writer { return newLogSink(to) }
