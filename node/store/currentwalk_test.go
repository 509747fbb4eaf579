package store

import (
	"slices"
	"testing"
)

// A walk over the table meets every version once, also where several writers
// use one uid and a page ends between them.
func TestAWalkMeetsEveryCurrentVersionOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		var want []Current
		for i := range 5 {
			ours, theirs := entryFor(2*i), entryFor(2*i+1)
			theirs.UID, theirs.Issuer = ours.UID, university
			want = append(want, currentFor(ours), currentFor(theirs))
		}
		write(t, s, func(tx *Tx) error { return tx.PutCurrents(want) })
		var met []VersionKey
		for after := (VersionKey{}); ; {
			rows := get(t, s, func(tx *Tx) ([]Current, error) { return tx.CurrentsAfter(after, 3) })
			if len(rows) == 0 {
				break
			}
			for _, row := range rows {
				met = append(met, row.VersionKey)
			}
			after = rows[len(rows)-1].VersionKey
		}
		if len(met) != len(want) {
			t.Fatalf("met %d versions, want %d: %v", len(met), len(want), met)
		}
		for _, c := range want {
			if !slices.Contains(met, c.VersionKey) {
				t.Errorf("never met %v", c.VersionKey)
			}
		}
	})
}
