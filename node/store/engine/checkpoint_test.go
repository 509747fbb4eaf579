package engine

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

const insertOctets = `INSERT INTO kept (octets) VALUES ($1)`

// small is a store of one table whose log is copied after few pages.
func small(t *testing.T) (e *sqliteEngine, log string) {
	t.Helper()
	schema := fstest.MapFS{"sqlite/0001_kept.sql": {Data: []byte(
		"-- +goose Up\nCREATE TABLE kept (n INTEGER PRIMARY KEY, octets BLOB NOT NULL) STRICT;\n")}}
	path := filepath.Join(t.TempDir(), "node.db")
	opened, err := Open(t.Context(), path, schema, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(path + "-wal"); err == nil {
			t.Error("a closed store leaves its log")
		}
	})
	e = opened.(*sqliteEngine)
	e.checkpoints.pagesDue, e.checkpoints.pagesLate = 20, 80
	return e, path + "-wal"
}

// keep commits some 10 pages, count times.
func keep(t *testing.T, e *sqliteEngine, count int) {
	t.Helper()
	for range count {
		w, err := e.Begin(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = w.Exec(t.Context(), insertOctets, []any{make([]byte, 40<<10)}); err == nil {
			err = w.Commit(t.Context())
		}
		w.End()
		if err != nil {
			t.Fatal(err)
		}
	}
}

func sizeOf(t *testing.T, file string) int64 {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// 400 commits of 40 KB are 16 MB; without copies the log would hold them all.
func TestTheLogBeginsAnewWhileTheWriterWrites(t *testing.T) {
	e, log := small(t)
	keep(t, e, 400)
	if n := sizeOf(t, log); n > 1<<20 {
		t.Errorf("the log has grown to %d octets", n)
	}
	if n := e.kept(t); n != 400 {
		t.Errorf("%d rows of 400", n)
	}
}

// Who reads one snapshot for long holds the log back and sees nothing new;
// afterwards the log is made short again.
func TestALogHeldBackByAReaderIsShortAgainAfterwards(t *testing.T) {
	e, log := small(t)
	keep(t, e, 1)
	e.checkpoints.logMost = 8 << 20
	reader, err := e.Begin(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	before := count(t, reader)
	keep(t, e, 150)
	if n := sizeOf(t, log); n < 5<<20 {
		t.Errorf("the log has %d octets, too few for what the reader holds back", n)
	}
	if after := count(t, reader); before != 1 || after != before {
		t.Errorf("the reader saw %d rows, then %d", before, after)
	}
	reader.End()
	e.checkpoints.logMost = 1 << 20
	keep(t, e, 20)
	if n := sizeOf(t, log); n > 1<<20 {
		t.Errorf("the log still has %d octets", n)
	}
	if n := e.kept(t); n != 171 {
		t.Errorf("%d rows of 171", n)
	}
}

func (e *sqliteEngine) kept(t *testing.T) int {
	t.Helper()
	reader, err := e.Begin(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.End()
	return count(t, reader)
}

func count(t *testing.T, in Transaction) (n int) {
	t.Helper()
	rows, err := in.Query(context.Background(), `SELECT COUNT(*) FROM kept`, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	return n
}
