package store

// Decision is what the policy in force made of something, with its findings as
// JSON.
type Decision struct {
	ID            string
	At            int64
	SubjectRecord string // the record it is about
	PolicySize    uint64 // of the policy log it rests on
	Effect        string
	Findings      string
}

func (d *Decision) fields() []any {
	return []any{&d.ID, &d.At, &d.SubjectRecord, &d.PolicySize, &d.Effect, &d.Findings}
}

const (
	insertDecision = `
INSERT INTO decision (id, at, subject_record, policy_size, effect, findings)
VALUES {rows}
ON CONFLICT (id) DO NOTHING`

	decisionColumns = `
SELECT id, at, subject_record, policy_size, effect, findings
FROM decision`

	selectDecision  = decisionColumns + ` WHERE id = $1`
	selectDecisions = decisionColumns + ` WHERE at >= $1 ORDER BY at DESC, id LIMIT $2`
)

// PutDecision keeps decisions. They never change.
func (tx *Tx) PutDecision(decisions ...Decision) error {
	_, err := fill(tx, insertDecision, decisions, func(d *Decision, to []any) []any {
		return append(to, d.ID, d.At, d.SubjectRecord, int64(d.PolicySize), d.Effect, d.Findings)
	})
	return err
}

// Decision answers one decision.
func (tx *Tx) Decision(id string) (Decision, error) {
	return one(tx, (*Decision).fields, selectDecision, id)
}

// Decisions answers decisions taken since a time, newest first, for a preview
// of what another policy would have made of them.
func (tx *Tx) Decisions(since int64, limit int) ([]Decision, error) {
	return list(tx, (*Decision).fields, selectDecisions, since, limit)
}
