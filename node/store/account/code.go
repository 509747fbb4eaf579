package account

import "github.com/fukusen/fukusen/node/store/engine"

// Code is what a desk hands out: it opens once, until its end.
type Code struct {
	Hash      string
	Account   string
	Purpose   string // invite, recover or desk
	IssuedBy  string // account of the desk officer
	CreatedAt int64
	Expires   int64
	UsedAt    int64
}

func (c *Code) fields() []any {
	return []any{&c.Hash, &c.Account, &c.Purpose, &c.IssuedBy, &c.CreatedAt, &c.Expires, &c.UsedAt}
}

// Ceremony is a sign-in on its way.
type Ceremony struct {
	Hash    string // SHA-256 of the secret that the browser holds
	Account string // whose, or empty while it is not known
	Kind    string // register, sign-in, prove or oidc
	Body    string // JSON
	Expires int64
}

func (c *Ceremony) fields() []any { return []any{&c.Hash, &c.Account, &c.Kind, &c.Body, &c.Expires} }

const (
	insertCode = `
INSERT INTO code (hash, account, purpose, issued_by, created_at, expires, used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (hash) DO NOTHING`

	codeColumns = `
SELECT hash, account, purpose, issued_by, created_at, expires, used_at
FROM code`

	selectCode  = codeColumns + ` WHERE hash = $1`
	selectCodes = codeColumns + ` WHERE account = $1 ORDER BY created_at DESC, hash`
	useCode     = `UPDATE code SET used_at = $1 WHERE hash = $2 AND used_at = 0 AND expires > $3`
	endCodes    = `UPDATE code SET expires = $1 WHERE account = $2 AND used_at = 0 AND expires > $3`

	insertCeremony = `
INSERT INTO ceremony (hash, account, kind, body, expires)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (hash) DO NOTHING`

	takeCeremony = `
DELETE FROM ceremony
WHERE hash = $1 AND kind = $2
RETURNING hash, account, kind, body, expires`

	dropCeremonies = `DELETE FROM ceremony WHERE expires < $1`

	addAttempt = `
INSERT INTO attempt (name, since, n)
VALUES ($1, $2, 1)
ON CONFLICT (name, since) DO UPDATE
SET n = attempt.n + 1`

	countAttempts = `SELECT COALESCE(SUM(n), 0) FROM attempt WHERE name = $1 AND since >= $2`
	clearAttempts = `DELETE FROM attempt WHERE name = $1`
	dropAttempts  = `DELETE FROM attempt WHERE since < $1`
)

// PutCode keeps a new code.
func (s Accounts) PutCode(c Code) error {
	return s.rows.Run(insertCode, c.Hash, c.Account, c.Purpose, c.IssuedBy, c.CreatedAt, c.Expires, c.UsedAt)
}

// Code answers a code, whether or not it still opens anything.
func (s Accounts) Code(hash string) (Code, error) {
	return engine.One(s.rows, (*Code).fields, selectCode, hash)
}

// Codes answers the codes of an account, newest first.
func (s Accounts) Codes(account string) ([]Code, error) {
	return engine.List(s.rows, (*Code).fields, selectCodes, account)
}

// UseCode uses a code up, and says whether it was still good. It answers true
// once.
func (s Accounts) UseCode(hash string, at int64) (bool, error) {
	n, err := s.rows.Change(useCode, at, hash, at)
	return n == 1, err
}

// EndCodes ends all codes of an account that are still open.
func (s Accounts) EndCodes(account string, at int64) error {
	return s.rows.Run(endCodes, at, account, at)
}

// PutCeremony keeps a ceremony that has begun.
func (s Accounts) PutCeremony(c Ceremony) error {
	return s.rows.Run(insertCeremony, c.Hash, c.Account, c.Kind, c.Body, c.Expires)
}

// TakeCeremony answers a ceremony and deletes it, so that nobody can answer a
// challenge twice. The second time answers ErrNotFound.
func (s Accounts) TakeCeremony(hash, kind string) (Ceremony, error) {
	return engine.One(s.rows, (*Ceremony).fields, takeCeremony, hash, kind)
}

// DropCeremonies deletes ceremonies that nobody came back to.
func (s Accounts) DropCeremonies(before int64) error { return s.rows.Run(dropCeremonies, before) }

// CountAttempt counts one failed attempt under a name in the window that began
// at since. It counts each time, on purpose.
func (s Accounts) CountAttempt(name string, since int64) error {
	return s.rows.Run(addAttempt, name, since)
}

// Attempts answers the failed attempts under a name since a time.
func (s Accounts) Attempts(name string, since int64) (int64, error) {
	return engine.One(s.rows, engine.Only[int64], countAttempts, name, since)
}

// ClearAttempts forgets the failed attempts under a name.
func (s Accounts) ClearAttempts(name string) error { return s.rows.Run(clearAttempts, name) }

// DropAttempts forgets attempts in windows that began before a time.
func (s Accounts) DropAttempts(before int64) error { return s.rows.Run(dropAttempts, before) }
