package gate

import (
	"context"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Delivery is what a neighbour's log, snapshot or held answer brought.
type Delivery struct {
	From    spec.NodeID   // whose log it is; nobody else's records are admitted
	Log     string        // the log's name, for notes
	Items   []spec.Item   // in the order of the log
	Vouched bool          // they stand under a head signed by a good key
	Cursor  *store.Cursor // the reader's place after these items, kept with them
	Head    *store.Head   // the accepted head, kept with them

	settled []spec.ID // parked before; they leave that place as these items are decided
}

// Verdict says what became of one item.
type Verdict string

// The verdicts.
const (
	Admitted  Verdict = "admitted"
	Duplicate Verdict = "duplicate"
	Refused   Verdict = "refused"
	Parked    Verdict = "parked"
	Skipped   Verdict = "skipped"    // unknown kind, or a live entry whose body is no longer given
	TakenBack Verdict = "taken back" // withdrawn or erased
)

// Outcome is the verdict on one item, in the order of the delivery.
type Outcome struct {
	N       uint64
	ID      spec.ID
	Kind    spec.Kind
	Verdict Verdict
	Refusal *spec.Refusal
}

// Admit is the walk of a neighbour's records: open, judge, append, project,
// commit, tell. All of a delivery commits together with the reader's place, or
// nothing does; it may be repeated. An error means that nothing was decided.
func (g *Gate) Admit(ctx context.Context, d Delivery) ([]Outcome, error) {
	return g.Enter(ctx, g.Prove(d))
}

// Proven is a delivery on its walk: opened and judged, not yet in the ledger.
type Proven struct {
	delivery Delivery
	list     []entry
}

// Prove is the first half of Admit. It touches no store, so a reader can prove
// one page while the one before is being committed.
func (g *Gate) Prove(d Delivery) *Proven {
	opened := g.open(d) // shape, key, signature: now proven
	g.judge(d, opened)  // grants and policy: every objection
	return &Proven{d, opened}
}

// Enter is the second half: append, project, commit, tell. Parts that follow
// one another in one log commit together with the place after the last.
func (g *Gate) Enter(ctx context.Context, parts ...*Proven) ([]Outcome, error) {
	last := parts[len(parts)-1]
	list := last.list
	if len(parts) > 1 {
		list = nil
		for _, p := range parts {
			list = append(list, p.list...)
		}
	}
	return g.commit(ctx, last.delivery, list)
}

// entry is one item on its walk. record is nil once it is out for good.
type entry struct {
	item    spec.Item
	record  *spec.Record
	outcome Outcome
}

// drop ends the walk of an item before the transaction.
func (e *entry) drop(r *spec.Refusal) {
	e.record = nil
	e.refuse(r)
}

// refuse ends it inside the transaction, which may have to run again.
func (e *entry) refuse(r *spec.Refusal) {
	e.outcome.Refusal = r
	e.outcome.Verdict = Refused
	if r.Park {
		e.outcome.Verdict = Parked
	}
}

func (e *entry) in() bool { return e.record != nil && e.outcome.Verdict == Admitted }
