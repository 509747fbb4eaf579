package gate_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// publish puts records of the club into its log for the city, as if said.
func (n *neighbours) publish(g *gate.Gate, count int) {
	n.t.Helper()
	name := spec.LogFor(city)
	var rows []store.Entry
	var leaves []store.LogItem
	for range count {
		token := n.talent(club, city, nil)
		id := itemOf(0, token).ID
		rows = append(rows, store.Entry{ID: id, Kind: spec.KindTalent, Issuer: club, Audience: city, UID: spec.RandomUUID(), Token: token})
		leaves = append(leaves, store.LogItem{ID: id, Kind: spec.KindTalent, State: string(spec.Live)})
	}
	n.write(g, func(tx *store.Tx) error {
		if _, err := tx.Append(rows); err != nil {
			return err
		}
		if err := tx.EnsureLog(name, city, g.Epoch()); err != nil {
			return err
		}
		before, err := tx.Reserve(name, count)
		if err != nil {
			return err
		}
		tree, err := spec.TreeOf(before.Size, before.Frontier)
		if err != nil {
			return err
		}
		for _, l := range leaves {
			tree.Append(spec.Leaf(l.ID, spec.Live))
		}
		if err := tx.AppendLogEntries(name, before.Epoch, before.Size, leaves); err != nil {
			return err
		}
		return tx.SetFrontier(name, tree.Frontier())
	})
}

func (n *neighbours) serve(g *gate.Gate, next uint64, limit int) {
	n.t.Helper()
	page, err := g.Serve(context.Background(), spec.LogFor(city), city, next, limit)
	n.must(err)
	if len(page.Items) != limit {
		n.t.Fatalf("served %d of %d", len(page.Items), limit)
	}
}

// noted are the ranges in the store, each as first and last place.
func (n *neighbours) noted(s *store.Store) [][2]uint64 {
	n.t.Helper()
	found := [][2]uint64{}
	n.must(s.Read(context.Background(), func(tx *store.Tx) error {
		list, err := tx.DisclosuresOf(city)
		for _, d := range list {
			found = append(found, [2]uint64{d.FromN, d.ToN})
		}
		return err
	}))
	slices.SortFunc(found, func(a, b [2]uint64) int { return int(a[0]) - int(b[0]) })
	return found
}

func wantNoted(t *testing.T, when string, got [][2]uint64, want ...[2]uint64) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v are noted as served, want %v", when, got, want)
	}
}

func TestAnOrderlyCloseLeavesExactlyWhatWasServed(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), club, city)
	s := n.emptyStore()
	g := n.reopened(club, s)
	n.publish(g, 6)
	n.serve(g, 0, 2)
	n.serve(g, 2, 1) // goes on where the last ended
	n.serve(g, 5, 1)
	g.Close()
	wantNoted(t, "closed", n.noted(s), [2]uint64{0, 2}, [2]uint64{5, 5})
	n.gateOver(club, s)
	wantNoted(t, "opened again", n.noted(s), [2]uint64{0, 2}, [2]uint64{5, 5})
}

// The first gate is left as a killed process leaves it: its notes are in its
// memory alone, and its reader has the page.
func TestAfterAKillAllThatMayHaveBeenServedIsNoted(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), club, city)
	s := n.emptyStore()
	killed := n.gateOver(club, s)
	n.publish(killed, 6)
	n.serve(killed, 1, 2)
	n.must(killed.NoteServed(context.Background()))
	n.serve(killed, 3, 2)
	next := n.reopened(club, s)
	noted := n.noted(s)
	for at := uint64(0); at < 6; at++ {
		if !slices.ContainsFunc(noted, func(r [2]uint64) bool { return r[0] <= at && at <= r[1] }) {
			t.Errorf("place %d may have been served and is not noted: %v", at, noted)
		}
	}
	if !slices.Contains(noted, [2]uint64{1, 2}) {
		t.Errorf("what was noted before is lost: %v", noted)
	}
	next.Close()
}

func TestWhoReadsTheGiversLogSeesTheLastServing(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), club, city)
	g := n.gateAt(club)
	n.publish(g, 2)
	n.serve(g, 0, 2)
	n.must(g.NoteServed(context.Background()))
	wantNoted(t, "asked", n.noted(g.Store), [2]uint64{0, 1})
}

func TestAClosedGateGivesNothingOut(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), club, city)
	s := n.emptyStore()
	g := n.reopened(club, s)
	n.publish(g, 1)
	g.Close()
	if page, err := g.Serve(t.Context(), spec.LogFor(city), city, 0, 1); err == nil || len(page.Items) > 0 {
		t.Errorf("served %d records without a trace: %v", len(page.Items), err)
	}
	wantNoted(t, "closed", n.noted(s))
}
