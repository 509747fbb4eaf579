package node_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

var errUndecided = errors.New("nobody has decided yet")

// Two of three council nodes are lost for good. The third goes on alone from
// the log that it holds; ballot keys, which are offline and survive, replace the
// lost members; and the new council advances the policy.
func TestRecoveredCouncilReplacesItsLostMembers(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company, nodetest.Club)
	amend(t, f, "city")
	held := f.Node("city").Trust().Book().Size()
	if err := f.Node("club").WaitPolicy(f.Context(), held); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"city", "university", "company"} {
		f.Stop(name)
	}
	for _, name := range []string{"university", "company"} {
		if err := os.RemoveAll(f.Config(name).Data); err != nil {
			t.Fatal(err)
		}
	}

	decision := node.Recovery{Remaining: []spec.NodeID{f.ID("city")}, Operator: "Fiction"}
	decision.Confirm = func(r node.Remains) error {
		if r.Size != held || len(r.Lost) != 2 || r.Confirmed.IsZero() {
			t.Errorf("what remains is shown as %+v", r)
		}
		return errUndecided
	}
	if _, err := node.Recover(f.Context(), f.Config("city"), decision, f.Clock.Now()); !errors.Is(err, errUndecided) {
		t.Fatalf("it did not wait for a decision: %v", err)
	}
	decision.Confirm = func(node.Remains) error { return nil }
	size, err := node.Recover(f.Context(), f.Config("city"), decision, f.Clock.Now())
	if err != nil || size != held {
		t.Fatalf("recovered from %d entries of %d: %v", size, held, err)
	}
	city := f.Start("city")

	members := append([]policy.Member(nil), city.Trust().Book().Register().Members...)
	for i := range members {
		if id := members[i].Node; id == f.ID("university") || id == f.ID("company") {
			members[i].Status = policy.StatusLeft
		}
	}
	f.Vote("city", 1, members) // by two ballots of three, as the register in force says
	for _, name := range []string{"university", "company"} {
		seat := map[string]nodetest.Seat{"university": nodetest.University, "company": nodetest.Company}[name]
		seat.Name = "new " + name
		members = append(members, f.Newcomer(seat))
	}
	f.Vote("city", 2, members)
	for _, name := range []string{"new university", "new company"} {
		f.Start(name)
	}
	amend(t, f, "city")
	at := city.Trust().Book().Size()
	for _, name := range []string{"new university", "new company", "club"} {
		if err := f.Node(name).WaitPolicy(f.Context(), at); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	// The seats are real: the policy advances without the one that survived.
	f.Eventually("the new members vote in raft", func() bool { return votersOf(city.Replica()) == 3 })
	f.Stop("city")
	amend(t, f, "new university")
	if err := f.Node("club").WaitPolicy(f.Context(), at+1); err != nil {
		t.Fatal(err)
	}
	f.Start("city")
	if acts := audits(t, f, "city", "council.recover"); len(acts) != 1 || acts[0].Actor != "Fiction" {
		t.Errorf("the audit log holds %+v", acts)
	}
}

// A recovery is refused where it is not said to remain, with a stranger, and
// while the node runs; nothing is changed by any of them.
func TestRecoveryIsRefusedForTheWrongNodes(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company, nodetest.Club)
	yes := func(node.Remains) error { return nil }
	attempt := func(name string, remaining ...spec.NodeID) error {
		_, err := node.Recover(f.Context(), f.Config(name), node.Recovery{Remaining: remaining, Confirm: yes}, f.Clock.Now())
		return err
	}
	if err := attempt("city", f.ID("city")); !errors.Is(err, node.ErrLocked) {
		t.Errorf("while it runs: %v", err)
	}
	f.Stop("city")
	f.Stop("club")
	if err := attempt("city", f.ID("university")); !errors.Is(err, node.ErrNotRemaining) {
		t.Errorf("without itself: %v", err)
	}
	if err := attempt("city", f.ID("city"), f.ID("club")); !errors.Is(err, replica.ErrNotCouncil) {
		t.Errorf("with a node that has no seat: %v", err)
	}
	if err := attempt("club", f.ID("club")); !errors.Is(err, node.ErrNoRaft) {
		t.Errorf("at a node without raft: %v", err)
	}
	f.Start("city")
	amend(t, f, "city")
	if acts := audits(t, f, "city", "council.recover"); len(acts) != 0 {
		t.Errorf("the audit log holds %+v", acts)
	}
}

// A survivor that missed the last entries takes them up from a node that
// follows, under the cosignatures of the council that was lost.
func TestRecoveryTakesUpWhatAFollowerHolds(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company, nodetest.Club)
	f.Stop("city")
	amend(t, f, "university")
	size := f.Node("university").Trust().Book().Size()
	if err := f.Node("club").WaitPolicy(f.Context(), size); err != nil {
		t.Fatal(err)
	}
	f.Stop("university")
	f.Stop("company")
	club := f.Node("club").Trust()
	decision := node.Recovery{
		Remaining: []spec.NodeID{f.ID("city")}, Operator: "Fiction", Confirm: func(node.Remains) error { return nil },
		Further: further(club),
	}
	got, err := node.Recover(f.Context(), f.Config("city"), decision, f.Clock.Now())
	if err != nil || got != size {
		t.Fatalf("recovered from %d entries of %d: %v", got, size, err)
	}
	if held := f.Start("city").Trust().Book().Size(); held != size {
		t.Errorf("the city starts with %d entries of %d", held, size)
	}
}

// further answers from a running node as the command does over HTTP.
func further(from *trust.Trust) func(context.Context, uint64) ([]string, string, error) {
	return func(ctx context.Context, size uint64) ([]string, string, error) {
		items, err := from.PolicyItems(ctx, size, spec.MaxLimit)
		entries := make([]string, len(items))
		for i, it := range items {
			entries[i] = it.Record
		}
		return entries, from.PolicyHead(), err
	}
}

func votersOf(r *replica.Replica) int {
	n := 0
	for _, p := range r.Status().Peers {
		if p.Voter {
			n++
		}
	}
	return n
}

// audits are the acts of one name in a node's audit log.
func audits(t *testing.T, f *nodetest.Federation, at, act string) []store.Audit {
	t.Helper()
	var list []store.Audit
	err := f.Node(at).Store().Read(f.Context(), func(tx *store.Tx) error {
		all, err := tx.Audits(100)
		list = slices.DeleteFunc(all, func(a store.Audit) bool { return a.Act != act })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
