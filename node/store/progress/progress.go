// Package progress keeps what comes of work that was agreed, at the person's
// home and at the organisation's node alike: the terms, reds that either side
// raised, what was delivered, and what became of it. It refuses to decide who
// may say what, and writes no answer over another.
package progress

import (
	"github.com/fukusen/fukusen/node/store/engine"
	"github.com/fukusen/fukusen/spec"
)

// Sides of an engagement.
const (
	Home  = "home"  // the person's
	Owner = "owner" // that of who offered the work
)

// States of a delivery.
const (
	Open     = "open" // no answer yet
	Accepted = "accepted"
	Disputed = "disputed"
)

// Term is what a person and an owner agreed on, at the person's home: it stays
// when the owner takes the gig back.
type Term struct {
	Work      string // the hold
	Person    string
	Owner     spec.NodeID
	Gig       string // JSON of what was offered, without its envelope
	Units     string // JSON
	StartsAt  int64
	EndsAt    int64
	Due       int64 // of the outcome
	CreatedAt int64
}

func (t *Term) fields() []any {
	return []any{&t.Work, &t.Person, &t.Owner, &t.Gig, &t.Units, &t.StartsAt, &t.EndsAt, &t.Due, &t.CreatedAt}
}

// Red is what endangers an engagement, by the uid of its records.
type Red struct {
	UID        string
	Work       string // the hold at a home, the offer at an owner
	Person     string // at their home
	Side       string // who raised it
	Record     spec.ID
	Sequence   uint64
	Severity   string
	What       string // empty once its writer took it back
	Ask        string
	HelpBy     int64
	RaisedBy   string // the account, of one raised here
	RaisedAt   int64
	AnsweredAt int64 // when the other side raised one of its own about it
	ClosedAt   int64
}

func (r *Red) fields() []any {
	return []any{
		&r.UID, &r.Work, &r.Person, &r.Side, &r.Record, &r.Sequence, &r.Severity, &r.What, &r.Ask, &r.HelpBy, &r.RaisedBy,
		&r.RaisedAt, &r.AnsweredAt, &r.ClosedAt,
	}
}

// Delivery is one turn of handing work over, and its answer.
type Delivery struct {
	Work           string // the hold at a home, the offer at an owner
	Turn           int    // from 1; a disputed one is followed by another
	Person         string // at their home
	Record         spec.ID
	UID            string // of all turns
	Sequence       uint64
	Units          string // JSON, the indexes that were done
	Hours          string // a decimal number
	Value          string // of the outcome's measure, a decimal number
	Evidence       string
	At             int64
	State          string
	Answer         spec.ID // the acceptance's record, or empty
	AnswerUID      string
	AnswerSequence uint64
	Reason         string
	AnsweredBy     string // the account, of an answer given here
	AnsweredAt     int64
}

func (d *Delivery) fields() []any {
	return []any{
		&d.Work, &d.Turn, &d.Person, &d.Record, &d.UID, &d.Sequence, &d.Units, &d.Hours, &d.Value, &d.Evidence, &d.At, &d.State,
		&d.Answer, &d.AnswerUID, &d.AnswerSequence, &d.Reason, &d.AnsweredBy, &d.AnsweredAt,
	}
}

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Progress is the tables of this room within one transaction.
type Progress struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Progress { return Progress{tx.Rows()} }

const (
	insertTerm = `
INSERT INTO term (work, person, owner, gig, units, starts_at, ends_at, due, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (work) DO NOTHING`

	termColumns = `
SELECT work, person, owner, gig, units, starts_at, ends_at, due, created_at
FROM term`

	selectTerm    = termColumns + ` WHERE work = $1`
	selectTermsOf = termColumns + ` WHERE person = $1 ORDER BY starts_at, work`
	selectDue     = termColumns + `
WHERE due > $1 AND due <= $2
    AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.work = term.work)
ORDER BY due, work
LIMIT $3`

	upsertRed = `
INSERT INTO red (
    uid, work, person, side, record, sequence, severity, what, ask, help_by, raised_by, raised_at, answered_at, closed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (uid) DO UPDATE
SET record = excluded.record, sequence = excluded.sequence, severity = excluded.severity, what = excluded.what,
    ask = excluded.ask, help_by = excluded.help_by, answered_at = excluded.answered_at, closed_at = excluded.closed_at`

	redColumns = `
SELECT uid, work, person, side, record, sequence, severity, what, ask, help_by, raised_by, raised_at, answered_at, closed_at
FROM red`

	selectRed     = redColumns + ` WHERE uid = $1`
	selectRedsOf  = redColumns + ` WHERE person = $1 AND person <> '' ORDER BY raised_at, uid`
	selectReds    = redColumns + ` WHERE work = $1 ORDER BY raised_at, uid`
	selectRedSaid = redColumns + ` WHERE record = $1`

	upsertDelivery = `
INSERT INTO delivery (
    work, turn, person, record, uid, sequence, units, hours, value, evidence, at, state, answer, answer_uid, answer_sequence,
    reason, answered_by, answered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (work, turn) DO UPDATE
SET record = excluded.record, sequence = excluded.sequence, units = excluded.units, hours = excluded.hours,
    value = excluded.value, evidence = excluded.evidence, state = excluded.state, answer = excluded.answer,
    answer_uid = excluded.answer_uid, answer_sequence = excluded.answer_sequence, reason = excluded.reason,
    answered_by = excluded.answered_by, answered_at = excluded.answered_at`

	deliveryColumns = `
SELECT work, turn, person, record, uid, sequence, units, hours, value, evidence, at, state, answer, answer_uid, answer_sequence,
    reason, answered_by, answered_at
FROM delivery`

	selectDeliveries   = deliveryColumns + ` WHERE work = $1 ORDER BY turn`
	selectDeliveriesOf = deliveryColumns + ` WHERE person = $1 AND person <> '' ORDER BY at, work, turn`
	selectSaid         = deliveryColumns + ` WHERE record = $1`
	selectSaidAnswer   = deliveryColumns + ` WHERE answer = $1 AND answer <> ''`

	// Why a record was allowed: what the policy in force found.
	selectFindings = `SELECT findings FROM decision WHERE subject_record = $1 ORDER BY at DESC, id LIMIT 1`

	forgetTerms      = `DELETE FROM term WHERE person = $1`
	forgetReds       = `DELETE FROM red WHERE person = $1 AND person <> ''`
	forgetDeliveries = `DELETE FROM delivery WHERE person = $1 AND person <> ''`

	dropReds       = `DELETE FROM red WHERE work = $1`
	dropDeliveries = `DELETE FROM delivery WHERE work = $1`
)

// PutTerm writes what was agreed; the first stays.
func (p Progress) PutTerm(t Term) error {
	return p.rows.Run(insertTerm, t.Work, t.Person, t.Owner, t.Gig, t.Units, t.StartsAt, t.EndsAt, t.Due, t.CreatedAt)
}

// Term answers what was agreed about one piece of work.
func (p Progress) Term(work string) (Term, error) {
	return engine.One(p.rows, (*Term).fields, selectTerm, work)
}

// Terms answers what a person agreed on, in the order of the work.
func (p Progress) Terms(person string) ([]Term, error) {
	return engine.List(p.rows, (*Term).fields, selectTermsOf, person)
}

// Due answers work of which nothing was delivered and whose outcome is due after
// one time and until another.
func (p Progress) Due(after, until int64, limit int) ([]Term, error) {
	return engine.List(p.rows, (*Term).fields, selectDue, after, until, limit)
}

// PutRed writes a red; whose it is and when it was raised stay.
func (p Progress) PutRed(r Red) error {
	return p.rows.Run(upsertRed, r.UID, r.Work, r.Person, r.Side, r.Record, int64(r.Sequence), r.Severity, r.What, r.Ask, r.HelpBy,
		r.RaisedBy, r.RaisedAt, r.AnsweredAt, r.ClosedAt)
}

// Red answers one red.
func (p Progress) Red(uid string) (Red, error) {
	return engine.One(p.rows, (*Red).fields, selectRed, uid)
}

// RedSaid answers the red that a record said last.
func (p Progress) RedSaid(record spec.ID) (Red, error) {
	return engine.One(p.rows, (*Red).fields, selectRedSaid, record)
}

// Reds answers the reds of one piece of work, the oldest first.
func (p Progress) Reds(work string) ([]Red, error) {
	return engine.List(p.rows, (*Red).fields, selectReds, work)
}

// RedsOf answers the reds about a person's work, the oldest first.
func (p Progress) RedsOf(person string) ([]Red, error) {
	return engine.List(p.rows, (*Red).fields, selectRedsOf, person)
}

// PutDelivery writes one turn and its answer.
func (p Progress) PutDelivery(d Delivery) error {
	return p.rows.Run(upsertDelivery, d.Work, d.Turn, d.Person, d.Record, d.UID, int64(d.Sequence), d.Units, d.Hours, d.Value,
		d.Evidence, d.At, d.State, d.Answer, d.AnswerUID, int64(d.AnswerSequence), d.Reason, d.AnsweredBy, d.AnsweredAt)
}

// DeliverySaid answers the delivery that a record said last.
func (p Progress) DeliverySaid(record spec.ID) (Delivery, error) {
	return engine.One(p.rows, (*Delivery).fields, selectSaid, record)
}

// DeliveryAnswered answers the delivery that a record said last of the answer to.
func (p Progress) DeliveryAnswered(record spec.ID) (Delivery, error) {
	return engine.One(p.rows, (*Delivery).fields, selectSaidAnswer, record)
}

// Deliveries answers all turns of one piece of work, the first one first.
func (p Progress) Deliveries(work string) ([]Delivery, error) {
	return engine.List(p.rows, (*Delivery).fields, selectDeliveries, work)
}

// DeliveriesOf answers what a person delivered, the oldest first.
func (p Progress) DeliveriesOf(person string) ([]Delivery, error) {
	return engine.List(p.rows, (*Delivery).fields, selectDeliveriesOf, person)
}

// Findings answers, as JSON, what the policy found when a record was made.
func (p Progress) Findings(record spec.ID) (string, error) {
	return engine.One(p.rows, engine.Only[string], selectFindings, record)
}

// Forget removes a person.
func (p Progress) Forget(person string) error {
	for _, query := range []string{forgetTerms, forgetReds, forgetDeliveries} {
		if err := p.rows.Run(query, person); err != nil {
			return err
		}
	}
	return nil
}

// Drop removes what came of one piece of work.
func (p Progress) Drop(work string) error {
	for _, query := range []string{dropReds, dropDeliveries} {
		if err := p.rows.Run(query, work); err != nil {
			return err
		}
	}
	return nil
}
