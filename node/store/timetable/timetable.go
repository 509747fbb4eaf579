// Package timetable keeps the calendars that organisations of this node publish,
// and into whose week published calendars flow. It refuses to read what stands
// in a calendar.
package timetable

import (
	"github.com/fukusen/fukusen/node/store/engine"
	"github.com/fukusen/fukusen/spec"
)

// States of a timetable.
const (
	Open   = "open"
	Closed = "closed"
)

// Timetable is a calendar that an organisation of this node publishes.
type Timetable struct {
	ID           string // the uid of its records
	Organisation string
	Record       spec.ID // what was said last
	Sequence     uint64
	Body         string // JSON of what was published, without its envelope
	Expires      int64
	State        string
	CreatedAt    int64
	ClosedAt     int64
}

func (t *Timetable) fields() []any {
	return []any{&t.ID, &t.Organisation, &t.Record, &t.Sequence, &t.Body, &t.Expires, &t.State, &t.CreatedAt, &t.ClosedAt}
}

// Follower is a person into whose week a published calendar flows.
type Follower struct {
	Person     string
	Issuer     spec.NodeID
	UID        string
	Record     spec.ID // the version that flowed last; empty where none does
	FollowedAt int64
}

func (f *Follower) fields() []any {
	return []any{&f.Person, &f.Issuer, &f.UID, &f.Record, &f.FollowedAt}
}

// Source is a published calendar that somebody follows.
type Source struct {
	Issuer spec.NodeID
	UID    string
}

func (s *Source) fields() []any { return []any{&s.Issuer, &s.UID} }

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Timetables are the tables of this room within one transaction.
type Timetables struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Timetables { return Timetables{tx.Rows()} }

const (
	upsertTimetable = `
INSERT INTO timetable (id, organisation, record, sequence, body, expires, state, created_at, closed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO UPDATE
SET record = excluded.record, sequence = excluded.sequence, body = excluded.body, expires = excluded.expires,
    state = excluded.state, closed_at = excluded.closed_at`

	timetableColumns = `
SELECT id, organisation, record, sequence, body, expires, state, created_at, closed_at
FROM timetable`

	selectTimetable = timetableColumns + ` WHERE id = $1`
	selectOpen      = timetableColumns + ` WHERE state = 'open' ORDER BY created_at DESC, id`
	selectEnding    = timetableColumns + ` WHERE state = 'open' AND expires < $1 ORDER BY expires, id LIMIT $2`

	insertFollower = `
INSERT INTO follower (person, issuer, uid, record, followed_at)
VALUES ($1, $2, $3, '', $4)
ON CONFLICT (person, issuer, uid) DO NOTHING`

	updateFollower = `
UPDATE follower
SET record = $1
WHERE person = $2 AND issuer = $3 AND uid = $4`

	deleteFollower = `DELETE FROM follower WHERE person = $1 AND issuer = $2 AND uid = $3`

	// What flowed stands with the person's other calendars.
	deleteFlowed = `DELETE FROM calendar WHERE person = $1 AND name = $2`

	deleteFollowersOf = `DELETE FROM follower WHERE person = $1`

	followerColumns = `
SELECT person, issuer, uid, record, followed_at
FROM follower`

	selectFollowed = followerColumns + ` WHERE person = $1 ORDER BY issuer, uid`

	selectSources = `SELECT DISTINCT issuer, uid FROM follower ORDER BY issuer, uid`

	selectBehind = followerColumns + ` WHERE issuer = $1 AND uid = $2 AND record <> $3 ORDER BY person LIMIT $4`
)

// Put writes a timetable over its earlier state.
func (s Timetables) Put(t Timetable) error {
	return s.rows.Run(upsertTimetable, t.ID, t.Organisation, string(t.Record), int64(t.Sequence), t.Body, t.Expires, t.State, t.CreatedAt, t.ClosedAt)
}

// Timetable answers one, or engine.ErrNotFound.
func (s Timetables) Timetable(id string) (Timetable, error) {
	return engine.One(s.rows, (*Timetable).fields, selectTimetable, id)
}

// Open answers those that are published, the newest first.
func (s Timetables) Open() ([]Timetable, error) {
	return engine.List(s.rows, (*Timetable).fields, selectOpen)
}

// Ending answers those whose record expires before a time, the first first.
func (s Timetables) Ending(before int64, limit int) ([]Timetable, error) {
	return engine.List(s.rows, (*Timetable).fields, selectEnding, before, limit)
}

// Follow notes that a published calendar is to flow into a person's week. Twice
// is once.
func (s Timetables) Follow(person string, of Source, at int64) error {
	return s.rows.Run(insertFollower, person, string(of.Issuer), of.UID, at)
}

// Flowed notes which version flows.
func (s Timetables) Flowed(person string, of Source, record spec.ID) error {
	return s.rows.Run(updateFollower, string(record), person, string(of.Issuer), of.UID)
}

// Unfollow forgets that a calendar flows into a person's week.
func (s Timetables) Unfollow(person string, of Source) error {
	return s.rows.Run(deleteFollower, person, string(of.Issuer), of.UID)
}

// Dry deletes what flowed into a person's week under a name.
func (s Timetables) Dry(person, name string) error { return s.rows.Run(deleteFlowed, person, name) }

// Forget deletes what a person follows.
func (s Timetables) Forget(person string) error { return s.rows.Run(deleteFollowersOf, person) }

// Followed answers what flows into a person's week.
func (s Timetables) Followed(person string) ([]Follower, error) {
	return engine.List(s.rows, (*Follower).fields, selectFollowed, person)
}

// Sources answers the calendars that anybody here follows.
func (s Timetables) Sources() ([]Source, error) {
	return engine.List(s.rows, (*Source).fields, selectSources)
}

// Behind answers those into whose week another version of a calendar flows than
// this one, which is empty where it is to end.
func (s Timetables) Behind(of Source, record spec.ID, limit int) ([]Follower, error) {
	return engine.List(s.rows, (*Follower).fields, selectBehind, string(of.Issuer), of.UID, string(record), limit)
}
