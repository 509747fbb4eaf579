package store

import (
	"fmt"

	"github.com/fukusen/fukusen/spec"
)

// PolicyEntry is one entry of the policy log (standard section 13).
type PolicyEntry struct {
	N      uint64
	ID     spec.ID
	Octets string
	At     int64
}

func (e *PolicyEntry) fields() []any { return []any{&e.N, &e.ID, &e.Octets, &e.At} }

// PolicyHead is a policy head with the cosignatures it came with.
type PolicyHead struct {
	Size uint64
	Note string
	At   int64
}

func (h *PolicyHead) fields() []any { return []any{&h.Size, &h.Note, &h.At} }

// Cosigned is the largest policy head that a node has put its name to.
type Cosigned struct {
	Size uint64
	Root []byte
}

func (c *Cosigned) fields() []any { return []any{&c.Size, &c.Root} }

const (
	insertPolicyEntries = `
INSERT INTO policy_entry (n, id, octets, at)
VALUES {rows}
ON CONFLICT DO NOTHING`

	selectPolicyEntries = `
SELECT n, id, octets, at
FROM policy_entry
WHERE n >= $1
ORDER BY n
LIMIT $2`

	selectPolicySize = `SELECT COALESCE(MAX(n) + 1, 0) FROM policy_entry`

	upsertPolicyHead = `
INSERT INTO policy_head (size, note, at)
VALUES ($1, $2, $3)
ON CONFLICT (size) DO UPDATE
SET note = excluded.note, at = excluded.at`

	policyHeadColumns = `
SELECT size, note, at
FROM policy_head`

	selectPolicyHead   = policyHeadColumns + ` ORDER BY size DESC LIMIT 1`
	selectPolicyHeadAt = policyHeadColumns + ` WHERE size = $1`

	upsertCosigned = `
INSERT INTO cosigned (node, size, root)
VALUES ($1, $2, $3)
ON CONFLICT (node) DO UPDATE
SET size = excluded.size, root = excluded.root
WHERE cosigned.size < excluded.size OR cosigned.size = excluded.size AND cosigned.root = excluded.root`

	selectCosigned = `SELECT size, root FROM cosigned WHERE node = $1`

	insertConfidential = `
INSERT INTO confidential (digest, body)
VALUES ($1, $2)
ON CONFLICT (digest) DO NOTHING`

	selectConfidential = `SELECT body FROM confidential WHERE digest = $1`
)

// PolicySize answers how many entries of the policy log this node holds.
func (tx *Tx) PolicySize() (uint64, error) { return one(tx, only[uint64], selectPolicySize) }

// PolicyEntries answers entries from n on, in order.
func (tx *Tx) PolicyEntries(from uint64, limit int) ([]PolicyEntry, error) {
	return list(tx, (*PolicyEntry).fields, selectPolicyEntries, int64(from), limit)
}

// AppendPolicyEntries writes entries at the places from, from+1, …; N of each
// is set here. A gap before them, or another entry at a place, is an
// ErrConflict: the log is one, and only grows.
func (tx *Tx) AppendPolicyEntries(from uint64, entries []PolicyEntry) error {
	size, err := tx.PolicySize()
	if err != nil {
		return err
	}
	if from > size {
		return fmt.Errorf("store: policy entries from %d after %d: %w", from, size, ErrConflict)
	}
	next := int64(from)
	n, err := fill(tx, insertPolicyEntries, entries, func(e *PolicyEntry, to []any) []any {
		to = append(to, next, string(e.ID), e.Octets, e.At)
		next++
		return to
	})
	if err != nil || n == int64(len(entries)) {
		return err
	}
	stand, err := tx.PolicyEntries(from, len(entries))
	if err != nil {
		return err
	}
	for i, e := range entries {
		if i >= len(stand) || stand[i].N != from+uint64(i) || stand[i].ID != e.ID {
			return fmt.Errorf("store: policy entry %d: %w", from+uint64(i), ErrConflict)
		}
	}
	return nil
}

// PolicyHead answers the largest policy head.
func (tx *Tx) PolicyHead() (PolicyHead, error) {
	return one(tx, (*PolicyHead).fields, selectPolicyHead)
}

// PolicyHeadAt answers the policy head of one size.
func (tx *Tx) PolicyHeadAt(size uint64) (PolicyHead, error) {
	return one(tx, (*PolicyHead).fields, selectPolicyHeadAt, int64(size))
}

// PutPolicyHead keeps a policy head; a later note of the same size, with more
// cosignatures, takes the place of the earlier one.
func (tx *Tx) PutPolicyHead(h PolicyHead) error {
	return tx.run(upsertPolicyHead, int64(h.Size), h.Note, h.At)
}

// Cosigned answers the largest policy head that a node has cosigned.
func (tx *Tx) Cosigned(node spec.NodeID) (Cosigned, error) {
	return one(tx, (*Cosigned).fields, selectCosigned, node)
}

// PutCosigned remembers what a node is about to cosign. A smaller head, or
// another root of the same size, is an ErrConflict (REQ-POL-016): whatever went
// wrong before, this row does not go back.
func (tx *Tx) PutCosigned(node spec.NodeID, c Cosigned) error {
	n, err := tx.change(upsertCosigned, node, int64(c.Size), filled(c.Root))
	if err == nil && n == 0 {
		return fmt.Errorf("store: cosign policy head of size %d: %w", c.Size, ErrConflict)
	}
	return err
}

// Confidential answers the octets of a confidential document.
func (tx *Tx) Confidential(digest spec.ID) ([]byte, error) {
	return one(tx, only[[]byte], selectConfidential, digest)
}

// PutConfidential keeps the octets of a confidential document.
func (tx *Tx) PutConfidential(digest spec.ID, octets []byte) error {
	return tx.run(insertConfidential, digest, filled(octets))
}
