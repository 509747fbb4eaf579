package inbox

import (
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store/engine"
)

// Trouble is a mail that did not arrive at its first try, as an operator sees
// it: whose it is and where it goes are not shown.
type Trouble struct {
	ID        string
	Kind      notice.Kind
	Domain    string // of the address
	State     string // Queued (tried again at NextAt), Failed or Undeliverable
	Tries     int
	NextAt    int64
	LastError string
	CreatedAt int64
}

func (t *Trouble) fields() []any {
	return []any{&t.ID, &t.Kind, &t.Domain, &t.State, &t.Tries, &t.NextAt, &t.LastError, &t.CreatedAt}
}

// Place is where the list after this one goes on.
func (t Trouble) Place() Place { return Place{t.CreatedAt, t.ID} }

// Bounce is an address that the clerk has to put right.
type Bounce struct {
	ID        string
	Account   string
	Address   string
	Kind      notice.Kind
	LastError string
	CreatedAt int64
}

func (b *Bounce) fields() []any {
	return []any{&b.ID, &b.Account, &b.Address, &b.Kind, &b.LastError, &b.CreatedAt}
}

// Place is where the list after this one goes on.
func (b Bounce) Place() Place { return Place{b.CreatedAt, b.ID} }

// StateCount is how many mails are in a state.
type StateCount struct {
	State string
	N     int64
}

func (c *StateCount) fields() []any { return []any{&c.State, &c.N} }

const (
	selectTroubles = `
SELECT id, kind, address, state, tries, next_at, last_error, created_at
FROM mail
WHERE last_error <> '' AND (created_at, id) < ($1, $2)
ORDER BY created_at DESC, id DESC
LIMIT $3`

	countMails = `
SELECT state, COUNT(*)
FROM mail
GROUP BY state
ORDER BY state`

	selectBounces = `
SELECT id, account, address, kind, last_error, created_at
FROM mail
WHERE state = 'undeliverable' AND last_error <> '' AND (created_at, id) < ($1, $2)
    AND ($3 = '' OR account IN (SELECT account FROM membership WHERE organisation = $4 AND ended_at = 0))
ORDER BY created_at DESC, id DESC
LIMIT $5`

	countBouncedAt = `
SELECT COUNT(*)
FROM mail
WHERE account = $1 AND address = $2 AND state = 'undeliverable'`

	deleteBounces = `
DELETE FROM mail
WHERE account = $1 AND state = 'undeliverable'`
)

// Troubles answers the mails that are tried again, were given up or cannot be
// delivered, from a place on, newest first.
func (i Inbox) Troubles(from Place, limit int) ([]Trouble, error) {
	at, id := from.before()
	found, err := engine.List(i.rows, (*Trouble).fields, selectTroubles, at, id, limit)
	for n := range found {
		found[n].Domain = notice.Domain(found[n].Domain)
	}
	return found, err
}

// Bounced says whether a mail to an account came back from an address, and
// nobody has said since that the address was put right.
func (i Inbox) Bounced(account, address string) (bool, error) {
	n, err := engine.One(i.rows, func(n *int64) []any { return []any{n} }, countBouncedAt, account, address)
	return n > 0, err
}

// Counts counts the mails by state.
func (i Inbox) Counts() ([]StateCount, error) {
	return engine.List(i.rows, (*StateCount).fields, countMails)
}

// Bounces answers the undeliverable addresses of an organisation's people, of
// all where organisation is empty, from a place on, newest first. They are for
// the organisation's desk alone.
func (i Inbox) Bounces(organisation string, from Place, limit int) ([]Bounce, error) {
	at, id := from.before()
	return engine.List(i.rows, (*Bounce).fields, selectBounces, at, id, organisation, organisation, limit)
}

// Mended forgets the undeliverable mails of an account, once its address was
// put right.
func (i Inbox) Mended(account string) error { return i.rows.Run(deleteBounces, account) }
