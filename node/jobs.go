package node

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/work"
	"github.com/fukusen/fukusen/spec"
)

// How often the node looks after itself.
const (
	refreshEvery = time.Minute
	keysEvery    = 2 * time.Second
	cleanEvery   = 10 * time.Minute
	refreshMost  = 1000
)

// headsKept is how long a neighbour's head is kept to find forks with; the
// newest of each log stays for good.
const headsKept = 400 * 24 * time.Hour

func (n *Node) startJobs() {
	n.every(refreshEvery, "refresh", func(ctx context.Context, j *work.Job) error {
		done, err := n.gate.Refresh(ctx, refreshMost)
		j.Progress(int64(done), int64(done))
		return err
	})
	n.every(refreshEvery, "lapse", func(ctx context.Context, j *work.Job) error {
		done, err := n.gate.Lapse(ctx, refreshMost)
		j.Progress(int64(done), int64(done))
		return err
	})
	n.every(refreshEvery, "offers", func(ctx context.Context, j *work.Job) error {
		done, err := n.engagements.Lapse(ctx, refreshMost)
		j.Progress(int64(done), int64(done))
		return err
	})
	n.every(refreshEvery, "calendars", func(ctx context.Context, j *work.Job) error {
		renewed, err := n.calendars.Renew(ctx, refreshMost)
		if err != nil {
			return err
		}
		flowed, err := n.calendars.Flow(ctx, refreshMost)
		j.Progress(int64(renewed+flowed), int64(renewed+flowed))
		return err
	})
	n.startFeeds()
	n.every(cleanEvery, "practices", func(ctx context.Context, _ *work.Job) error {
		_, err := n.rhythm.Consider(ctx) // how much it found is nobody's to see
		return err
	})
	n.every(cleanEvery, "clean", n.clean)
	ground := n.work.Add("ground", groundEvery, n.opt.Clock())
	n.jobs.Go(func() { n.followGround(ground) })
	n.jobs.Go(func() { n.mail.Run(n.ctx) })
	n.every(keysEvery, "keys", n.rereadKeys())
}

// every runs a job until the node stops; a failure is noted and tried again.
func (n *Node) every(d time.Duration, name string, job func(context.Context, *work.Job) error) {
	j := n.work.Add(name, d, n.opt.Clock().Add(d))
	n.jobs.Go(func() {
		t := time.NewTicker(d)
		defer t.Stop()
		for {
			select {
			case <-n.ctx.Done():
				return
			case <-t.C:
			}
			j.Begin(n.opt.Clock())
			err := job(n.ctx, j)
			j.End(n.opt.Clock(), err)
			if err != nil && n.ctx.Err() == nil {
				n.log.Warn("job failed", "job", name, "error", err)
			}
		}
	})
}

// groundEvery is how often consents are held against the policy where nothing
// has moved: documents also begin and end by the clock.
const groundEvery = time.Hour

// followGround holds active consents against the policy: at the start, after
// each change of it, after a restore, and now and then.
func (n *Node) followGround(j *work.Job) {
	t := time.NewTicker(groundEvery)
	defer t.Stop()
	for {
		j.Begin(n.opt.Clock())
		moved, err := n.gate.Reconsider(n.ctx)
		j.Progress(int64(moved), int64(moved))
		j.End(n.opt.Clock(), err)
		if err != nil && !errors.Is(err, gate.ErrRestoring) && n.ctx.Err() == nil {
			n.log.Warn("not every consent was held against the policy", "error", err)
		}
		if moved > 0 {
			n.log.Info("the policy changed what consents carry", "consents", moved)
		}
		select {
		case <-n.ctx.Done():
			return
		case <-n.ground:
		case <-t.C:
		}
	}
}

// groundMoved wakes followGround; one waking serves all that moved before it.
func (n *Node) groundMoved() {
	select {
	case n.ground <- struct{}{}:
	default:
	}
}

// clean forgets what only had to be remembered for a while.
func (n *Node) clean(ctx context.Context, j *work.Job) error {
	now := n.opt.Clock().Unix()
	steps := []func(*store.Tx) error{
		func(tx *store.Tx) error { _, err := tx.ForgetReplays(now); return err },
		func(tx *store.Tx) error { _, err := tx.DropParkedExpired(now); return err },
		func(tx *store.Tx) error { _, err := tx.ForgetHeads(now - int64(headsKept/time.Second)); return err },
		func(tx *store.Tx) error { _, err := enrol.ForgetReferences(tx, n.opt.Clock()); return err },
		func(tx *store.Tx) error { return rhythm.ForgetOld(tx, n.opt.Clock()) },
		func(tx *store.Tx) error { return rhythm.Count(tx, n.opt.Clock()) },
		n.gate.StripOld,
		n.gate.ForgetOld,
		n.engagements.ForgetOld,
	}
	return n.store.Write(ctx, func(tx *store.Tx) error {
		for i, step := range steps {
			j.Progress(int64(i), int64(len(steps)))
			if err := step(tx); err != nil {
				return err
			}
		}
		j.Progress(int64(len(steps)), int64(len(steps)))
		return nil
	})
}

// rereadKeys notices a rotation or revocation made by the command line.
func (n *Node) rereadKeys() func(context.Context, *work.Job) error {
	var last time.Time
	if info, err := os.Stat(keys.HistoryPath(n.cfg.Data)); err == nil {
		last = info.ModTime()
	}
	return func(ctx context.Context, _ *work.Job) error {
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
	h := n.trust.History(n.self)
	if h.Find(spec.UseRecord, on.Record.KID()) == nil || h.Find(spec.UseTLS, on.TLS.KID()) == nil {
		return nil // a key file is newer than the history; look again later
	}
	n.files.mu.Lock()
	n.files.on = on
	n.files.mu.Unlock()
	n.log.Info("keys read again", "record", on.Record.KID(), "tls", on.TLS.KID())
	return n.resignRevoked(ctx)
}

// resignRevoked says anew, with the present key, what still lives under a
// revoked one.
func (n *Node) resignRevoked(ctx context.Context) error {
	for _, k := range n.trust.History(n.self).Keys {
		if k.Use != spec.UseRecord || k.Revoked == nil {
			continue
		}
		said, err := n.gate.Resign(ctx, k.KID)
		if err != nil {
			return err
		}
		if said > 0 {
			n.log.Info("records signed anew after a revocation", "records", said)
		}
	}
	return nil
}
