package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Names in the store's meta table.
const (
	epochKey   = "epoch"
	restoreKey = "restore.requested" // set by RequestRestore, until the epoch has begun
	drainKey   = "restore.drain"     // nodes whose held records are still to be read
	headKey    = "restore.head."     // + log: the last head of the epoch before
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
		note, err := g.head(l.Name, l)
		if err != nil {
			return err
		}
		if err := tx.ResetLog(l.Name, epoch); err != nil {
			return err
		}
		id := spec.Digest([]byte(note))
		item := store.LogItem{ID: id, Kind: spec.KindHead, State: string(spec.Live), At: g.Clock().Unix()}
		tree := &spec.Tree{}
		tree.Append(spec.Leaf(id, spec.Live))
		if _, err := tx.Reserve(l.Name, 1); err != nil {
			return err
		}
		if err := tx.AppendLogEntries(l.Name, epoch, 0, []store.LogItem{item}); err != nil {
			return err
		}
		if err := tx.SetFrontier(l.Name, tree.Frontier()); err != nil {
			return err
		}
		if err := tx.SetMeta(headKey+l.Name, note); err != nil {
			return err
		}
	}
	return nil
}

// Undrained lists the nodes whose held records are still to be read before
// this node publishes; empty when there was no restore or it is over.
func (g *Gate) Undrained(ctx context.Context) ([]spec.NodeID, error) {
	var list []spec.NodeID
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		list, err = undrained(tx)
		return err
	})
	return list, err
}

func undrained(tx *store.Tx) ([]spec.NodeID, error) {
	text, found, err := tx.Meta(drainKey)
	if err != nil || !found || text == "" {
		return nil, err
	}
	var list []spec.NodeID
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("stored restore state: %w", err)
	}
	return list, nil
}

// Drained notes that a node's held records were read to the end, or that an
// operator waives it. After the last one what is live is listed again.
func (g *Gate) Drained(ctx context.Context, node spec.NodeID, waivedBy string) error {
	return g.Change(ctx, func(c *Change) error {
		list, err := undrained(c.tx)
		if err != nil {
			return err
		}
		left := []spec.NodeID{}
		for _, n := range list {
			if n != node {
				left = append(left, n)
			}
		}
		if len(left) == len(list) {
			return nil
		}
		if waivedBy != "" {
			err := c.tx.PutAudit(store.Audit{At: c.now.Unix(), Actor: waivedBy, Act: "restore.waive", Object: string(node)})
			if err != nil {
				return err
			}
		}
		text := ""
		if len(left) > 0 {
			octets, err := json.Marshal(left)
			if err != nil {
				return err
			}
			text = string(octets)
		} else if err := c.listLive(); err != nil {
			return err
		}
		return c.tx.SetMeta(drainKey, text)
	})
}

// restoring refuses what would say something new while others are being asked.
func (c *Change) restoring() error {
	list, err := undrained(c.tx)
	if err == nil && len(list) > 0 {
		return ErrRestoring
	}
	return err
}

// lastHead is the body of a log's first entry after a restore.
func lastHead(tx *store.Tx, log string) (string, error) {
	note, found, err := tx.Meta(headKey + log)
	if err == nil && !found {
		err = errors.New("the last head of the epoch before is missing")
	}
	return note, err
}
