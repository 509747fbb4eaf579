package account

import "github.com/fukusen/fukusen/node/store/engine"

// Passkey is one credential of Web Authentication.
type Passkey struct {
	ID          string // credential id, base64url
	Account     string
	Name        string // what its owner calls it
	Credential  string // JSON of the credential with its public key and counter
	CreatedAt   int64
	UsedAt      int64
	SuspendedAt int64 // its counter went back: it may have been cloned
}

func (p *Passkey) fields() []any {
	return []any{&p.ID, &p.Account, &p.Name, &p.Credential, &p.CreatedAt, &p.UsedAt, &p.SuspendedAt}
}

// Identity is who an account is at an identity provider.
type Identity struct {
	Issuer, Subject, Account string
	CreatedAt                int64
}

func (i *Identity) fields() []any { return []any{&i.Issuer, &i.Subject, &i.Account, &i.CreatedAt} }

const (
	upsertPasskey = `
INSERT INTO passkey (id, account, name, credential, created_at, used_at, suspended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, credential = excluded.credential, used_at = excluded.used_at,
    suspended_at = excluded.suspended_at
WHERE passkey.account = excluded.account`

	passkeyColumns = `
SELECT id, account, name, credential, created_at, used_at, suspended_at
FROM passkey`

	selectPasskey  = passkeyColumns + ` WHERE id = $1`
	selectPasskeys = passkeyColumns + ` WHERE account = $1 ORDER BY created_at, id`
	deletePasskey  = `DELETE FROM passkey WHERE account = $1 AND id = $2`

	insertIdentity = `
INSERT INTO identity (issuer, subject, account, created_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (issuer, subject) DO NOTHING`

	identityColumns  = `SELECT issuer, subject, account, created_at FROM identity`
	selectIdentity   = identityColumns + ` WHERE issuer = $1 AND subject = $2`
	selectIdentities = identityColumns + ` WHERE account = $1 ORDER BY issuer, subject`
)

// PutPasskey writes a passkey. One that belongs to another account stays.
func (s Accounts) PutPasskey(p Passkey) error {
	return s.rows.Run(upsertPasskey, p.ID, p.Account, p.Name, p.Credential, p.CreatedAt, p.UsedAt, p.SuspendedAt)
}

// Passkey answers one passkey.
func (s Accounts) Passkey(id string) (Passkey, error) {
	return engine.One(s.rows, (*Passkey).fields, selectPasskey, id)
}

// Passkeys answers the passkeys of an account, oldest first.
func (s Accounts) Passkeys(account string) ([]Passkey, error) {
	return engine.List(s.rows, (*Passkey).fields, selectPasskeys, account)
}

// DeletePasskey deletes a passkey of an account.
func (s Accounts) DeletePasskey(account, id string) error {
	return s.rows.Run(deletePasskey, account, id)
}

// PutIdentity ties an identity to an account. A tie that stands already stays.
func (s Accounts) PutIdentity(i Identity) error {
	return s.rows.Run(insertIdentity, i.Issuer, i.Subject, i.Account, i.CreatedAt)
}

// Identity answers whose an identity is.
func (s Accounts) Identity(issuer, subject string) (Identity, error) {
	return engine.One(s.rows, (*Identity).fields, selectIdentity, issuer, subject)
}

// Identities answers the identities of an account.
func (s Accounts) Identities(account string) ([]Identity, error) {
	return engine.List(s.rows, (*Identity).fields, selectIdentities, account)
}
