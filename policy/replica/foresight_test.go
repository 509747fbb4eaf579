package replica_test

import (
	"bytes"
	"testing"

	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

// ahead gives a machine, two entries that follow each other, one that stands
// at the place of the first, and one without ballots.
func ahead(t *testing.T) (c *council, m replica.Machine, first, second, instead, refused string) {
	c, m, entries := fresh(t)
	s, book := c.seats[0], c.seats[0].config().Book
	instead = c.seal(book, c.documentOn(book, "a", "note", map[string]int{"other": 1}), s)
	refused = c.seal(book, c.documentOn(book, "z", "note", map[string]int{}))
	after, err := book.Apply(entries[1])
	must(t, err)
	second = c.seal(after, c.documentOn(after, "a", "note", map[string]int{}), s)
	return c, m, entries[1], second, instead, refused
}

func accepted(t *testing.T, m replica.Machine, index uint64, octets string, want uint64) {
	t.Helper()
	if n, err := m.DeliverAt(index, octets); err != nil || n != want {
		t.Fatalf("log entry %d stands at %d, want %d (%v)", index, n, want, err)
	}
}

// "Entries judged while they were written are taken as judged, in their order,
// the refused one between them changing nothing."
func TestEntriesAreJudgedAhead(t *testing.T) {
	_, m, first, second, _, refused := ahead(t)
	m.StoreAt(5, first, refused, second)
	for index := range uint64(3) {
		if !m.Foreseen(5 + index) {
			t.Fatalf("log entry %d is not judged ahead", 5+index)
		}
	}
	accepted(t, m, 5, first, 1)
	if _, err := m.DeliverAt(6, refused); spec.AsRefusal(err) == nil {
		t.Fatalf("refused entry: %v", err)
	}
	accepted(t, m, 7, second, 2)
	m.StoreAt(8, second)
	if !m.Foreseen(8) || m.Foreseen(7) {
		t.Fatal("delivered entries are kept, or new ones not judged ahead")
	}
}

// "What raft delivers counts, not what was foreseen: other octets, a replaced
// log, or a book that moved on by a snapshot are judged afresh."
func TestForesightDecidesNothing(t *testing.T) {
	t.Run("other octets", func(t *testing.T) {
		_, m, first, _, instead, _ := ahead(t)
		m.StoreAt(1, first)
		accepted(t, m, 1, instead, 1)
		if _, err := m.DeliverAt(2, first); spec.AsRefusal(err) == nil {
			t.Fatalf("the foreseen entry came second: %v", err)
		}
	})
	t.Run("replaced log", func(t *testing.T) {
		_, m, first, second, instead, _ := ahead(t)
		m.StoreAt(1, first, second)
		m.StoreAt(1, instead)
		m.StoreAt(2, second)
		accepted(t, m, 1, instead, 1)
		if _, err := m.DeliverAt(2, second); spec.AsRefusal(err) == nil {
			t.Fatalf("an entry after another first: %v", err)
		}
	})
	t.Run("snapshot between", func(t *testing.T) {
		c, m, first, _, instead, _ := ahead(t)
		m.StoreAt(1, first)
		var octets bytes.Buffer
		must(t, replica.WriteSnapshot(&octets, c.fed, []string{c.genesis, instead}))
		must(t, m.Restore(&octets))
		if _, err := m.DeliverAt(1, first); spec.AsRefusal(err) == nil {
			t.Fatalf("an entry foreseen on the book before the snapshot: %v", err)
		}
	})
	t.Run("more than is foreseen", func(t *testing.T) {
		_, m, first, second, _, refused := ahead(t)
		flood := make([]string, 600)
		for i := range flood {
			flood[i] = refused
		}
		m.StoreAt(1, flood...)
		m.StoreAt(601, first)
		if m.Foreseen(601) {
			t.Fatal("nothing bounds what is judged ahead")
		}
		for i := range flood {
			if _, err := m.DeliverAt(uint64(1+i), refused); spec.AsRefusal(err) == nil {
				t.Fatal(err)
			}
		}
		accepted(t, m, 601, first, 1)
		m.StoreAt(602, second)
		if !m.Foreseen(602) {
			t.Fatal("judging ahead did not begin again")
		}
		accepted(t, m, 602, second, 2)
	})
}
