package trust

import (
	"errors"
	"testing"
)

// TestATileOfAnImpossibleLevelIsNotThere: its positions would run over, and a
// log of some hundred entries would answer it with hashes of other places.
func TestATileOfAnImpossibleLevelIsNotThere(t *testing.T) {
	for _, c := range []struct {
		level int
		index string
		there bool
	}{
		{0, "000.p/1", true},
		{7, "000.p/1", true},
		{8, "000.p/1", false},
		{40, "000.p/1", false},
		{63, "000", false},
		{-1, "000", false},
		{0, "1", false},
		{0, "entries", false},
	} {
		if _, err := tileAt(c.level, c.index); (err == nil) != c.there || err != nil && !errors.Is(err, ErrNoTile) {
			t.Errorf("level %d, index %s: %v", c.level, c.index, err)
		}
	}
}
