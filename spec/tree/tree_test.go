package tree_test

import (
	"errors"
	"strconv"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/fukusen/fukusen/spec/tree"
)

// TestATreeHasTheRootOfRFC6962 grows a tree beside the Go checksum database's
// own reader of RFC 6962, and stops and goes on at every size.
func TestATreeHasTheRootOfRFC6962(t *testing.T) {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, n := range at {
			out[i] = stored[n]
		}
		return out, nil
	})
	grown := new(tree.Tree)
	for n := range int64(130) {
		want, err := tlog.TreeHash(n, read)
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 && grown.Root() != want {
			t.Fatalf("the root of %d leaves is another", n)
		}
		again, err := tree.Of(grown.Size(), grown.Frontier())
		if err != nil || again.Root() != grown.Root() {
			t.Fatalf("a tree of %d does not come back from its frontier: %v", n, err)
		}
		leaf := tlog.RecordHash([]byte(strconv.FormatInt(n, 10)))
		more, err := tlog.StoredHashesForRecordHash(n, leaf, read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		before := grown.Clone()
		if again.Append(leaf); before.Root() == again.Root() {
			t.Fatal("a leaf changed nothing")
		}
		grown = again
	}
}

func TestAFrontierThatDoesNotFitIsRefused(t *testing.T) {
	for _, octets := range []int{0, 31, 33, 64} {
		if _, err := tree.Of(4, make([]byte, octets)); !errors.Is(err, tree.ErrFrontier) {
			t.Errorf("%d octets for a tree of 4: %v", octets, err)
		}
	}
}
