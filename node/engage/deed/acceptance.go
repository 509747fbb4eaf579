package deed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// Accepting is what an owner says of a delivery.
type Accepting struct {
	Verdict string // accepted or disputed
	Reason  string // of a dispute
	Account string // who says it
	Turn    int    // the delivery that was read; 0 is the newest
}

// AnswerDelivery says to a home what becomes of the newest delivery. The same
// again changes nothing, and what was accepted stays so. Errors:
// ErrUnknownOffer, ErrOver, ErrUndelivered, ErrNewer, a refusal that names the field.
func (d *Deeds) AnswerDelivery(ctx context.Context, offer spec.ID, a Accepting) (progress.Delivery, error) {
	var row progress.Delivery
	body := spec.Acceptance{Answer: work.Answer{Verdict: a.Verdict, Reason: a.Reason}}
	if err := spec.RefuseFault(body.Answer.Check()); err != nil {
		return row, err
	}
	err := d.gate.Change(ctx, func(c *gate.Change) error {
		m, err := ours(c, offer)
		if err != nil {
			return err
		}
		p := progress.In(c.Tx())
		turns, err := p.Deliveries(m.work)
		if err != nil {
			return err
		}
		if len(turns) == 0 {
			return ErrUndelivered
		}
		row = turns[len(turns)-1]
		if a.Turn != 0 && a.Turn != row.Turn {
			return ErrNewer
		}
		if row.State == a.Verdict && row.Reason == a.Reason {
			return nil
		}
		if !m.stands || row.State == progress.Accepted {
			return ErrOver
		}
		said := body
		said.Delivery = row.Record
		if row.AnswerUID == "" {
			row.AnswerUID = spec.RandomUUID()
		}
		m.address(&said.Envelope, row.AnswerUID, row.AnswerSequence)
		if row.Answer, err = c.Say(m.to, &said); err != nil {
			return err
		}
		row.AnswerSequence, row.State, row.Reason = said.Sequence, a.Verdict, a.Reason
		row.AnsweredBy, row.AnsweredAt = a.Account, c.Now().Unix()
		if err := p.PutDelivery(row); err != nil || row.State != progress.Accepted {
			return err
		}
		return m.overAll(c)
	})
	return row, err
}

// judged keeps an owner's answer to what this home delivered. One to another's
// delivery, or to one that was replaced, changes nothing here.
func judged(c *gate.Change, id spec.ID, b *spec.Acceptance) error {
	m, found, err := delivered(c, b.Delivery, b.Issuer, b.Subject)
	if err != nil || !found || m.side != progress.Home {
		return err
	}
	if newest, err := current(c, id); err != nil || !newest {
		return err
	}
	row, found, err := answerable(c, &m, b.Delivery)
	if err != nil || !found || row.AnswerUID != "" && (row.AnswerUID != b.UID || row.AnswerSequence >= b.Sequence) {
		return err
	}
	before := row.State
	row.Answer, row.AnswerUID, row.AnswerSequence, row.State, row.Reason = id, b.UID, b.Sequence, b.Verdict, b.Reason
	row.AnsweredAt = c.Now().Unix()
	if err := progress.In(c.Tx()).PutDelivery(row); err != nil || row.State == before {
		return err
	}
	if row.State == progress.Accepted {
		if err := m.overAll(c); err != nil {
			return err
		}
	}
	return m.tell(c, word.Word{ID: "acceptance " + string(id), Kind: notice.DeliveryAnswered, Object: m.work})
}

// delivered finds the engagement of a delivery's record.
func delivered(c *gate.Change, id spec.ID, with spec.NodeID, subject spec.Subject) (m matter, found bool, err error) {
	row, err := c.Tx().Entry(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && (row.Kind != spec.KindDelivery || row.Token == "") {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	var b spec.Delivery
	if err := json.Unmarshal(spec.Payload(row.Token), &b); err != nil {
		return m, false, fmt.Errorf("stored delivery: %w", err)
	}
	between := b.Issuer == with && b.Audience == c.Self() || b.Issuer == c.Self() && b.Audience == with
	if !between || b.Subject != subject {
		return m, false, nil
	}
	return about(c, b.Of, with, subject)
}

// answerable is the newest turn of an engagement, if a record said just that.
func answerable(c *gate.Change, m *matter, record spec.ID) (row progress.Delivery, found bool, err error) {
	turns, err := progress.In(c.Tx()).Deliveries(m.work)
	if err != nil || len(turns) == 0 {
		return row, false, err
	}
	last := turns[len(turns)-1]
	if last.Record == record {
		return last, true, nil
	}
	entry, err := c.Tx().Entry(record)
	if err != nil {
		return row, false, err
	}
	var b spec.Delivery
	if err := json.Unmarshal(spec.Payload(entry.Token), &b); err != nil {
		return row, false, fmt.Errorf("stored delivery: %w", err)
	}
	told, err := turn(m, nil, &b, 0)
	return last, b.UID == last.UID && same(told, last), err
}

// regainedAnswer puts back what this owner said of a delivery.
func regainedAnswer(c *gate.Change, id spec.ID, b *spec.Acceptance) error {
	m, found, err := delivered(c, b.Delivery, b.Audience, b.Subject)
	if err != nil || !found || m.side != progress.Owner {
		return err
	}
	row, found, err := answerable(c, &m, b.Delivery)
	if err != nil || !found || row.AnswerSequence >= b.Sequence {
		return err
	}
	row.Answer, row.AnswerUID, row.AnswerSequence, row.State, row.Reason = id, b.UID, b.Sequence, b.Verdict, b.Reason
	row.AnsweredAt = b.IssuedAt
	return progress.In(c.Tx()).PutDelivery(row)
}
