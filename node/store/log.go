package store

import (
	"fmt"
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// Log is one of the logs that this node keeps (standard section 6). Size
// counts the entries of the present epoch; Frontier is what the caller needs to
// go on with the Merkle tree.
type Log struct {
	Name     string
	Reader   spec.NodeID // empty for public and policy
	Epoch    int64
	Size     uint64
	Frontier []byte
}

func (l *Log) fields() []any { return []any{&l.Name, &l.Reader, &l.Epoch, &l.Size, &l.Frontier} }

// LogItem is one leaf.
type LogItem struct {
	ID    spec.ID
	Kind  spec.Kind
	State string // live, withdrawn or erased
	At    int64
}

func (i *LogItem) fields() []any { return []any{&i.ID, &i.Kind, &i.State, &i.At} }

// PageItem is one entry of a feed page. Token is empty unless the body may be
// given (REQ-FEED-006).
type PageItem struct {
	N     uint64
	ID    spec.ID
	Kind  spec.Kind
	State string
	Token string
}

func (i *PageItem) fields() []any { return []any{&i.N, &i.ID, &i.Kind, &i.State, &i.Token} }

const (
	insertLog = `
INSERT INTO log (name, reader, epoch, size, frontier)
VALUES ($1, $2, $3, 0, $4)
ON CONFLICT (name) DO NOTHING`

	logColumns = `
SELECT name, reader, epoch, size, frontier
FROM log`

	selectLog  = logColumns + ` WHERE name = $1`
	selectLogs = logColumns + ` ORDER BY name`

	reserveEntries = `
UPDATE log
SET size = size + $1
WHERE name = $2
RETURNING name, reader, epoch, size, frontier`

	updateFrontier = `
UPDATE log
SET frontier = $1
WHERE name = $2`

	resetLog = `
UPDATE log
SET epoch = $1, size = 0, frontier = $2
WHERE name = $3 AND epoch < $1`

	insertLogEntries = `
INSERT INTO log_entry (log, epoch, n, id, kind, state, at)
VALUES {rows}
ON CONFLICT (log, epoch, n) DO NOTHING`

	selectLeaves = `
SELECT id, kind, state, at
FROM log_entry
WHERE log = $1 AND epoch = $2 AND n >= $3
ORDER BY n
LIMIT $4`

	selectPage = `
SELECT e.n, e.id, e.kind, e.state, COALESCE(l.token, '')
FROM log_entry AS e
LEFT JOIN ledger AS l
    ON l.id = e.id AND e.state = 'live' AND l.state = 'live'
    AND (l.expires = 0 OR l.expires > $1) AND (l.until = 0 OR l.until > $1)
WHERE e.log = $2 AND e.epoch = $3 AND e.n > $4
ORDER BY e.n
LIMIT $5`

	selectLogState = `
SELECT state
FROM log_entry
WHERE log = $1 AND id = $2
ORDER BY epoch DESC, n DESC
LIMIT 1`

	selectLogsOf = `
SELECT DISTINCT log
FROM log_entry
WHERE id = $1
ORDER BY log`
)

// EnsureLog makes a log unless it is there; then it stays as it is.
func (tx *Tx) EnsureLog(name string, reader spec.NodeID, epoch int64) error {
	return tx.run(insertLog, name, reader, epoch, []byte{})
}

// Log answers the log of a name.
func (tx *Tx) Log(name string) (Log, error) { return one(tx, (*Log).fields, selectLog, name) }

// Logs answers all logs by name.
func (tx *Tx) Logs() ([]Log, error) { return list(tx, (*Log).fields, selectLogs) }

// Reserve takes the next n places of a log and answers the log as it was
// before. It holds the log until the transaction ends, so that places are
// given out without gaps, and is the one write that counts twice when repeated:
// it belongs in one transaction with AppendLogEntries and SetFrontier.
func (tx *Tx) Reserve(name string, n int) (Log, error) {
	l, err := one(tx, (*Log).fields, reserveEntries, n, name)
	l.Size -= min(uint64(n), l.Size)
	return l, err
}

// SetFrontier keeps what the caller needs to go on with the log's tree.
func (tx *Tx) SetFrontier(name string, frontier []byte) error {
	return tx.run(updateFrontier, filled(frontier), name)
}

// ResetLog begins a later epoch at n = 0. The entries of earlier epochs stay.
func (tx *Tx) ResetLog(name string, epoch int64) error {
	return tx.run(resetLog, epoch, []byte{}, name)
}

// AppendLogEntries writes leaves at the places from, from+1, … They never
// change: other leaves at those places are an ErrConflict.
func (tx *Tx) AppendLogEntries(log string, epoch int64, from uint64, items []LogItem) error {
	next := int64(from)
	n, err := fill(tx, insertLogEntries, items, func(i *LogItem, to []any) []any {
		to = append(to, log, epoch, next, string(i.ID), string(i.Kind), i.State, i.At)
		next++
		return to
	})
	if err != nil || n == int64(len(items)) {
		return err
	}
	stand, err := tx.Leaves(log, epoch, from, len(items))
	if err != nil {
		return err
	}
	same := func(a, b LogItem) bool { return a.ID == b.ID && a.State == b.State }
	if !slices.EqualFunc(stand, items, same) {
		return fmt.Errorf("store: entries of log %s from %d: %w", log, from, ErrConflict)
	}
	return nil
}

// Leaves answers leaves of an epoch from n on, for whoever counts the tree again.
func (tx *Tx) Leaves(log string, epoch int64, from uint64, limit int) ([]LogItem, error) {
	return list(tx, (*LogItem).fields, selectLeaves, log, epoch, int64(from), limit)
}

// Page answers entries with n greater than after, which is -1 before the
// first. A body stands only beside a live leaf whose record is live, not
// expired and not past until at now.
func (tx *Tx) Page(log string, epoch, after int64, limit int, now int64) ([]PageItem, error) {
	return list(tx, (*PageItem).fields, selectPage, now, log, epoch, after, limit)
}

// LogStateOf answers the newest state of an id in a log.
func (tx *Tx) LogStateOf(log string, id spec.ID) (string, error) {
	return one(tx, only[string], selectLogState, log, id)
}

// LogsOf answers the logs in which an id stands, in any epoch and state.
func (tx *Tx) LogsOf(id spec.ID) ([]string, error) { return list(tx, only[string], selectLogsOf, id) }

// filled makes a nil slice an empty value, where nil would be NULL.
func filled(octets []byte) []byte {
	if octets == nil {
		return []byte{}
	}
	return octets
}
