package gate

import (
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// What a change offers to the room that carries out agreements about work: it
// keeps its own tables, and says, takes back and asks here.

// Tx is the change's transaction.
func (c *Change) Tx() *store.Tx { return c.tx }

// Self is this node.
func (c *Change) Self() spec.NodeID { return c.gate.Self }

// Now is the time of the change.
func (c *Change) Now() time.Time { return c.now }

// Known refuses a person whom this node does not keep.
func (c *Change) Known(person string) error { return c.known(person) }

// Restoring refuses while this node still reads what others hold of it.
func (c *Change) Restoring() error { return c.restoring() }

// Say seals a body as this node's record for one reader, or for everybody where
// the reader is empty, and numbers it in the log. The caller sets UID, and
// Sequence as the last one used.
func (c *Change) Say(reader spec.NodeID, b spec.Body) (spec.ID, error) {
	if err := c.restoring(); err != nil {
		return "", err
	}
	return c.say(reader, b)
}

// TakeBack withdraws own records about a person, or about nobody.
func (c *Change) TakeBack(reader spec.NodeID, rows []store.Entry, person string) error {
	return c.withdraw(reader, rows, person)
}

// Blot erases own records about somebody whose home had them erased.
func (c *Change) Blot(reader spec.NodeID, rows []store.Entry) error {
	c.takeFrom(reader, rows, spec.Erased)
	return c.forget(idsOf(rows))
}

// Decided keeps why a record was allowed.
func (c *Change) Decided(id spec.ID, d policy.Decision) error {
	row, err := c.decided(id, d)
	if err != nil {
		return err
	}
	return c.tx.PutDecision(row)
}

// Agreed keeps the consent that lies in agreeing to work: the hold and what
// follows it go to its owner until a time.
func (c *Change) Agreed(person string, owner spec.NodeID, purpose, language string, until time.Time) (string, error) {
	if err := c.mayConsent(person); err != nil {
		return "", err
	}
	document, guideline := c.gate.guideline(c.now)
	if guideline == nil {
		return "", ErrNoConsent
	}
	kinds := []spec.Kind{spec.KindHold, spec.KindRisk, spec.KindDelivery}
	row, _, err := c.keepConsent(consent.Ask{
		Person: person, Home: c.gate.Self, Recipient: owner, Kinds: kinds, Purposes: []string{purpose}, Until: until, Language: language,
	}, consent.Terms{
		Notice: string(document.ID), Purposes: guideline.PurposeIDs(), Kinds: kinds,
		Retention: time.Duration(guideline.RetentionDays) * 24 * time.Hour,
	}, func(*store.Tx, consent.Record) error { return nil })
	return row.RecordID, err
}

// Word tells a person what this change does to what is theirs.
func (c *Change) Word(person string, kind notice.Kind, object string) error {
	return c.word(person, kind, object)
}

// Retell says a person's availability anew to everyone they consented to.
func (c *Change) Retell(person string) error {
	return c.tellWave([]*telling{{person: person, kind: spec.KindAvailability}})
}

// TellLeft is Retell after something was taken out of a person's time. Where
// nothing is left to say, what was said is taken back: readers then know
// nothing, instead of something that was.
func (c *Change) TellLeft(person string) error {
	before, err := c.tx.PairwiseOf(person)
	if err != nil {
		return err
	}
	if err := c.Retell(person); err != nil {
		return err
	}
	stand, err := c.tx.PairwiseOf(person)
	if err != nil {
		return err
	}
	for _, p := range stand {
		if p.Kind != spec.KindAvailability || !slices.Contains(before, p) {
			continue
		}
		if _, err := c.endKind(p); err != nil {
			return err
		}
	}
	return nil
}
