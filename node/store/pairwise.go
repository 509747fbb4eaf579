package store

import "github.com/fukusen/fukusen/spec"

// Pairwise is what a person is called toward one audience in one kind of
// record, and what was last said there. Consent is the urn:uuid that travels;
// RecordID is the consent record it stands for, which does not.
type Pairwise struct {
	Person       string
	Audience     spec.NodeID
	Kind         spec.Kind
	Subject      spec.Subject
	UID          string
	Consent      string
	RecordID     string
	LastSequence uint64
	LastID       spec.ID
}

func (p *Pairwise) fields() []any {
	return []any{
		&p.Person, &p.Audience, &p.Kind, &p.Subject, &p.UID, &p.Consent, &p.RecordID, &p.LastSequence, &p.LastID,
	}
}

const (
	upsertPairwise = `
INSERT INTO pairwise (person, audience, kind, subject, uid, consent, record_id, last_sequence, last_id)
VALUES {rows}
ON CONFLICT (person, audience, kind) DO UPDATE
SET subject = excluded.subject, uid = excluded.uid, consent = excluded.consent, record_id = excluded.record_id,
    last_sequence = excluded.last_sequence, last_id = excluded.last_id`

	pairwiseColumns = `
SELECT person, audience, kind, subject, uid, consent, record_id, last_sequence, last_id
FROM pairwise`

	selectPairwise    = pairwiseColumns + ` WHERE person = $1 AND audience = $2 AND kind = $3`
	selectPairwiseOf  = pairwiseColumns + ` WHERE person IN ({ids}) ORDER BY person, audience, kind`
	selectPairwiseDue = `
SELECT p.person, p.audience, p.kind, p.subject, p.uid, p.consent, p.record_id, p.last_sequence, p.last_id
FROM pairwise AS p
JOIN ledger AS l ON l.id = p.last_id
WHERE l.state = 'live' AND l.expires <> 0 AND l.expires <= $1
ORDER BY l.expires, p.person, p.audience, p.kind
LIMIT $2`

	selectPairwiseBySubject = pairwiseColumns + ` WHERE subject = $1 ORDER BY person, audience, kind`
)

// Pairwise answers what a person is called toward an audience in a kind.
func (tx *Tx) Pairwise(person string, audience spec.NodeID, kind spec.Kind) (Pairwise, error) {
	return one(tx, (*Pairwise).fields, selectPairwise, person, audience, kind)
}

// PutPairwise writes them over what was there. Of two with one key the later
// counts.
func (tx *Tx) PutPairwise(pairs ...Pairwise) error {
	type key struct {
		person   string
		audience spec.NodeID
		kind     spec.Kind
	}
	pairs = lastOfEach(pairs, func(p *Pairwise) key { return key{p.Person, p.Audience, p.Kind} })
	_, err := fill(tx, upsertPairwise, pairs, func(p *Pairwise, to []any) []any {
		return append(to, p.Person, string(p.Audience), string(p.Kind), string(p.Subject), p.UID, p.Consent, p.RecordID,
			int64(p.LastSequence), string(p.LastID))
	})
	return err
}

// PairwiseDue answers own live records that expire until a time, soonest first.
func (tx *Tx) PairwiseDue(until int64, limit int) ([]Pairwise, error) {
	return list(tx, (*Pairwise).fields, selectPairwiseDue, until, limit)
}

// PairwiseOf answers all of people's, of each by audience and kind.
func (tx *Tx) PairwiseOf(people ...string) ([]Pairwise, error) {
	return listAmong(tx, (*Pairwise).fields, selectPairwiseOf, people)
}

// PairwiseBySubject answers whose subject this is: one row a kind, none where
// it is not ours.
func (tx *Tx) PairwiseBySubject(subject spec.Subject) ([]Pairwise, error) {
	return list(tx, (*Pairwise).fields, selectPairwiseBySubject, subject)
}
