package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

func TestParkedRecordsWaitUntilTheirEnd(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		park := func(records ...Parked) {
			write(t, s, func(tx *Tx) error { return tx.Park(records) })
		}
		park(Parked{Peer: club, ID: idFor(1), Waits: "keys", Token: "12345", ParkedAt: 2, Expires: 10},
			Parked{Peer: club, ID: idFor(2), Waits: "policy", Token: "123", ParkedAt: 1, Expires: 20},
			Parked{Peer: club, ID: idFor(1), Waits: "policy", Token: "12345", ParkedAt: 4, Expires: 10})
		park(Parked{Peer: university, ID: idFor(1), Waits: "keys", Token: "1", ParkedAt: 3})
		if count, bytes := parkedOf(t, s, club); count != 2 || bytes != 8 {
			t.Errorf("the club has %d records of %d octets parked, want 2 of 8", count, bytes)
		}
		same(t, "peers", get(t, s, (*Tx).ParkedPeers), []spec.NodeID{club, university})
		first := min(idFor(1), idFor(2))
		waiting := get(t, s, func(tx *Tx) ([]Parked, error) { return tx.ParkedFor(club, first, 9) })
		if len(waiting) != 1 || waiting[0].ID == first || waiting[0].Waits != "policy" {
			t.Errorf("parked after the first: %+v", waiting)
		}
		write(t, s, func(tx *Tx) error {
			n, err := tx.DropParkedExpired(10)
			if n != 1 {
				t.Errorf("dropped %d, want 1", n)
			}
			return err
		})
		if all := get(t, s, func(tx *Tx) ([]Parked, error) { return tx.ParkedList(9) }); len(all) != 2 || all[0].Peer != university {
			t.Errorf("left: %+v", all)
		}
		write(t, s, func(tx *Tx) error { return tx.Unpark(club, []spec.ID{idFor(1), idFor(2)}) })
		if count, _ := parkedOf(t, s, university); count != 1 {
			t.Error("another peer's record was unparked")
		}
		write(t, s, func(tx *Tx) error { return tx.Unpark("", []spec.ID{idFor(1)}) })
		if count, bytes := parkedOf(t, s, university); count != 0 || bytes != 0 {
			t.Error("an erased id is still parked")
		}
	})
}

func parkedOf(t *testing.T, s *Store, peer spec.NodeID) (count, bytes int64) {
	t.Helper()
	read(t, s, func(tx *Tx) (err error) { count, bytes, err = tx.ParkedStats(peer); return err })
	return count, bytes
}

func TestBeyondTheBoundsOnlyThePlaceIsParked(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		var records []Parked
		for n := range MostParked {
			records = append(records, Parked{Peer: club, ID: idFor(n), N: uint64(n), Token: "token"})
		}
		more := []Parked{
			{Peer: club, ID: idFor(MostParked + 2), N: MostParked + 2, Token: "token"},
			{Peer: club, ID: idFor(MostParked + 1), N: MostParked + 1, Token: "token"},
		}
		write(t, s, func(tx *Tx) error { return tx.Park(records) })
		overflow := func() (uint64, error) {
			var n uint64
			err := s.Read(t.Context(), func(tx *Tx) (err error) { n, err = tx.ParkedOverflow(club); return err })
			return n, err
		}
		write(t, s, func(tx *Tx) error { return tx.Park(records[:500]) })
		if n, err := overflow(); !errors.Is(err, ErrNotFound) {
			t.Errorf("a repeat found no room: from %d, %v", n, err)
		}
		for range 2 {
			write(t, s, func(tx *Tx) error { return tx.Park(more) })
			if n, err := overflow(); n != MostParked+1 || err != nil {
				t.Errorf("to be read again from %d, %v", n, err)
			}
		}
		if count, bytes := parkedOf(t, s, club); count != MostParked || bytes != 5*MostParked {
			t.Errorf("%d records of %d octets are parked", count, bytes)
		}
		write(t, s, func(tx *Tx) error { return tx.DropOverflow(club) })
		if _, err := overflow(); !errors.Is(err, ErrNotFound) {
			t.Errorf("still to be read again: %v", err)
		}
		huge := strings.Repeat("x", MostParkedBytes/2+1)
		write(t, s, func(tx *Tx) error {
			return tx.Park([]Parked{{Peer: city, ID: "a", N: 7, Token: huge}, {Peer: city, ID: "b", N: 8, Token: huge}})
		})
		if count, _ := parkedOf(t, s, city); count != 1 {
			t.Errorf("%d records over the bound of octets are parked", count)
		}
	})
}

func TestTheNewestThousandRefusalsOfAPeerAreKept(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for from := 0; from < 1500; from += 500 {
			var batch []Refused
			for n := from; n < from+500; n++ {
				batch = append(batch, Refused{Peer: club, ID: idFor(n), N: uint64(n), Requirement: "REQ-OPEN-014", At: int64(n / 100)})
			}
			write(t, s, func(tx *Tx) error {
				return tx.Refuse(append(batch, Refused{Peer: university, ID: "one", N: uint64(from), Requirement: "REQ-ENV-005"}))
			})
		}
		kept := get(t, s, func(tx *Tx) ([]Refused, error) { return tx.RefusedList(club, 5000) })
		if len(kept) != 1000 || kept[0].N != 1499 || kept[999].N != 500 {
			t.Errorf("kept %d refusals", len(kept))
		}
		counts := fmt.Sprint(get(t, s, (*Tx).RefusedCounts))
		if want := "[{https://club.example REQ-OPEN-014 1000} {https://university.example REQ-ENV-005 3}]"; counts != want {
			t.Errorf("counts %s, want %s", counts, want)
		}
	})
}

func TestAPeerCannotMakeARefusalUnstorable(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		long := make([]byte, 5000)
		write(t, s, func(tx *Tx) error {
			return tx.Refuse([]Refused{
				{Peer: club, ID: spec.ID("a\x00b"), Kind: "\xff\xfe", N: 1},
				{Peer: club, ID: spec.ID(long), Kind: spec.Kind(long), N: 2},
			})
		})
		kept := get(t, s, func(tx *Tx) ([]Refused, error) { return tx.RefusedList("", 9) })
		if len(kept) != 2 || kept[1].ID != "ab" || kept[1].Kind != "" {
			t.Errorf("kept %+v", kept)
		}
	})
}

func TestAnErasureReachesEvidenceAndLeavesIt(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		a, b := tokenFor("a"), tokenFor("b")
		_, idA := spec.Peek(a)
		_, idB := spec.Peek(b)
		if idA == "" || idA == idB {
			t.Fatal("the tokens of this test have no ids")
		}
		write(t, s, func(tx *Tx) error {
			return errors.Join(tx.PutProof(Proof{"equivocation", "equivocation", club, a, b, 1}),
				tx.PutProof(Proof{"fork", "fork", club, "a note", "another note", 2}))
		})
		write(t, s, func(tx *Tx) error { return tx.Blank([]spec.ID{idB}) })
		proofs := get(t, s, func(tx *Tx) ([]Proof, error) { return tx.Proofs(9) })
		if len(proofs) != 2 || proofs[0].A != "a note" || proofs[1].A != a || proofs[1].B != string(idB) {
			t.Errorf("proofs: %+v", proofs)
		}
	})
}

func TestASignedWriteIsTakenOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		once := func(issuer spec.NodeID, jti string) (fresh bool) {
			write(t, s, func(tx *Tx) (err error) { fresh, err = tx.Once(issuer, jti, 100); return err })
			return fresh
		}
		if !once(club, "1") || !once(club, "2") || !once(university, "1") {
			t.Error("a first write was not taken")
		}
		if once(club, "1") {
			t.Error("a replay was taken")
		}
		write(t, s, func(tx *Tx) error {
			n, err := tx.ForgetReplays(99)
			if n != 0 {
				t.Error("forgot what may still be replayed")
			}
			return err
		})
	})
}
