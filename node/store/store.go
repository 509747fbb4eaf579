// Package store keeps what a node knows: the ledger of admitted records, the
// logs of what each reader is shown, and what is kept about its own people. It
// is the only place with SQL, one text for SQLite and PostgreSQL.
//
// It refuses to decide: it does not know who asks, what a record says or what
// time it is.
//
// What holds for every method of Tx: a write may be repeated and changes
// nothing the second time, unless it says otherwise; a read of one row that is
// not there answers ErrNotFound; lists come back empty. Times are whole Unix
// seconds and 0 is none; an empty NodeID, kind or peer in a filter means any.
// Writes of sequences, sizes and n are below 2^63.
package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"time"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/store/engine"
)

var (
	// ErrNotFound means that there is no such row.
	ErrNotFound = engine.ErrNotFound
	// ErrConflict means that something else stands where a row that never
	// changes was to be written. Nothing was changed.
	ErrConflict = errors.New("something else stands there already")
	// ErrNewer means that a newer version of this program wrote the store.
	// Nothing was changed.
	ErrNewer = engine.ErrNewer
	// ErrOlder means that a store opened read-only awaits its migration.
	ErrOlder = engine.ErrOlder
	// ErrReadOnly means a write to a store that was opened read-only.
	ErrReadOnly = errors.New("the store is open for reading only")
	// ErrListFull means that a status list has too few free indexes left to
	// give one at random; begin another list.
	ErrListFull = errors.New("the status list is full")
	// ErrClosed means that the store was closed.
	ErrClosed = engine.ErrClosed
)

// Names of the engines.
const (
	SQLite     = engine.SQLite
	PostgreSQL = engine.PostgreSQL
)

//go:embed schema
var schemas embed.FS

// writeAttempts bounds how often a transaction runs again after the database
// chose it to give way. Ten with growing pauses outlast any real contention.
const writeAttempts = 10

// Options change how a store is opened.
type Options struct {
	// ReadOnly opens without migrating and refuses every write.
	ReadOnly bool
}

// Store is an open store. It is safe for concurrent use.
type Store struct {
	database engine.Database
	readOnly bool
	texts    *engine.Texts // statements written out for a number of rows
}

// Open opens the store at source: a connection string that begins with
// postgres:// or postgresql://, or the path of a SQLite file, which is made
// where it is missing. It brings the schema up to date.
//
// Errors: ErrNewer; read-only also ErrOlder.
func Open(ctx context.Context, source string, opts Options) (*Store, error) {
	files, err := fs.Sub(schemas, "schema")
	if err != nil {
		return nil, err
	}
	database, err := engine.Open(ctx, source, files, opts.ReadOnly)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	return &Store{database: database, readOnly: opts.ReadOnly, texts: engine.NewTexts(database)}, nil
}

// Close waits for running transactions and closes the store. Closing twice is
// harmless.
func (s *Store) Close() error { return s.database.Close() }

// Engine is "sqlite" or "postgres".
func (s *Store) Engine() string { return s.database.Name() }

// Size is the space the store takes, in octets.
func (s *Store) Size(ctx context.Context) (int64, error) {
	n, err := s.database.Size(ctx)
	if err != nil {
		return 0, fmt.Errorf("size of the store: %w", err)
	}
	return n, nil
}

// Write runs fn in one durable transaction: all of it stands when Write
// returns nil, and none when fn fails. An error after the commit itself leaves
// open whether it stands; so repeat it, since every write may be repeated.
// fn MUST have no effect but on tx: it runs again when the database asks for it.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	if s.readOnly {
		return ErrReadOnly
	}
	for attempt := 1; ; attempt++ {
		err := s.write(ctx, fn)
		if err == nil || attempt == writeAttempts || !s.database.Again(err) {
			return err
		}
		pause := time.Duration(attempt) * time.Duration(2+rand.IntN(8)) * time.Millisecond
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Store) write(ctx context.Context, fn func(*Tx) error) error {
	w, err := s.database.Begin(ctx, true)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer w.End()
	if err := fn(&Tx{store: s, rows: engine.NewRows(ctx, w)}); err != nil {
		return err
	}
	if err := fail.Point("store.commit.before"); err != nil {
		return err
	}
	if err := w.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return fail.Point("store.commit.after")
}

// Read runs fn on one snapshot that no write disturbs.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	w, err := s.database.Begin(ctx, false)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer w.End()
	return fn(&Tx{store: s, rows: engine.NewRows(ctx, w)})
}
