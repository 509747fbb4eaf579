package node

import (
	"context"
	"os"
	"time"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/store"
)

// How often the node looks after itself.
const (
	refreshEvery = time.Minute
	keysEvery    = 2 * time.Second
	cleanEvery   = 10 * time.Minute
	refreshMost  = 1000
)

func (n *Node) startJobs() {
	n.every(refreshEvery, "refresh", func(ctx context.Context) error {
		_, err := n.gate.Refresh(ctx, refreshMost)
		return err
	})
	n.every(cleanEvery, "clean", n.clean)
	n.every(keysEvery, "keys", n.rereadKeys())
}

// every runs a job until the node stops; a failure is noted and tried again.
func (n *Node) every(d time.Duration, name string, job func(context.Context) error) {
	n.jobs.Go(func() {
		t := time.NewTicker(d)
		defer t.Stop()
		for {
			select {
			case <-n.ctx.Done():
				return
			case <-t.C:
			}
			if err := job(n.ctx); err != nil && n.ctx.Err() == nil {
				n.log.Warn("job failed", "job", name, "error", err)
			}
		}
	})
}

// clean forgets what only had to be remembered for a while.
func (n *Node) clean(ctx context.Context) error {
	now := n.opt.Clock().Unix()
	return n.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.ForgetReplays(now); err != nil {
			return err
		}
		_, err := tx.DropParkedExpired(now)
		return err
	})
}

// rereadKeys notices a rotation or revocation made by the command line.
func (n *Node) rereadKeys() func(context.Context) error {
	var last time.Time
	if info, err := os.Stat(keys.HistoryPath(n.cfg.Data)); err == nil {
		last = info.ModTime()
	}
	return func(ctx context.Context) error {
		info, err := os.Stat(keys.HistoryPath(n.cfg.Data))
		if err != nil || info.ModTime().Equal(last) {
			return err
		}
		if err := n.ReloadKeys(ctx); err != nil {
			return err
		}
		last = info.ModTime()
		return nil
	}
}

// ReloadKeys takes over the key files as they are now.
func (n *Node) ReloadKeys(ctx context.Context) error {
	on, err := keys.Load(n.cfg.Data)
	if err != nil {
		return err
	}
	// The history is learned before the key signs: readers ask for it first.
	if _, err := n.trust.Learn(ctx, n.self, on.History, n.opt.Clock()); err != nil {
		return err
	}
	if h := n.trust.History(n.self); h.Find("record", on.Record.KID()) == nil {
		return nil // the key file is newer than the history; look again later
	}
	n.files.mu.Lock()
	n.files.on = on
	n.files.mu.Unlock()
	n.log.Info("keys read again", "kid", on.Record.KID())
	return nil
}
