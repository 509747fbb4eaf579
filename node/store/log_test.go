package store

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

// logged makes a log of the city with the first three records of the club.
func logged(t *testing.T, s *Store) {
	t.Helper()
	entries := entriesFor(0, 3)
	entries[1].Expires, entries[2].Expires, entries[2].Until = 2000, 0, 3000
	write(t, s, func(tx *Tx) error {
		if err := tx.EnsureLog("to-a", city, 1); err != nil {
			return err
		}
		return appendToLog(tx, entries)
	})
}

func page(t *testing.T, s *Store, epoch, after int64, limit int, now int64) (tokens []string) {
	t.Helper()
	items := get(t, s, func(tx *Tx) ([]PageItem, error) { return tx.Page("to-a", epoch, after, limit, now) })
	for i, item := range items {
		if want := uint64(after) + 1 + uint64(i); item.N != want {
			t.Fatalf("n is %d, want %d", item.N, want)
		}
		tokens = append(tokens, item.State+":"+item.Token)
	}
	return tokens
}

func TestAPageGivesABodyOnlyWhileItIsLive(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		logged(t, s)
		for now, want := range map[int64][]string{
			1000: {"live:token.of.0", "live:token.of.1", "live:token.of.2"},
			2000: {"live:token.of.0", "live:", "live:token.of.2"},
			3000: {"live:token.of.0", "live:", "live:"},
		} {
			if got := page(t, s, 1, -1, 100, now); !slices.Equal(got, want) {
				t.Errorf("at %d: %v, want %v", now, got, want)
			}
		}
		write(t, s, func(tx *Tx) error {
			l, err := tx.Reserve("to-a", 1)
			if err != nil {
				return err
			}
			gone := []LogItem{{idFor(0), spec.KindAvailability, StateWithdrawn, 2}}
			return errors.Join(tx.AppendLogEntries("to-a", l.Epoch, l.Size, gone), tx.SetState([]spec.ID{idFor(0)}, StateWithdrawn))
		})
		if got, want := page(t, s, 1, -1, 100, 1000), []string{"live:", "live:token.of.1", "live:token.of.2", "withdrawn:"}; !slices.Equal(got, want) {
			t.Errorf("after a withdrawal: %v, want %v", got, want)
		}
		if got, want := page(t, s, 1, 1, 1, 1000), []string{"live:token.of.2"}; !slices.Equal(got, want) {
			t.Errorf("one after the second: %v, want %v", got, want)
		}
		state := get(t, s, func(tx *Tx) (string, error) { return tx.LogStateOf("to-a", idFor(0)) })
		logs := get(t, s, func(tx *Tx) ([]string, error) { return tx.LogsOf(idFor(0)) })
		if state != StateWithdrawn || !slices.Equal(logs, []string{"to-a"}) {
			t.Errorf("it stands as %s in %v", state, logs)
		}
		err := s.Read(t.Context(), func(tx *Tx) error { _, err := tx.LogStateOf("to-a", idFor(9)); return err })
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("an id that was never logged: %v", err)
		}
	})
}

func TestLeavesNeverChange(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		logged(t, s)
		for name, items := range map[string][]LogItem{
			"another id":    {{idFor(9), spec.KindAvailability, StateLive, 1}},
			"another state": {{idFor(1), spec.KindAvailability, StateWithdrawn, 1}},
		} {
			err := s.Write(t.Context(), func(tx *Tx) error { return tx.AppendLogEntries("to-a", 1, 1, items) })
			if !errors.Is(err, ErrConflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAnEpochBeginsAtZeroAndNeverGoesBack(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		logged(t, s)
		write(t, s, func(tx *Tx) error {
			return errors.Join(tx.SetFrontier("to-a", []byte{1, 2}), tx.ResetLog("to-a", 2))
		})
		got := get(t, s, func(tx *Tx) (Log, error) { return tx.Log("to-a") })
		if got.Epoch != 2 || got.Size != 0 || len(got.Frontier) != 0 || got.Reader != city {
			t.Errorf("after the reset: %+v", got)
		}
		write(t, s, func(tx *Tx) error { return appendToLog(tx, entriesFor(0, 2)) })
		write(t, s, func(tx *Tx) error {
			return errors.Join(tx.ResetLog("to-a", 2), tx.ResetLog("to-a", 1), tx.EnsureLog("to-a", club, 1), tx.SetFrontier("to-a", []byte{3}))
		})
		got = get(t, s, func(tx *Tx) (Log, error) { return tx.Log("to-a") })
		if got.Epoch != 2 || got.Size != 2 || !bytes.Equal(got.Frontier, []byte{3}) || got.Reader != city {
			t.Errorf("a repeated reset changed it: %+v", got)
		}
		if len(page(t, s, 1, -1, 9, 1000)) != 3 || len(page(t, s, 2, -1, 9, 1000)) != 2 {
			t.Error("the epochs are not apart")
		}
	})
}

func TestHeadsAreFoundNewestFirst(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		write(t, s, func(tx *Tx) error {
			for _, h := range []Head{
				{club, "public", 1, 9, "old epoch", 1},
				{club, "public", 2, 3, "small", 2},
				{club, "public", 2, 5, "newest", 3},
				{club, "to-a", 2, 8, "not public", 9},
				{university, "public", 1, 1, "other", 7},
			} {
				if err := tx.PutHead(h); err != nil {
					return err
				}
			}
			return nil
		})
		if h := get(t, s, func(tx *Tx) (Head, error) { return tx.NewestHead(club, "public") }); h.Note != "newest" {
			t.Errorf("newest: %+v", h)
		}
		if h := get(t, s, func(tx *Tx) (Head, error) { return tx.HeadAt(club, "public", 2, 3) }); h.Note != "small" {
			t.Errorf("by size: %+v", h)
		}
		notes := func() (notes []string) {
			for _, h := range get(t, s, func(tx *Tx) ([]Head, error) { return tx.PublicHeads(8) }) {
				notes = append(notes, h.Note)
			}
			return notes
		}
		if got := notes(); !slices.Equal(got, []string{"other", "newest"}) {
			t.Errorf("public heads: %v", got)
		}
		write(t, s, func(tx *Tx) error {
			n, err := tx.ForgetHeads(100)
			if n != 2 {
				t.Errorf("forgot %d heads, want 2", n)
			}
			return err
		})
		if got := notes(); !slices.Equal(got, []string{"other", "newest"}) {
			t.Errorf("public heads after forgetting: %v", got)
		}
	})
}

func TestACursorComesBackAsItWasPut(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		want := Cursor{
			Peer: club, Log: "to-a", Epoch: 3, Next: 17, Frontier: []byte{0, 255}, Note: "note", PulledAt: 5,
			Error: "no answer", Failures: 2, Halted: true, Relist: true,
		}
		write(t, s, func(tx *Tx) error {
			return errors.Join(tx.PutCursor(Cursor{Peer: club, Log: "to-a"}), tx.PutCursor(want))
		})
		same(t, "all", get(t, s, (*Tx).Cursors), []Cursor{want})
		same(t, "one", get(t, s, func(tx *Tx) (Cursor, error) { return tx.Cursor(club, "to-a") }), want)
	})
}
