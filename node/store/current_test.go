package store

import (
	"maps"
	"slices"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

func uidsOf(listed []Listed) (uids []string) {
	for _, l := range listed {
		uids = append(uids, l.Current.UID)
	}
	return uids
}

func TestTheHigherVersionTakesThePlace(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		old, next, other := entryFor(1), entryFor(2), entryFor(3)
		next.UID, next.Sequence = old.UID, 8
		other.UID, other.Issuer = old.UID, university // another writer's uid of the same name
		mustAppend(t, s, old, next, other)
		write(t, s, func(tx *Tx) error {
			return tx.PutCurrents([]Current{currentFor(old), currentFor(other), currentFor(next)})
		})
		key := currentFor(old).VersionKey
		got := get(t, s, func(tx *Tx) (map[VersionKey]Current, error) {
			return tx.Currents([]VersionKey{key, {Issuer: city, UID: "nothing"}})
		})
		if want := map[VersionKey]Current{key: currentFor(next)}; !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestOnlyKnownLiveVersionsAreListed(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		entries := entriesFor(0, 6)
		entries[1].Issuer = university
		entries[2].Expires = 1500
		var currents []Current
		for _, e := range entries {
			currents = append(currents, currentFor(e))
		}
		currents[3].State = CurrentUnknown
		mustAppend(t, s, entries...)
		write(t, s, func(tx *Tx) error {
			if err := tx.PutCurrents(currents); err != nil {
				return err
			}
			return tx.SetState([]spec.ID{idFor(4)}, StateWithdrawn)
		})
		for name, c := range map[string]struct {
			issuer    spec.NodeID
			at, after int64
			limit     int
			want      []string
		}{
			"from anybody":      {"", 1500, 0, 9, []string{"uid-0", "uid-1", "uid-5"}},
			"before it expired": {"", 1499, 0, 9, []string{"uid-0", "uid-1", "uid-2", "uid-5"}},
			"from one issuer":   {club, 1500, 0, 9, []string{"uid-0", "uid-5"}},
			"the next page":     {"", 1500, 1, 1, []string{"uid-1"}},
		} {
			got := get(t, s, func(tx *Tx) ([]Listed, error) {
				return tx.ListCurrent(spec.KindAvailability, c.issuer, c.at, c.after, c.limit)
			})
			if uids := uidsOf(got); !slices.Equal(uids, c.want) {
				t.Errorf("%s: got %v, want %v", name, uids, c.want)
			}
		}
		talent := entryFor(6)
		talent.Kind = spec.KindTalent
		mustAppend(t, s, talent)
		write(t, s, func(tx *Tx) error { return tx.PutCurrents([]Current{currentFor(talent)}) })
		every := get(t, s, func(tx *Tx) ([]Listed, error) { return tx.ListCurrent("", club, 1500, 0, 9) })
		if uids := uidsOf(every); !slices.Equal(uids, []string{"uid-0", "uid-5", "uid-6"}) {
			t.Errorf("of any kind: got %v", uids)
		}
		about := get(t, s, func(tx *Tx) ([]Listed, error) { return tx.CurrentOfSubject("subject-5", 1500) })
		if len(about) != 1 || about[0].Token != entries[5].Token || about[0].Current != currents[5] {
			t.Errorf("of a subject: %+v", about)
		}
		for _, gone := range []spec.Subject{"subject-2", "subject-3", "subject-4", ""} {
			if about := get(t, s, func(tx *Tx) ([]Listed, error) { return tx.CurrentOfSubject(gone, 1500) }); len(about) != 0 {
				t.Errorf("of %q: %+v", gone, about)
			}
		}
	})
}

func TestSubjectsAreKnownByTheirIssuer(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		var entries []Entry
		var names []string
		for _, e := range entriesFor(0, 600) {
			if e.Sequence = 7; len(entries)%2 == 1 {
				e.Issuer = university
			}
			entries = append(entries, e)
			names = append(names, string(e.Subject))
		}
		order := entryFor(1000)
		order.Subject = ""
		entries, names = append(entries, order), append(names, "", "nobody")
		var currents []Current
		for _, e := range entries {
			currents = append(currents, currentFor(e))
		}
		mustAppend(t, s, entries...)
		write(t, s, func(tx *Tx) error { return tx.PutCurrents(currents) })
		known := get(t, s, func(tx *Tx) (map[string]spec.NodeID, error) { return tx.SubjectIssuers(names) })
		if len(known) != 600 {
			t.Errorf("%d names are known, want 600", len(known))
		}
		for _, e := range entries[:600] {
			if known[string(e.Subject)] != e.Issuer {
				t.Fatalf("%s is known as %s, want %s", e.Subject, known[string(e.Subject)], e.Issuer)
			}
		}
		write(t, s, func(tx *Tx) error { return tx.Blank([]spec.ID{idFor(0)}) })
		known = get(t, s, func(tx *Tx) (map[string]spec.NodeID, error) { return tx.SubjectIssuers([]string{"subject-0"}) })
		if len(known) != 0 {
			t.Errorf("an erased record's names are still known: %v", known)
		}
	})
}
