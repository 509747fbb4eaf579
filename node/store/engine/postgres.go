package engine

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// connectionCount bounds the connections of one process: enough to keep a
// database of a few cores busy, few enough for many processes.
const connectionCount = 16

const postgresSize = `SELECT pg_database_size(current_database())`

// The two states in which PostgreSQL asks for the whole transaction again.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
)

func postgresSchema() schema {
	return schema{goose.DialectPostgres, PostgreSQL, `
SELECT COUNT(*)
FROM information_schema.tables
WHERE table_schema = current_schema() AND table_name = $1`}
}

// postgresEngine leaves connections and prepared statements to pgx.
type postgresEngine struct {
	db     *sql.DB
	closed atomic.Bool
}

func openPostgres(ctx context.Context, source string, schemas fs.FS, readOnly bool) (Database, error) {
	config, err := pgx.ParseConfig(source)
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connectionCount)
	db.SetMaxIdleConns(connectionCount)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := postgresSchema().prepare(ctx, db, schemas, readOnly); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &postgresEngine{db: db}, nil
}

func (e *postgresEngine) Name() string      { return PostgreSQL }
func (e *postgresEngine) Mark(n int) string { return "$" + strconv.Itoa(n) }
func (e *postgresEngine) Rows() []int       { return []int{500, 100, 20, 5, 1} } // a statement is a round trip

func (e *postgresEngine) Size(ctx context.Context) (n int64, err error) {
	return n, e.db.QueryRowContext(ctx, postgresSize).Scan(&n)
}

func (e *postgresEngine) Close() error {
	e.closed.Store(true)
	return e.db.Close()
}

func (e *postgresEngine) Again(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == serializationFailure || pg.Code == deadlockDetected)
}

// begin: READ COMMITTED serves the writers, since whatever must be given out
// once is one UPDATE … RETURNING of the row that counts it.
func (e *postgresEngine) Begin(ctx context.Context, writes bool) (Transaction, error) {
	opts := &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	if !writes {
		opts = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	tx, err := e.db.BeginTx(ctx, opts)
	if err != nil {
		if e.closed.Load() {
			return nil, ErrClosed
		}
		return nil, err
	}
	return postgresWork{tx}, nil
}

type postgresWork struct{ tx *sql.Tx }

func (w postgresWork) Exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	return w.tx.ExecContext(ctx, query, args...)
}

func (w postgresWork) Query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	return w.tx.QueryContext(ctx, query, args...)
}

func (w postgresWork) Commit(context.Context) error { return w.tx.Commit() }
func (w postgresWork) End()                         { _ = w.tx.Rollback() }
