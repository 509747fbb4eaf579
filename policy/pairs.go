package policy

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
)

// pairs finds the rows about an unordered pair of parties. A party's name is
// looked up once and becomes a number, so that asking about every pair of many
// parties costs one small lookup a pair.
type pairs struct {
	numbers map[string]uint32
	rows    map[uint64][]paired
}

// paired is one row and the document it stands in.
type paired struct {
	document *Document
	row      *ConflictRow
}

// compilePairs indexes the rows of documents, in an order that does not depend
// on the order in which they were written.
func compilePairs(documents []*Document, rowsOf func(*Document) []ConflictRow) *pairs {
	p := &pairs{numbers: make(map[string]uint32), rows: make(map[uint64][]paired)}
	for _, d := range documents {
		rows := rowsOf(d)
		for i := range rows {
			key := pairKey(p.number(rows[i].PartyA), p.number(rows[i].PartyB))
			p.rows[key] = append(p.rows[key], paired{d, &rows[i]})
		}
	}
	for _, rows := range p.rows {
		if len(rows) > 1 {
			slices.SortFunc(rows, comparePaired)
		}
	}
	return p
}

func (p *pairs) number(party string) uint32 {
	n, ok := p.numbers[party]
	if !ok {
		n = uint32(len(p.numbers)) + 1
		p.numbers[party] = n
	}
	return n
}

// pairKey is the same for a pair and its reverse.
func pairKey(a, b uint32) uint64 { return uint64(min(a, b))<<32 | uint64(max(a, b)) }

// comparePaired puts the document that came first and the stronger effect first.
func comparePaired(a, b paired) int {
	return cmp.Or(
		inLog(a.document, b.document),
		cmp.Compare(b.row.Effect.rank(), a.row.Effect.rank()),
		strings.Compare(a.row.Relation, b.row.Relation),
		strings.Compare(a.row.ReasonCode, b.row.ReasonCode),
		strings.Compare(min(a.row.PartyA, a.row.PartyB), min(b.row.PartyA, b.row.PartyB)),
		strings.Compare(max(a.row.PartyA, a.row.PartyB), max(b.row.PartyA, b.row.PartyB)),
		cmp.Compare(a.row.ValidFrom, b.row.ValidFrom),
		cmp.Compare(a.row.ValidUntil, b.row.ValidUntil),
	)
}

// between returns every row in force at a time between a party of the person's
// side and one of the other, each once. Without one it allocates nothing.
func (p *pairs) between(parties []Party, at int64) []paired {
	if len(p.rows) == 0 {
		return nil
	}
	var room [16]uint32 // counterparts as numbers
	others := room[:0]
	for i := range parties {
		if n := p.numbers[parties[i].ID]; n != 0 && parties[i].Counterpart {
			others = append(others, n)
		}
	}
	var found []paired
	for i := range parties {
		if parties[i].Counterpart || len(others) == 0 {
			continue
		}
		own := p.numbers[parties[i].ID]
		if own == 0 {
			continue
		}
		for _, other := range others {
			for _, hit := range p.rows[pairKey(own, other)] {
				if hit.row.ValidFrom <= at && (hit.row.ValidUntil == 0 || at < hit.row.ValidUntil) {
					found = append(found, hit)
				}
			}
		}
	}
	if len(found) > 1 {
		slices.SortFunc(found, comparePaired)
		found = slices.CompactFunc(found, func(a, b paired) bool { return comparePaired(a, b) == 0 })
	}
	return found
}

// pairShelf keeps the matrices that were compiled last, for the books that
// grow from one another: most entries leave the matrices as they were. What
// stands on it is equal to what would be compiled anew.
type pairShelf struct{ last atomic.Pointer[shelved] }

type shelved struct {
	documents []*Document
	pairs     *pairs
}

func (s *pairShelf) matrix(documents []*Document) *pairs {
	if kept := s.last.Load(); kept != nil && slices.Equal(kept.documents, documents) {
		return kept.pairs
	}
	p := compilePairs(documents, func(d *Document) []ConflictRow { return d.ConflictMatrix().Rows })
	s.last.Store(&shelved{documents, p})
	return p
}
