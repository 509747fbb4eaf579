package account

import (
	"strings"

	"github.com/fukusen/fukusen/node/store/engine"
)

// Token lets a program in for what its scopes name. The secret is not kept.
type Token struct {
	Hash         string // SHA-256 of the secret
	Account      string // who made it, and answers for it
	Name         string
	Role         string
	Organisation string
	Scopes       []string // operations of the contract
	CreatedAt    int64
	Expires      int64
	UsedAt       int64
	RevokedAt    int64
}

// tokenRow is a token as its table has it.
type tokenRow struct {
	Token
	scopes string
}

func (t *tokenRow) fields() []any {
	return []any{
		&t.Hash, &t.Account, &t.Name, &t.Role, &t.Organisation, &t.scopes, &t.CreatedAt, &t.Expires, &t.UsedAt, &t.RevokedAt,
	}
}

const (
	insertToken = `
INSERT INTO token (hash, account, name, role, organisation, scopes, created_at, expires, used_at, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (hash) DO NOTHING`

	tokenColumns = `
SELECT hash, account, name, role, organisation, scopes, created_at, expires, used_at, revoked_at
FROM token`

	selectToken  = tokenColumns + ` WHERE hash = $1`
	selectTokens = tokenColumns + ` WHERE account = $1 ORDER BY created_at DESC, hash`
	touchToken   = `UPDATE token SET used_at = $1 WHERE hash = $2 AND used_at < $3`
	revokeToken  = `UPDATE token SET revoked_at = $1 WHERE hash = $2 AND account = $3 AND revoked_at = 0`
	revokeTokens = `UPDATE token SET revoked_at = $1 WHERE account = $2 AND revoked_at = 0`
)

// PutToken keeps a new token. An existing one stays, so that a revoked one
// does not come back.
func (s Accounts) PutToken(t Token) error {
	return s.rows.Run(insertToken, t.Hash, t.Account, t.Name, t.Role, t.Organisation, strings.Join(t.Scopes, " "), t.CreatedAt, t.Expires, t.UsedAt, t.RevokedAt)
}

// Token answers the token of a hash, whether or not it still lets anybody in.
func (s Accounts) Token(hash string) (Token, error) {
	row, err := engine.One(s.rows, (*tokenRow).fields, selectToken, hash)
	row.Token.Scopes = strings.Fields(row.scopes)
	return row.Token, err
}

// Tokens answers the tokens of an account, newest first.
func (s Accounts) Tokens(account string) ([]Token, error) {
	rows, err := engine.List(s.rows, (*tokenRow).fields, selectTokens, account)
	list := make([]Token, len(rows))
	for i := range rows {
		list[i] = rows[i].Token
		list[i].Scopes = strings.Fields(rows[i].scopes)
	}
	return list, err
}

// TouchToken notes that a token was used; an earlier time changes nothing.
func (s Accounts) TouchToken(hash string, at int64) error {
	return s.rows.Run(touchToken, at, hash, at)
}

// RevokeToken ends a token of an account. The first time stays.
func (s Accounts) RevokeToken(account, hash string, at int64) error {
	return s.rows.Run(revokeToken, at, hash, account)
}

// RevokeTokens ends all tokens of an account.
func (s Accounts) RevokeTokens(account string, at int64) error {
	return s.rows.Run(revokeTokens, at, account)
}
