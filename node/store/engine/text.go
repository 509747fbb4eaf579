package engine

import (
	"strings"
	"sync"
)

// Texts writes statements out for numbers of rows, each once.
type Texts struct {
	mark  func(n int) string
	known sync.Map // textKey → string
}

// NewTexts writes the placeholders of a database.
func NewTexts(d Database) *Texts { return &Texts{mark: d.Mark} }

// textKey names a statement that was written out for a number of rows.
type textKey struct {
	query         string
	rows, columns int
	before        int
}

// Of writes a query's {rows} or {ids} out, once for each number of them.
// before is the number of placeholders that stand before the list; none may
// stand after it.
func (t *Texts) Of(query string, rows, columns, before int) string {
	key := textKey{query, rows, columns, before}
	if known, ok := t.known.Load(key); ok {
		return known.(string)
	}
	var marks strings.Builder
	n := before
	tuples := strings.Contains(query, "{rows}")
	for row := range rows {
		if row > 0 {
			marks.WriteByte(',')
		}
		if tuples {
			marks.WriteByte('(')
		}
		for column := range columns {
			if column > 0 {
				marks.WriteByte(',')
			}
			n++
			marks.WriteString(t.mark(n))
		}
		if tuples {
			marks.WriteByte(')')
		}
	}
	written := strings.NewReplacer("{rows}", marks.String(), "{ids}", marks.String()).Replace(query)
	t.known.Store(key, written)
	return written
}
