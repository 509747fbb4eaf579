package node_test

import (
	"errors"
	"testing"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/restore"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// A club is restored while the only other member is down. It says nothing until
// that member is waived, which stands in the audit log; then it serves again,
// and its new log lists what stands and not what has ended.
func TestARestoreGoesOnWithoutAWaivedMember(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	stays, leaves, ended := twoShared(f)
	if _, err := f.Node("club").Gate().Withdraw(f.Context(), leaves, ended.RecordID); err != nil {
		t.Fatal(err)
	}
	f.Eventually("the city holds one", func() bool { return len(f.Current("city", spec.KindTalent)) == 1 })
	f.Stop("city")
	f.Stop("club")

	club := f.Config("club")
	waive := func(member spec.NodeID) ([]spec.NodeID, error) {
		return node.Waive(f.Context(), club, member, "Fiction", f.Clock.Now())
	}
	if _, err := waive(f.ID("city")); !errors.Is(err, restore.ErrNotAsked) {
		t.Errorf("waived without a restore: %v", err)
	}
	if err := node.Restore(f.Context(), club, f.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	n := f.Start("club")
	if left, err := n.Gate().Undrained(f.Context()); err != nil || len(left) != 1 {
		t.Fatalf("still to be asked: %v, %v", left, err)
	}
	if err := n.Gate().FinishRestore(f.Context()); !errors.Is(err, gate.ErrRestoring) {
		t.Errorf("finished with a member still to be asked: %v", err)
	}
	if _, err := waive(f.ID("city")); !errors.Is(err, node.ErrLocked) {
		t.Errorf("waived while the node runs: %v", err)
	}
	f.Stop("club")

	if _, err := waive("https://stranger.example"); !errors.Is(err, restore.ErrNotAsked) {
		t.Errorf("waived a stranger: %v", err)
	}
	if left, err := waive(f.ID("city")); err != nil || len(left) != 0 {
		t.Fatalf("left: %v, %v", left, err)
	}
	n = f.Start("club")
	f.Eventually("the club serves again", func() bool { return !restoring(t, f, "club") })
	acts := audits(t, f, "club", "restore.waive")
	if len(acts) != 1 || acts[0].Actor != "Fiction" || acts[0].Object != string(f.ID("city")) {
		t.Errorf("the audit log holds %+v", acts)
	}
	served, err := n.Gate().Serve(f.Context(), spec.LogFor(f.ID("city")), f.ID("city"), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	live := 0
	for _, it := range served.Items {
		if it.Kind == spec.KindTalent && it.State == spec.Live {
			live++
		}
	}
	if live != 1 {
		t.Errorf("the new log lists %d live records, want the one that stands", live)
	}
	size := len(served.Items)
	for range 2 { // finished is finished
		if err := n.Gate().FinishRestore(f.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if again, err := n.Gate().Serve(f.Context(), spec.LogFor(f.ID("city")), f.ID("city"), 0, 100); err != nil || len(again.Items) != size {
		t.Errorf("finishing twice left %d entries of %d: %v", len(again.Items), size, err)
	}

	f.Talent("club", stays)
	f.Start("city")
	f.Eventually("the city follows into the new epoch", func() bool {
		list := f.Current("city", spec.KindTalent)
		return len(list) == 1 && list[0].Current.Sequence >= uint64(n.Gate().Epoch())
	})
	if n := len(f.Proofs("city")); n != 0 {
		t.Errorf("the city keeps %d proofs against an honest restore", n)
	}
}

// A federation of one has nobody to ask: its restore is over at its start.
func TestARestoreWithNobodyToAskEnds(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	f.Stop("city")
	if err := node.Restore(f.Context(), f.Config("city"), f.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	f.Start("city")
	f.Eventually("the city serves again", func() bool { return !restoring(t, f, "city") })
}

// restoring asks a running node's store.
func restoring(t *testing.T, f *nodetest.Federation, at string) bool {
	t.Helper()
	var open bool
	err := f.Node(at).Store().Read(f.Context(), func(tx *store.Tx) error {
		var err error
		open, err = restore.Open(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return open
}
