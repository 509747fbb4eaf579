package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

// pages reads a list to its end, a few rows at a time; between reads it lets
// something newer arrive.
func pages[T any](t *testing.T, s *Store, from Place, ask func(*Tx, Place) ([]T, error),
	at func(T) int64, name func(T) string, newer func(*Tx) error,
) []string {
	t.Helper()
	var seen []string
	for range 10 {
		rows := get(t, s, func(tx *Tx) ([]T, error) { return ask(tx, from) })
		for _, r := range rows {
			seen = append(seen, name(r))
		}
		if len(rows) == 0 {
			return seen
		}
		from = After(from, rows, at)
		write(t, s, newer)
	}
	t.Fatal("the list has no end")
	return nil
}

// TestAListGoesOnWhereItsLastPageEnded, though several rows are of one second
// and newer ones come meanwhile: none is missed and none comes twice.
func TestAListGoesOnWhereItsLastPageEnded(t *testing.T) {
	seconds := []int64{9, 8, 8, 8, 8, 8, 7, 0}
	eachEngine(t, func(t *testing.T, s *Store) {
		put := func(tx *Tx, n int, at int64) error {
			id := idFor(n)
			return errors.Join(
				tx.Refuse([]Refused{{Peer: club, ID: id, N: uint64(n), At: at}}),
				tx.Park([]Parked{{Peer: club, ID: id, N: uint64(n), Token: "t", ParkedAt: at, Expires: 99}}),
				tx.PutProof(Proof{ID: fmt.Sprint(n), Kind: "k", Issuer: club, At: at}))
		}
		write(t, s, func(tx *Tx) error {
			for n, at := range seconds {
				if err := put(tx, n, at); err != nil {
					return err
				}
			}
			return nil
		})
		arrivals := 100
		newer := func(tx *Tx) error {
			arrivals++
			return put(tx, arrivals, int64(arrivals))
		}
		// The first list is read while nothing newer is there; the others begin
		// behind what came meanwhile.
		behind := Place{At: 99}
		whole := func(list string, seen []string) {
			if slices.Sort(seen); len(seen) != len(seconds) || len(slices.Compact(seen)) != len(seconds) {
				t.Errorf("%s: %d rows in pages, want each of %d once: %v", list, len(seen), len(seconds), seen)
			}
		}
		whole("proofs", pages(t, s, Place{}, func(tx *Tx, p Place) ([]Proof, error) { return tx.ProofsFrom(p, 2) },
			func(p Proof) int64 { return p.At }, func(p Proof) string { return p.ID }, newer))
		whole("parked", pages(t, s, behind, func(tx *Tx, p Place) ([]Parked, error) { return tx.ParkedFrom("", p, 2) },
			func(p Parked) int64 { return p.ParkedAt }, func(p Parked) string { return string(p.ID) }, newer))
		whole("refused", pages(t, s, behind, func(tx *Tx, p Place) ([]Refused, error) { return tx.RefusedFrom("", p, 2) },
			func(r Refused) int64 { return r.At }, func(r Refused) string { return string(r.ID) }, newer))
		if against := get(t, s, func(tx *Tx) ([]Proof, error) { return tx.ProofsAgainst(club) }); len(against) < len(seconds) {
			t.Errorf("%d proofs against the club", len(against))
		}
		if none := get(t, s, func(tx *Tx) ([]Proof, error) { return tx.ProofsAgainst(spec.NodeID("https://other.example")) }); len(none) != 0 {
			t.Errorf("proofs against nobody: %v", none)
		}
	})
}
