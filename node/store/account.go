package store

// Token lets a person or a member of staff in. The secret itself is not kept.
type Token struct {
	Hash      string // SHA-256 of the secret
	Name      string
	Role      string
	Person    string // whose page it opens, or empty
	Expires   int64
	RevokedAt int64
}

func (t *Token) fields() []any {
	return []any{&t.Hash, &t.Name, &t.Role, &t.Person, &t.Expires, &t.RevokedAt}
}

// Audit says who did what here, and to what.
type Audit struct {
	At     int64
	Actor  string
	Act    string
	Object string
}

func (a *Audit) fields() []any { return []any{&a.At, &a.Actor, &a.Act, &a.Object} }

const (
	insertToken = `
INSERT INTO token (hash, name, role, person, expires, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (hash) DO NOTHING`

	tokenColumns = `
SELECT hash, name, role, person, expires, revoked_at
FROM token`

	selectToken  = tokenColumns + ` WHERE hash = $1`
	selectTokens = tokenColumns + ` ORDER BY name, hash`

	revokeToken = `
UPDATE token
SET revoked_at = $1
WHERE hash = $2 AND revoked_at = 0`

	insertAudit = `
INSERT INTO audit (at, actor, act, object)
VALUES ($1, $2, $3, $4)
ON CONFLICT (at, actor, act, object) DO NOTHING`

	selectAudits = `
SELECT at, actor, act, object
FROM audit
ORDER BY at DESC, actor, act, object
LIMIT $1`
)

// PutToken keeps a new token. An existing one stays, so that a revoked one
// does not come back.
func (tx *Tx) PutToken(t Token) error {
	return tx.run(insertToken, t.Hash, t.Name, t.Role, t.Person, t.Expires, t.RevokedAt)
}

// Token answers the token of a hash, whether or not it still lets anybody in.
func (tx *Tx) Token(hash string) (Token, error) { return one(tx, (*Token).fields, selectToken, hash) }

// Tokens answers all tokens, by name.
func (tx *Tx) Tokens() ([]Token, error) { return list(tx, (*Token).fields, selectTokens) }

// RevokeToken ends a token. The first time stays.
func (tx *Tx) RevokeToken(hash string, at int64) error { return tx.run(revokeToken, at, hash) }

// PutAudit notes an act. The same act in the same second is noted once.
func (tx *Tx) PutAudit(a Audit) error { return tx.run(insertAudit, a.At, a.Actor, a.Act, a.Object) }

// Audits answers acts, newest first.
func (tx *Tx) Audits(limit int) ([]Audit, error) {
	return list(tx, (*Audit).fields, selectAudits, limit)
}
