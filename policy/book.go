package policy

import (
	"maps"

	"github.com/fukusen/fukusen/spec"
)

// Book is the policy log as one node holds it, ready to decide. It never
// changes: Apply returns a new Book that shares what is equal, so a reader may
// keep one as long as it likes and two may grow from the same.
type Book struct {
	fed         spec.ID
	development bool
	tree        *spec.Tree
	newest      *Document            // linked to the one applied before
	last        map[string]*Document // newest version of each series
	seats       *seating
	clear       map[spec.ID]*RedList // confidential bodies by digest
	lines       *timeline
	pairs       *pairShelf // what was compiled last in this line of books
}

// seating is a register as it stands with its admissions, linked to the
// seating of the register document before.
type seating struct {
	document *Document
	register *Register
	before   *seating
}

// NewBook opens a log at its genesis (entry 0). An empty fed accepts any
// genesis, for a node that pins Book.Fed afterwards; otherwise the document's
// id must be fed. It refuses REQ-POL-003, 004, 005, 007, 011, 013 and 014.
func NewBook(genesis string, fed spec.ID) (*Book, error) {
	g, err := openGenesis(genesis, fed)
	if err != nil {
		return nil, err
	}
	b := &Book{
		fed: g.document.ID, development: g.body.Development,
		tree: new(spec.Tree), last: make(map[string]*Document), pairs: new(pairShelf),
	}
	register, charter := g.seats()
	for _, d := range []*Document{g.document, register, charter} {
		d.earlier = b.newest
		b.newest, b.last[d.Series] = d, d
	}
	b.seats = &seating{document: register, register: register.Register().seat(nil)}
	b.tree.Append(spec.Leaf(g.entry.ID(), spec.Live))
	b.lines = newTimeline(b)
	return b, nil
}

// Apply judges the next entry by the register in force and returns the book
// with it. The error is a *spec.Refusal (REQ-POL-001 to 007, 011 to 014, 020,
// 021, 023 to 025) and leaves this book as it was. It reads no clock: the same octets on
// the same book give the same result everywhere.
func (b *Book) Apply(octets string) (*Book, error) {
	entry, err := spec.ReadEntry(octets)
	if err != nil {
		return nil, err
	}
	next := *b
	if entry.Admission != nil {
		err = next.admit(entry.Admission)
	} else {
		err = next.adopt(entry)
	}
	if err != nil {
		return nil, err
	}
	next.tree = b.tree.Clone()
	next.tree.Append(spec.Leaf(entry.ID(), spec.Live))
	next.lines = newTimeline(&next)
	return &next, nil
}

// Check says what Apply would say.
func (b *Book) Check(octets string) error {
	_, err := b.Apply(octets)
	return err
}

// adopt applies a document entry to a book that nobody else sees yet.
func (b *Book) adopt(entry *spec.PolicyEntry) error {
	if err := b.judge(entry); err != nil {
		return err
	}
	sealed := entry.Document
	typed, err := readBody(&sealed.Document, b.development)
	if err != nil {
		return err
	}
	d := &Document{
		Document: sealed.Document, ID: sealed.ID(), N: b.Size(),
		typed: typed, before: b.last[sealed.Series], earlier: b.newest,
	}
	b.last = maps.Clone(b.last)
	b.last[d.Series], b.newest = d, d
	if r := d.Register(); r != nil {
		b.seats = &seating{document: d, register: r.seat(b.seats.register), before: b.seats}
	}
	return nil
}

// Fed is the id of the genesis document, the anchor of the federation.
func (b *Book) Fed() spec.ID { return b.fed }

// Development reports whether the genesis marks a throwaway federation.
func (b *Book) Development() bool { return b.development }

// Size is the number of entries, the genesis among them.
func (b *Book) Size() uint64 { return b.tree.Size() }

// Root is the RFC 6962 root of the log.
func (b *Book) Root() spec.Root { return b.tree.Root() }

// Tree is a copy of the log's Merkle tree.
func (b *Book) Tree() *spec.Tree { return b.tree.Clone() }

// Register is that of the newest applied register document, with the members
// admitted since: the electorate of the next entry, whatever its validFrom.
func (b *Book) Register() *Register { return b.seats.register }

// Charter is that of the newest applied charter.
func (b *Book) Charter() *Charter { return b.last[SeriesCharter].Charter() }

// RegisterID is the id of the register document that the next ballots name.
func (b *Book) RegisterID() spec.ID { return b.seats.document.ID }

// Head returns the newest applied version of a series, or nil: what the next
// version names as prev.
func (b *Book) Head(series string) *Document { return b.last[series] }
