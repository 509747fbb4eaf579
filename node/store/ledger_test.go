package store

import (
	"errors"
	"slices"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

func TestARecordComesBackAsItWasAppended(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		want := entryFor(1)
		mustAppend(t, s, want)
		want.Pos, want.State = 1, StateLive
		if got := get(t, s, func(tx *Tx) (Entry, error) { return tx.Entry(want.ID) }); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestARepeatedRecordIsAddedOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		mustAppend(t, s, entriesFor(0, 3)...)
		var added []bool
		write(t, s, func(tx *Tx) (err error) {
			batch := append(entriesFor(2, 5), entryFor(4), entryFor(0))
			added, err = tx.Append(batch)
			return err
		})
		if want := []bool{false, true, true, false, false}; !slices.Equal(added, want) {
			t.Errorf("added %v, want %v", added, want)
		}
		all := get(t, s, func(tx *Tx) ([]Entry, error) { return tx.EntriesAfter(0, 100) })
		if len(all) != 5 {
			t.Errorf("the ledger has %d entries, want 5", len(all))
		}
	})
}

func TestAFollowerReadsOnFromItsPosition(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		mustAppend(t, s, entriesFor(0, 637)...)
		var ids []spec.ID
		pos := int64(0)
		for {
			page := get(t, s, func(tx *Tx) ([]Entry, error) { return tx.EntriesAfter(pos, 100) })
			if len(page) == 0 {
				break
			}
			for _, e := range page {
				ids = append(ids, e.ID)
				pos = e.Pos
			}
		}
		if len(ids) != 637 {
			t.Fatalf("followed %d entries, want 637", len(ids))
		}
		for n, id := range ids {
			if id != idFor(n) {
				t.Fatalf("entry %d is out of order", n)
			}
		}
	})
}

func TestAnErasedRecordKeepsItsIDAlone(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		e := entryFor(1)
		mustAppend(t, s, e, entryFor(2))
		write(t, s, func(tx *Tx) error {
			if err := tx.PutCurrents([]Current{currentFor(e), currentFor(entryFor(2))}); err != nil {
				return err
			}
			return tx.Blank([]spec.ID{e.ID})
		})
		got := get(t, s, func(tx *Tx) (Entry, error) { return tx.Entry(e.ID) })
		if got.Token != "" || got.Subject != "" || got.UID != "" || got.Consent != "" || got.Purpose != "" {
			t.Errorf("something was left: %+v", got)
		}
		if got.ID != e.ID || got.Kind != e.Kind || got.State != StateErased {
			t.Errorf("what must stay went: %+v", got)
		}
		key := VersionKey{e.Issuer, e.Audience, e.UID}
		current := get(t, s, func(tx *Tx) (map[VersionKey]Current, error) { return tx.Currents([]VersionKey{key}) })
		if len(current) != 0 {
			t.Errorf("its version is still current: %v", current)
		}
		write(t, s, func(tx *Tx) error { return tx.SetState([]spec.ID{e.ID}, StateLive) })
		if got := get(t, s, func(tx *Tx) (Entry, error) { return tx.Entry(e.ID) }); got.State != StateErased {
			t.Errorf("an erased entry became %s", got.State)
		}
		held := get(t, s, func(tx *Tx) ([]Entry, error) { return tx.ByIssuer(club, 0, 10) })
		if len(held) != 1 || held[0].ID != idFor(2) {
			t.Errorf("held: %v", held)
		}
	})
}

func TestSetStateDoesNotErase(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		mustAppend(t, s, entryFor(1))
		err := s.Write(t.Context(), func(tx *Tx) error { return tx.SetState([]spec.ID{idFor(1)}, StateErased) })
		if err == nil {
			t.Error("a body would have stayed in an erased entry")
		}
	})
}

func TestOnlyWhatIsLiveIsListed(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		entries := entriesFor(0, 8)
		entries[1].Kind = spec.KindTalent
		entries[2].Issuer = university
		entries[3].Audience = university
		entries[4].Expires = 1500
		entries[5].Until = 1500
		entries[6].Expires, entries[6].Until = 0, 0
		mustAppend(t, s, entries...)
		write(t, s, func(tx *Tx) error { return tx.SetState([]spec.ID{idFor(7)}, StateSuperseded) })
		for name, c := range map[string]struct {
			ask  Live
			want []int
		}{
			"all of a kind":      {Live{At: 1400}, []int{0, 2, 3, 4, 5, 6}},
			"at a later time":    {Live{At: 1500}, []int{0, 2, 3, 6}},
			"from one issuer":    {Live{At: 1500, Issuer: university}, []int{2}},
			"to one audience":    {Live{At: 1500, Audience: university}, []int{3}},
			"after a position":   {Live{At: 1500, After: 3}, []int{3, 6}},
			"no more than asked": {Live{At: 1500, Limit: 2}, []int{0, 2}},
		} {
			c.ask.Kind = spec.KindAvailability
			if c.ask.Limit == 0 {
				c.ask.Limit = 100
			}
			found := get(t, s, func(tx *Tx) ([]Entry, error) { return tx.LiveByKind(c.ask) })
			var got []int
			for _, e := range found {
				got = append(got, int(e.Pos)-1)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v, want %v", name, got, c.want)
			}
		}
	})
}

func TestTheLedgerFindsBySubjectAndID(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		entries := entriesFor(0, 4)
		entries[2].Subject = entries[0].Subject
		mustAppend(t, s, entries...)
		about := get(t, s, func(tx *Tx) ([]Entry, error) { return tx.BySubject(entries[0].Subject) })
		if len(about) != 2 || about[0].ID != idFor(0) || about[1].ID != idFor(2) {
			t.Errorf("by subject: %v", about)
		}
		found := get(t, s, func(tx *Tx) (map[spec.ID]Entry, error) {
			return tx.Entries([]spec.ID{idFor(1), idFor(3), idFor(99)})
		})
		if len(found) != 2 || found[idFor(1)].UID != "uid-1" || found[idFor(3)].UID != "uid-3" {
			t.Errorf("by id: %v", found)
		}
		err := s.Read(t.Context(), func(tx *Tx) error { _, err := tx.Entry(idFor(99)); return err })
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("a record that is not there: %v", err)
		}
	})
}

func TestTheLedgerIsCounted(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		entries := entriesFor(0, 4)
		entries[0].Kind = spec.KindTalent
		mustAppend(t, s, entries...)
		write(t, s, func(tx *Tx) error { return tx.SetState([]spec.ID{idFor(1)}, StateWithdrawn) })
		got := get(t, s, (*Tx).Counts)
		want := []Count{
			{spec.KindAvailability, StateLive, 2},
			{spec.KindAvailability, StateWithdrawn, 1},
			{spec.KindTalent, StateLive, 1},
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}
