package gate

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Change is one transaction at the gate: what is kept, what is said and what
// is taken back commit together.
type Change struct {
	gate *Gate
	tx   *store.Tx
	now  time.Time
	logs map[string]*growing
}

// growing collects what one log gains in this transaction.
type growing struct {
	reader spec.NodeID
	items  []store.LogItem
}

func (g *Gate) change(tx *store.Tx) *Change {
	return &Change{gate: g, tx: tx, now: g.Clock(), logs: make(map[string]*growing)}
}

// Change runs one transaction that may keep, say and take back, and tells
// readers after it is durable. f may run more than once.
func (g *Gate) Change(ctx context.Context, f func(*Change) error) error {
	var c *Change
	err := g.Store.Write(ctx, func(tx *store.Tx) error {
		c = g.change(tx)
		if err := f(c); err != nil {
			return err
		}
		return c.finish()
	})
	if err != nil {
		return err
	}
	c.tell()
	return nil
}

// enter notes that a log gains an entry.
func (c *Change) enter(reader spec.NodeID, id spec.ID, kind spec.Kind, state spec.State) {
	name := spec.PublicLog
	if reader != "" {
		name = spec.LogFor(reader)
	}
	l := c.logs[name]
	if l == nil {
		l = &growing{reader: reader}
		c.logs[name] = l
	}
	l.items = append(l.items, store.LogItem{ID: id, Kind: kind, State: string(state), At: c.now.Unix()})
}

// finish numbers the new entries of each log under that log's lock and grows
// its tree; names are taken in order so that two changes never wait for each
// other in a ring.
func (c *Change) finish() error {
	for _, name := range slices.Sorted(maps.Keys(c.logs)) {
		l := c.logs[name]
		before, found, err := maybe(c.tx.Reserve(name, len(l.items)))
		if err == nil && !found {
			if err = c.tx.EnsureLog(name, l.reader, c.gate.epoch); err == nil {
				before, err = c.tx.Reserve(name, len(l.items))
			}
		}
		if err != nil {
			return err
		}
		tree, err := spec.TreeOf(before.Size, before.Frontier)
		if err != nil {
			return err
		}
		for _, it := range l.items {
			tree.Append(spec.Leaf(it.ID, spec.State(it.State)))
		}
		if err := c.tx.AppendLogEntries(name, before.Epoch, before.Size, l.items); err != nil {
			return err
		}
		if err := c.tx.SetFrontier(name, tree.Frontier()); err != nil {
			return err
		}
	}
	return nil
}

// word tells a person what this transaction does to what is theirs.
func (c *Change) word(person string, kind notice.Kind, object string) error {
	return c.gate.Tell(c.tx, c.now, person, kind, object)
}

func (c *Change) tell() {
	for name, l := range c.logs {
		c.gate.growth.Tell(name, l.reader)
	}
}

// maybe turns a missing row into an answer.
func maybe[T any](row T, err error) (T, bool, error) {
	if errors.Is(err, store.ErrNotFound) {
		return row, false, nil
	}
	return row, err == nil, err
}
