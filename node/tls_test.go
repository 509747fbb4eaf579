package node_test

import (
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/spec"
)

// One of three council nodes rotates its TLS key while the council runs. The
// others follow by its key history: the policy advances with either of them
// stopped, so with the rotated node as the one that a majority needs.
func TestARotatedTLSKeyIsFollowedByTheCouncil(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company)
	before := f.Node("city").Trust().History(f.ID("city")).Serial
	f.Clock.Move(2 * time.Second)
	on, err := keys.RotateTLS(f.Config("city").Data, f.Founded.Roots[f.ID("city")], f.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	f.Clock.Move(2 * time.Second) // the old key is out of time from here on
	f.Eventually("the running city takes up the key by itself", func() bool {
		return f.Node("city").Trust().History(f.ID("city")).Serial > before
	})
	for _, name := range []string{"university", "company"} {
		f.Eventually(name+" has learned it", func() bool {
			h := f.Node(name).Trust().History(f.ID("city"))
			return h.Serial > before && h.Find(spec.UseTLS, on.TLS.KID()) != nil
		})
	}
	for _, away := range []string{"university", "company"} {
		f.Stop(away)
		amend(t, f, "city")
		size := f.Node("city").Trust().Book().Size()
		if err := f.Start(away).WaitPolicy(f.Context(), size); err != nil {
			t.Fatalf("%s did not catch up: %v", away, err)
		}
	}
}
