package inbox_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/engine"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/store/storetest"
)

// eachEngine runs one test on an empty store of each engine.
func eachEngine(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run(store.SQLite, func(t *testing.T) { test(t, open(t, filepath.Join(t.TempDir(), "node.db"))) })
	t.Run(store.PostgreSQL, func(t *testing.T) { test(t, open(t, storetest.Postgres(t))) })
}

func open(t *testing.T, source string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), source, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func write(t *testing.T, s *store.Store, fn func(inbox.Inbox) error) {
	t.Helper()
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return fn(inbox.In(tx)) }); err != nil {
		t.Fatal(err)
	}
}

func get[T any](t *testing.T, s *store.Store, fn func(inbox.Inbox) (T, error)) (v T) {
	t.Helper()
	if err := s.Read(t.Context(), func(tx *store.Tx) (err error) {
		v, err = fn(inbox.In(tx))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

// claim takes what is due.
func claim(t *testing.T, s *store.Store, name string, now, until int64, limit int) (mails []inbox.Mail) {
	t.Helper()
	write(t, s, func(in inbox.Inbox) (err error) {
		mails, err = in.Claim(name, now, until, limit)
		return err
	})
	return mails
}

// word is the n-th word to an account, told at second n.
func word(account string, n int) inbox.Word {
	return inbox.Word{
		ID: fmt.Sprintf("%s-%02d", account, n), Account: account, Kind: notice.ConsentAsked, Object: fmt.Sprint("object-", n),
		Link: "/consents", At: int64(n), Address: account + "@person.example", Lang: "ja", MailLink: "https://club.example/inbox",
	}
}

func ids[T any](list []T, id func(T) string) string {
	var all []string
	for _, item := range list {
		all = append(all, id(item))
	}
	return strings.Join(all, " ")
}

func messageIDs(list []inbox.Message) string {
	return ids(list, func(m inbox.Message) string { return m.ID })
}

func mailIDs(list []inbox.Mail) string { return ids(list, func(m inbox.Mail) string { return m.ID }) }

// dump is all that the tables of this room hold.
func dump(t *testing.T, s *store.Store) string {
	t.Helper()
	var lines []string
	if err := s.Read(t.Context(), func(tx *store.Tx) error {
		for table, columns := range map[string]string{
			"message":    "id, account, kind, object, link, created_at, read_at",
			"mail":       "id, account, address, kind, lang, link, state, tries, next_at, claim, last_error, created_at, sent_at",
			"preference": "account, kind, mail", "quiet": "account, from_min, to_min, zone",
		} {
			n := len(strings.Split(columns, ","))
			rows, err := engine.List(tx.Rows(), func(row *[13]any) []any {
				into := make([]any, n)
				for i := range into {
					into[i] = &row[i]
				}
				return into
			}, "SELECT "+columns+" FROM "+table)
			if err != nil {
				return err
			}
			for _, row := range rows {
				lines = append(lines, fmt.Sprintf("%s %q", table, row[:n]))
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
