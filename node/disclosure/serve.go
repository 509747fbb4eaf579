package disclosure

import (
	"context"
	"errors"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Served is one feed answer: entries after a place, and the head signed over
// the same snapshot of the store, so that the two never disagree.
type Served struct {
	Items []spec.Item
	Head  string
}

// Serve reads a page of a log of ours for its reader ("" for the public log)
// and notes what is disclosed before it is given out. An unknown log is an
// empty one: whether somebody reads here is nobody else's to learn.
func (c *Counter) Serve(ctx context.Context, log string, reader spec.NodeID, next uint64, limit int) (Served, error) {
	var out Served
	var state store.Log
	err := c.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		state, err = c.logState(tx, log, reader)
		if err != nil {
			return err
		}
		rows, err := tx.Page(log, state.Epoch, int64(next)-1, limit, c.Clock().Unix())
		if err != nil {
			return err
		}
		out.Items = make([]spec.Item, len(rows))
		for i, r := range rows {
			out.Items[i] = spec.Item{N: r.N, ID: r.ID, Kind: r.Kind, State: spec.State(r.State), Record: r.Token}
			if r.Kind == spec.KindHead {
				if out.Items[i].Record, err = lastHead(tx, log); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	if err := c.Note(ctx, log, reader, state.Epoch, out.Items); err != nil {
		return Served{}, err
	}
	out.Head, err = c.SealHead(state)
	return out, err
}

func (c *Counter) logState(tx *store.Tx, log string, reader spec.NodeID) (store.Log, error) {
	state, err := tx.Log(log)
	if errors.Is(err, store.ErrNotFound) {
		return store.Log{Name: log, Reader: reader, Epoch: c.Epoch()}, nil
	}
	return state, err
}

// SealHead signs a log's size and root as of a read snapshot.
func (c *Counter) SealHead(state store.Log) (string, error) {
	tree, err := spec.TreeOf(state.Size, state.Frontier)
	if err != nil {
		return "", err
	}
	serial := uint64(0)
	if h := c.Keys(); h != nil {
		serial = h.Serial
	}
	return spec.SealHead(c.Signer(), c.Self, spec.Head{
		Origin: spec.LogOrigin(c.Self, state.Name), Size: state.Size, Root: tree.Root(), Epoch: state.Epoch,
		At: c.Clock().Unix(), Keys: serial, Policy: c.Policy(),
	}), nil
}

// Held lists a writer's own records that this node holds, byte for byte.
func (c *Counter) Held(ctx context.Context, writer spec.NodeID, after int64, limit int) ([]store.Entry, error) {
	var rows []store.Entry
	err := c.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		rows, err = tx.ByIssuer(writer, after, limit)
		return err
	})
	return rows, err
}

// Snapshot gives every live record of a log up to one head. Entries that come
// while it runs are left to the feed.
func (c *Counter) Snapshot(ctx context.Context, log string, reader spec.NodeID, note func(head string) error, item func(spec.Item) error) error {
	first, err := c.Serve(ctx, log, reader, 0, 1)
	if err != nil {
		return err
	}
	head := spec.AcceptedHead(first.Head)
	if err := note(first.Head); err != nil {
		return err
	}
	for next := uint64(0); next < head.Size; {
		page, err := c.Serve(ctx, log, reader, next, spec.MaxLimit)
		if err != nil {
			return err
		}
		for _, it := range page.Items {
			if it.N < head.Size && it.Record != "" && it.Kind != spec.KindHead {
				if err := item(it); err != nil {
					return err
				}
			}
		}
		if len(page.Items) == 0 {
			return nil
		}
		next += uint64(len(page.Items))
	}
	return nil
}

const lastHeadKey = "restore.head." // + log: the last head of the epoch before

// KeepLastHead keeps the body of a log's first entry after a restore.
func KeepLastHead(tx *store.Tx, log, note string) error { return tx.SetMeta(lastHeadKey+log, note) }

func lastHead(tx *store.Tx, log string) (string, error) {
	note, found, err := tx.Meta(lastHeadKey + log)
	if err == nil && !found {
		err = errors.New("the last head of the epoch before is missing")
	}
	return note, err
}
