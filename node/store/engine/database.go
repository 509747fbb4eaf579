// Package engine opens the database below the store, SQLite or PostgreSQL,
// brings its schema up to date and runs transactions on it. It holds what
// differs between the two, so that the store above is one text.
//
// It refuses to know a table: queries and schemas come from the store.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"strings"
)

var (
	// ErrNewer means that a newer version of this program wrote the store.
	// Nothing was changed.
	ErrNewer = errors.New("the store was written by a newer version of this program; use that version, or restore a copy from before")
	// ErrOlder means that a store opened read-only awaits its migration.
	ErrOlder = errors.New("the store was written by an older version of this program; start the node once to bring it up to date")
	// ErrClosed means that the store was closed.
	ErrClosed = errors.New("the store is closed")
)

// Names of the engines, and of their folders of schemas.
const (
	SQLite     = "sqlite"
	PostgreSQL = "postgres"
)

// Database is one open database. It is safe for concurrent use.
type Database interface {
	Name() string
	// Begin starts a transaction: durable where it writes, and otherwise one
	// read-only snapshot.
	Begin(ctx context.Context, writes bool) (Transaction, error)
	// Again says whether a failed transaction is worth another attempt.
	Again(err error) bool
	// Mark is the n-th placeholder of a written-out list.
	Mark(n int) string
	// Rows are the numbers of rows to put in one statement, largest first,
	// down to 1.
	Rows() []int
	// Size is the space the database takes, in octets.
	Size(ctx context.Context) (int64, error)
	// Close waits for running transactions. Closing twice is harmless.
	Close() error
}

// Transaction is one transaction that has begun.
type Transaction interface {
	Exec(ctx context.Context, query string, args []any) (sql.Result, error)
	Query(ctx context.Context, query string, args []any) (*sql.Rows, error)
	Commit(ctx context.Context) error
	// End gives up what was not committed and MUST be called once.
	End()
}

// Open opens the database at source: a connection string that begins with
// postgres:// or postgresql://, or the path of a SQLite file, which is made
// where it is missing. schemas has a folder of goose migrations by the name of
// each engine. Read-only, it neither migrates nor makes anything.
func Open(ctx context.Context, source string, schemas fs.FS, readOnly bool) (Database, error) {
	if strings.HasPrefix(source, "postgres://") || strings.HasPrefix(source, "postgresql://") {
		return openPostgres(ctx, source, schemas, readOnly)
	}
	return openSQLite(ctx, source, schemas, readOnly)
}
