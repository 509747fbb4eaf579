package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // to reach under the store

	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
)

var (
	createTable = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\)`)
	dropTable   = regexp.MustCompile(`DROP TABLE (\w+);`)
	columnLine  = regexp.MustCompile(`(?m)^    ([a-z_]+) `)
	placeholder = regexp.MustCompile(`\$(\d+)`)
	queryText   = regexp.MustCompile("(?s)`([^`]*)`")
)

// tables reads the columns of each table from SQLite's schema.
func tables(t testing.TB) map[string][]string { return tablesOf(t, SQLite) }

func tablesOf(t testing.TB, engine string) map[string][]string {
	t.Helper()
	files, err := schemas.ReadDir("schema/" + engine)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, file := range files {
		text, err := schemas.ReadFile("schema/" + engine + "/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range dropTable.FindAllStringSubmatch(string(text), -1) {
			delete(found, m[1])
		}
		for _, m := range createTable.FindAllStringSubmatch(string(text), -1) {
			for _, c := range columnLine.FindAllStringSubmatch(m[2], -1) {
				found[m[1]] = append(found[m[1]], c[1])
			}
		}
	}
	return found
}

func tokenFor(word string) string {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return part(`{"alg":"EdDSA","kid":"k","typ":"talent+jwt"}`) + "." + part(`{"jti":"`+word+`"}`) + "." + part("signature")
}

func TestBothSchemasHaveTheSameTables(t *testing.T) {
	lite, postgres := tablesOf(t, SQLite), tablesOf(t, PostgreSQL)
	if len(lite) < 30 {
		t.Fatalf("read %d tables only", len(lite))
	}
	if !reflect.DeepEqual(lite, postgres) {
		t.Errorf("the schemas differ:\n%v\n%v", lite, postgres)
	}
}

// SQLite counts placeholders as they come, PostgreSQL by their numbers: one
// text means the same to both only if the numbers come in order.
func TestPlaceholdersComeInOrder(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	queries := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range queryText.FindAllStringSubmatch(string(code), -1) {
			highest := 0
			for _, m := range placeholder.FindAllStringSubmatch(q[1], -1) {
				n, _ := strconv.Atoi(m[1])
				if n > highest+1 {
					t.Errorf("%s: $%d comes before $%d:\n%s", file, n, highest+1, q[1])
				}
				highest = max(highest, n)
			}
			list := strings.Index(q[1], "{ids}") + strings.Index(q[1], "{rows}") + 1
			if last := strings.LastIndex(q[1], "$"); list >= 0 && last > list {
				t.Errorf("%s: a placeholder after the list:\n%s", file, q[1])
			}
			queries++
		}
	}
	if queries < 100 {
		t.Errorf("looked at %d queries only", queries)
	}
}

// rawDB reaches under the store.
func rawDB(t *testing.T, source string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(source, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func eachSource(t *testing.T, test func(t *testing.T, source string)) {
	t.Run(SQLite, func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "node ?&#%.db")) })
	t.Run(PostgreSQL, func(t *testing.T) { test(t, storetest.Postgres(t)) })
}

func TestAStoreOfANewerVersionIsLeftAlone(t *testing.T) {
	t.Run(SQLite, func(t *testing.T) {
		newerIsRefused(t, filepath.Join(t.TempDir(), "node.db"))
	})
	t.Run(PostgreSQL, func(t *testing.T) { newerIsRefused(t, storetest.Postgres(t)) })
}

func newerIsRefused(t *testing.T, source string) {
	s, err := Open(t.Context(), source, Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, s, entryFor(1))
	s.Close()
	if _, err := rawDB(t, source).Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)`, 9999, true); err != nil {
		t.Fatal(err)
	}
	for _, opts := range []Options{{}, {ReadOnly: true}} {
		if _, err := Open(t.Context(), source, opts); !errors.Is(err, ErrNewer) {
			t.Errorf("%+v: %v", opts, err)
		}
	}
}

func TestAReadOnlyStoreIsNeitherMadeNorChanged(t *testing.T) {
	eachSource(t, func(t *testing.T, source string) {
		if s, err := Open(t.Context(), source, Options{ReadOnly: true}); err == nil {
			s.Close()
			t.Fatal("an empty store was opened for reading only")
		} else if strings.HasPrefix(source, "postgres") && !errors.Is(err, ErrOlder) {
			t.Errorf("an empty database: %v", err)
		}
		if _, err := os.Stat(source); err == nil {
			t.Error("reading made a file")
		}
		first, err := Open(t.Context(), source, Options{})
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, first, entryFor(1))
		for _, when := range []string{"beside a running node", "alone"} {
			s, err := Open(t.Context(), source, Options{ReadOnly: true})
			if err != nil {
				t.Fatalf("%s: %v", when, err)
			}
			if e := get(t, s, func(tx *Tx) (Entry, error) { return tx.Entry(idFor(1)) }); e.UID != "uid-1" {
				t.Errorf("%s: read %+v", when, e)
			}
			if err := s.Write(t.Context(), func(tx *Tx) error { return tx.SetMeta("a", "b") }); !errors.Is(err, ErrReadOnly) {
				t.Errorf("%s: a write: %v", when, err)
			}
			if err := s.Read(t.Context(), func(tx *Tx) error { return tx.SetMeta("a", "b") }); err == nil {
				t.Errorf("%s: wrote in a read", when)
			}
			s.Close()
			first.Close()
		}
		if beside, err := filepath.Glob(source + "-*"); err != nil || len(beside) != 0 {
			t.Errorf("reading left %v behind", beside)
		}
	})
}

func TestAStoreOpensAgainWithWhatItHeld(t *testing.T) {
	eachSource(t, func(t *testing.T, source string) {
		s, err := Open(t.Context(), source, Options{})
		if err != nil {
			t.Fatal(err)
		}
		mustAppend(t, s, entriesFor(0, 3)...)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Read(context.Background(), func(*Tx) error { return nil }); !errors.Is(err, ErrClosed) {
			t.Errorf("a closed store answered: %v", err)
		}
		again := open(t, source)
		mustAppend(t, again, entryFor(3))
		if all := get(t, again, func(tx *Tx) ([]Entry, error) { return tx.EntriesAfter(0, 9) }); len(all) != 4 {
			t.Errorf("%d entries, want 4", len(all))
		}
		if n, err := again.Size(t.Context()); err != nil || n < 4096 {
			t.Errorf("size %d, %v", n, err)
		}
	})
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	mustAppend(t, open(t, path), entryFor(1))
	for _, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", filepath.Base(name), info.Mode())
		}
	}
}

// What was erased is not to be found in the files either.
func TestErasedOctetsLeaveTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.Repeat("a word nobody else would write ", 300)
	e := entryFor(1)
	e.Token, e.Subject = secret, "a subject nobody else has"
	mustAppend(t, s, append(entriesFor(2, 50), e)...)
	write(t, s, func(tx *Tx) error {
		return tx.Park([]Parked{{Peer: club, ID: e.ID, Token: secret}})
	})
	write(t, s, func(tx *Tx) error {
		return errors.Join(tx.Blank([]spec.ID{e.ID}), tx.Unpark("", []spec.ID{e.ID}))
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(path + "*")
	if err != nil || len(left) != 1 {
		t.Fatalf("files %v, %v", left, err)
	}
	octets, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"nobody else would write", "nobody else has"} {
		if strings.Contains(string(octets), word) {
			t.Errorf("the file still says %q", word)
		}
	}
	if !strings.Contains(string(octets), string(e.ID)) {
		t.Error("the id went too")
	}
}
