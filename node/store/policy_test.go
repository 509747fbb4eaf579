package store

import (
	"errors"
	"testing"

	"github.com/fukusen/fukusen/node/store/draft"
)

func TestTheNewestKeyHistoryCountsAndTheFirstOfASerialStays(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			for _, k := range []KeyHistory{{club, 1, "one", 1}, {club, 3, "three", 2}, {club, 3, "forged", 3}, {club, 2, "two", 4}, {city, 1, "city", 5}} {
				if err := tx.PutKeyHistory(k); err != nil {
					return err
				}
			}
			return errors.Join(tx.PutRevocationLearned(club, "kid", 50), tx.PutRevocationLearned(club, "kid", 60))
		})
		if k := get(t, s, func(tx *Tx) (KeyHistory, error) { return tx.KeyHistory(club) }); k.Token != "three" || k.LearnedAt != 2 {
			t.Errorf("newest: %+v", k)
		}
		if k := get(t, s, func(tx *Tx) (KeyHistory, error) { return tx.KeyHistoryAt(club, 2) }); k.Token != "two" {
			t.Errorf("of serial 2: %+v", k)
		}
		if all := get(t, s, (*Tx).KeyHistories); len(all) != 2 || all[0].Node != city || all[1].Token != "three" {
			t.Errorf("all: %+v", all)
		}
		if at := get(t, s, func(tx *Tx) (int64, error) { return tx.RevocationLearned(club, "kid") }); at != 50 {
			t.Errorf("learned at %d, want 50", at)
		}
		err := s.Read(t.Context(), func(tx *Tx) error { _, err := tx.RevocationLearned(club, "other"); return err })
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("a key that was not revoked: %v", err)
		}
	})
}

func TestThePolicyLogOnlyGrows(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		add := func(from uint64, numbers ...int) error {
			var entries []PolicyEntry
			for _, n := range numbers {
				entries = append(entries, PolicyEntry{ID: idFor(n), Octets: "octets\n", At: 1})
			}
			return s.Write(t.Context(), func(tx *Tx) error { return tx.AppendPolicyEntries(from, entries) })
		}
		for _, c := range []struct {
			name     string
			from     uint64
			numbers  []int
			conflict bool
			size     uint64
		}{
			{"the genesis", 0, []int{0}, false, 1},
			{"the next two", 1, []int{1, 2}, false, 3},
			{"a repeat that goes on", 1, []int{1, 2, 3}, false, 4},
			{"a gap", 6, []int{6}, true, 4},
			{"another entry at a place", 2, []int{9}, true, 4},
			{"an entry again at another place", 4, []int{0}, true, 4},
		} {
			if err := add(c.from, c.numbers...); errors.Is(err, ErrConflict) != c.conflict || !c.conflict && err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if size := get(t, s, (*Tx).PolicySize); size != c.size {
				t.Errorf("%s: size %d, want %d", c.name, size, c.size)
			}
		}
		entries := get(t, s, func(tx *Tx) ([]PolicyEntry, error) { return tx.PolicyEntries(1, 2) })
		if len(entries) != 2 || entries[0].N != 1 || entries[1].ID != idFor(2) {
			t.Errorf("entries: %+v", entries)
		}
	})
}

func TestACosignerNeverGoesBack(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for _, c := range []struct {
			name     string
			size     uint64
			root     string
			conflict bool
		}{
			{"the first", 3, "a", false},
			{"the same again", 3, "a", false},
			{"another root of that size", 3, "b", true},
			{"a smaller one", 2, "a", true},
			{"a larger one", 4, "c", false},
		} {
			err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutCosigned(city, Cosigned{c.size, []byte(c.root)}) })
			if errors.Is(err, ErrConflict) != c.conflict || !c.conflict && err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if c := get(t, s, func(tx *Tx) (Cosigned, error) { return tx.Cosigned(city) }); c.Size != 4 || string(c.Root) != "c" {
			t.Errorf("remembered %+v", c)
		}
	})
}

func TestPolicyHeadsDraftsAndConfidentialBodiesAreKept(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			return errors.Join(
				tx.PutPolicyHead(PolicyHead{2, "two", 1}), tx.PutPolicyHead(PolicyHead{10, "ten", 2}),
				tx.PutPolicyHead(PolicyHead{2, "two, with more names", 3}),
				tx.PutConfidential(idFor(1), []byte{0, 1}),
				draft.In(tx).Put(draft.Draft{ID: idFor(2), Token: "draft", At: 1}), draft.In(tx).Put(draft.Draft{ID: idFor(3), Token: "later", At: 2}),
				draft.In(tx).PutBallot(draft.Ballot{Draft: idFor(2), Issuer: club, Token: "no"}), draft.In(tx).PutBallot(draft.Ballot{Draft: idFor(2), Issuer: club, Token: "yes"}),
				draft.In(tx).PutBallot(draft.Ballot{Draft: idFor(2), Issuer: city, Token: "yes"}), draft.In(tx).PutBallot(draft.Ballot{Draft: idFor(3), Issuer: city, Token: "yes"}))
		})
		if h := get(t, s, (*Tx).PolicyHead); h.Size != 10 {
			t.Errorf("newest head: %+v", h)
		}
		if h := get(t, s, func(tx *Tx) (PolicyHead, error) { return tx.PolicyHeadAt(2) }); h.Note != "two, with more names" {
			t.Errorf("head of size 2: %+v", h)
		}
		if body := get(t, s, func(tx *Tx) ([]byte, error) { return tx.Confidential(idFor(1)) }); string(body) != "\x00\x01" {
			t.Errorf("body %q", body)
		}
		ballots := get(t, s, func(tx *Tx) ([]draft.Ballot, error) { return draft.In(tx).Ballots(idFor(2)) })
		if len(ballots) != 2 || ballots[0].Issuer != city || ballots[1].Token != "yes" {
			t.Errorf("ballots: %+v", ballots)
		}
		write(t, s, func(tx *Tx) error { return draft.In(tx).Drop(idFor(2)) })
		if drafts := get(t, s, func(tx *Tx) ([]draft.Draft, error) { return draft.In(tx).All() }); len(drafts) != 1 || drafts[0].Token != "later" {
			t.Errorf("drafts: %+v", drafts)
		}
		if left := get(t, s, func(tx *Tx) ([]draft.Ballot, error) { return draft.In(tx).Ballots(idFor(3)) }); len(left) != 1 {
			t.Errorf("another draft's ballots: %+v", left)
		}
	})
}

func TestAStatusIndexIsGivenOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		const size = 64
		given := map[int]string{}
		write(t, s, func(tx *Tx) error {
			for _, credential := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
				n, err := tx.StatusIndex("1", credential, size)
				if err != nil {
					return err
				}
				if other, taken := given[n]; taken || n < 0 || n >= size {
					t.Errorf("%s got index %d, which is %s's", credential, n, other)
				}
				given[n] = credential
				if again, err := tx.StatusIndex("1", credential, size); again != n || err != nil {
					t.Errorf("%s got %d, then %d: %v", credential, n, again, err)
				}
				if err := tx.SetStatus("1", n, credential == "c"); err != nil {
					return err
				}
			}
			return nil
		})
		bits := get(t, s, func(tx *Tx) ([]byte, error) { return tx.StatusBits("1", size) })
		for n := range size {
			if set := bits[n/8]>>(7-n%8)&1 == 1; set != (given[n] == "c") {
				t.Errorf("bit %d, of %q, is %v", n, given[n], set)
			}
		}
		err := s.Write(t.Context(), func(tx *Tx) error {
			_, err := tx.StatusIndex("full", "a", 1)
			if err == nil {
				_, err = tx.StatusIndex("full", "b", 1)
			}
			return err
		})
		if !errors.Is(err, ErrListFull) {
			t.Errorf("a list of one gave two: %v", err)
		}
	})
}

func TestALeaseHasOneHolder(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for _, c := range []struct {
			holder     string
			now, until int64
			want       bool
		}{{"a", 10, 20, true}, {"b", 19, 30, false}, {"a", 19, 25, true}, {"b", 24, 40, false}, {"b", 25, 40, true}, {"a", 26, 50, false}} {
			var got bool
			write(t, s, func(tx *Tx) (err error) { got, err = tx.Claim("sweep", c.holder, c.now, c.until); return err })
			if got != c.want {
				t.Errorf("%s at %d: %v", c.holder, c.now, got)
			}
		}
		var got bool
		write(t, s, func(tx *Tx) (err error) {
			if err := errors.Join(tx.Release("sweep", "a"), tx.Release("sweep", "b")); err != nil {
				return err
			}
			got, err = tx.Claim("sweep", "a", 27, 50)
			return err
		})
		if !got {
			t.Error("a lease given back was not given out")
		}
	})
}
