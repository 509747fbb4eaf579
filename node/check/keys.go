package check

import (
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// keyHistories opens every stored history under the root key that the policy
// log pins, and the node's own file beside them.
func (in *inspection) keyHistories() error {
	rows, err := in.tx.KeyHistories()
	if err != nil {
		return err
	}
	for _, row := range rows {
		if len(in.roots[row.Node]) == 0 {
			continue // never a member: its keys prove nothing, and are not used
		}
		in.counts.Histories++
		h, err := in.openHistory(row)
		if err != nil {
			in.fault("keys", historyName(row), "%s", err)
			continue
		}
		in.histories[row.Node] = h
		if err := in.olderHistories(row); err != nil {
			return err
		}
	}
	in.ownHistory()
	return nil
}

func historyName(row store.KeyHistory) string {
	return fmt.Sprintf("%s serial %d", row.Node, row.Serial)
}

func (in *inspection) openHistory(row store.KeyHistory) (*spec.KeyHistory, error) {
	h, err := in.openUnder(row.Node, row.Token)
	if err != nil {
		return nil, err
	}
	if h.Serial != row.Serial {
		return nil, fmt.Errorf("it says serial %d", h.Serial)
	}
	return h, nil
}

// openUnder tries every root key that the log ever pinned for the node, the
// newest first.
func (in *inspection) openUnder(node spec.NodeID, token string) (*spec.KeyHistory, error) {
	first := errors.New("the policy log pins no root key for the node")
	roots := in.roots[node]
	for i := len(roots) - 1; i >= 0; i-- {
		key, err := spec.DecodeKey(roots[i])
		if err != nil {
			continue
		}
		h, err := spec.OpenKeys(token, node, key)
		if err == nil {
			return h, nil
		}
		if i == len(roots)-1 {
			first = err
		}
	}
	return nil, first
}

func (in *inspection) olderHistories(newest store.KeyHistory) error {
	serial := newest.Serial
	for range pageSize {
		row, err := in.tx.KeyHistoryBelow(newest.Node, serial)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		serial = row.Serial
		in.counts.Histories++
		if _, err := in.openHistory(row); err != nil {
			in.fault("keys", historyName(row), "%s", err)
		}
	}
	return nil
}

// ownHistory holds the file that the node signs under against what it has said.
func (in *inspection) ownHistory() {
	h, err := in.openUnder(in.Self, in.History)
	stored := in.histories[in.Self]
	switch {
	case err != nil:
		in.fault("keys", "file of "+string(in.Self), "%s", err)
	case stored != nil && h.Serial < stored.Serial:
		in.fault("keys", "file of "+string(in.Self), "it has serial %d, and serial %d was published", h.Serial, stored.Serial)
	case stored == nil || h.Serial > stored.Serial:
		in.histories[in.Self] = h // rotated while the node was stopped
	}
}
