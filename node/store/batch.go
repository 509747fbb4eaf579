package store

import (
	"slices"
	"strings"
)

// lookupMost is how many ids one statement looks up. Shorter lists are filled
// up to 1, 8, 64 or this, so that few statements have to be prepared.
const lookupMost = 512

// textKey names a statement that was written out for a number of rows.
type textKey struct {
	query         string
	rows, columns int
	before        int
}

// text writes a query's {rows} or {ids} out, once for each number of them.
// before is the number of placeholders that stand before the list; none may
// stand after it.
func (s *Store) text(query string, rows, columns, before int) string {
	key := textKey{query, rows, columns, before}
	if known, ok := s.texts.Load(key); ok {
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
			marks.WriteString(s.database.Mark(n))
		}
		if tuples {
			marks.WriteByte(')')
		}
	}
	written := strings.NewReplacer("{rows}", marks.String(), "{ids}", marks.String()).Replace(query)
	s.texts.Store(key, written)
	return written
}

// fill writes items with a query that has {rows}, many to a statement, and
// answers how many rows were changed. columns appends one item's values and is
// called once for each, in order.
func fill[T any](tx *Tx, query string, items []T, columns func(*T, []any) []any) (int64, error) {
	sizes := tx.store.database.Rows()
	var args []any
	var changed int64
	for len(items) > 0 {
		size := sizes[slices.IndexFunc(sizes, func(n int) bool { return n <= len(items) })]
		args = args[:0]
		for i := range size {
			args = columns(&items[i], args)
		}
		n, err := tx.change(tx.store.text(query, size, len(args)/size, 0), args...)
		if err != nil {
			return changed, err
		}
		changed, items = changed+n, items[size:]
	}
	return changed, nil
}

// among calls do with a query's {ids} or {rows} written out for a part of ids
// at a time. A part is filled up with its last id, which changes no answer.
func among[K ~string](tx *Tx, query string, ids []K, before []any, do func(query string, args []any) error) error {
	for len(ids) > 0 {
		part := ids[:min(len(ids), lookupMost)]
		size := 1
		for size < len(part) {
			size *= 8
		}
		args := append(make([]any, 0, len(before)+size), before...)
		for i := range size {
			args = append(args, string(part[min(i, len(part)-1)]))
		}
		if err := do(tx.store.text(query, size, 1, len(before)), args); err != nil {
			return err
		}
		ids = ids[len(part):]
	}
	return nil
}

// changeAmong runs a statement on all ids and answers how many rows it changed.
func changeAmong[K ~string](tx *Tx, query string, ids []K, before ...any) (changed int64, err error) {
	err = among(tx, query, ids, before, func(text string, args []any) error {
		n, err := tx.change(text, args...)
		changed += n
		return err
	})
	return changed, err
}

// listAmong reads the rows of all ids. Ids given twice may answer twice.
func listAmong[T any, K ~string](tx *Tx, fields func(*T) []any, query string, ids []K, before ...any) (found []T, err error) {
	err = among(tx, query, ids, before, func(text string, args []any) error {
		part, err := list(tx, fields, text, args...)
		found = append(found, part...)
		return err
	})
	return found, err
}

// lastOfEach keeps the last item of each key: one statement may not change a
// row twice.
func lastOfEach[T any, K comparable](items []T, key func(*T) K) []T {
	at := make(map[K]int, len(items))
	kept := make([]T, 0, len(items))
	for i := range items {
		k := key(&items[i])
		if j, ok := at[k]; ok {
			kept[j] = items[i]
			continue
		}
		at[k] = len(kept)
		kept = append(kept, items[i])
	}
	return kept
}
