// Package account keeps who can sign in and how: accounts, passkeys, identities
// at a provider, sessions, codes, ceremonies on their way, failed attempts and
// the tokens of programs. It refuses to know a secret: of each it keeps the
// SHA-256 alone, and what a person shows is hashed before it comes here.
package account

import (
	"github.com/fukusen/fukusen/node/store/engine"
)

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Accounts are the tables of this room within one transaction.
type Accounts struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Accounts { return Accounts{tx.Rows()} }

// Account is somebody who can sign in. Person is whom the register knows them
// as, or empty for staff who are nobody of the register.
type Account struct {
	ID        string
	Person    string
	Name      string // what colleagues read; empty where Person says it
	Email     string
	Language  string // ja or en
	Handle    string // the user handle of passkeys: random, base64url
	CreatedAt int64
	ClosedAt  int64
	Demo      bool
}

func (a *Account) fields() []any {
	return []any{&a.ID, &a.Person, &a.Name, &a.Email, &a.Language, &a.Handle, &a.CreatedAt, &a.ClosedAt, &a.Demo}
}

const (
	upsertAccount = `
INSERT INTO account (id, person, name, email, language, handle, created_at, closed_at, demo)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, email = excluded.email, language = excluded.language,
    closed_at = excluded.closed_at, person = excluded.person`

	accountColumns = `
SELECT id, person, name, email, language, handle, created_at, closed_at, demo
FROM account`

	selectAccount  = accountColumns + ` WHERE id = $1`
	selectOfPerson = accountColumns + ` WHERE person = $1 AND person <> ''`
	selectOfHandle = accountColumns + ` WHERE handle = $1`
	selectOfEmail  = accountColumns + ` WHERE email = $1 AND email <> '' ORDER BY id`
	selectAccounts = accountColumns + ` WHERE id > $1 ORDER BY id LIMIT $2`
)

// Put writes an account. Its handle, its first time and whether it is
// fictional stay as they were first written.
func (s Accounts) Put(a Account) error {
	return s.rows.Run(upsertAccount, a.ID, a.Person, a.Name, a.Email, a.Language, a.Handle, a.CreatedAt, a.ClosedAt, a.Demo)
}

// Account answers one account.
func (s Accounts) Account(id string) (Account, error) {
	return engine.One(s.rows, (*Account).fields, selectAccount, id)
}

// OfPerson answers the account of a person of the register.
func (s Accounts) OfPerson(person string) (Account, error) {
	return engine.One(s.rows, (*Account).fields, selectOfPerson, person)
}

// OfHandle answers the account that a passkey's user handle names.
func (s Accounts) OfHandle(handle string) (Account, error) {
	return engine.One(s.rows, (*Account).fields, selectOfHandle, handle)
}

// OfEmail answers the accounts with an address.
func (s Accounts) OfEmail(email string) ([]Account, error) {
	return engine.List(s.rows, (*Account).fields, selectOfEmail, email)
}

// All answers accounts whose id follows one, in the order of ids.
func (s Accounts) All(after string, limit int) ([]Account, error) {
	return engine.List(s.rows, (*Account).fields, selectAccounts, after, limit)
}

// Delete deletes an account and every way to sign in to it.
func (s Accounts) Delete(id string) error {
	for _, query := range []string{
		`DELETE FROM passkey WHERE account = $1`, `DELETE FROM identity WHERE account = $1`,
		`DELETE FROM session WHERE account = $1`, `DELETE FROM code WHERE account = $1`,
		`DELETE FROM ceremony WHERE account = $1`, `DELETE FROM token WHERE account = $1`,
		`DELETE FROM account WHERE id = $1`,
	} {
		if err := s.rows.Run(query, id); err != nil {
			return err
		}
	}
	return nil
}
