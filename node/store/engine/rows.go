package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrNotFound means that there is no such row.
var ErrNotFound = errors.New("not found")

// Rows runs the statements of one transaction and reads what they find, for
// the store and for the rooms that have tables of their own.
type Rows struct {
	ctx  context.Context
	work Transaction
}

// NewRows is for one transaction that has begun.
func NewRows(ctx context.Context, work Transaction) Rows { return Rows{ctx, work} }

// during says what failed by verb and table, never by a value.
func during(query string, err error) error {
	words := strings.Fields(query)
	at := slices.IndexFunc(words, func(w string) bool { return w == "FROM" || w == "INTO" || w == "UPDATE" })
	return fmt.Errorf("store: %s %s: %w", strings.ToLower(words[0]), words[min(at+1, len(words)-1)], err)
}

// Change runs a statement and answers how many rows it changed.
func (r Rows) Change(query string, args ...any) (int64, error) {
	r.tell(query)
	result, err := r.work.Exec(r.ctx, query, args)
	if err != nil {
		return 0, during(query, err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, during(query, err)
	}
	return n, nil
}

// Run is Change for callers that do not count.
func (r Rows) Run(query string, args ...any) error {
	_, err := r.Change(query, args...)
	return err
}

// List reads all rows. The columns of the query are those that fields points
// to, in order.
func List[T any](r Rows, fields func(*T) []any, query string, args ...any) ([]T, error) {
	r.tell(query)
	rows, err := r.work.Query(r.ctx, query, args)
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

// One reads the first row, or answers ErrNotFound.
func One[T any](r Rows, fields func(*T) []any, query string, args ...any) (T, error) {
	found, err := List(r, fields, query, args...)
	if err != nil {
		return *new(T), err
	}
	if len(found) == 0 {
		return *new(T), during(query, ErrNotFound)
	}
	return found[0], nil
}

// Only is the fields of a row of one column.
func Only[T any](v *T) []any { return []any{v} }
