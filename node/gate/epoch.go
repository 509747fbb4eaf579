package gate

import (
	"context"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/disclosure"
	"github.com/fukusen/fukusen/node/restore"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// BeginEpoch turns a requested restore into a new epoch: every log starts
// anew with its last known head, and members must be drained before the logs
// are served again. Without a request it changes nothing.
func (g *Gate) BeginEpoch(ctx context.Context, members []spec.NodeID) error {
	return g.Store.Write(ctx, func(tx *store.Tx) error {
		at, asked, err := restore.Requested(tx)
		if err != nil || !asked {
			return err
		}
		next := max(at, g.epoch+1)
		if err := g.turnLogs(tx, next); err != nil {
			return err
		}
		if err := restore.Begin(tx, next, members); err != nil {
			return err
		}
		g.epoch = next
		return nil
	})
}

// turnLogs gives every log its first entry of the new epoch: the last head of
// the one before (REQ-EPOCH-003).
func (g *Gate) turnLogs(tx *store.Tx, epoch int64) error {
	logs, err := tx.Logs()
	if err != nil {
		return err
	}
	for _, l := range logs {
		note, err := g.SealHead(l)
		if err != nil {
			return err
		}
		if err := tx.ResetLog(l.Name, epoch); err != nil {
			return err
		}
		if err := g.firstEntry(tx, l.Name, epoch, note); err != nil {
			return err
		}
	}
	return nil
}

// firstEntry begins a log of an epoch with a head of the one before.
func (g *Gate) firstEntry(tx *store.Tx, log string, epoch int64, note string) error {
	id := spec.Digest([]byte(note))
	item := store.LogItem{ID: id, Kind: spec.KindHead, State: string(spec.Live), At: g.Clock().Unix()}
	tree := &spec.Tree{}
	tree.Append(spec.Leaf(id, spec.Live))
	if _, err := tx.Reserve(log, 1); err != nil {
		return err
	}
	if err := tx.AppendLogEntries(log, epoch, 0, []store.LogItem{item}); err != nil {
		return err
	}
	if err := tx.SetFrontier(log, tree.Frontier()); err != nil {
		return err
	}
	return disclosure.KeepLastHead(tx, log, note)
}

// mostHead is how long a head may be (REQ-HEAD-001); a neighbour's word is kept
// and served again.
const mostHead = 4096

// Continue begins the log for a reader with the last head that this reader
// accepted, where a store that lost everything has no such log. Only a restore
// asks for it; a log that is there stays as it is.
//
// The head must be one that this node signed. Of a time before the oldest key in
// its history (a new root key after a loss) it cannot know, and takes the
// reader's word: a wrong one harms nobody, because the note is only the bytes of
// the first leaf in that reader's own log, and nothing here rests on it.
func (g *Gate) Continue(ctx context.Context, reader spec.NodeID, note string) error {
	head := spec.AcceptedHead(note)
	log := spec.LogFor(reader)
	if head == nil || len(note) > mostHead || head.Origin != spec.LogOrigin(g.Self, log) || head.Epoch >= g.epoch {
		return nil
	}
	if at := time.Unix(head.At, 0); g.hadKey(at) {
		// Judged at its own time: how old it is does not matter here.
		if _, err := spec.OpenHead(note, g.Self, log, g.Trust.History(g.Self), at); err != nil {
			return nil //nolint:nilerr // not a head of ours: there is none to go on from
		}
	}
	return g.Store.Write(ctx, func(tx *store.Tx) error {
		_, known, err := maybe(tx.Log(log))
		if err != nil || known {
			return err
		}
		if err := tx.EnsureLog(log, reader, g.epoch); err != nil {
			return err
		}
		return g.firstEntry(tx, log, g.epoch, note)
	})
}

// hadKey reports whether this node's history has a record key of that time.
func (g *Gate) hadKey(at time.Time) bool {
	h := g.Trust.History(g.Self)
	return h != nil && slices.ContainsFunc(h.Keys, func(k spec.KeyEntry) bool {
		return k.Use == spec.UseRecord && k.CurrentAt(at)
	})
}

// Undrained lists the nodes whose held records are still to be read before
// this node publishes.
func (g *Gate) Undrained(ctx context.Context) ([]spec.NodeID, error) {
	var list []spec.NodeID
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		list, _, err = restore.Left(tx)
		return err
	})
	return list, err
}

// Drained notes that a node's held records were read to the end. It may be
// repeated.
func (g *Gate) Drained(ctx context.Context, node spec.NodeID) error {
	return g.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := restore.Drained(tx, node)
		return err
	})
}

// FinishRestore lists again what is live, once nobody is left to be asked, and
// ends the restore. Without an open restore it changes nothing.
// Errors: ErrRestoring while somebody is left.
func (g *Gate) FinishRestore(ctx context.Context) error {
	return g.Change(ctx, func(c *Change) error {
		list, open, err := restore.Left(c.tx)
		if err != nil || !open {
			return err
		}
		if len(list) > 0 {
			return ErrRestoring
		}
		if err := c.listLive(); err != nil {
			return err
		}
		return restore.Finish(c.tx)
	})
}

// restoring refuses what would say something new while others are being asked.
func (c *Change) restoring() error {
	open, err := restore.Open(c.tx)
	if err == nil && open {
		return ErrRestoring
	}
	return err
}
