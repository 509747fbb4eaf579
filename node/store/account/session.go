package account

import "github.com/fukusen/fukusen/node/store/engine"

// Session is one browser that is signed in.
type Session struct {
	Hash      string // SHA-256 of the cookie's secret
	Account   string
	Method    string // passkey, code, oidc or demo
	Agent     string // browser and system in a few words, for its owner to recognise
	CreatedAt int64
	SeenAt    int64
	ProvenAt  int64 // when its owner last proved who they are
	Expires   int64
	EndedAt   int64
}

func (s *Session) fields() []any {
	return []any{
		&s.Hash, &s.Account, &s.Method, &s.Agent, &s.CreatedAt, &s.SeenAt, &s.ProvenAt, &s.Expires, &s.EndedAt,
	}
}

const (
	insertSession = `
INSERT INTO session (hash, account, method, agent, created_at, seen_at, proven_at, expires, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (hash) DO NOTHING`

	sessionColumns = `
SELECT hash, account, method, agent, created_at, seen_at, proven_at, expires, ended_at
FROM session`

	selectSession  = sessionColumns + ` WHERE hash = $1`
	selectSessions = sessionColumns + ` WHERE account = $1 AND ended_at = 0 AND expires > $2 ORDER BY created_at DESC, hash`

	countAgent = `SELECT COUNT(*) FROM session WHERE account = $1 AND agent = $2`

	touchSession = `UPDATE session SET seen_at = $1 WHERE hash = $2 AND seen_at < $3`
	proveSession = `UPDATE session SET proven_at = $1 WHERE hash = $2`
	endSession   = `UPDATE session SET ended_at = $1 WHERE hash = $2 AND account = $3 AND ended_at = 0`
	endSessions  = `UPDATE session SET ended_at = $1 WHERE account = $2 AND hash <> $3 AND ended_at = 0`
	dropSessions = `DELETE FROM session WHERE expires < $1`
)

// PutSession keeps a new session. One that stands already stays.
func (s Accounts) PutSession(v Session) error {
	return s.rows.Run(insertSession, v.Hash, v.Account, v.Method, v.Agent, v.CreatedAt, v.SeenAt, v.ProvenAt, v.Expires, v.EndedAt)
}

// Session answers a session, whether or not it still lets anybody in.
func (s Accounts) Session(hash string) (Session, error) {
	return engine.One(s.rows, (*Session).fields, selectSession, hash)
}

// Sessions answers an account's sessions that are open at a time, newest first.
func (s Accounts) Sessions(account string, now int64) ([]Session, error) {
	return engine.List(s.rows, (*Session).fields, selectSessions, account, now)
}

// KnowsAgent says whether an account was ever signed in at such a browser, as
// far back as sessions are kept.
func (s Accounts) KnowsAgent(account, agent string) (bool, error) {
	n, err := engine.One(s.rows, engine.Only[int64], countAgent, account, agent)
	return n > 0, err
}

// Touch notes that a session was used; an earlier time changes nothing.
func (s Accounts) Touch(hash string, at int64) error { return s.rows.Run(touchSession, at, hash, at) }

// Prove notes that a session's owner has just proved who they are.
func (s Accounts) Prove(hash string, at int64) error { return s.rows.Run(proveSession, at, hash) }

// EndSession ends one session of an account.
func (s Accounts) EndSession(account, hash string, at int64) error {
	return s.rows.Run(endSession, at, hash, account)
}

// EndSessions ends all sessions of an account but one ("" for all).
func (s Accounts) EndSessions(account, but string, at int64) error {
	return s.rows.Run(endSessions, at, account, but)
}

// DropSessions deletes sessions that ended by their date before a time.
func (s Accounts) DropSessions(before int64) error { return s.rows.Run(dropSessions, before) }
