package node_test

import (
	"testing"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/nodetest"
)

// A cosignature that failed, before it was made or after it was kept, is made
// again: what the council agreed on reaches a follower under a head that holds.
func TestAFailedCosignatureIsMadeAgain(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	for _, point := range []string{"policy.cosign.before", "policy.cosign.after"} {
		disarm := fail.Arm(point, 1)
		amend(t, f, "city")
		size := f.Node("city").Trust().Book().Size()
		if err := f.Node("club").WaitPolicy(f.Context(), size); err != nil {
			t.Errorf("%s: %v", point, err)
		}
		if err := fail.Point(point); err != nil {
			t.Errorf("%s was never passed", point)
		}
		disarm()
	}
	if n := len(f.Proofs("club")); n != 0 {
		t.Errorf("the club keeps %d proofs against an honest council", n)
	}
}
