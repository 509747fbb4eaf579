package gate

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// agreeable are the kinds that a person can agree to: two that the home says,
// and credentials that an evaluator may issue about the person.
var agreeable = []spec.Kind{spec.KindTalent, spec.KindAvailability, spec.KindEvaluation}

// published reports whether a kind is said again and again from what is kept;
// the others are each said at their own time.
func published(kind spec.Kind) bool { return kind == spec.KindTalent || kind == spec.KindAvailability }

// publication is one kind of one person on its way to one recipient.
type publication struct {
	consent  store.Consent
	kind     spec.Kind
	purpose  string
	decision policy.Decision
	pair     *store.Pairwise
	*saying
}

// publishTo says one kind of one person to one recipient under one consent.
func (c *Change) publishTo(person string, row store.Consent, kind spec.Kind) (bool, error) {
	if err := c.restoring(); err != nil {
		return false, err
	}
	if _, ok := c.purpose(row, kind); !ok {
		return false, ErrNoConsent
	}
	body, err := c.compose(person, kind, row)
	if err != nil || body == nil {
		return false, err
	}
	p, err := c.permit(row, kind)
	if err != nil {
		return false, err
	}
	known, err := c.pairsOf(person)
	if err != nil {
		return false, err
	}
	c.name(&p, known, body)
	return true, c.publish([]*publication{&p})
}

// permit decides whether a kind may be said under a consent, and for what.
func (c *Change) permit(row store.Consent, kind spec.Kind) (publication, error) {
	p := publication{consent: row, kind: kind}
	var ok bool
	if p.purpose, ok = c.purpose(row, kind); !ok {
		return p, ErrNoConsent
	}
	p.decision = c.decide(row, kind, p.purpose)
	if r := policy.Refusal(p.decision); r != nil {
		return p, r
	}
	return p, nil
}

// publish says what was permitted and named, and keeps why it was allowed and
// what was said last.
func (c *Change) publish(list []*publication) error {
	sayings := make([]*saying, len(list))
	for i, p := range list {
		sayings[i] = p.saying
	}
	if err := c.sayAll(sayings); err != nil {
		return err
	}
	decisions := make([]store.Decision, len(list))
	named := make([]store.Pairwise, len(list))
	for i, p := range list {
		var err error
		if decisions[i], err = c.decided(p.record.ID(), p.decision); err != nil {
			return err
		}
		p.pair.LastID = p.record.ID()
		named[i] = *p.pair
	}
	if err := c.tx.PutDecision(decisions...); err != nil {
		return err
	}
	return c.tx.PutPairwise(named...)
}

// decide asks the policy in force whether a kind may be said under a consent.
func (c *Change) decide(row store.Consent, kind spec.Kind, purpose string) policy.Decision {
	return c.gate.Trust.Book().Decide(policy.Facts{
		Act: policy.ActDisclose, Issuer: c.gate.Self, Audience: row.Recipient, Kind: kind, Purpose: purpose,
		Consent: &policy.ConsentFacts{
			State: policy.StateGiven, Recipient: row.Recipient, Kinds: row.Kinds, Purposes: row.Purposes,
			ValidFrom: row.CreatedAt, ValidUntil: row.Until,
		},
	}, c.now)
}

func (c *Change) purpose(row store.Consent, kind spec.Kind) (string, bool) {
	_, guideline := c.gate.guideline(c.now)
	if guideline == nil {
		return "", false
	}
	for _, p := range row.Purposes {
		if guideline.Allows(p, kind) {
			return p, true
		}
	}
	return "", false
}

// compose makes the payload of a kind from what is kept, or nil where the
// person has given nothing to say.
func (c *Change) compose(person string, kind spec.Kind, row store.Consent) (spec.Body, error) {
	switch kind {
	case spec.KindAvailability:
		return c.composeAvailability(person, row)
	case spec.KindTalent:
		return c.composeTalent(person, row.Until)
	}
	return nil, fmt.Errorf("%s is not said by a home node", kind)
}

// decided is why something was allowed, with the policy it was decided under.
// Its id tells its time, so that the table of decisions grows at its end.
func (c *Change) decided(id spec.ID, d policy.Decision) (store.Decision, error) {
	findings, err := json.Marshal(d.Findings)
	return store.Decision{
		ID: spec.NewUUID(), At: c.now.Unix(), SubjectRecord: string(id), PolicySize: d.Policy,
		Effect: string(d.Effect), Findings: string(findings),
	}, err
}

// pairs are the random names of people toward their audiences, by person.
type pairs map[string][]*store.Pairwise

func (c *Change) pairsOf(people ...string) (pairs, error) {
	found, err := c.tx.PairwiseOf(people...)
	if err != nil {
		return nil, err
	}
	n := make(pairs, len(people))
	for i := range found {
		n[found[i].Person] = append(n[found[i].Person], &found[i])
	}
	return n, nil
}

// name gives a body the names of its person toward the recipient, finding or
// making them, and addresses it. All kinds to one audience share sub and
// consent; each has a uid of its own.
func (c *Change) name(p *publication, known pairs, body spec.Body) {
	row, fresh := p.consent, spec.Subject(spec.RandomUUID())
	for _, other := range known[row.Person] {
		if other.Audience != row.Recipient {
			continue
		}
		fresh = other.Subject
		if other.Kind == p.kind {
			p.pair = other
		}
	}
	if p.pair == nil {
		p.pair = &store.Pairwise{
			Person: row.Person, Audience: row.Recipient, Kind: p.kind, UID: spec.RandomUUID(), Subject: fresh,
		}
		known[row.Person] = append(known[row.Person], p.pair)
	}
	if p.pair.RecordID != row.RecordID {
		p.pair.RecordID, p.pair.Consent = row.RecordID, spec.RandomUUID()
	}
	e := body.Claims()
	e.Subject, e.UID, e.Consent, e.Sequence = p.pair.Subject, p.pair.UID, p.pair.Consent, p.pair.LastSequence
	e.Purpose, e.Until = p.purpose, row.Until
	p.saying = c.address(row.Recipient, body)
	p.pair.LastSequence = e.Sequence
}

// Refresh says anew what would lapse soon, at most most records a call, and
// returns how many it said. It is a job of the node.
func (g *Gate) Refresh(ctx context.Context, most int) (int, error) {
	var due []store.Pairwise
	now := g.Clock()
	err := g.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		due, err = tx.PairwiseDue(now.Add(refreshAhead).Unix(), most)
		return err
	})
	if err != nil {
		return 0, err
	}
	said := 0
	for _, p := range due {
		err := g.Change(ctx, func(c *Change) error {
			row, found, err := maybe(c.tx.Consent(p.RecordID))
			if err != nil || !found || row.State != consent.Given || row.Until <= c.now.Unix() {
				return err
			}
			_, err = c.publishTo(p.Person, row, p.Kind)
			return err
		})
		if err != nil {
			return said, err
		}
		said++
	}
	return said, nil
}

// refreshAhead is the rest of a record's life at which it is said anew.
const refreshAhead = 8 * time.Hour
