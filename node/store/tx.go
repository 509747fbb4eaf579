package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/fukusen/fukusen/node/store/engine"
)

// Tx is one transaction. It is for one goroutine and ends with the function it
// was given to.
type Tx struct {
	ctx   context.Context
	store *Store
	work  engine.Transaction
}

// during says what failed by verb and table, never by a value.
func during(query string, err error) error {
	words := strings.Fields(query)
	at := slices.IndexFunc(words, func(w string) bool { return w == "FROM" || w == "INTO" || w == "UPDATE" })
	return fmt.Errorf("store: %s %s: %w", strings.ToLower(words[0]), words[min(at+1, len(words)-1)], err)
}

// change runs a statement and answers how many rows it changed.
func (tx *Tx) change(query string, args ...any) (int64, error) {
	result, err := tx.work.Exec(tx.ctx, query, args)
	if err != nil {
		return 0, during(query, err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, during(query, err)
	}
	return n, nil
}

// run is change for callers that do not count.
func (tx *Tx) run(query string, args ...any) error {
	_, err := tx.change(query, args...)
	return err
}

// list reads all rows. The columns of the query are those that fields points
// to, in order.
func list[T any](tx *Tx, fields func(*T) []any, query string, args ...any) ([]T, error) {
	rows, err := tx.work.Query(tx.ctx, query, args)
	if err != nil {
		return nil, during(query, err)
	}
	defer rows.Close()
	found, err := scanAll(rows, fields)
	if err != nil {
		return nil, during(query, err)
	}
	return found, nil
}

func scanAll[T any](rows *sql.Rows, fields func(*T) []any) ([]T, error) {
	var found []T
	var row T
	into := fields(&row)
	for rows.Next() {
		row = *new(T)
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		found = append(found, row)
	}
	return found, rows.Err()
}

// one reads the first row, or answers ErrNotFound.
func one[T any](tx *Tx, fields func(*T) []any, query string, args ...any) (T, error) {
	found, err := list(tx, fields, query, args...)
	if err != nil {
		return *new(T), err
	}
	if len(found) == 0 {
		return *new(T), during(query, ErrNotFound)
	}
	return found[0], nil
}

// only is the fields of a row of one column.
func only[T any](v *T) []any { return []any{v} }
