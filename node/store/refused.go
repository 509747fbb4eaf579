package store

import (
	"strings"

	"github.com/fukusen/fukusen/spec"
)

// refusedKept is how many refusals of one peer are kept.
const refusedKept = 1000

// refusedText is the most that is kept of a word that a peer chose.
const refusedText = 255

// Refused says why a record was not admitted. Its octets are not kept, so
// there is nothing in it to erase.
type Refused struct {
	Peer        spec.NodeID
	ID          spec.ID
	N           uint64
	Kind        spec.Kind
	Requirement string
	Problem     string
	Detail      string
	At          int64
}

func (r *Refused) fields() []any {
	return []any{&r.Peer, &r.ID, &r.N, &r.Kind, &r.Requirement, &r.Problem, &r.Detail, &r.At}
}

func (r *Refused) values(to []any) []any {
	return append(to,
		string(r.Peer), legible(string(r.ID)), int64(r.N), legible(string(r.Kind)), r.Requirement, r.Problem,
		r.Detail, r.At)
}

// legible makes a storable word of whatever a peer sent as id or kind.
func legible(s string) string {
	s = strings.ToValidUTF8(s[:min(len(s), refusedText)], "")
	return strings.ReplaceAll(s, "\x00", "")
}

// RefusedCount is how many of the kept refusals of a peer name a requirement.
type RefusedCount struct {
	Peer        spec.NodeID
	Requirement string
	N           int64
}

func (c *RefusedCount) fields() []any { return []any{&c.Peer, &c.Requirement, &c.N} }

const (
	insertRefused = `
INSERT INTO refused (peer, id, n, kind, requirement, problem, detail, at)
VALUES {rows}
ON CONFLICT (peer, id, n) DO NOTHING`

	deleteRefusedBeyond = `
DELETE FROM refused
WHERE peer = $1 AND (at, n, id) <= (
    SELECT at, n, id
    FROM refused
    WHERE peer = $1
    ORDER BY at DESC, n DESC, id DESC
    LIMIT 1 OFFSET $2)`

	selectRefused = `
SELECT peer, id, n, kind, requirement, problem, detail, at
FROM refused
WHERE ($1 = '' OR peer = $1) AND at <= $2
ORDER BY at DESC, n DESC, id DESC, peer
LIMIT $3 OFFSET $4`

	countRefused = `
SELECT peer, requirement, COUNT(*)
FROM refused
GROUP BY peer, requirement
ORDER BY peer, requirement`
)

// Refuse notes refusals and keeps the newest 1000 of each peer.
func (tx *Tx) Refuse(refusals []Refused) error {
	if _, err := fill(tx, insertRefused, refusals, (*Refused).values); err != nil {
		return err
	}
	for _, r := range lastOfEach(refusals, func(r *Refused) spec.NodeID { return r.Peer }) {
		if err := tx.run(deleteRefusedBeyond, r.Peer, refusedKept); err != nil {
			return err
		}
	}
	return nil
}

// RefusedList answers the refusals of a peer, or of all, newest first.
func (tx *Tx) RefusedList(peer spec.NodeID, limit int) ([]Refused, error) {
	return tx.RefusedFrom(peer, Place{}, limit)
}

// RefusedFrom answers them from a place on, newest first.
func (tx *Tx) RefusedFrom(peer spec.NodeID, from Place, limit int) ([]Refused, error) {
	at, skip := from.before()
	return list(tx, (*Refused).fields, selectRefused, peer, at, limit, skip)
}

// RefusedCounts counts the kept refusals by peer and requirement.
func (tx *Tx) RefusedCounts() ([]RefusedCount, error) {
	return list(tx, (*RefusedCount).fields, countRefused)
}
