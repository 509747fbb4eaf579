package node_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// A forked log stays unread over a restart. It is read on from where it was
// once an operator has looked, which stands in the audit log; the proof stays.
func TestAForkedLogIsReadOnAfterAnOperatorHasLooked(t *testing.T) {
	f := nodetest.New(t, nodetest.City, rogue("rogue"))
	r, city := f.Rogue("rogue"), f.ID("city")
	log := spec.LogFor(city)
	honest := []string{r.Talent(city), r.Talent(city)}
	r.Say(city, honest...)
	f.Eventually("the first log is read", func() bool { return heldFrom(f, "city", r.ID) == 2 })
	r.Replace(log, nodetest.ItemsOf(r.Talent(city), r.Talent(city))...)
	f.Eventually("reading halted", func() bool { return placeIn(t, f, "city", r.ID, log).Halted })
	r.Replace(log, nodetest.ItemsOf(append(honest, r.Talent(city))...)...)

	resume := func(of spec.NodeID, operator string) ([]store.Proof, error) {
		return node.Resume(f.Context(), f.Config("city"), of, operator, f.Clock.Now())
	}
	if _, err := resume(r.ID, "Fiction"); !errors.Is(err, node.ErrLocked) {
		t.Errorf("resumed while the node runs: %v", err)
	}
	f.Stop("city")
	f.Start("city")
	if !placeIn(t, f, "city", r.ID, log).Halted || heldFrom(f, "city", r.ID) != 2 {
		t.Error("a restart read on")
	}
	f.Stop("city")
	if _, err := resume("https://stranger.example", "Fiction"); !errors.Is(err, node.ErrNotHalted) {
		t.Errorf("resumed a stranger: %v", err)
	}
	if _, err := resume(r.ID, ""); !errors.Is(err, node.ErrNoOperator) {
		t.Errorf("resumed by nobody: %v", err)
	}
	if proofs, err := resume(r.ID, "Fiction"); err != nil || len(proofs) != 1 || proofs[0].Kind != "log-forked" {
		t.Fatalf("resumed: %+v, %v", proofs, err)
	}
	if _, err := resume(r.ID, "Fiction"); !errors.Is(err, node.ErrNotHalted) {
		t.Errorf("resumed twice: %v", err)
	}
	f.Start("city")
	f.Eventually("the log is read on", func() bool { return heldFrom(f, "city", r.ID) == 3 })
	if n := len(proofsOf(t, f, "city", r.ID, "log-forked")); n != 1 {
		t.Errorf("%d proofs stand, want 1", n)
	}
	audited(t, f, "log.resume", string(r.ID))
}

// A node that a fork of the policy log has stopped shows red until an operator
// has looked.
func TestAStoppedPolicyIsRedUntilAnOperatorHasLooked(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	f.Eventually("the policy is green", func() bool { return lightOf(t, f, "policy") == "green" })
	err := f.Node("city").Store().Write(f.Context(), func(tx *store.Tx) error { return tx.SetMeta("policy.stopped", "proof") })
	if err != nil {
		t.Fatal(err)
	}
	f.Stop("city")
	f.Start("city")
	if is := lightOf(t, f, "policy"); is != "red" {
		t.Errorf("stopped, and the light is %s", is)
	}
	f.Stop("city")
	if _, err := node.ResumePolicy(f.Context(), f.Config("city"), "Fiction", f.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := node.ResumePolicy(f.Context(), f.Config("city"), "Fiction", f.Clock.Now()); !errors.Is(err, trust.ErrNotStopped) {
		t.Errorf("resumed twice: %v", err)
	}
	f.Start("city")
	if is := lightOf(t, f, "policy"); is == "red" {
		t.Error("resumed, and the light is red")
	}
	audited(t, f, "policy.resume", string(f.Node("city").Trust().Book().Fed()))
}

func lightOf(t *testing.T, f *nodetest.Federation, check string) wire.Light {
	t.Helper()
	var h wire.Health
	a := send(t, http.MethodGet, string(f.ID("city"))+"/v1/health", nil, nil)
	if err := json.Unmarshal(a.body, &h); err != nil {
		t.Fatal(err)
	}
	for _, c := range h.Checks {
		if c.Name == check {
			return c.Status
		}
	}
	return ""
}

func audited(t *testing.T, f *nodetest.Federation, act, object string) {
	t.Helper()
	read(t, f, "city", func(tx *store.Tx) error {
		acts, err := tx.Audits(10)
		for _, a := range acts {
			if a.Actor == "Fiction" && a.Act == act && a.Object == object {
				return err
			}
		}
		t.Errorf("%s of %s is not in the audit log: %+v", act, object, acts)
		return err
	})
}
