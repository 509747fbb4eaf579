package store

import (
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/spec"
)

// States of a ledger entry.
const (
	StateLive       = "live"
	StateSuperseded = "superseded" // a higher sequence of its uid came
	StateWithdrawn  = "withdrawn"  // its writer took it back
	StateErased     = "erased"     // its body is gone; final
	StateUnknown    = "unknown"    // its version was signed twice (REQ-ENV-010)
)

// Entry is one admitted record. Token is its octets as signed, empty once
// they were erased.
type Entry struct {
	Pos        int64 // place in the ledger, given by Append
	ID         spec.ID
	Kind       spec.Kind
	Issuer     spec.NodeID
	Audience   spec.NodeID
	Subject    spec.Subject
	UID        string
	Sequence   uint64
	IssuedAt   int64
	Expires    int64
	Until      int64
	Purpose    string
	Consent    string
	KID        string
	Policy     uint64
	Token      string
	State      string
	AdmittedAt int64
}

func (e *Entry) fields() []any {
	return []any{
		&e.Pos, &e.ID, &e.Kind, &e.Issuer, &e.Audience, &e.Subject, &e.UID, &e.Sequence, &e.IssuedAt,
		&e.Expires, &e.Until, &e.Purpose, &e.Consent, &e.KID, &e.Policy, &e.Token, &e.State, &e.AdmittedAt,
	}
}

func (e *Entry) values(to []any) []any {
	return append(to,
		e.Pos, string(e.ID), string(e.Kind), string(e.Issuer), string(e.Audience), string(e.Subject), e.UID,
		int64(e.Sequence), e.IssuedAt, e.Expires, e.Until, e.Purpose, e.Consent, e.KID, int64(e.Policy),
		e.Token, e.State, e.AdmittedAt)
}

// Count is the number of ledger entries of one kind and state.
type Count struct {
	Kind  spec.Kind
	State string
	N     int64
}

func (c *Count) fields() []any { return []any{&c.Kind, &c.State, &c.N} }

const (
	takePositions = `
UPDATE counter
SET n = n + $1
WHERE name = 'ledger'
RETURNING n`

	insertEntries = `
INSERT INTO ledger (
    pos, id, kind, issuer, audience, subject, uid, sequence, issued_at,
    expires, until, purpose, consent, kid, policy, token, state, admitted_at)
VALUES {rows}
ON CONFLICT (id) DO NOTHING`

	selectPositions = `
SELECT pos
FROM ledger
WHERE pos > $1 AND pos <= $2`

	entryColumns = `
SELECT pos, id, kind, issuer, audience, subject, uid, sequence, issued_at,
    expires, until, purpose, consent, kid, policy, token, state, admitted_at
FROM ledger`

	selectEntry        = entryColumns + ` WHERE id = $1`
	selectEntriesAfter = entryColumns + ` WHERE pos > $1 ORDER BY pos LIMIT $2`
	selectEntriesOf    = entryColumns + ` WHERE id IN ({ids})`
	selectByIssuer     = entryColumns + ` WHERE issuer = $1 AND pos > $2 AND token <> '' AND state <> 'withdrawn' ORDER BY pos LIMIT $3`
	selectBySubject    = entryColumns + ` WHERE subject = $1 AND subject <> '' ORDER BY pos`
	selectLiveByKind   = entryColumns + `
WHERE kind = $1 AND state = 'live' AND pos > $2
    AND (expires = 0 OR expires > $3) AND (until = 0 OR until > $3)
    AND ($4 = '' OR issuer = $4) AND ($5 = '' OR audience = $5)
ORDER BY pos
LIMIT $6`

	updateState = `
UPDATE ledger
SET state = $1
WHERE state <> 'erased' AND id IN ({ids})`

	blankEntries = `
UPDATE ledger
SET token = '', subject = '', uid = '', consent = '', purpose = '', state = 'erased'
WHERE id IN ({ids})`

	stripEntries = `
UPDATE ledger
SET token = '', state = 'withdrawn'
WHERE state <> 'erased' AND id IN ({ids})`

	stripSuperseded = `
UPDATE ledger
SET token = ''
WHERE state = 'superseded' AND issuer <> $1 AND admitted_at < $2 AND token <> ''`

	stripRetained = `
UPDATE ledger
SET token = ''
WHERE token <> '' AND (
    state IN ('withdrawn', 'superseded') AND admitted_at < $1
    OR expires <> 0 AND expires < $1)`

	countEntries = `
SELECT kind, state, COUNT(*)
FROM ledger
GROUP BY kind, state
ORDER BY kind, state`
)

// Append adds records at the end of the ledger and says which of them were
// new; one that stands there already stays as it is. An entry without a state
// is live. Positions rise in the order of commits, so a follower that reads
// from its last position misses nothing; repeats leave gaps between them.
func (tx *Tx) Append(entries []Entry) (added []bool, err error) {
	added = make([]bool, len(entries))
	if len(entries) == 0 {
		return added, nil
	}
	last, err := one(tx, only[int64], takePositions, len(entries))
	if err != nil {
		return nil, err
	}
	first := last - int64(len(entries)) + 1
	n, err := fill(tx, insertEntries, entries, func(e *Entry, to []any) []any {
		row := *e
		row.Pos = first
		first++
		if row.State == "" {
			row.State = StateLive
		}
		return row.values(to)
	})
	if err != nil {
		return nil, err
	}
	first = last - int64(len(entries)) + 1
	if n == int64(len(entries)) {
		for i := range added {
			added[i] = true
		}
		return added, nil
	}
	positions, err := list(tx, only[int64], selectPositions, first-1, last)
	if err != nil {
		return nil, err
	}
	for _, pos := range positions {
		added[pos-first] = true
	}
	return added, nil
}

// Entry answers the record of an id.
func (tx *Tx) Entry(id spec.ID) (Entry, error) { return one(tx, (*Entry).fields, selectEntry, id) }

// Entries answers the records of ids that are in the ledger, by id.
func (tx *Tx) Entries(ids []spec.ID) (map[spec.ID]Entry, error) {
	found, err := listAmong(tx, (*Entry).fields, selectEntriesOf, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[spec.ID]Entry, len(found))
	for _, e := range found {
		byID[e.ID] = e
	}
	return byID, nil
}

// EntriesAfter answers the entries that follow a position, in order.
func (tx *Tx) EntriesAfter(pos int64, limit int) ([]Entry, error) {
	return list(tx, (*Entry).fields, selectEntriesAfter, pos, limit)
}

// ByIssuer answers the entries of an issuer that still have their octets and
// follow a position, in order: what GET /v1/held gives back (standard section 8).
func (tx *Tx) ByIssuer(issuer spec.NodeID, after int64, limit int) ([]Entry, error) {
	return list(tx, (*Entry).fields, selectByIssuer, issuer, after, limit)
}

// BySubject answers all entries about a subject, in order.
func (tx *Tx) BySubject(subject spec.Subject) ([]Entry, error) {
	return list(tx, (*Entry).fields, selectBySubject, subject)
}

// Live says which live entries LiveByKind is to answer.
type Live struct {
	Kind     spec.Kind
	Issuer   spec.NodeID // or any
	Audience spec.NodeID // or any
	At       int64       // not expired and not past until at this time
	After    int64       // following this position
	Limit    int
}

// LiveByKind answers live entries of a kind, in order.
func (tx *Tx) LiveByKind(q Live) ([]Entry, error) {
	return list(tx, (*Entry).fields, selectLiveByKind, q.Kind, q.After, q.At, q.Issuer, q.Audience, q.Limit)
}

// SetState moves entries to a state. An erased entry stays erased.
func (tx *Tx) SetState(ids []spec.ID, state string) error {
	if state == StateErased {
		return fmt.Errorf("store: set state: an entry is erased by Blank")
	}
	_, err := changeAmong(tx, updateState, ids, state)
	return err
}

// Blank erases entries: their octets, their subject, uid, consent and purpose
// go, also from the table of current versions and from the proofs that hold
// them, and of a hold the name beside its offer; id, kind and issuer stay, so that logs still add up and a repeat is
// known (REQ-ERA-001). Bytes leave the file or the database's pages when the
// engine next writes them: SQLite at its next checkpoint, PostgreSQL at its
// next vacuum.
func (tx *Tx) Blank(ids []spec.ID) error {
	if err := tx.DropCurrent(ids); err != nil {
		return err
	}
	if err := errors.Join(tx.ForgetProofBodies(ids), board.In(tx).Unname(ids)); err != nil {
		return err
	}
	_, err := changeAmong(tx, blankEntries, ids)
	return err
}

// Strip drops the bodies of records that their writer took back and makes them
// withdrawn; of a hold the name beside its offer goes too. Their names stay: the writer may still order their erasure. So
// does their place as the highest version: no lower one becomes current after
// them, and other octets for the same one are equivocation still. What is not
// live is in no list.
func (tx *Tx) Strip(ids []spec.ID) error {
	if err := board.In(tx).Unname(ids); err != nil {
		return err
	}
	_, err := changeAmong(tx, stripEntries, ids)
	return err
}

// StripSuperseded drops the bodies of others' superseded records that were
// admitted before a time, and answers how many.
func (tx *Tx) StripSuperseded(self spec.NodeID, before int64) (int64, error) {
	return tx.change(stripSuperseded, self, before)
}

// StripRetained drops the bodies of records that are withdrawn or superseded
// and were admitted before a time, and of those that expired before it, and
// answers how many.
func (tx *Tx) StripRetained(before int64) (int64, error) { return tx.change(stripRetained, before) }

// Counts counts the ledger. It reads all of it: for a console, not a request.
func (tx *Tx) Counts() ([]Count, error) { return list(tx, (*Count).fields, countEntries) }
