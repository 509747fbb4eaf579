package store

import "github.com/fukusen/fukusen/spec"

// Proof is evidence against a signer: two statements that cannot both be
// true, such as two records for one version, two heads of one size, or two key
// histories of one serial.
type Proof struct {
	ID     string // names the proof, the same for the same evidence
	Kind   string
	Issuer spec.NodeID
	A, B   string // a token, a note, or an id once the token was erased
	At     int64
}

func (p *Proof) fields() []any { return []any{&p.ID, &p.Kind, &p.Issuer, &p.A, &p.B, &p.At} }

// proofRecord is a record whose token is one side of a proof.
type proofRecord struct {
	record spec.ID
	proof  string
	side   string
}

func (r *proofRecord) fields() []any { return []any{&r.record, &r.proof, &r.side} }

const (
	insertProof = `
INSERT INTO proof (id, kind, issuer, a, b, at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO NOTHING`

	insertProofRecord = `
INSERT INTO proof_record (record, proof, side)
VALUES ($1, $2, $3)
ON CONFLICT (record, proof, side) DO NOTHING`

	countProofs = `SELECT COUNT(*) FROM proof WHERE issuer = $1 AND kind = $2`

	proofColumns = `
SELECT id, kind, issuer, a, b, at
FROM proof`

	selectProofs = proofColumns + `
WHERE at <= $1
ORDER BY at DESC, id
LIMIT $2 OFFSET $3`

	selectProofsAgainst = proofColumns + `
WHERE issuer = $1
ORDER BY at DESC, id`

	countProof = `SELECT COUNT(*) FROM proof WHERE id = $1`

	selectProofRecords = `
SELECT record, proof, side
FROM proof_record
WHERE record IN ({ids})`

	forgetSideA = `UPDATE proof SET a = $1 WHERE id = $2`
	forgetSideB = `UPDATE proof SET b = $1 WHERE id = $2`
)

// mostProofs is how much evidence of one kind is kept against one issuer: who
// lies for ever proves no more, and must not fill the disk.
const mostProofs = 256

// PutProof keeps evidence, the first of each kind. Where a side is a record's
// token, the proof is found again by that record's id when it is erased.
func (tx *Tx) PutProof(p Proof) error {
	if kept, err := one(tx, only[int64], countProofs, p.Issuer, p.Kind); err != nil || kept >= mostProofs {
		return err
	}
	n, err := tx.change(insertProof, p.ID, p.Kind, p.Issuer, p.A, p.B, p.At)
	if err != nil || n == 0 {
		return err
	}
	for side, text := range map[string]string{"a": p.A, "b": p.B} {
		if _, id := spec.Peek(text); id != "" {
			if err := tx.run(insertProofRecord, id, p.ID, side); err != nil {
				return err
			}
		}
	}
	return nil
}

// ProofStands reports whether evidence is kept under an id.
func (tx *Tx) ProofStands(id string) (bool, error) {
	n, err := one(tx, only[int64], countProof, id)
	return n > 0, err
}

// Proofs answers evidence, newest first.
func (tx *Tx) Proofs(limit int) ([]Proof, error) { return tx.ProofsFrom(Place{}, limit) }

// ProofsFrom answers evidence from a place on, newest first.
func (tx *Tx) ProofsFrom(from Place, limit int) ([]Proof, error) {
	at, skip := from.before()
	return list(tx, (*Proof).fields, selectProofs, at, limit, skip)
}

// ProofsAgainst answers all evidence against one issuer, newest first.
func (tx *Tx) ProofsAgainst(issuer spec.NodeID) ([]Proof, error) {
	return list(tx, (*Proof).fields, selectProofsAgainst, issuer)
}

// ForgetProofBodies puts the id where the token of a record stood, in every
// proof that holds it: the evidence stays, the body goes (REQ-ERA-001).
func (tx *Tx) ForgetProofBodies(ids []spec.ID) error {
	found, err := listAmong(tx, (*proofRecord).fields, selectProofRecords, ids)
	if err != nil {
		return err
	}
	for _, f := range found {
		query := forgetSideA
		if f.side == "b" {
			query = forgetSideB
		}
		if err := tx.run(query, f.record, f.proof); err != nil {
			return err
		}
	}
	return nil
}
