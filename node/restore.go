package node

import (
	"context"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/restore"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Restore marks a data directory that was copied back from a backup. The next
// start takes a new epoch, reads what every member holds of this node, and
// publishes nothing before that.
func Restore(ctx context.Context, cfg Config, now time.Time) error {
	return whileStopped(ctx, cfg, func(s stopped) error {
		return s.store.Write(ctx, func(tx *store.Tx) error { return restore.Request(tx, now) })
	})
}

// Waive lets a restored node, stopped for this, go on without one member that
// will not answer; it stands in the audit log under the operator's name. It
// returns who is still to be asked. Errors: restore.ErrNotAsked.
func Waive(ctx context.Context, cfg Config, member spec.NodeID, operator string, now time.Time) ([]spec.NodeID, error) {
	var left []spec.NodeID
	err := whileStopped(ctx, cfg, func(s stopped) error {
		return s.store.Write(ctx, func(tx *store.Tx) error {
			var err error
			left, err = restore.Waive(tx, member, operator, now)
			return err
		})
	})
	return left, err
}

// stopped is a node that does not run, held by this process.
type stopped struct {
	cfg     Config
	self    spec.NodeID
	genesis string
	store   *store.Store
}

func whileStopped(ctx context.Context, cfg Config, f func(stopped) error) error {
	genesis, err := readGenesis(cfg.Data)
	if err != nil {
		return err
	}
	development, err := developmentOf(genesis, spec.ID(cfg.Fed))
	if err != nil {
		return err
	}
	self, err := cfg.check(development)
	if err != nil {
		return err
	}
	if err := newer(cfg.Data); err != nil {
		return err
	}
	held, err := lock(cfg.Data)
	if err != nil {
		return err
	}
	defer held.Close()
	st, err := store.Open(ctx, cfg.Store, store.Options{})
	if err != nil {
		return err
	}
	if err := f(stopped{cfg, self, genesis, st}); err != nil {
		_ = st.Close()
		return fmt.Errorf("%s: %w", cfg.Data, err)
	}
	return st.Close()
}

// beginEpoch carries out a requested restore before anything is served.
func (n *Node) beginEpoch(ctx context.Context) error {
	register := n.trust.Book().Register()
	var members []spec.NodeID
	for _, m := range register.Members {
		if m.Node != n.self && register.Active(m.Node) {
			members = append(members, m.Node)
		}
	}
	if err := n.gate.BeginEpoch(ctx, members); err != nil {
		return err
	}
	return n.store.Read(ctx, func(tx *store.Tx) error {
		open, err := restore.Open(tx)
		if err == nil && open {
			n.restoring = gate.ErrRestoring
		}
		return err
	})
}

// drain reads what others hold, and then lets the feeds be served.
func (n *Node) drain() {
	n.mu.Lock()
	restoring := n.restoring != nil
	n.mu.Unlock()
	if !restoring {
		return
	}
	n.peers.Drain(func() {
		n.mu.Lock()
		n.restoring = nil
		n.mu.Unlock()
		n.groundMoved()
		n.log.Info("restore finished", "epoch", n.gate.Epoch())
	})
}
