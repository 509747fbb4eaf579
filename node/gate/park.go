package gate

import (
	"context"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// mostRejudged is how many parked records one transaction judges again.
const mostRejudged = 500

// ParkedPeers lists the neighbours of whom something is parked.
func (g *Gate) ParkedPeers(ctx context.Context) ([]spec.NodeID, error) {
	var nodes []spec.NodeID
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		nodes, err = tx.ParkedPeers()
		return err
	})
	return nodes, err
}

// Rejudge walks a neighbour's parked records through the gate again, after
// keys, policy or time have moved. What still has to wait stays parked; what
// has waited too long is dropped.
func (g *Gate) Rejudge(ctx context.Context, from spec.NodeID) ([]Outcome, error) {
	var all []Outcome
	after := spec.ID("")
	for {
		var rows []store.Parked
		err := g.Store.Read(ctx, func(tx *store.Tx) error {
			var err error
			rows, err = tx.ParkedFor(from, after, mostRejudged)
			return err
		})
		if err != nil || len(rows) == 0 {
			return all, err
		}
		after = rows[len(rows)-1].ID
		list, err := g.rejudgeRows(ctx, from, rows)
		if err != nil {
			return all, err
		}
		all = append(all, list...)
	}
}

// rejudgeRows decides rows of one neighbour. Nothing is written where nothing
// has moved: a flood of parked records must not become a flood of writes.
func (g *Gate) rejudgeRows(ctx context.Context, from spec.NodeID, rows []store.Parked) ([]Outcome, error) {
	now := g.Clock().Unix()
	d := Delivery{From: from, Log: spec.LogFor(g.Self), Vouched: true}
	waits := make(map[spec.ID]string, len(rows))
	for _, r := range rows {
		d.Items = append(d.Items, spec.Item{N: r.N, ID: r.ID, Kind: r.Kind, State: spec.Live, Record: r.Token})
		waits[r.ID] = r.Requirement
		if r.Expires <= now {
			waits[r.ID] = ""
		}
	}
	list := g.open(d)
	g.judge(d, list)
	moved := Delivery{From: d.From, Log: d.Log, Vouched: true}
	var left []entry
	var settled []spec.ID
	for _, e := range list {
		same := e.outcome.Verdict == Parked && e.outcome.Refusal.Requirement == waits[e.item.ID]
		if same || e.outcome.Verdict == Admitted && waits[e.item.ID] == "REQ-EVL-011" && !g.engaged(ctx, e) {
			continue
		}
		if waits[e.item.ID] == "" && e.outcome.Verdict == Parked {
			settled = append(settled, e.item.ID)
			continue
		}
		settled = append(settled, e.item.ID)
		moved.Items = append(moved.Items, e.item)
		left = append(left, e)
	}
	if len(settled) == 0 {
		return nil, nil
	}
	// In one transaction: a record that left its place and was not decided
	// would be lost, since the cursor has long moved past it.
	moved.settled = settled
	return g.commit(ctx, moved, left)
}

// engaged reports whether a credential's engagement has come meanwhile.
func (g *Gate) engaged(ctx context.Context, e entry) bool {
	found := false
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		given, ok, err := maybe(tx.Engagement(e.record.Envelope().Subject))
		found = ok && given.Evaluator == e.record.Envelope().Issuer
		return err
	})
	return err == nil && found
}
