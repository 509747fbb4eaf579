// Package subscription keeps which calendars of the outside a person connected,
// and how reading each of them fares. What was read stands with the person's
// other calendars.
//
// It refuses to read one twice at the same time, and to decide when one is read.
package subscription

import (
	"github.com/fukusen/fukusen/node/store/engine"
)

// Kinds of calendars of the outside.
const (
	ICS    = "ics"    // one file at one address (RFC 5545)
	CalDAV = "caldav" // a collection (RFC 4791)
	File   = "file"   // given by hand under a title, and never read again
)

// Never is when a file is read again.
const Never = 253_402_300_799 // the end of the year 9999

// States of a subscription.
const (
	New     = "new"     // not read yet
	Fresh   = "fresh"   // read, the last time too
	Failing = "failing" // not read the last time; what was read before still counts
)

// Subscription is one calendar of the outside. All times are Unix seconds, and 0
// is none. URL and Password are secrets: whoever knows the address of a calendar
// can often read it.
type Subscription struct {
	Person   string
	Name     string // the calendar's, as in Tx.Calendars
	Title    string // what the person calls it
	Kind     string
	URL      string
	User     string
	Password string

	ETag     string // of a file, as its server wrote it
	Modified string // the same for servers without one
	Token    string // of a collection: the place to go on from (RFC 6578)
	Digest   string // of the octets read last

	State    string
	Reason   string // of a failure, a word of node/subscribe
	Problems string // JSON: what could not be expanded
	Failures int    // in a row

	CreatedAt int64
	TriedAt   int64
	ReadAt    int64 // the last time it could be read
	ChangedAt int64
	WholeAt   int64 // the last time all of it was read, whatever its server said had changed
	NextAt    int64
	ToldAt    int64 // when the person was told of these failures
	Claim     string
}

func (s *Subscription) fields() []any {
	return []any{
		&s.Person, &s.Name, &s.Title, &s.Kind, &s.URL, &s.User, &s.Password, &s.ETag, &s.Modified, &s.Token, &s.Digest,
		&s.State, &s.Reason, &s.Problems, &s.Failures,
		&s.CreatedAt, &s.TriedAt, &s.ReadAt, &s.ChangedAt, &s.WholeAt, &s.NextAt, &s.ToldAt, &s.Claim,
	}
}

// Item is one resource of a collection as it was read last.
type Item struct {
	Person string
	Name   string // the subscription's
	Href   string // its path at the server
	ETag   string
	ICS    []byte
}

func (i *Item) fields() []any { return []any{&i.Person, &i.Name, &i.Href, &i.ETag, &i.ICS} }

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Subscriptions is the tables of this room within one transaction.
type Subscriptions struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Subscriptions { return Subscriptions{tx.Rows()} }

const (
	// Somebody who reads the calendar now holds the row no more.
	upsertSubscription = `
INSERT INTO subscription (
    person, name, title, kind, url, username, password, etag, modified, token, digest, state, reason, problems, failures,
    created_at, tried_at, read_at, changed_at, whole_at, next_at, told_at, claim)
VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', '', '', $8, '', '', 0, $9, 0, $10, 0, 0, $11, 0, '')
ON CONFLICT (person, name) DO UPDATE
SET title = excluded.title, kind = excluded.kind, url = excluded.url, username = excluded.username, password = excluded.password,
    etag = '', modified = '', token = '', digest = '', state = excluded.state, reason = '', failures = 0, whole_at = 0,
    next_at = excluded.next_at, told_at = 0, claim = ''`

	columns = `
SELECT person, name, title, kind, url, username, password, etag, modified, token, digest, state, reason, problems, failures,
       created_at, tried_at, read_at, changed_at, whole_at, next_at, told_at, claim
FROM subscription`

	selectOf      = columns + ` WHERE person = $1 ORDER BY name`
	selectOne     = columns + ` WHERE person = $1 AND name = $2`
	selectClaimed = columns + ` WHERE claim = $1 ORDER BY person, name`

	countDue = `SELECT COUNT(*) FROM subscription WHERE next_at <= $1`

	claimDue = `
UPDATE subscription
SET claim = $1, next_at = $2
WHERE next_at <= $3 AND (person, name) IN (
    SELECT person, name
    FROM subscription
    WHERE next_at <= $4
    ORDER BY next_at, person, name
    LIMIT $5)`

	hold = `
UPDATE subscription
SET claim = $1, next_at = $2
WHERE person = $3 AND name = $4`

	settle = `
UPDATE subscription
SET etag = $1, modified = $2, token = $3, digest = $4, state = $5, reason = $6, problems = $7, failures = $8,
    tried_at = $9, read_at = $10, changed_at = $11, whole_at = $12, next_at = $13, told_at = $14, claim = ''
WHERE person = $15 AND name = $16 AND claim = $17 AND claim <> ''`

	deleteTimes = `DELETE FROM calendar WHERE person = $1 AND name = $2`
	deleteOne   = `DELETE FROM subscription WHERE person = $1 AND name = $2`
	deleteItems = `DELETE FROM subscription_item WHERE person = $1 AND name = $2`

	forgetTimes         = `DELETE FROM calendar WHERE person = $1`
	forgetItems         = `DELETE FROM subscription_item WHERE person = $1`
	forgetSubscriptions = `DELETE FROM subscription WHERE person = $1`

	upsertItem = `
INSERT INTO subscription_item (person, name, href, etag, ics)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person, name, href) DO UPDATE
SET etag = excluded.etag, ics = excluded.ics`

	deleteItem = `DELETE FROM subscription_item WHERE person = $1 AND name = $2 AND href = $3`

	selectItems = `
SELECT person, name, href, etag, ics
FROM subscription_item
WHERE person = $1 AND name = $2
ORDER BY href`
)

// Connect writes a calendar of the outside that is to be read from NextAt on: its
// address, State, CreatedAt, ReadAt and NextAt.
// Connecting under a name again forgets how the earlier one fared.
func (t Subscriptions) Connect(s Subscription) error {
	return t.rows.Run(upsertSubscription, s.Person, s.Name, s.Title, s.Kind, s.URL, s.User, s.Password, s.State,
		s.CreatedAt, s.ReadAt, s.NextAt)
}

// Of answers a person's subscriptions, by name.
func (t Subscriptions) Of(person string) ([]Subscription, error) {
	return engine.List(t.rows, (*Subscription).fields, selectOf, person)
}

// One answers one subscription.
func (t Subscriptions) One(person, name string) (Subscription, error) {
	return engine.One(t.rows, (*Subscription).fields, selectOne, person, name)
}

// Due counts what is to be read at a time.
func (t Subscriptions) Due(now int64) (int64, error) {
	return engine.One(t.rows, engine.Only[int64], countDue, now)
}

// Claim gives whoever asks the subscriptions that are due at a time, until
// another time: nobody else is given them before, and after it everybody is. The
// claim is a name that was never used before; asking twice with one gives the
// same.
func (t Subscriptions) Claim(claim string, now, until int64, limit int) ([]Subscription, error) {
	held, err := engine.List(t.rows, (*Subscription).fields, selectClaimed, claim)
	if err != nil || len(held) > 0 {
		return held, err
	}
	if err := t.rows.Run(claimDue, claim, until, now, now, limit); err != nil {
		return nil, err
	}
	return engine.List(t.rows, (*Subscription).fields, selectClaimed, claim)
}

// Hold claims one subscription until a time, whoever held it before; look first.
func (t Subscriptions) Hold(s Subscription, until int64) error {
	return t.rows.Run(hold, s.Claim, until, s.Person, s.Name)
}

// Settle writes how reading a claimed subscription went, ends the claim, and
// says whether it still stood: a calendar may be taken away, or be connected
// anew, while it is read.
func (t Subscriptions) Settle(s Subscription) (held bool, err error) {
	n, err := t.rows.Change(settle, s.ETag, s.Modified, s.Token, s.Digest, s.State, s.Reason, s.Problems, s.Failures,
		s.TriedAt, s.ReadAt, s.ChangedAt, s.WholeAt, s.NextAt, s.ToldAt, s.Person, s.Name, s.Claim)
	return n == 1, err
}

// Disconnect removes one calendar of a person with its times, also one that was
// uploaded.
func (t Subscriptions) Disconnect(person, name string) error {
	for _, query := range []string{deleteItems, deleteOne, deleteTimes} {
		if err := t.rows.Run(query, person, name); err != nil {
			return err
		}
	}
	return nil
}

// PutItem writes one resource of a collection over what was read of it before.
func (t Subscriptions) PutItem(i Item) error {
	return t.rows.Run(upsertItem, i.Person, i.Name, i.Href, i.ETag, i.ICS)
}

// DropItem removes a resource that is gone.
func (t Subscriptions) DropItem(person, name, href string) error {
	return t.rows.Run(deleteItem, person, name, href)
}

// DropItems removes all resources of a collection.
func (t Subscriptions) DropItems(person, name string) error {
	return t.rows.Run(deleteItems, person, name)
}

// Items answers the resources of a collection, by href.
func (t Subscriptions) Items(person, name string) ([]Item, error) {
	return engine.List(t.rows, (*Item).fields, selectItems, person, name)
}

// Forget removes a person's calendars with their times, uploaded ones too.
func (t Subscriptions) Forget(person string) error {
	for _, query := range []string{forgetTimes, forgetItems, forgetSubscriptions} {
		if err := t.rows.Run(query, person); err != nil {
			return err
		}
	}
	return nil
}
