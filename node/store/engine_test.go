package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/spec"
)

// eachEngine runs one test on an empty store of each engine.
func eachEngine(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	t.Run(SQLite, func(t *testing.T) {
		test(t, open(t, filepath.Join(t.TempDir(), "node.db")))
	})
	t.Run(PostgreSQL, func(t *testing.T) {
		test(t, open(t, storetest.Postgres(t)))
	})
}

func open(t testing.TB, source string) *Store {
	t.Helper()
	s, err := Open(context.Background(), source, Options{})
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

func write(t testing.TB, s *Store, fn func(*Tx) error) {
	t.Helper()
	if err := s.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, s *Store, fn func(*Tx) error) {
	t.Helper()
	if err := s.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// get reads one thing.
func get[T any](t testing.TB, s *Store, fn func(*Tx) (T, error)) (v T) {
	t.Helper()
	read(t, s, func(tx *Tx) (err error) {
		v, err = fn(tx)
		return err
	})
	return v
}

const (
	city       spec.NodeID = "https://city.example"
	university spec.NodeID = "https://university.example"
	club       spec.NodeID = "https://club.example"
)

// idFor is an id with the form of a real one.
func idFor(n int) spec.ID { return spec.Digest(fmt.Appendf(nil, "record %d", n)) }

// entryFor is the n-th record that the club wrote for the city.
func entryFor(n int) Entry {
	return Entry{
		ID: idFor(n), Kind: spec.KindAvailability, Issuer: club, Audience: city,
		Subject: spec.Subject(fmt.Sprintf("subject-%d", n)), UID: fmt.Sprintf("uid-%d", n), Sequence: 7,
		IssuedAt: 1000, Expires: 5000, Until: 9000, Purpose: "matching", Consent: "urn:uuid:c", KID: "kid",
		Policy: 3, Token: fmt.Sprintf("token.of.%d", n), AdmittedAt: 1001,
	}
}

func entriesFor(from, to int) (list []Entry) {
	for n := from; n < to; n++ {
		list = append(list, entryFor(n))
	}
	return list
}

func currentFor(e Entry) Current {
	return Current{
		VersionKey: VersionKey{e.Issuer, e.Audience, e.UID}, ID: e.ID, Sequence: e.Sequence, State: CurrentKnown,
		Kind: e.Kind, Subject: e.Subject, Expires: e.Expires, Until: e.Until,
	}
}

func mustAppend(t testing.TB, s *Store, entries ...Entry) {
	t.Helper()
	write(t, s, func(tx *Tx) error {
		_, err := tx.Append(entries)
		return err
	})
}
