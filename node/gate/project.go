package gate

import (
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
				err = c.toldBefore(w.From, b)
			}
		case *spec.Erasure:
			err = c.obey(w.From, e.record.ID(), b)
		}
		if err != nil {
			return err
		}
	}
	return c.takeBack(w)
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
	if err := c.tx.Strip(held); err != nil {
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
// names every id of the order that is no longer here.
func (c *Change) obey(from spec.NodeID, order spec.ID, o *spec.Erasure) error {
	rows, err := c.tx.Entries(o.IDs)
	if err != nil {
		return err
	}
	theirs := make(map[spec.ID]bool, len(o.IDs))
	foreign := make(map[spec.ID]bool)
	for _, r := range rows {
		own := r.Issuer == from
		credential := r.Issuer == c.gate.Self && r.Kind == spec.KindEvaluation && r.Audience == from
		if own || credential {
			theirs[r.ID] = true
		} else {
			foreign[r.ID] = true
		}
		if credential && r.State != store.StateErased {
			c.enter(from, r.ID, r.Kind, spec.Erased)
		}
	}
	var gone, done []spec.ID
	for _, id := range o.IDs {
		if theirs[id] {
			gone = append(gone, id)
		}
		if !foreign[id] {
			done = append(done, id)
		}
	}
	if err := c.tx.Unpark(from, o.IDs); err != nil {
		return err
	}
	if err := c.forget(gone); err != nil {
		return err
	}
	if len(done) == 0 {
		return nil
	}
	_, err = c.say(from, &spec.Receipt{
		Envelope: spec.Envelope{UID: spec.RandomUUID()},
		Order:    order, Action: spec.ActionErased, IDs: done, At: c.now.Unix(),
	})
	return err
}

// forget blanks bodies everywhere this store has them; ids and leaves stay.
func (c *Change) forget(list []spec.ID) error {
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
	if c.gate.KeepErased == nil {
		return nil
	}
	return c.gate.KeepErased(list)
}
