package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		broken := errors.New("broken")
		err := s.Write(t.Context(), func(tx *Tx) error {
			if _, err := tx.Append(entriesFor(0, 3)); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = s.Write(t.Context(), func(tx *Tx) error {
				if _, err := tx.Append(entriesFor(0, 3)); err != nil {
					return err
				}
				panic("broken")
			})
		}()
		ctx, cancel := context.WithCancel(t.Context())
		err = s.Write(ctx, func(tx *Tx) error {
			_, err := tx.Append(entriesFor(0, 3))
			cancel()
			return err
		})
		if err == nil {
			t.Error("a cancelled transaction was committed")
		}
		if all := get(t, s, func(tx *Tx) ([]Entry, error) { return tx.EntriesAfter(0, 9) }); len(all) != 0 {
			t.Errorf("left %v", all)
		}
		mustAppend(t, s, entryFor(1))
	})
}

func TestAReaderSeesOneMoment(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		mustAppend(t, s, entryFor(0))
		read(t, s, func(tx *Tx) error {
			before, err := tx.EntriesAfter(0, 9)
			if err != nil {
				return err
			}
			mustAppend(t, s, entryFor(1))
			after, err := tx.EntriesAfter(0, 9)
			if len(before) != 1 || len(after) != 1 {
				t.Errorf("read %d entries, then %d", len(before), len(after))
			}
			return err
		})
	})
}

// Many writers, and a follower that reads on from its last position, miss nothing.
func TestAFollowerMissesNothingOfManyWriters(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		const writerCount, batches, size = 4, 12, 5
		var done atomic.Int32
		var all sync.WaitGroup
		write(t, s, func(tx *Tx) error { return tx.EnsureLog("to-a", city, 1) })
		for w := range writerCount {
			all.Go(func() {
				defer done.Add(1)
				for b := range batches {
					from := (w*batches + b) * size
					err := s.Write(context.Background(), func(tx *Tx) error {
						return appendToLog(tx, entriesFor(from, from+size))
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		seen, pos := map[spec.ID]bool{}, int64(0)
		for last := false; ; {
			page := get(t, s, func(tx *Tx) ([]Entry, error) { return tx.EntriesAfter(pos, 7) })
			for _, e := range page {
				if seen[e.ID] {
					t.Fatalf("saw %s twice", e.ID)
				}
				seen[e.ID], pos = true, e.Pos
			}
			if len(page) == 0 && last {
				break
			}
			last = done.Load() == writerCount
		}
		all.Wait()
		if len(seen) != writerCount*batches*size {
			t.Errorf("followed %d entries of %d", len(seen), writerCount*batches*size)
		}
		leaves := get(t, s, func(tx *Tx) ([]LogItem, error) { return tx.Leaves("to-a", 1, 0, 1000) })
		if len(leaves) != len(seen) {
			t.Errorf("the log has %d leaves, want %d", len(leaves), len(seen))
		}
	})
}

func appendToLog(tx *Tx, entries []Entry) error {
	if _, err := tx.Append(entries); err != nil {
		return err
	}
	l, err := tx.Reserve("to-a", len(entries))
	if err != nil {
		return err
	}
	items := make([]LogItem, len(entries))
	for i, e := range entries {
		items[i] = LogItem{e.ID, e.Kind, "live", 1}
	}
	return tx.AppendLogEntries("to-a", l.Epoch, l.Size, items)
}

// Two transactions that wait for each other: the database makes one give way,
// and it runs again.
func TestATransactionThatGaveWayRunsAgain(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			return errors.Join(tx.EnsureLog("a", city, 1), tx.EnsureLog("b", city, 1))
		})
		var all, met sync.WaitGroup
		if s.Engine() == PostgreSQL {
			met.Add(2) // SQLite lets the second begin when the first has ended
		}
		var runs atomic.Int32
		for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
			var once sync.Once
			all.Go(func() {
				err := s.Write(context.Background(), func(tx *Tx) error {
					runs.Add(1)
					if _, err := tx.Reserve(order[0], 1); err != nil {
						return err
					}
					if s.Engine() == PostgreSQL {
						once.Do(func() { met.Done(); met.Wait() })
					}
					_, err := tx.Reserve(order[1], 1)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if s.Engine() == PostgreSQL && runs.Load() < 3 {
			t.Errorf("ran %d times, want 3 or more: the two did not meet", runs.Load())
		}
		for _, l := range get(t, s, (*Tx).Logs) {
			if l.Size != 2 {
				t.Errorf("log %s has size %d, want 2", l.Name, l.Size)
			}
		}
	})
}

// Several processes may start over one database at once.
func TestManyProcessesOpenOneDatabase(t *testing.T) {
	eachSource(t, func(t *testing.T, source string) {
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				s, err := Open(context.Background(), source, Options{})
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				err = s.Write(context.Background(), func(tx *Tx) error {
					return tx.SetMeta(fmt.Sprintf("process %d", i), "was here")
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestAnErrorNamesTheTableAndNoValue(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		err := s.Read(t.Context(), func(tx *Tx) error { _, err := tx.Person("a secret's hash"); return err })
		if err == nil || err.Error() != "store: select person: not found" {
			t.Errorf("got %v", err)
		}
	})
}
