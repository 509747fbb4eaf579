package gate_test

import (
	"context"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// TestWhatTheGuidelinePromisesToForgetIsForgotten at its day and not before:
// bodies that nobody uses any more, and who has seen what. Ids stay, and a start
// after a kill does not take what was forgotten for served just now.
func TestWhatTheGuidelinePromisesToForgetIsForgotten(t *testing.T) {
	n, g, given := agreed(t, "matching")
	ctx := context.Background()
	admitted := n.now
	first, err := g.Serve(ctx, spec.LogFor(city), city, 0, 10)
	n.must(err)
	id := first.Items[0].ID
	n.must(g.NoteServed(ctx))
	_, err = g.Withdraw(ctx, "rower", given.RecordID)
	n.must(err)
	n.write(g, func(tx *store.Tx) error {
		return tx.PutOpened(store.Opened{ID: id, At: admitted.Unix(), Who: "clerk", Purpose: "matching"})
	})
	check := func(days int, body bool, seen int) {
		t.Helper()
		n.now = admitted.Add(time.Duration(days)*24*time.Hour + time.Second)
		n.write(g, g.ForgetOld)
		n.read(g, func(tx *store.Tx) error {
			e, err := tx.Entry(id)
			n.must(err)
			if e.State != store.StateWithdrawn || (e.Token != "") != body {
				t.Errorf("after %d days: %s, body %t; want withdrawn, %t", days, e.State, e.Token != "", body)
			}
			given, err := tx.DisclosuresOfIDs([]spec.ID{id})
			n.must(err)
			opened, err := tx.OpenedOf([]spec.ID{id})
			n.must(err)
			listed, err := tx.DisclosuresOf(city)
			if len(given) != seen || len(opened) != seen || len(listed) != seen {
				t.Errorf("after %d days: served %d and %d, opened %d, want %d", days, len(given), len(listed), len(opened), seen)
			}
			return err
		})
	}
	check(399, true, 1)
	check(400, false, 1)
	check(1094, false, 1)
	check(1095, false, 0)
	check(1096, false, 0)
	n.read(g, func(tx *store.Tx) error {
		l, err := tx.Log(spec.LogFor(city))
		n.must(err)
		missing, err := tx.Undisclosed(l)
		if len(missing) != 1 || missing[0].FromN != 1 {
			t.Errorf("the start after a kill would note %v, want the withdrawal alone", missing)
		}
		return err
	})
}
