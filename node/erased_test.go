package node

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// TestALineCutOffByAPowerLossCostsNoOtherLine: the ids that are written behind
// a torn one are erased again like any.
func TestALineCutOffByAPowerLossCostsNoOtherLine(t *testing.T) {
	dir := t.TempDir()
	list := erasedList{filepath.Join(dir, "erased")}
	first, torn, behind := spec.Digest([]byte("first")), spec.Digest([]byte("torn")), spec.Digest([]byte("behind"))
	if err := list.keep([]spec.ID{first}); err != nil {
		t.Fatal(err)
	}
	octets, err := os.ReadFile(list.path)
	if err == nil {
		err = os.WriteFile(list.path, append(octets, torn[:20]...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := list.keep([]spec.ID{behind}); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), filepath.Join(dir, "node.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := list.replay(t.Context(), s, 1); err != nil {
		t.Fatal(err)
	}
	err = s.Read(t.Context(), func(tx *store.Tx) error {
		erased, err := tx.IsErased([]spec.ID{first, behind})
		if !erased[first] || !erased[behind] {
			t.Errorf("erased again: %v, want both ids", erased)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
