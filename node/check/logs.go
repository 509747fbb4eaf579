package check

import (
	"github.com/fukusen/fukusen/node/restore"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// logs counts every log's tree again and holds its leaves against the ledger.
func (in *inspection) logs() error {
	logs, err := in.tx.Logs()
	if err != nil {
		return err
	}
	for _, l := range logs {
		if l.Reader != "" && l.Name != spec.LogFor(l.Reader) {
			in.fault("log", l.Name, "it does not have the name of its reader %s", l.Reader)
		}
		newest := make(map[spec.ID]spec.State)
		tree, err := in.leaves(l, newest)
		if err != nil {
			return err
		}
		in.root(l, tree)
		if err := in.leavesAndLedger(l, newest); err != nil {
			return err
		}
	}
	return in.leftOut()
}

// leaves builds the tree of a log's present epoch from its stored leaves.
func (in *inspection) leaves(l store.Log, newest map[spec.ID]spec.State) (*spec.Tree, error) {
	tree := &spec.Tree{}
	for {
		rows, err := in.tx.Page(l.Name, l.Epoch, int64(tree.Size())-1, pageSize, 0)
		if err != nil || len(rows) == 0 {
			return tree, err
		}
		for _, row := range rows {
			if row.N != tree.Size() {
				in.fault("log", l.Name, "entry %d is missing; the next one stored is %d", tree.Size(), row.N)
				return tree, nil
			}
			state := spec.State(row.State)
			if !state.Valid() {
				in.fault("log", l.Name, "entry %d has no known state", row.N)
			}
			tree.Append(spec.Leaf(row.ID, state))
			in.counts.LogEntries++
			if row.Kind != spec.KindHead {
				newest[row.ID] = state
			}
		}
	}
}

func (in *inspection) root(l store.Log, counted *spec.Tree) {
	kept, err := spec.TreeOf(l.Size, l.Frontier)
	switch {
	case err != nil:
		in.fault("log", l.Name, "its kept tree does not fit its size of %d", l.Size)
	case counted.Size() != l.Size:
		in.fault("log", l.Name, "it says it has %d entries, and %d are stored", l.Size, counted.Size())
	case counted.Root() != kept.Root():
		in.fault("log", l.Name, "the root of its stored entries is not the root it signs")
	}
}

// leavesAndLedger: a reader is shown our own records that were meant for it,
// and what a log takes back is not in use here any more.
func (in *inspection) leavesAndLedger(l store.Log, newest map[spec.ID]spec.State) error {
	ids := make([]spec.ID, 0, len(newest))
	for id := range newest {
		ids = append(ids, id)
	}
	rows, err := in.tx.Entries(ids)
	if err != nil {
		return err
	}
	for id, state := range newest {
		e, known := rows[id]
		switch {
		case !known:
			in.fault("log", l.Name, "it shows %s, which the ledger does not have", id)
			continue
		case e.Issuer != in.Self || e.State != store.StateErased && e.Audience != l.Reader:
			in.fault("log", l.Name, "it shows %s, which was not said to this reader", id)
		case state == spec.Withdrawn && e.State != store.StateWithdrawn && e.State != store.StateErased:
			in.fault("log", l.Name, "it took back %s, which the ledger still has as %s", id, e.State)
		case state == spec.Erased && e.State != store.StateErased:
			in.fault("log", l.Name, "it says that %s is erased, which the ledger still has as %s", id, e.State)
		}
		if state == spec.Live {
			delete(in.unlisted, id)
		}
	}
	return nil
}

// leftOut: every live record of our own stands in its reader's log, unless a
// restore has not listed it yet.
func (in *inspection) leftOut() error {
	restoring, err := restore.Open(in.tx)
	if err != nil || restoring {
		return err
	}
	for id, reader := range in.unlisted {
		in.fault("record", id, "it is live, and the log of its reader %s does not show it", reader)
	}
	return nil
}
