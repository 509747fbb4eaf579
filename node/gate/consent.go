package gate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// ErrUnknownConsent means that no such consent of this person is kept.
var ErrUnknownConsent = errors.New("this person has given no such consent")

// Grant keeps a consent and says what it allows, in one transaction.
func (g *Gate) Grant(ctx context.Context, ask consent.Ask) (consent.Record, error) {
	return g.GrantOnly(ctx, ask, func(*store.Tx, consent.Record) error { return nil })
}

// GrantOnly is Grant if first, which nobody of the same person overtakes, has
// nothing against it.
func (g *Gate) GrantOnly(ctx context.Context, ask consent.Ask, first func(*store.Tx, consent.Record) error) (consent.Record, error) {
	var record consent.Record
	err := g.Change(ctx, func(c *Change) error {
		if err := errors.Join(c.tx.HoldPerson(ask.Person), c.known(ask.Person)); err != nil {
			return err
		}
		if err := c.mayConsent(ask.Person); err != nil {
			return err
		}
		book := g.Trust.Book()
		if !book.Register().Active(ask.Recipient) {
			return fmt.Errorf("%w: recipient: the register lists no such active member", consent.ErrInvalid)
		}
		document, guideline := g.guideline(c.now)
		if guideline == nil {
			return fmt.Errorf("%w: purposes: no data guideline is in force yet", consent.ErrInvalid)
		}
		ask.Home = g.Self
		row, made, err := c.keepConsent(ask, consent.Terms{
			Notice: string(document.ID), Purposes: guideline.PurposeIDs(), Kinds: agreeable,
			Retention: time.Duration(guideline.RetentionDays) * 24 * time.Hour,
		}, first)
		record = made
		if err != nil {
			return err
		}
		if err := c.word(ask.Person, notice.ConsentGiven, row.RecordID); err != nil {
			return err
		}
		return c.publishAll(ask.Person, row)
	})
	return record, err
}

// keepConsent makes a consent record, and keeps it if first has nothing against.
func (c *Change) keepConsent(ask consent.Ask, terms consent.Terms, first func(*store.Tx, consent.Record) error) (store.Consent, consent.Record, error) {
	terms.WithdrawAt = string(c.gate.Self) + "/v1/people/" + ask.Person + "/consents"
	record, err := consent.New(ask, terms, c.now)
	if err != nil {
		return store.Consent{}, record, err
	}
	octets, err := json.Marshal(record)
	if err := errors.Join(err, first(c.tx, record)); err != nil {
		return store.Consent{}, record, err
	}
	row := store.Consent{
		RecordID: record.RecordID, Person: ask.Person, Recipient: ask.Recipient, Kinds: ask.Kinds, Purposes: ask.Purposes,
		Document: string(octets), State: consent.Given, Until: ask.Until.Unix(), CreatedAt: c.now.Unix(),
	}
	return row, record, c.tx.PutConsent(row)
}

// publishAll says every kind that one consent covers. A kind that the data
// guideline allows for none of the agreed purposes is not said.
func (c *Change) publishAll(person string, row store.Consent) error {
	for _, kind := range row.Kinds {
		if !published(kind) {
			continue
		}
		if _, err := c.publishTo(person, row, kind); err != nil && !errors.Is(err, ErrNoConsent) {
			return err
		}
	}
	return nil
}

// Taken says what a withdrawal or an erasure set off.
type Taken struct {
	Records  int       // ids taken back
	Readers  int       // nodes that owe a receipt
	Deadline time.Time // by when
}

// Withdraw ends a consent: withdrawn stands in the reader's log in the same
// transaction, before the person gets the answer (REQ-WDR-002).
func (g *Gate) Withdraw(ctx context.Context, person, recordID string) (Taken, error) {
	var taken Taken
	err := g.Change(ctx, func(c *Change) error {
		taken = Taken{}
		if err := c.tx.HoldPerson(person); err != nil {
			return err
		}
		row, found, err := maybe(c.tx.Consent(recordID))
		if err != nil {
			return err
		}
		if !found || row.Person != person {
			return ErrUnknownConsent
		}
		if row.State == consent.Given {
			if err := c.end(row, &taken); err != nil {
				return err
			}
		}
		taken.Records, err = c.takenBack(row)
		return err
	})
	return taken, err
}

// takenBack counts what stands as withdrawn under a consent, so that who asks
// twice is answered the same.
func (c *Change) takenBack(row store.Consent) (int, error) {
	pairs, err := c.tx.PairwiseOf(row.Person)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, p := range pairs {
		if p.RecordID != row.RecordID {
			continue
		}
		rows, err := c.tx.BySubject(p.Subject)
		if err != nil {
			return 0, err
		}
		for _, r := range rows {
			if r.UID == p.UID && r.Issuer == c.gate.Self && r.State == store.StateWithdrawn {
				count++
			}
		}
	}
	return count, nil
}

func (c *Change) end(row store.Consent, taken *Taken) error {
	row.State, row.WithdrawnAt = consent.Withdrawn, c.now.Unix()
	document, err := withdrawnDocument(row.Document, c.now)
	if err != nil {
		return err
	}
	row.Document = document
	if err := c.tx.PutConsent(row); err != nil {
		return err
	}
	if err := c.word(row.Person, notice.WithdrawalDone, row.RecordID); err != nil {
		return err
	}
	return c.endConsent(row, taken)
}

// withdrawnDocument is a consent record after its end.
func withdrawnDocument(document string, at time.Time) (string, error) {
	var record consent.Record
	if err := json.Unmarshal([]byte(document), &record); err != nil {
		return "", fmt.Errorf("stored consent: %w", err)
	}
	record.EventState, record.EventTime = consent.Withdrawn, spec.FormatUTC(at)
	octets, err := json.Marshal(record)
	return string(octets), err
}

// endConsent withdraws every version said under a consent, the superseded ones
// too: their bodies may still lie at the reader.
func (c *Change) endConsent(row store.Consent, taken *Taken) error {
	pairs, err := c.tx.PairwiseOf(row.Person)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if p.RecordID != row.RecordID {
			continue
		}
		n, err := c.endKind(p)
		if err != nil {
			return err
		}
		taken.Records += n
	}
	if slices.Contains(row.Kinds, spec.KindHold) {
		if err := c.gate.Ended(c, row); err != nil {
			return err
		}
	}
	if taken.Records > 0 {
		taken.Readers, taken.Deadline = 1, c.deadline(spec.ActionWithdrawn)
	}
	return nil
}

// endKind withdraws what was said in one kind, and answers how many records.
func (c *Change) endKind(p store.Pairwise) (int, error) {
	rows, err := c.tx.BySubject(p.Subject)
	if err != nil {
		return 0, err
	}
	mine := slices.DeleteFunc(rows, func(r store.Entry) bool {
		return r.UID != p.UID || r.Issuer != c.gate.Self || r.State == store.StateWithdrawn || r.State == store.StateErased
	})
	return len(mine), c.withdraw(p.Audience, mine, p.Person)
}

func (c *Change) withdraw(reader spec.NodeID, rows []store.Entry, person string) error {
	if len(rows) == 0 {
		return nil
	}
	list := idsOf(rows)
	c.takeFrom(reader, rows, spec.Withdrawn)
	if err := c.tx.SetState(list, store.StateWithdrawn); err != nil {
		return err
	}
	if err := c.tx.DropCurrent(list); err != nil {
		return err
	}
	if reader == "" {
		return nil // nobody answers for everybody
	}
	return c.expect(reader, rows, spec.ActionWithdrawn, "", person)
}

// expect notes that a reader owes a receipt for each id.
func (c *Change) expect(reader spec.NodeID, rows []store.Entry, action string, order spec.ID, person string) error {
	due := make([]store.ReceiptDue, len(rows))
	at := c.deadline(action)
	for i, r := range rows {
		due[i] = store.ReceiptDue{
			ID: r.ID, Reader: reader, Action: action, Order: order, Due: at.Unix(), Person: person,
		}
	}
	return c.tx.ExpectReceipts(due)
}

// deadline is by when the data guideline in force wants a receipt.
func (c *Change) deadline(action string) time.Time {
	_, g := c.gate.guideline(c.now)
	switch {
	case g == nil:
		return c.now.Add(72 * time.Hour)
	case action == spec.ActionErased:
		return c.now.Add(time.Duration(g.ErasureDeadline) * time.Second)
	}
	return c.now.Add(time.Duration(g.WithdrawalDeadline) * time.Second)
}

func idsOf(rows []store.Entry) []spec.ID {
	list := make([]spec.ID, len(rows))
	for i, r := range rows {
		list[i] = r.ID
	}
	return list
}
