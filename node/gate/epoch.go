package gate

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/disclosure"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Names in the store's meta table.
const (
	epochKey   = "epoch"
	restoreKey = "restore.requested" // set by RequestRestore, until the epoch has begun
	drainKey   = "restore.drain"     // nodes still to be read, a JSON list; [] until what is live is listed, then empty
)

// epochOf reads the epoch of the store, or sets it on the first start.
func epochOf(tx *store.Tx, now time.Time) (int64, error) {
	text, found, err := tx.Meta(epochKey)
	if err != nil {
		return 0, err
	}
	if !found {
		return now.Unix(), tx.SetMeta(epochKey, strconv.FormatInt(now.Unix(), 10))
	}
	epoch, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("stored epoch: %w", err)
	}
	return epoch, nil
}

// RequestRestore marks a store that was copied back from a backup: the next
// start takes a new epoch and asks others what they hold.
func RequestRestore(tx *store.Tx, now time.Time) error {
	return tx.SetMeta(restoreKey, strconv.FormatInt(now.Unix(), 10))
}

// RestoreRequested reports whether the store was copied back from a backup and
// its new epoch has not begun.
func RestoreRequested(tx *store.Tx) (bool, error) {
	text, found, err := tx.Meta(restoreKey)
	return found && text != "", err
}

// BeginEpoch turns a requested restore into a new epoch: every log starts
// anew with its last known head, and members must be drained before the logs
// are served again. Without a request it changes nothing.
func (g *Gate) BeginEpoch(ctx context.Context, members []spec.NodeID) error {
	return g.Store.Write(ctx, func(tx *store.Tx) error {
		text, found, err := tx.Meta(restoreKey)
		if err != nil || !found || text == "" {
			return err
		}
		at, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("stored restore request: %w", err)
		}
		next := max(at, g.epoch+1)
		if err := g.turnLogs(tx, next); err != nil {
			return err
		}
		drain, err := json.Marshal(members)
		if err != nil {
			return err
		}
		for _, m := range []struct{ key, value string }{
			{epochKey, strconv.FormatInt(next, 10)}, {drainKey, string(drain)}, {restoreKey, ""},
		} {
			if err := tx.SetMeta(m.key, m.value); err != nil {
				return err
			}
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
		list, _, err = undrained(tx)
		return err
	})
	return list, err
}

// Restoring reports whether a store is in the middle of a restore: members are
// still to be asked, or what is live is not listed yet.
func Restoring(tx *store.Tx) (bool, error) {
	_, open, err := undrained(tx)
	return open, err
}

// undrained reads the list of members to ask, and whether a restore is open: an
// open one may have nobody left to ask.
func undrained(tx *store.Tx) (list []spec.NodeID, open bool, err error) {
	text, found, err := tx.Meta(drainKey)
	if err != nil || !found || text == "" {
		return nil, false, err
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, false, fmt.Errorf("stored restore state: %w", err)
	}
	return list, true, nil
}

// drop takes a node off the list and reports whether it stood there.
func drop(tx *store.Tx, node spec.NodeID) (bool, error) {
	list, _, err := undrained(tx)
	if err != nil {
		return false, err
	}
	left := slices.DeleteFunc(slices.Clone(list), func(n spec.NodeID) bool { return n == node })
	if len(left) == len(list) {
		return false, nil
	}
	octets, err := json.Marshal(left)
	if err != nil {
		return false, err
	}
	return true, tx.SetMeta(drainKey, string(octets))
}

// Drained notes that a node's held records were read to the end. It may be
// repeated.
func (g *Gate) Drained(ctx context.Context, node spec.NodeID) error {
	return g.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := drop(tx, node)
		return err
	})
}

// Waive lets a restore go on without asking one member; it stands in the audit
// log under the operator's name. What only that member was told since the copy
// was made stays unknown here. It returns who is still to be asked.
// Errors: ErrNotAsked.
func Waive(tx *store.Tx, member spec.NodeID, operator string, now time.Time) ([]spec.NodeID, error) {
	stood, err := drop(tx, member)
	if err != nil {
		return nil, err
	}
	if !stood {
		return nil, fmt.Errorf("%s: %w", member, ErrNotAsked)
	}
	left, _, err := undrained(tx)
	if err != nil {
		return nil, err
	}
	return left, tx.PutAudit(store.Audit{At: now.Unix(), Actor: operator, Act: "restore.waive", Object: string(member)})
}

// FinishRestore lists again what is live, once nobody is left to be asked, and
// ends the restore. Without an open restore it changes nothing.
// Errors: ErrRestoring while somebody is left.
func (g *Gate) FinishRestore(ctx context.Context) error {
	return g.Change(ctx, func(c *Change) error {
		list, open, err := undrained(c.tx)
		if err != nil || !open {
			return err
		}
		if len(list) > 0 {
			return ErrRestoring
		}
		if err := c.listLive(); err != nil {
			return err
		}
		return c.tx.SetMeta(drainKey, "")
	})
}

// restoring refuses what would say something new while others are being asked.
func (c *Change) restoring() error {
	open, err := Restoring(c.tx)
	if err == nil && open {
		return ErrRestoring
	}
	return err
}
