package trust_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/fukusen/fukusen/node/trust"
)

// TestATileThatTheLogDoesNotHaveIsNone, also where the level is so high that
// the number of its hashes wraps around.
func TestATileThatTheLogDoesNotHaveIsNone(t *testing.T) {
	c := convene(t, nil)
	followed := c.follower(filepath.Join(t.TempDir(), "store.db"))
	book := c.book
	var entries []string
	for range 257 {
		entries = append(entries, c.entry(book))
		book = c.apply(book, entries[len(entries)-1])
	}
	c.must(followed.Follow(t.Context(), entries, c.note(book, city, university), c.now))
	for path, hashes := range map[string]int{
		"0/000": 256, "0/000.p/3": 3, "0/001.p/2": 2, "1/000.p/1": 1, "0/001.p/3": 0, "0/001": 0, "0/002.p/1": 0, "1/000.p/2": 0,
		"2/000.p/1": 0, "7/000.p/1": 0, "8/000.p/1": 0, "40/000.p/1": 0, "63/000.p/1": 0, "0/x999/x999/x999/x999/x999/999": 0,
	} {
		var level int
		var index string
		if _, err := fmt.Sscanf(path, "%d/%s", &level, &index); err != nil {
			t.Fatal(err)
		}
		octets, err := followed.Tile(t.Context(), level, index)
		if len(octets) != 32*hashes || (hashes == 0) != errors.Is(err, trust.ErrNoTile) {
			t.Errorf("%s: %d octets, %v; want %d hashes", path, len(octets), err, hashes)
		}
	}
}
