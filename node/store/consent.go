package store

import "github.com/fukusen/fukusen/spec"

// Consent is a consent record (ISO/IEC TS 27560). Document is the whole of it
// as JSON; the other fields are what it is looked up by.
type Consent struct {
	RecordID    string
	Person      string
	Recipient   spec.NodeID
	Kinds       []spec.Kind
	Purposes    []string
	Document    string
	State       string // event_state of the document
	Until       int64
	CreatedAt   int64
	WithdrawnAt int64
}

func (c *Consent) fields() []any {
	return []any{
		&c.RecordID, &c.Person, &c.Recipient,
		asJSON{&c.Kinds},
		asJSON{&c.Purposes},
		&c.Document, &c.State,
		&c.Until, &c.CreatedAt, &c.WithdrawnAt,
	}
}

const (
	upsertConsent = `
INSERT INTO consent (
    record_id, person, recipient, kinds, purposes, document, state, until, created_at, withdrawn_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (record_id) DO UPDATE
SET kinds = excluded.kinds, purposes = excluded.purposes, document = excluded.document,
    state = excluded.state, until = excluded.until, withdrawn_at = excluded.withdrawn_at`

	consentColumns = `
SELECT record_id, person, recipient, kinds, purposes, document, state, until, created_at, withdrawn_at
FROM consent`

	selectConsent   = consentColumns + ` WHERE record_id = $1`
	selectConsentOf = consentColumns + ` WHERE person IN ({ids}) ORDER BY created_at, record_id`

	// A kind stands in quotation marks in the JSON list of kinds.
	selectActiveConsents = consentColumns + `
WHERE ($1 = '' OR recipient = $1) AND ($2 = '' OR kinds LIKE '%"' || $2 || '"%')
    AND withdrawn_at = 0 AND (until = 0 OR until > $3)
ORDER BY person, recipient, record_id`

	// Over, while something said under it is still live.
	selectLapsedConsents = consentColumns + `
WHERE withdrawn_at = 0 AND until <> 0 AND until <= $1 AND record_id IN (
    SELECT p.record_id
    FROM pairwise AS p
    JOIN ledger AS l ON l.id = p.last_id
    WHERE l.state = 'live')
ORDER BY until, record_id
LIMIT $2`
)

// PutConsent writes a consent record. Whose it is, for whom, and since when
// stay as first written.
func (tx *Tx) PutConsent(c Consent) error {
	return tx.run(upsertConsent, c.RecordID, c.Person, c.Recipient, asJSON{&c.Kinds}, asJSON{&c.Purposes},
		c.Document, c.State, c.Until, c.CreatedAt, c.WithdrawnAt)
}

// Consent answers one consent record.
func (tx *Tx) Consent(recordID string) (Consent, error) {
	return one(tx, (*Consent).fields, selectConsent, recordID)
}

// ConsentsOf answers people's consent records, of each the oldest first,
// withdrawn ones too.
func (tx *Tx) ConsentsOf(people ...string) ([]Consent, error) {
	return listAmong(tx, (*Consent).fields, selectConsentOf, people)
}

// ActiveConsents answers consents for a recipient, or any, and a kind, or any,
// that are neither withdrawn nor past until at a time.
func (tx *Tx) ActiveConsents(recipient spec.NodeID, kind spec.Kind, at int64) ([]Consent, error) {
	return list(tx, (*Consent).fields, selectActiveConsents, recipient, kind, at)
}

// LapsedConsents answers consents whose until has passed at a time and under
// which something said is still live, the longest over first.
func (tx *Tx) LapsedConsents(at int64, limit int) ([]Consent, error) {
	return list(tx, (*Consent).fields, selectLapsedConsents, at, limit)
}
