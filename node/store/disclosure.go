package store

import (
	"fmt"

	"github.com/fukusen/fukusen/spec"
)

// Disclosure is a range of a log that was served to its reader, both ends
// included: the giver's side of who has seen what.
type Disclosure struct {
	ID     string // of this serving; made from the rest where it is empty
	Log    string
	Reader spec.NodeID
	Epoch  int64
	FromN  uint64
	ToN    uint64
	At     int64
}

func (d *Disclosure) fields() []any {
	return []any{&d.ID, &d.Log, &d.Reader, &d.Epoch, &d.FromN, &d.ToN, &d.At}
}

// Disclosed says that one record was served.
type Disclosed struct {
	ID     spec.ID
	Reader spec.NodeID
	Log    string
	N      uint64
	At     int64
}

func (d *Disclosed) fields() []any { return []any{&d.ID, &d.Reader, &d.Log, &d.N, &d.At} }

// What staff open of a person, by a page or the contract, as the person reads
// it: the purpose of an Opened under the person's own id.
const (
	OpenedEntry       = "entry"       // the entry of the talent register
	OpenedWeek        = "week"        // calendars, free and busy times
	OpenedAccount     = "account"     // how they sign in
	OpenedAsk         = "ask"         // the form that asks for a consent
	OpenedConsents    = "consents"    // what they agreed to
	OpenedSeen        = "seen"        // who has seen what
	OpenedReceipts    = "receipts"    // what other nodes owe or have confirmed
	OpenedEvaluations = "evaluations" // evaluations about them
	OpenedWork        = "work"        // work they are offered, and time they have given
	OpenedExport      = "export"      // everything that is kept
)

// Opened says that somebody here opened a record, and why: the receiver's side.
type Opened struct {
	ID      spec.ID
	At      int64
	Who     string
	Purpose string
}

func (o *Opened) fields() []any { return []any{&o.ID, &o.At, &o.Who, &o.Purpose} }

const (
	insertDisclosure = `
INSERT INTO disclosure (id, log, reader, epoch, from_n, to_n, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO NOTHING`

	selectDisclosuresOf = `
SELECT id, log, reader, epoch, from_n, to_n, at
FROM disclosure
WHERE reader = $1
ORDER BY at, id`

	// The end of the log stands as a range behind the last one, so that the
	// places between any range and all before it are what nobody noted.
	selectUndisclosed = `
WITH served AS (
    SELECT from_n, to_n FROM disclosure WHERE log = $1 AND epoch = $2
    UNION ALL SELECT CAST($3 AS BIGINT), CAST($3 AS BIGINT)
), walked AS (
    SELECT from_n, COALESCE(MAX(to_n) OVER (
        ORDER BY from_n, to_n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), -1) AS reached
    FROM served
)
SELECT reached + 1, from_n - 1
FROM walked
WHERE from_n > reached + 1
ORDER BY from_n`

	selectDisclosuresOfIDs = `
SELECT e.id, d.reader, d.log, e.n, d.at
FROM log_entry AS e
JOIN disclosure AS d
    ON d.log = e.log AND d.epoch = e.epoch AND d.from_n <= e.n AND d.to_n >= e.n
WHERE e.state = 'live' AND d.reader <> '' AND e.id IN ({ids})
ORDER BY d.at, d.log, e.n`

	// One range without a reader stands for all that was forgotten of a log, so
	// that no start takes it for served and not noted.
	forgottenDisclosures = `
INSERT INTO disclosure (id, log, reader, epoch, from_n, to_n, at)
SELECT 'forgotten ' || log || ' ' || CAST(epoch AS TEXT), log, '', epoch, 0, MAX(to_n), 0
FROM disclosure
WHERE reader <> '' AND at < $1
GROUP BY log, epoch
ON CONFLICT (id) DO UPDATE
SET to_n = CASE WHEN excluded.to_n > disclosure.to_n THEN excluded.to_n ELSE disclosure.to_n END`

	deleteDisclosures = `DELETE FROM disclosure WHERE reader <> '' AND at < $1`
	deleteOpened      = `DELETE FROM opened WHERE at < $1`

	insertOpened = `
INSERT INTO opened (id, at, who, purpose)
VALUES ($1, $2, $3, $4)
ON CONFLICT (id, at, who, purpose) DO NOTHING`

	selectOpenedOf = `
SELECT id, at, who, purpose
FROM opened
WHERE id IN ({ids})
ORDER BY at, who, purpose`
)

// Disclose notes that a range was served.
func (tx *Tx) Disclose(d Disclosure) error {
	if d.ID == "" {
		d.ID = string(spec.Digest(fmt.Appendf(nil, "%s %s %d %d %d %d", d.Log, d.Reader, d.Epoch, d.FromN, d.ToN, d.At)))
	}
	return tx.run(insertDisclosure, d.ID, d.Log, d.Reader, d.Epoch, int64(d.FromN), int64(d.ToN), d.At)
}

// DisclosuresOf answers what was served to a reader, oldest first.
func (tx *Tx) DisclosuresOf(reader spec.NodeID) ([]Disclosure, error) {
	return list(tx, (*Disclosure).fields, selectDisclosuresOf, reader)
}

// Undisclosed answers the places of a reader's log, up to its end and in its
// present epoch, that no disclosure covers. At is left to the caller.
func (tx *Tx) Undisclosed(l Log) ([]Disclosure, error) {
	places := func(d *Disclosure) []any { return []any{&d.FromN, &d.ToN} }
	found, err := list(tx, places, selectUndisclosed, l.Name, l.Epoch, int64(l.Size))
	for i := range found {
		found[i].Log, found[i].Reader, found[i].Epoch = l.Name, l.Reader, l.Epoch
	}
	return found, err
}

// DisclosuresOfIDs answers when each of these records was served, and to whom.
func (tx *Tx) DisclosuresOfIDs(ids []spec.ID) ([]Disclosed, error) {
	return listAmong(tx, (*Disclosed).fields, selectDisclosuresOfIDs, ids)
}

// PutOpened notes that somebody opened a record.
func (tx *Tx) PutOpened(o Opened) error { return tx.run(insertOpened, o.ID, o.At, o.Who, o.Purpose) }

// OpenedOf answers who opened these records.
func (tx *Tx) OpenedOf(ids []spec.ID) ([]Opened, error) {
	return listAmong(tx, (*Opened).fields, selectOpenedOf, ids)
}

// ForgetDisclosures drops both sides of who has seen what, given and opened,
// from before a time, and answers how many rows.
func (tx *Tx) ForgetDisclosures(before int64) (int64, error) {
	if err := tx.run(forgottenDisclosures, before); err != nil {
		return 0, err
	}
	given, err := tx.change(deleteDisclosures, before)
	if err != nil {
		return 0, err
	}
	opened, err := tx.change(deleteOpened, before)
	return given + opened, err
}
