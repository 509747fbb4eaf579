package policy

import (
	"math"
	"slices"
	"sort"
	"sync"
)

// timeline divides time into eras within which the documents in force are the
// same, so that a decision finds its rules by one search. It is made at the
// first decision and an era is compiled when it is first asked for: a node that
// replays a long log compiles nothing on the way.
type timeline struct {
	book *Book
	once sync.Once
	eras []*era // by from, ascending
}

type era struct {
	from  int64
	once  sync.Once
	rules *rules
}

// rules are the documents in force in one era, ready to be asked.
type rules struct {
	register  *Document
	members   *Register
	guideline *Document
	safety    *Document
	matrix    *pairs
	redlist   *pairs
	unread    []*Document // red lists in force whose body this book lacks
}

var noRules = &rules{matrix: new(pairs), redlist: new(pairs)}

func newTimeline(b *Book) *timeline { return &timeline{book: b} }

// at returns the rules in force at a time.
func (t *timeline) at(now int64) *rules {
	t.once.Do(t.divide)
	i := sort.Search(len(t.eras), func(i int) bool { return t.eras[i].from > now }) - 1
	if i < 0 {
		return noRules
	}
	e := t.eras[i]
	e.once.Do(func() { e.rules = t.book.compile(e.from) })
	return e.rules
}

// divide starts an era wherever a document that the rules read comes into
// force or goes out of it.
func (t *timeline) divide() {
	var edges []int64
	for _, d := range t.book.last {
		if !judged(d.Type) {
			continue
		}
		superseded := int64(math.MaxInt64)
		for ; d != nil; d = d.before {
			until := superseded
			if d.ValidUntil != 0 {
				until = min(until, d.ValidUntil)
			}
			if d.ValidFrom < superseded {
				edges = append(edges, d.ValidFrom, max(d.ValidFrom, until))
				superseded = d.ValidFrom
			}
		}
	}
	slices.Sort(edges)
	for _, from := range slices.Compact(edges) {
		t.eras = append(t.eras, &era{from: from})
	}
}

// judged types decide something in Decide.
func judged(name string) bool {
	switch name {
	case TypeRegister, TypeDataGuideline, TypeSafety, TypeConflictMatrix, TypeRedList:
		return true
	}
	return false
}

// compile gathers what is in force at a time.
func (b *Book) compile(at int64) *rules {
	r := &rules{}
	var matrices, lists []*Document
	for _, d := range b.last {
		if !judged(d.Type) {
			continue
		}
		d = d.governing(at)
		if d == nil || !d.covers(at) {
			continue
		}
		switch d.Type {
		case TypeRegister:
			r.register, r.members = d, b.seats.of(d)
		case TypeDataGuideline:
			r.guideline = d
		case TypeSafety:
			r.safety = d
		case TypeConflictMatrix:
			matrices = append(matrices, d)
		case TypeRedList:
			if b.RedList(d) == nil {
				r.unread = append(r.unread, d)
			} else {
				lists = append(lists, d)
			}
		}
	}
	for _, list := range [][]*Document{matrices, lists, r.unread} {
		slices.SortFunc(list, inLog)
	}
	r.matrix = b.pairs.matrix(matrices)
	r.redlist = compilePairs(lists, b.redRows)
	return r
}

// inLog orders documents as they stand in the log.
func inLog(a, b *Document) int {
	switch {
	case a.N < b.N:
		return -1
	case a.N > b.N:
		return 1
	}
	return 0
}

func (b *Book) redRows(d *Document) []ConflictRow {
	var rows []ConflictRow
	for _, r := range b.RedList(d).Rows {
		rows = append(rows, ConflictRow{
			PartyA: r.PartyA, PartyB: r.PartyB, Relation: "competitor", Effect: Deny,
			ValidFrom: r.ValidFrom, ValidUntil: r.ValidUntil, ReasonCode: r.ReasonCode,
		})
	}
	return rows
}
