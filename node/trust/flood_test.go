package trust_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// TestAMemberWithoutASeatCannotFillTheEvidence by cosigning heads that nobody
// agreed on: its name counts nowhere, so nothing of it is kept. A council node
// that does the same is proven a liar, and not once for every lie.
func TestAMemberWithoutASeatCannotFillTheEvidence(t *testing.T) {
	c := convene(t, nil)
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), store.Options{})
	c.must(err)
	t.Cleanup(func() { c.must(s.Close()) })
	followed := c.over(s)
	_, err = followed.Learn(t.Context(), club, c.history(club, 1), c.now)
	c.must(err)
	proofs := func() int {
		var list []store.Proof
		c.must(s.Read(t.Context(), func(tx *store.Tx) error {
			list, err = tx.Proofs(10000)
			return err
		}))
		return len(list)
	}
	lie := func(by spec.NodeID, n int) error {
		root := c.book.Root()
		root[0], root[1] = byte(n), byte(n>>8)^1
		text := spec.CheckpointText(c.book.Fed(), c.book.Size(), root)
		_, err := followed.Collect(t.Context(), by, spec.JoinNote(text, []string{spec.Cosign(c.records[by], by, text, c.now)}), c.now)
		return err
	}
	for n := range 20 {
		if r := spec.AsRefusal(lie(club, n)); r == nil || r.Requirement != "REQ-POL-008" {
			t.Fatalf("a member without a seat: %v", r)
		}
	}
	if n := proofs(); n != 0 {
		t.Errorf("%d proofs are kept of a member without a seat", n)
	}
	const many = 400
	for n := range many {
		if r := spec.AsRefusal(lie(university, n)); r == nil || r.Requirement != "REQ-POL-009" {
			t.Fatalf("a council node: %v", r)
		}
	}
	if n := proofs(); n == 0 || n >= many {
		t.Errorf("%d lies of one council node left %d proofs", many, n)
	}
}

// TestOneKeyHistoryAfterAnotherDoesNotFillTheEvidence.
func TestOneKeyHistoryAfterAnotherDoesNotFillTheEvidence(t *testing.T) {
	c := convene(t, nil)
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), store.Options{})
	c.must(err)
	t.Cleanup(func() { c.must(s.Close()) })
	followed := c.over(s)
	const many = 400
	for range many {
		c.now = c.now.Add(1e9)
		_, err := followed.Learn(t.Context(), city, c.history(city, 1), c.now)
		if r := spec.AsRefusal(err); r == nil || r.Requirement != "REQ-KEY-011" {
			t.Fatal(fmt.Errorf("another history of one serial: %w", err))
		}
	}
	c.must(s.Read(t.Context(), func(tx *store.Tx) error {
		list, err := tx.Proofs(10000)
		if len(list) == 0 || len(list) >= many {
			t.Errorf("%d histories of one serial left %d proofs", many, len(list))
		}
		return err
	}))
}

// TestAConfidentialBodyOfAnotherFormStopsNothing: it decides nothing, as if it
// had not been given, and neither the log nor the next start trips over it.
func TestAConfidentialBodyOfAnotherFormStopsNothing(t *testing.T) {
	c := convene(t, nil)
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), store.Options{})
	c.must(err)
	t.Cleanup(func() { c.must(s.Close()) })
	octets, sealed, err := policy.SealConfidential([32]byte{1}, map[string]any{"rows": []any{}, "note": "of no meaning"}, nil)
	c.must(err)
	c.must(s.Write(t.Context(), func(tx *store.Tx) error { return tx.PutConfidential(sealed.Digest, octets) }))
	text := spec.Text{JA: "架空の文書", EN: "A fictional document"}
	doc, err := policy.Draft(c.book, policy.TypeRedList, policy.TypeRedList, sealed, text, text, c.now.Unix(), city, c.now.Unix())
	c.must(err)
	entry := c.voted(c.book, doc)
	next := c.apply(c.book, entry)
	followed := c.over(s)
	if err := followed.Follow(t.Context(), []string{entry}, c.note(next, city, university), c.now); err != nil {
		t.Errorf("an entry whose body has another form: %v", err)
	}
	if n := c.over(s).Book().Size(); n != next.Size() {
		t.Errorf("after a start the book holds %d entries, want %d", n, next.Size())
	}
}
