package store

import (
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// Parked is a record that a later fact may still admit.
type Parked struct {
	Peer        spec.NodeID
	ID          spec.ID
	N           uint64
	Kind        spec.Kind
	Requirement string
	Waits       string // what has to move, as the gate names it
	Token       string
	Bytes       int64 // length of Token
	ParkedAt    int64
	Expires     int64
}

func (p *Parked) fields() []any {
	return []any{
		&p.Peer, &p.ID, &p.N, &p.Kind, &p.Requirement, &p.Waits, &p.Token, &p.Bytes, &p.ParkedAt, &p.Expires,
	}
}

func (p *Parked) values(to []any) []any {
	return append(to,
		string(p.Peer), string(p.ID), int64(p.N), string(p.Kind), p.Requirement, p.Waits, p.Token,
		int64(len(p.Token)), p.ParkedAt, p.Expires)
}

type peerID struct {
	peer spec.NodeID
	id   spec.ID
}

const (
	upsertParked = `
INSERT INTO parked (peer, id, n, kind, requirement, waits, token, bytes, parked_at, expires)
VALUES {rows}
ON CONFLICT (peer, id) DO UPDATE
SET requirement = excluded.requirement, waits = excluded.waits, expires = excluded.expires`

	parkedColumns = `
SELECT peer, id, n, kind, requirement, waits, token, bytes, parked_at, expires
FROM parked`

	selectParkedFor = parkedColumns + `
WHERE peer = $1 AND id > $2 AND token <> ''
ORDER BY id
LIMIT $3`

	selectParkedPeers = `SELECT DISTINCT peer FROM parked ORDER BY peer`

	selectOverflow = `SELECT n FROM parked WHERE peer = $1 AND id = 'overflow'`

	upsertOverflow = `
INSERT INTO parked (peer, id, n, kind, requirement, waits, token, bytes, parked_at, expires)
VALUES ($1, $2, $3, '', 'REQ-ERR-007', 'room', '', 0, $4, 0)
ON CONFLICT (peer, id) DO UPDATE
SET n = CASE WHEN excluded.n < parked.n THEN excluded.n ELSE parked.n END`

	moveOverflow = `UPDATE parked SET n = $1 WHERE peer = $2 AND id = $3`

	selectParkedList = parkedColumns + `
WHERE token <> '' AND ($1 = '' OR peer = $1) AND parked_at <= $2
ORDER BY parked_at DESC, peer, n DESC, id
LIMIT $3 OFFSET $4`

	sumParked = `
SELECT COUNT(*), COALESCE(SUM(bytes), 0)
FROM parked
WHERE peer = $1 AND token <> ''`

	selectParkedAmong = `SELECT id FROM parked WHERE peer = $1 AND id IN ({ids})`

	selectParkedBy = `SELECT peer, id FROM parked WHERE id IN ({ids})`

	deleteParked        = `DELETE FROM parked WHERE peer = $1 AND id IN ({ids})`
	deleteParkedAnyPeer = `DELETE FROM parked WHERE id IN ({ids})`
	deleteParkedExpired = `DELETE FROM parked WHERE expires <> 0 AND expires <= $1`
)

// What may be parked for one peer (REQ-ERR-007).
const (
	MostParked      = 10000
	MostParkedBytes = 64 << 20
	overflowID      = "overflow"
)

// Park keeps records of one peer for later. One that is parked already keeps
// its place and takes the new requirement, wait and end. Bytes is counted here.
// Beyond the bounds only the lowest n is kept, to be read again from there.
func (tx *Tx) Park(records []Parked) error {
	latest := lastOfEach(records, func(p *Parked) peerID { return peerID{p.Peer, p.ID} })
	if len(latest) == 0 {
		return nil
	}
	fit, rest, err := tx.roomFor(latest)
	if err != nil {
		return err
	}
	if _, err := fill(tx, upsertParked, fit, (*Parked).values); err != nil {
		return err
	}
	for _, p := range rest {
		if err := tx.run(upsertOverflow, p.Peer, overflowID, int64(p.N), p.ParkedAt); err != nil {
			return err
		}
	}
	return nil
}

// roomFor parts records into those there is room for, or that are parked
// already, and the rest.
func (tx *Tx) roomFor(records []Parked) (fit, rest []Parked, err error) {
	peer := records[0].Peer
	count, bytes, err := tx.ParkedStats(peer)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]spec.ID, len(records))
	for i, p := range records {
		ids[i] = p.ID
	}
	stand, err := listAmong(tx, only[spec.ID], selectParkedAmong, ids, string(peer))
	if err != nil {
		return nil, nil, err
	}
	for _, p := range records {
		size := int64(len(p.Token))
		switch {
		case slices.Contains(stand, p.ID):
			fit = append(fit, p)
		case count < MostParked && bytes+size <= MostParkedBytes:
			fit, count, bytes = append(fit, p), count+1, bytes+size
		default:
			rest = append(rest, p)
		}
	}
	return fit, rest, nil
}

// ParkedFor answers a peer's parked records whose id follows one, by id.
func (tx *Tx) ParkedFor(peer spec.NodeID, after spec.ID, limit int) ([]Parked, error) {
	return list(tx, (*Parked).fields, selectParkedFor, peer, after, limit)
}

// ParkedBy answers of whom each of ids is parked; those that are not are left out.
func (tx *Tx) ParkedBy(ids []spec.ID) (map[spec.ID]spec.NodeID, error) {
	found, err := listAmong(tx, func(p *peerID) []any { return []any{&p.peer, &p.id} }, selectParkedBy, ids)
	if err != nil {
		return nil, err
	}
	by := make(map[spec.ID]spec.NodeID, len(found))
	for _, p := range found {
		by[p.id] = p.peer
	}
	return by, nil
}

// ParkedPeers answers of whom something is parked.
func (tx *Tx) ParkedPeers() ([]spec.NodeID, error) {
	return list(tx, only[spec.NodeID], selectParkedPeers)
}

// ParkedOverflow answers from which n a peer's log has to be read again, since
// more had to be parked than there was room for. ErrNotFound: nothing has.
func (tx *Tx) ParkedOverflow(peer spec.NodeID) (uint64, error) {
	return one(tx, only[uint64], selectOverflow, peer)
}

// DropOverflow forgets that a log has to be read again.
func (tx *Tx) DropOverflow(peer spec.NodeID) error {
	return tx.Unpark(peer, []spec.ID{overflowID})
}

// MoveOverflow notes that a log has been read again up to an n. Where nothing
// has to be read again it changes nothing.
func (tx *Tx) MoveOverflow(peer spec.NodeID, n uint64) error {
	return tx.run(moveOverflow, int64(n), peer, overflowID)
}

// ParkedList answers what is parked, newest first.
func (tx *Tx) ParkedList(limit int) ([]Parked, error) {
	return tx.ParkedFrom("", Place{}, limit)
}

// ParkedFrom answers what is parked of a peer, or of all, from a place on,
// newest first.
func (tx *Tx) ParkedFrom(peer spec.NodeID, from Place, limit int) ([]Parked, error) {
	at, skip := from.before()
	return list(tx, (*Parked).fields, selectParkedList, peer, at, limit, skip)
}

// ParkedStats answers how many records and octets of a peer are parked.
func (tx *Tx) ParkedStats(peer spec.NodeID) (count, bytes int64, err error) {
	type sum struct{ count, bytes int64 }
	s, err := one(tx, func(s *sum) []any { return []any{&s.count, &s.bytes} }, sumParked, peer)
	return s.count, s.bytes, err
}

// Unpark drops parked records of a peer, or of any: erasure asks for any.
func (tx *Tx) Unpark(peer spec.NodeID, ids []spec.ID) error {
	if peer == "" {
		_, err := changeAmong(tx, deleteParkedAnyPeer, ids)
		return err
	}
	_, err := changeAmong(tx, deleteParked, ids, string(peer))
	return err
}

// DropParkedExpired drops what nothing can admit any more and answers how many.
func (tx *Tx) DropParkedExpired(now int64) (int64, error) { return tx.change(deleteParkedExpired, now) }
