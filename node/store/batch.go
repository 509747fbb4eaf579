package store

import "slices"

// lookupMost is how many ids one statement looks up. Shorter lists are filled
// up to 1, 8, 64 or this, so that few statements have to be prepared.
const lookupMost = 512

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
		n, err := tx.change(tx.store.texts.Of(query, size, len(args)/size, 0), args...)
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
		if err := do(tx.store.texts.Of(query, size, 1, len(before)), args); err != nil {
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
