package engine

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

// readerCount bounds readers at one time; each holds its own page cache.
const readerCount = 4

// codeBusy is SQLITE_BUSY; the higher bits of a code say in what way.
const codeBusy = 5

// openAttempts bounds the wait for another process to 5 seconds.
const openAttempts = 100

const sqliteSize = `
SELECT page_count * page_size
FROM pragma_page_count(), pragma_page_size()`

// sqliteSchema: a STRICT schema needs SQLite 3.37, which the driver exceeds.
func sqliteSchema() schema {
	return schema{goose.DialectSQLite3, SQLite, `SELECT COUNT(*) FROM sqlite_schema WHERE name = $1`}
}

// sqliteEngine has one writer, because SQLite has one, and a few readers that
// cannot write. Each holds its connection for good and with it its prepared
// statements: preparing costs more than running most of them.
type sqliteEngine struct {
	writes, reads *sql.DB
	writer        chan *session // holds one
	readers       chan *session // holds readerCount; nil is one not yet opened
	checkpoints   *checkpointer // nil where it is read-only
	closed        chan struct{}
	closing       sync.Once
}

func openSQLite(ctx context.Context, path string, schemas fs.FS, readOnly bool) (Database, error) {
	if readOnly {
		if _, err := os.Stat(path); err != nil {
			return nil, err
		}
	} else if err := makePrivate(path); err != nil {
		return nil, err
	}
	reads, err := sqliteDB(path, readOnly, false)
	if err != nil {
		return nil, err
	}
	e := &sqliteEngine{
		reads:   reads,
		writer:  make(chan *session, 1),
		readers: make(chan *session, readerCount),
		closed:  make(chan struct{}),
	}
	for range readerCount {
		e.readers <- nil
	}
	if !readOnly {
		if e.writes, err = sqliteDB(path, false, true); err != nil {
			return nil, errors.Join(err, e.Close())
		}
		e.writer <- nil
	}
	db := e.reads
	if !readOnly {
		db = e.writes
	}
	if err := prepareWhenFree(ctx, db, schemas, readOnly); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	if !readOnly {
		if e.checkpoints, err = newCheckpointer(ctx, e.reads, path); err != nil {
			return nil, errors.Join(err, e.Close())
		}
	}
	return e, nil
}

// prepareWhenFree prepares the schema, and waits while another process opens or
// closes the same file: the change to a write-ahead log needs the file alone for
// a moment, and SQLite's own timeout does not cover it.
func prepareWhenFree(ctx context.Context, db *sql.DB, schemas fs.FS, readOnly bool) error {
	for attempt := 1; ; attempt++ {
		err := sqliteSchema().prepare(ctx, db, schemas, readOnly)
		var busy *sqlite.Error
		if !errors.As(err, &busy) || busy.Code()&0xff != codeBusy || attempt == openAttempts {
			return err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// makePrivate makes the file readable by its owner alone; SQLite gives the
// files beside it the same mode.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// sqliteDB: synchronous FULL syncs the log at every commit; secure_delete
// overwrites what is erased; no commit copies the log (checkpoint.go).
func sqliteDB(path string, immutable, writes bool) (*sql.DB, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	q := url.Values{"_pragma": {"busy_timeout(10000)", "foreign_keys(1)", "temp_store(memory)"}}
	switch {
	case writes:
		q.Set("_txlock", "immediate")
		q["_pragma"] = append(q["_pragma"], "journal_mode(wal)", "synchronous(full)", "secure_delete(1)",
			"wal_autocheckpoint(0)", "journal_size_limit(67108864)", "cache_size(-64000)")
	case immutable:
		q.Set("mode", "ro")
		// Without a log beside it no process has the file open. SQLite would make
		// two files to read it all the same, and fail where it may make none.
		if _, err := os.Stat(whole + "-wal"); errors.Is(err, fs.ErrNotExist) {
			q.Set("immutable", "1")
		}
	default:
		q["_pragma"] = append(q["_pragma"], "query_only(1)", "cache_size(-16000)")
	}
	name := url.URL{Scheme: "file", Opaque: (&url.URL{Path: whole}).EscapedPath(), RawQuery: q.Encode()}
	connector, err := sqlite.NewConnector(name.String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	if writes {
		db.SetMaxOpenConns(1)
	}
	return db, nil
}

func (e *sqliteEngine) Name() string     { return SQLite }
func (e *sqliteEngine) Again(error) bool { return false } // one writer never has to give way
func (e *sqliteEngine) Mark(int) string  { return "?" }   // a name costs a search for each bound value
func (e *sqliteEngine) Rows() []int      { return []int{50, 10, 1} }

func (e *sqliteEngine) Size(ctx context.Context) (n int64, err error) {
	return n, e.reads.QueryRowContext(ctx, sqliteSize).Scan(&n)
}

func (e *sqliteEngine) Begin(ctx context.Context, writes bool) (Transaction, error) {
	pool, db, start := e.readers, e.reads, "BEGIN"
	if writes {
		pool, db, start = e.writer, e.writes, "BEGIN IMMEDIATE"
	}
	var s *session
	select {
	case s = <-pool:
	case <-e.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	w := &sqliteWork{session: s, pool: pool, writes: writes, checkpoints: e.checkpoints}
	if s == nil {
		conn, err := db.Conn(ctx)
		if err != nil {
			pool <- nil
			return nil, err
		}
		w.session = &session{conn: conn, statements: map[string]*sql.Stmt{}}
	}
	if _, err := w.session.exec(ctx, start, nil); err != nil {
		pool <- w.session
		return nil, err
	}
	return w, nil
}

// close waits until every connection has come back.
func (e *sqliteEngine) Close() (err error) {
	e.closing.Do(func() {
		close(e.closed)
		for range cap(e.readers) {
			err = errors.Join(err, (<-e.readers).close())
		}
		if e.writes != nil {
			err = errors.Join(err, (<-e.writer).close())
			if e.checkpoints != nil {
				err = errors.Join(err, e.checkpoints.close())
			}
			err = errors.Join(err, e.reads.Close(), e.writes.Close())
		} else {
			err = errors.Join(err, e.reads.Close())
		}
	})
	return err
}

// session is a connection with its prepared statements.
type session struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

func (s *session) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if known, ok := s.statements[query]; ok {
		return known, nil
	}
	statement, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.statements[query] = statement
	return statement, nil
}

func (s *session) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	statement, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.ExecContext(ctx, args...)
}

func (s *session) close() error {
	if s == nil {
		return nil
	}
	for _, statement := range s.statements {
		statement.Close()
	}
	return s.conn.Close()
}

// sqliteWork is one transaction on a session, which it gives back at its end.
type sqliteWork struct {
	session   *session
	pool      chan *session
	writes    bool
	committed bool

	checkpoints *checkpointer
}

// quiet keeps a writing statement from being interrupted half-way: it is
// short, and watching a context costs a goroutine for each.
func (w *sqliteWork) quiet(ctx context.Context) (context.Context, error) {
	if !w.writes {
		return ctx, nil
	}
	return context.WithoutCancel(ctx), ctx.Err()
}

func (w *sqliteWork) Exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	ctx, err := w.quiet(ctx)
	if err != nil {
		return nil, err
	}
	return w.session.exec(ctx, query, args)
}

func (w *sqliteWork) Query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	ctx, err := w.quiet(ctx)
	if err != nil {
		return nil, err
	}
	statement, err := w.session.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(ctx, args...)
}

func (w *sqliteWork) Commit(ctx context.Context) error {
	_, err := w.Exec(ctx, "COMMIT", nil)
	w.committed = err == nil
	return err
}

func (w *sqliteWork) End() {
	if !w.committed {
		if _, err := w.session.exec(context.Background(), "ROLLBACK", nil); err != nil {
			// A connection whose state is unknown is not used again.
			_ = w.session.close()
			w.session = nil
		}
	} else if w.writes {
		w.checkpoints.committed(context.Background(), w.session)
	}
	w.pool <- w.session
}
