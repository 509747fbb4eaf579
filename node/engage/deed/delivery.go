package deed

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/work"
)

// Delivered is what a person says they did.
type Delivered struct {
	Units    []int  // indexes of the hold's units, rising
	Hours    string // a decimal number, at most 10000
	Value    string // what the outcome's measure has come to, a decimal number
	Evidence string
}

// mostHours is how many hours one engagement can have taken.
const mostHours = 10_000

// Deliver hands work over to its owner. What was disputed may be delivered
// again, and the same again changes nothing. Errors: ErrUnknownHold, ErrOver,
// ErrDelivered, ErrInvalid, a refusal that names the field.
func (d *Deeds) Deliver(ctx context.Context, person, hold string, what Delivered) (progress.Delivery, error) {
	var row progress.Delivery
	body := spec.Delivery{Delivery: work.Delivery{
		Units: pointers(what.Units), Hours: what.Hours, Outcome: &work.Outturn{Value: what.Value},
	}}
	if what.Evidence != "" {
		body.Outcome.Evidence = &what.Evidence
	}
	if err := spec.RefuseFault(body.Delivery.Check()); err != nil {
		return row, err
	}
	err := d.gate.Change(ctx, func(c *gate.Change) error {
		m, err := own(c, person, hold)
		if err != nil {
			return err
		}
		if !m.stands || m.said.Status != work.HoldConfirmed {
			return ErrOver
		}
		if err := doable(&m.said, what, c.Now().Unix()); err != nil {
			return err
		}
		turns, err := progress.In(c.Tx()).Deliveries(m.work)
		if err != nil {
			return err
		}
		row, err = turn(&m, turns, &body, c.Now().Unix())
		if err != nil {
			return err
		}
		if n := len(turns); n > 0 && turns[n-1].State != progress.Disputed {
			if same(turns[n-1], row) {
				row = turns[n-1]
				return nil
			}
			return ErrDelivered
		}
		said := body
		said.Of = m.hold
		uid, last := row.UID, row.Sequence
		if uid == "" {
			uid = spec.RandomUUID()
		}
		m.address(&said.Envelope, uid, last)
		if row.Record, err = c.Say(m.to, &said); err != nil {
			return err
		}
		row.UID, row.Sequence = uid, said.Sequence
		return progress.In(c.Tx()).PutDelivery(row)
	})
	return row, err
}

func pointers(list []int) []*int {
	out := make([]*int, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// doable refuses a delivery of units that the hold does not have or that are not
// over yet, and of more hours than anybody works.
func doable(h *spec.Hold, what Delivered, now int64) error {
	for _, n := range what.Units {
		if n >= len(h.Units) {
			return invalid("units", "each unit is one of those that are held")
		}
		if end, _ := code.ParseUTC(h.Units[n].End); end.Unix() > now {
			return invalid("units", "a unit is delivered when its time is over")
		}
	}
	if whole, _, _ := strings.Cut(what.Hours, "."); len(strings.TrimLeft(whole, "0")) > len(strconv.Itoa(mostHours)) {
		return invalid("hours", "at most 10000 hours are delivered")
	}
	if hours, err := strconv.ParseFloat(what.Hours, 64); err != nil || hours > mostHours {
		return invalid("hours", "at most 10000 hours are delivered")
	}
	return nil
}

// turn is what a delivery's body is kept as, the next after some.
func turn(m *matter, before []progress.Delivery, b *spec.Delivery, at int64) (progress.Delivery, error) {
	units, err := json.Marshal(b.Units)
	row := progress.Delivery{
		Work: m.work, Turn: len(before) + 1, Person: m.person, UID: b.UID, Sequence: b.Sequence, Units: string(units),
		Hours: b.Hours, Value: b.Outcome.Value, At: at, State: progress.Open,
	}
	if b.Outcome.Evidence != nil {
		row.Evidence = *b.Outcome.Evidence
	}
	if n := len(before); n > 0 {
		if row.UID == "" {
			row.UID, row.Sequence = before[n-1].UID, before[n-1].Sequence
		}
		row.AnswerUID, row.AnswerSequence = before[n-1].AnswerUID, before[n-1].AnswerSequence
	}
	return row, err
}

// same reports whether two deliveries say the same.
func same(a, b progress.Delivery) bool {
	return a.Units == b.Units && a.Hours == b.Hours && a.Value == b.Value && a.Evidence == b.Evidence
}

// mostTurns bounds how often one engagement is delivered.
const mostTurns = 50

// handedOver keeps what a home delivers. A delivery for another's hold, of units
// that are not held, or of work that is over, changes nothing here.
func handedOver(c *gate.Change, id spec.ID, b *spec.Delivery) error {
	m, found, err := about(c, b.Of, b.Issuer, b.Subject)
	if err != nil || !found || m.side != progress.Owner || !m.stands || m.said.Status != work.HoldConfirmed {
		return err
	}
	if newest, err := current(c, id); err != nil || !newest {
		return err
	}
	if slices.ContainsFunc(b.Units, func(n *int) bool { return *n >= len(m.said.Units) }) {
		return nil
	}
	p := progress.In(c.Tx())
	turns, err := p.Deliveries(m.work)
	if err != nil {
		return err
	}
	row, err := turn(&m, turns, b, c.Now().Unix())
	if err != nil {
		return err
	}
	row.Record = id
	if n := len(turns); n > 0 {
		last := turns[n-1]
		switch {
		case last.UID != b.UID || last.Sequence >= b.Sequence || n >= mostTurns:
			return nil
		case same(last, row): // said anew, with another key
			last.Record, last.Sequence = id, b.Sequence
			return p.PutDelivery(last)
		}
	}
	if err := p.PutDelivery(row); err != nil {
		return err
	}
	if err := Again(c, b.Subject); err != nil { // an answer that was put back before it
		return err
	}
	return m.tell(c, word.Word{ID: "delivery " + string(id), Kind: notice.WorkDelivered, Object: m.work})
}

// regainedDelivery puts back what this home delivered.
func regainedDelivery(c *gate.Change, id spec.ID, b *spec.Delivery) error {
	m, found, err := about(c, b.Of, b.Audience, b.Subject)
	if err != nil || !found || m.side != progress.Home {
		return err
	}
	p := progress.In(c.Tx())
	turns, err := p.Deliveries(m.work)
	if err != nil {
		return err
	}
	row, err := turn(&m, turns, b, b.IssuedAt)
	if err != nil {
		return err
	}
	row.Record = id
	if n := len(turns); n > 0 {
		last := turns[n-1]
		switch {
		case last.Sequence >= b.Sequence:
			return nil
		case same(last, row):
			last.Record, last.Sequence = id, b.Sequence
			return p.PutDelivery(last)
		}
	}
	return p.PutDelivery(row)
}
