package store

// Audit says who did what here, and to what.
type Audit struct {
	At     int64
	Actor  string
	Act    string
	Object string
}

func (a *Audit) fields() []any { return []any{&a.At, &a.Actor, &a.Act, &a.Object} }

const (
	insertAudit = `
INSERT INTO audit (at, actor, act, object)
VALUES ($1, $2, $3, $4)
ON CONFLICT (at, actor, act, object) DO NOTHING`

	selectAudits = `
SELECT at, actor, act, object
FROM audit
WHERE at <= $1 AND ($2 = '' OR SUBSTR(act, 1, LENGTH($2)) = $2)
ORDER BY at DESC, actor, act, object
LIMIT $3 OFFSET $4`
)

// PutAudit notes an act. The same act in the same second is noted once.
func (tx *Tx) PutAudit(a Audit) error { return tx.run(insertAudit, a.At, a.Actor, a.Act, a.Object) }

// Audits answers acts, newest first.
func (tx *Tx) Audits(limit int) ([]Audit, error) { return tx.AuditsFrom("", Place{}, limit) }

// AuditsFrom answers acts from a place on, newest first; all, or those whose
// name begins with a word.
func (tx *Tx) AuditsFrom(act string, from Place, limit int) ([]Audit, error) {
	at, skip := from.before()
	return list(tx, (*Audit).fields, selectAudits, at, act, limit, skip)
}
