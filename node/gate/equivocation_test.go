package gate_test

import (
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// version is one version of a uid, with bytes of its own.
func (n *neighbours) version(uid string, sequence uint64) string {
	return n.talent(club, company, func(b *spec.Talent) {
		b.UID, b.Subject, b.Sequence = uid, spec.Subject(uid), sequence
	})
}

// TestTwoRecordsForOneVersionAreUsedByNobody until a higher sequence, whatever
// came first, and both stay as proof against who signed them.
func TestTwoRecordsForOneVersionAreUsedByNobody(t *testing.T) {
	for _, together := range []bool{true, false} {
		n := meet(t, time.Unix(founded+86400, 0), company, club)
		g := n.gateAt(company)
		uid := spec.RandomUUID()
		first, second := n.version(uid, 5), n.version(uid, 5)
		if together {
			n.deliver(g, club, first, second)
		} else {
			n.deliver(g, club, first)
			n.deliver(g, club, second)
		}
		n.wantUnknown(g, "two records for version 5")
		proofs := n.proofs(g, "equivocation")
		if len(proofs) != 1 || proofs[0].Issuer != club || proofs[0].A != first || proofs[0].B != second {
			t.Fatalf("proofs = %+v", proofs)
		}
		for _, side := range []string{proofs[0].A, proofs[0].B} {
			if _, err := spec.Open(side, n.keys[club], spec.Expect{Issuer: club, Audience: company, Now: n.now}); err != nil {
				t.Errorf("the evidence does not prove itself: %v", err)
			}
		}
		n.deliver(g, club, n.version(uid, 4))
		n.wantUnknown(g, "a lower version after it")
		n.deliver(g, club, n.version(uid, 5))
		n.wantUnknown(g, "a third record for version 5")
		last := n.version(uid, 6)
		n.deliver(g, club, last)
		if ids := n.current(g, spec.KindTalent); len(ids) != 1 || ids[0] != itemOf(0, last).ID {
			t.Errorf("version 6 is not in use: %v", ids)
		}
		if len(n.proofs(g, "equivocation")) < 1 {
			t.Error("the proof is gone")
		}
	}
}

func (n *neighbours) wantUnknown(g *gate.Gate, after string) {
	n.t.Helper()
	if ids := n.current(g, spec.KindTalent); len(ids) != 0 {
		n.t.Fatalf("after %s %d versions are in use, want none", after, len(ids))
	}
}

// TestTakingOneOfTwoBackClearsNothing: the uid stays unknown, and a version
// that was taken back is not said anew by other bytes.
func TestTakingOneOfTwoBackClearsNothing(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), company, club)
	g := n.gateAt(company)
	uid := spec.RandomUUID()
	first, second := n.version(uid, 5), n.version(uid, 5)
	n.deliver(g, club, first, second)
	n.deliverItems(g, club, []spec.Item{{N: 2, ID: itemOf(0, first).ID, Kind: spec.KindTalent, State: spec.Withdrawn}})
	n.deliver(g, club, n.version(uid, 5))
	n.wantUnknown(g, "taking one back and saying a third")
	n.deliver(g, club, n.version(uid, 3))
	n.wantUnknown(g, "an earlier version of it")
	if state := n.state(g, itemOf(0, first).ID); state != store.StateWithdrawn {
		t.Errorf("the record that was taken back is %s", state)
	}
	if len(n.proofs(g, "equivocation")) == 0 {
		t.Error("no proof is kept")
	}
}
