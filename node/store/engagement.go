package store

import "github.com/fukusen/fukusen/spec"

// Engagement is the subject that a person has toward one evaluator, random for
// each engagement (standard section 12.3).
type Engagement struct {
	Subject   spec.Subject
	Person    string
	Evaluator spec.NodeID
	Consent   string
	Purpose   string
	Until     int64
	CreatedAt int64
}

func (e *Engagement) fields() []any {
	return []any{&e.Subject, &e.Person, &e.Evaluator, &e.Consent, &e.Purpose, &e.Until, &e.CreatedAt}
}

const (
	insertEngagement = `
INSERT INTO engagement (subject, person, evaluator, consent, purpose, until, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (subject) DO NOTHING`

	engagementColumns = `
SELECT subject, person, evaluator, consent, purpose, until, created_at
FROM engagement`

	selectEngagement    = engagementColumns + ` WHERE subject = $1`
	selectEngagementsOf = engagementColumns + ` WHERE person = $1 ORDER BY created_at, subject`
)

// PutEngagement keeps an engagement. The first of a subject stays: a subject
// is one person's.
func (tx *Tx) PutEngagement(e Engagement) error {
	return tx.run(insertEngagement, e.Subject, e.Person, e.Evaluator, e.Consent, e.Purpose, e.Until, e.CreatedAt)
}

// Engagement answers the engagement that a subject was made for.
func (tx *Tx) Engagement(subject spec.Subject) (Engagement, error) {
	return one(tx, (*Engagement).fields, selectEngagement, subject)
}

// EngagementsOf answers a person's engagements, oldest first.
func (tx *Tx) EngagementsOf(person string) ([]Engagement, error) {
	return list(tx, (*Engagement).fields, selectEngagementsOf, person)
}
