package gate

import (
	"errors"
	"slices"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// project carries out what the admitted records and taken entries ask for.
func (c *Change) project(w *delivery) error {
	for i := range w.list {
		e := &w.list[i]
		if !e.in() {
			continue
		}
		var err error
		switch b := e.record.Body().(type) {
		case *spec.Receipt:
			if err = c.tx.SettleReceipt(w.From, b.IDs, settles(b.Action), e.record.ID(), b.At); err == nil {
				err = errors.Join(c.toldBefore(w.From, b), c.confirmed(e.record.ID(), b.IDs))
			}
		case *spec.Erasure:
			err = c.obey(w, e, b)
		case *spec.Proposal, *spec.Hold, *spec.Risk, *spec.Delivery, *spec.Acceptance:
			err = c.gate.Agree(c, e.record)
		}
		if err != nil {
			return err
		}
	}
	return c.takeBack(w)
}

// confirmed tells whose records a receipt settled. Who was erased before has
// neither account nor address left, so nobody is told of that.
func (c *Change) confirmed(receipt spec.ID, records []spec.ID) error {
	people, err := c.tx.PeopleSettled(receipt, records)
	if err != nil {
		return err
	}
	for _, person := range people {
		if err := c.word(person, notice.ErasureReceipt, string(receipt)); err != nil {
			return err
		}
	}
	return nil
}

// settles is the debt that a receipt pays: what a node keeps for a stated
// reason and time also answers the erasure order.
func settles(action string) string {
	if action == spec.ActionKept {
		return spec.ActionErased
	}
	return action
}

// takeBack stops the use of withdrawn records at once and answers with one
// receipt (REQ-WDR-001, 003). Ids that were never held change nothing.
func (c *Change) takeBack(w *delivery) error {
	var withdrawn []spec.ID
	for i := range w.list {
		if o := &w.list[i].outcome; o.Verdict == TakenBack && w.list[i].item.State == spec.Withdrawn {
			withdrawn = append(withdrawn, o.ID)
		}
	}
	held, err := c.heldFrom(w.From, withdrawn, store.StateWithdrawn)
	if err != nil || len(held) == 0 {
		return err
	}
	// The policy allows a while; nothing is gained by keeping what may not be used.
	if err := errors.Join(c.tx.Strip(held), c.gate.Lost(c, held, false)); err != nil {
		return err
	}
	_, err = c.say(w.From, &spec.Receipt{
		Envelope: spec.Envelope{UID: spec.RandomUUID()},
		Action:   spec.ActionWithdrawn, IDs: held, At: c.now.Unix(),
	})
	return err
}

// heldFrom keeps of the ids those whose record this issuer gave us and that
// are not already in the state; parked bytes of the others are dropped.
func (c *Change) heldFrom(issuer spec.NodeID, list []spec.ID, state string) ([]spec.ID, error) {
	if len(list) == 0 {
		return nil, nil
	}
	if err := c.tx.Unpark(issuer, list); err != nil {
		return nil, err
	}
	rows, err := c.tx.Entries(list)
	if err != nil {
		return nil, err
	}
	var held []spec.ID
	for _, r := range rows {
		if r.Issuer == issuer && r.State != state && r.State != store.StateErased {
			held = append(held, r.ID)
		}
	}
	return held, nil
}

// obey carries out a neighbour's erasure order: for ids that it issued, and for
// credentials of ours whose audience it is (REQ-ERA-001, 002, 003). The receipt
// names every id of the order that is no longer here. What came from another
// node is refused for the operator to see, and no receipt speaks of it.
func (c *Change) obey(w *delivery, order *entry, o *spec.Erasure) error {
	list := slices.Compact(slices.Sorted(slices.Values(o.IDs)))
	rows, err := c.tx.Entries(list)
	if err != nil {
		return err
	}
	parked, err := c.parkedAmong(w, list)
	if err != nil {
		return err
	}
	var gone, done []spec.ID
	var refused []store.Refused
	for _, id := range list {
		r, here := rows[id]
		credential := here && r.Issuer == c.gate.Self && r.Kind == spec.KindEvaluation && r.Audience == w.From
		by, waits := parked[id]
		if here && r.Issuer != w.From && !credential || waits && by != w.From {
			refused = append(refused, c.notYours(w.From, order, id))
			continue
		}
		if credential && r.State != store.StateErased {
			c.enter(w.From, r.ID, r.Kind, spec.Erased)
		}
		if here || waits {
			gone = append(gone, id)
		}
		done = append(done, id)
	}
	if err := c.tx.Refuse(refused); err != nil || len(done) == 0 {
		return err
	}
	if err := c.tx.Unpark(w.From, done); err != nil {
		return err
	}
	if err := errors.Join(c.gate.Lost(c, gone, true), c.forget(gone)); err != nil {
		return err
	}
	_, err = c.say(w.From, &spec.Receipt{
		Envelope: spec.Envelope{UID: spec.RandomUUID()},
		Order:    order.record.ID(), Action: spec.ActionErased, IDs: done, At: c.now.Unix(),
	})
	return err
}

// notYours says of one id of an order that the record came from another node.
func (c *Change) notYours(from spec.NodeID, order *entry, id spec.ID) store.Refused {
	r := spec.RefuseField("REQ-ERA-002", "ids", "the record came from another node than the one that orders its erasure")
	return store.Refused{
		Peer: from, ID: id, N: order.item.N, Kind: spec.KindErasure, Requirement: r.Requirement,
		Problem: r.Problem, Detail: r.Detail, At: c.now.Unix(),
	}
}

// parkedAmong answers of whom ids are parked, and keeps from that place what
// this same delivery would have parked.
func (c *Change) parkedAmong(w *delivery, list []spec.ID) (map[spec.ID]spec.NodeID, error) {
	parked, err := c.tx.ParkedBy(list)
	if err != nil {
		return nil, err
	}
	for i := range w.list {
		e := &w.list[i]
		if e.outcome.Refusal == nil || !slices.Contains(list, e.item.ID) {
			continue
		}
		// The second is what the first became when the transaction runs again.
		if e.outcome.Verdict == Parked || e.outcome.Refusal.Requirement == "REQ-ERA-005" {
			parked[e.item.ID] = w.From
			e.refuse(spec.RefuseField("REQ-ERA-005", "id", "the record was erased"))
		}
	}
	return parked, nil
}

// forget blanks bodies everywhere this store has them; ids and leaves stay.
func (c *Change) forget(list []spec.ID) error {
	erased, err := c.tx.IsErased(list)
	if err != nil {
		return err
	}
	// Who orders the same again and again must not fill the list outside.
	list = slices.DeleteFunc(slices.Clone(list), func(id spec.ID) bool { return erased[id] })
	if len(list) == 0 {
		return nil
	}
	for _, f := range []func([]spec.ID) error{
		c.tx.DropCurrent, c.tx.Blank, c.tx.ForgetProofBodies,
		func(list []spec.ID) error { return c.tx.PutErased(list, c.now.Unix()) },
	} {
		if err := f(list); err != nil {
			return err
		}
	}
	return c.gate.KeepErased(list)
}
