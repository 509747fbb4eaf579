package deed

import (
	"context"
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// Red is what a side says early of what endangers an engagement.
type Red struct {
	Severity string // low, medium or high
	What     string
	Ask      string // what would help; AskCancellation asks for the end
	By       time.Time
	Account  string // who says it
}

// mostReds is how many reds of one side and one engagement are open at a time.
const mostReds = 20

// RaiseRed says a red of a person's to the owner of the work. Errors:
// ErrUnknownHold, ErrOver, ErrManyReds, a refusal that names the field.
func (d *Deeds) RaiseRed(ctx context.Context, person, hold string, r Red) (progress.Red, error) {
	return d.raise(ctx, r, func(c *gate.Change) (matter, error) { return own(c, person, hold) })
}

// RaiseOwners says a red of this node's organisation to the person's home.
// Errors: ErrUnknownOffer and those of RaiseRed.
func (d *Deeds) RaiseOwners(ctx context.Context, offer spec.ID, r Red) (progress.Red, error) {
	return d.raise(ctx, r, func(c *gate.Change) (matter, error) { return ours(c, offer) })
}

func (d *Deeds) raise(ctx context.Context, r Red, find func(*gate.Change) (matter, error)) (progress.Red, error) {
	var row progress.Red
	body := spec.Risk{Risk: work.Risk{Severity: r.Severity, What: r.What, Ask: r.Ask, By: spec.FormatUTC(r.By)}}
	if err := spec.RefuseFault(body.Risk.Check()); err != nil {
		return row, err
	}
	err := d.gate.Change(ctx, func(c *gate.Change) error {
		m, err := find(c)
		if err != nil {
			return err
		}
		if !m.stands {
			return ErrOver
		}
		if !r.By.After(c.Now()) {
			return invalid("by", "a time in the future is required")
		}
		reds, err := progress.In(c.Tx()).Reds(m.work)
		if err != nil {
			return err
		}
		if openOf(reds, m.side) >= mostReds {
			return ErrManyReds
		}
		said := body
		said.Of = m.hold
		m.address(&said.Envelope, spec.RandomUUID(), 0)
		id, err := c.Say(m.to, &said)
		if err != nil {
			return err
		}
		row = progress.Red{
			UID: said.UID, Work: m.work, Person: m.person, Side: m.side, Record: id, Sequence: said.Sequence, Severity: r.Severity,
			What: r.What, Ask: r.Ask, HelpBy: r.By.Unix(), RaisedBy: r.Account, RaisedAt: c.Now().Unix(),
		}
		return errors.Join(progress.In(c.Tx()).PutRed(row), answersReds(c, reds, m.other()))
	})
	return row, err
}

func openOf(reds []progress.Red, side string) int {
	open := 0
	for _, r := range reds {
		if r.Side == side && r.ClosedAt == 0 {
			open++
		}
	}
	return open
}

// answersReds notes that the open reds of a side were followed by one of the
// other: that is how a red is answered (standard section 12.7).
func answersReds(c *gate.Change, reds []progress.Red, of string) error {
	for _, r := range reds {
		if r.Side != of || r.ClosedAt != 0 || r.AnsweredAt != 0 {
			continue
		}
		r.AnsweredAt = c.Now().Unix()
		if err := progress.In(c.Tx()).PutRed(r); err != nil {
			return err
		}
	}
	return nil
}

// CloseRed takes a red of a person's back: it is over. Doing it again changes
// nothing. Errors: ErrUnknownHold, ErrUnknownRed.
func (d *Deeds) CloseRed(ctx context.Context, person, hold, uid string) error {
	return d.closeRed(ctx, uid, func(c *gate.Change) (matter, error) { return own(c, person, hold) })
}

// CloseOwners is CloseRed of a red that this node's organisation raised. Errors:
// ErrUnknownOffer, ErrUnknownRed.
func (d *Deeds) CloseOwners(ctx context.Context, offer spec.ID, uid string) error {
	return d.closeRed(ctx, uid, func(c *gate.Change) (matter, error) { return ours(c, offer) })
}

func (d *Deeds) closeRed(ctx context.Context, uid string, find func(*gate.Change) (matter, error)) error {
	return d.gate.Change(ctx, func(c *gate.Change) error {
		m, err := find(c)
		if err != nil {
			return err
		}
		r, err := progress.In(c.Tx()).Red(uid)
		if errors.Is(err, store.ErrNotFound) || err == nil && (r.Work != m.work || r.Side != m.side) {
			return ErrUnknownRed
		}
		if err != nil || r.ClosedAt != 0 {
			return err
		}
		return m.over(c, r)
	})
}

// over takes one own red back.
func (m *matter) over(c *gate.Change, r progress.Red) error {
	if err := m.takeBack(c, r.UID); err != nil {
		return err
	}
	r.ClosedAt = c.Now().Unix()
	return progress.In(c.Tx()).PutRed(r)
}

// overAll takes back all reds that this side raised of an engagement that has ended.
func (m *matter) overAll(c *gate.Change) error {
	reds, err := progress.In(c.Tx()).Reds(m.work)
	if err != nil {
		return err
	}
	for _, r := range reds {
		if r.Side == m.side && r.ClosedAt == 0 {
			if err := m.over(c, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// warnedOf keeps a red that the other side raised. One about an engagement
// between others, or that is over, changes nothing here.
func warnedOf(c *gate.Change, id spec.ID, b *spec.Risk) error {
	m, found, err := about(c, b.Of, b.Issuer, b.Subject)
	if err != nil || !found || !m.stands {
		return err
	}
	if newest, err := current(c, id); err != nil || !newest {
		return err
	}
	p := progress.In(c.Tx())
	reds, err := p.Reds(m.work)
	if err != nil {
		return err
	}
	row, err := p.Red(b.UID)
	fresh := errors.Is(err, store.ErrNotFound)
	switch {
	case fresh && openOf(reds, m.other()) >= mostReds:
		return nil
	case fresh:
		row = progress.Red{UID: b.UID, Work: m.work, Person: m.person, Side: m.other(), RaisedAt: c.Now().Unix()}
	case err != nil:
		return err
	case row.Work != m.work || row.Side == m.side || row.Sequence > b.Sequence:
		return nil
	}
	row.Record, row.Sequence, row.Severity, row.What, row.Ask = id, b.Sequence, b.Severity, b.What, b.Ask
	row.HelpBy, row.ClosedAt = unix(b.By), 0
	if err := p.PutRed(row); err != nil || !fresh {
		return err
	}
	kind := notice.RedRaised
	if b.Ask == work.AskCancellation {
		kind = notice.CancellationAsked
	}
	return errors.Join(answersReds(c, reds, m.side), m.tell(c, word.Word{ID: "red " + b.UID, Kind: kind, Object: m.work}))
}

// regainedRed puts back a red that this side raised.
func regainedRed(c *gate.Change, id spec.ID, b *spec.Risk) error {
	m, found, err := about(c, b.Of, b.Audience, b.Subject)
	if err != nil || !found {
		return err
	}
	p := progress.In(c.Tx())
	row, err := p.Red(b.UID)
	if errors.Is(err, store.ErrNotFound) {
		row, err = progress.Red{UID: b.UID, Work: m.work, Person: m.person, Side: m.side, RaisedAt: b.IssuedAt}, nil
	}
	if err != nil {
		return err
	}
	row.Record, row.Sequence, row.Severity, row.What, row.Ask, row.HelpBy = id, b.Sequence, b.Severity, b.What, b.Ask, unix(b.By)
	return p.PutRed(row)
}
