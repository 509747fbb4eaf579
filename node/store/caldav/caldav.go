// Package caldav keeps how a person's own programs reach their time: secret addresses to read it at, and calendars that
// programs follow and write. It refuses to keep a secret, of which the SHA-256 stands alone, and to decide who may read.
package caldav

import (
	"errors"

	"github.com/fukusen/fukusen/node/store/engine"
)

// Kinds of a feed.
const (
	Full = "full" // holds with their titles, and the pattern
	Busy = "busy" // busy times without a word
)

// The shelves of a person.
const (
	Own  = "own"  // their own events, which their programs write
	Held = "held" // the time that they have given, which programs read
)

// Calendar is the name of the calendar that the events of the shelf Own make up among a person's calendars.
const Calendar = "caldav.own"

// Feed is a secret address at which a person's time is read.
type Feed struct {
	Hash        string // SHA-256 of the secret, hexadecimal
	Person      string
	Kind        string
	Label       string // where the person uses it, in their own words
	Granularity int64  // seconds, to which busy times are rounded
	CreatedAt   int64
	UsedAt      int64
	RevokedAt   int64
}

func (f *Feed) fields() []any {
	return []any{&f.Hash, &f.Person, &f.Kind, &f.Label, &f.Granularity, &f.CreatedAt, &f.UsedAt, &f.RevokedAt}
}

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Tables is the tables of this room within one transaction.
type Tables struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Tables { return Tables{tx.Rows()} }

const (
	insertFeed = `
INSERT INTO feed (hash, person, kind, label, granularity, created_at, used_at, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (hash) DO NOTHING`

	feedColumns = `
SELECT hash, person, kind, label, granularity, created_at, used_at, revoked_at
FROM feed`

	selectFeed  = feedColumns + ` WHERE hash = $1`
	selectFeeds = feedColumns + ` WHERE person = $1 ORDER BY created_at DESC, hash`
	touchFeed   = `UPDATE feed SET used_at = $1 WHERE hash = $2 AND used_at < $3`
	revokeFeed  = `UPDATE feed SET revoked_at = $1 WHERE hash = $2 AND person = $3 AND revoked_at = 0`

	forgetFeeds   = `DELETE FROM feed WHERE person = $1`
	forgetAgendas = `DELETE FROM caldav_shelf WHERE person = $1`
	forgetItems   = `DELETE FROM caldav_item WHERE person = $1`
)

// AddFeed keeps a new feed. An existing one stays, so that a revoked one does not come back.
func (a Tables) AddFeed(f Feed) error {
	return a.rows.Run(insertFeed, f.Hash, f.Person, f.Kind, f.Label, f.Granularity, f.CreatedAt, f.UsedAt, f.RevokedAt)
}

// Feed answers the feed of a hash, whether or not it still opens anything.
func (a Tables) Feed(hash string) (Feed, error) {
	return engine.One(a.rows, (*Feed).fields, selectFeed, hash)
}

// Feeds answers a person's feeds, revoked ones too, the newest first.
func (a Tables) Feeds(person string) ([]Feed, error) {
	return engine.List(a.rows, (*Feed).fields, selectFeeds, person)
}

// TouchFeed notes that a feed was read; an earlier time changes nothing.
func (a Tables) TouchFeed(hash string, at int64) error { return a.rows.Run(touchFeed, at, hash, at) }

// RevokeFeed ends a feed of a person. The first time stays.
func (a Tables) RevokeFeed(person, hash string, at int64) error {
	return a.rows.Run(revokeFeed, at, hash, person)
}

// Forget removes a person.
func (a Tables) Forget(person string) error {
	return errors.Join(a.rows.Run(forgetFeeds, person), a.rows.Run(forgetItems, person), a.rows.Run(forgetAgendas, person))
}
