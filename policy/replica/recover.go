package replica

import (
	"errors"
	"fmt"
	"io"

	"github.com/hashicorp/raft"

	"github.com/fukusen/fukusen/spec"
)

// Recover makes raft go on after a majority of the council was lost for good.
// It is run with the node stopped, by a person who decided that the nodes in
// voters are those that remain, on each of them (or on one, and the others
// begin with an empty directory). Choose the node with the longest cosigned
// log: what it holds beyond raft's own log is taken up when it leads.
//
// It invents nothing: every entry is judged again by every voter, and the next
// register still needs the ballots of the register in force.
func Recover(cfg Config, remaining []spec.NodeID) error {
	if err := cfg.complete(); err != nil {
		return err
	}
	m, err := newMachine(&cfg)
	if err != nil {
		return err
	}
	for _, node := range remaining {
		if !isCouncil(cfg.Book.Register(), node) {
			return fmt.Errorf("recover with %s: %w", node, ErrNotCouncil)
		}
	}
	logs := newLogSink(cfg.Logger)
	s, err := openStores(cfg.Dir, logs)
	if err != nil {
		return err
	}
	return errors.Join(rewrite(&cfg, m, s, logs, voters(remaining)), s.close())
}

func rewrite(cfg *Config, m *machine, s *stores, logs io.Writer, servers raft.Configuration) error {
	exists, err := s.exists()
	if err != nil {
		return err
	}
	// Only used to write server addresses down; nothing is sent.
	_, transport := raft.NewInmemTransport(raft.ServerAddress(cfg.Node))
	config := raftConfig(cfg, logs, make(chan bool, 1))
	if exists {
		err = raft.RecoverCluster(config, m, s.cache, s.wal, s.snapshots, transport, servers)
	} else {
		err = raft.BootstrapCluster(config, s.cache, s.wal, s.snapshots, transport, servers)
	}
	if halt := m.halted(); halt != nil {
		return halt
	}
	if err != nil {
		return fmt.Errorf("recover raft: %w", err)
	}
	return nil
}
