package store

import "github.com/fukusen/fukusen/node/store/engine"

// Tx is one transaction. It is for one goroutine and ends with the function it
// was given to.
type Tx struct {
	store *Store
	rows  engine.Rows
}

// Rows is the transaction for the rooms under the store that have tables of
// their own.
func (tx *Tx) Rows() engine.Rows { return tx.rows }

func (tx *Tx) change(query string, args ...any) (int64, error) { return tx.rows.Change(query, args...) }

func (tx *Tx) run(query string, args ...any) error { return tx.rows.Run(query, args...) }

func list[T any](tx *Tx, fields func(*T) []any, query string, args ...any) ([]T, error) {
	return engine.List(tx.rows, fields, query, args...)
}

func one[T any](tx *Tx, fields func(*T) []any, query string, args ...any) (T, error) {
	return engine.One(tx.rows, fields, query, args...)
}

// only is the fields of a row of one column.
func only[T any](v *T) []any { return []any{v} }
