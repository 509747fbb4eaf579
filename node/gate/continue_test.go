package gate_test

import (
	"context"
	"testing"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// TestALostLogGoesOnFromAHeadThatThisNodeSigned: a reader cannot choose the
// first entry of its log, except of a time whose keys this node has lost.
func TestALostLogGoesOnFromAHeadThatThisNodeSigned(t *testing.T) {
	log := spec.LogFor(city)
	for name, c := range map[string]struct {
		by     spec.NodeID // whose key signs
		change func(*spec.Head)
		begins bool
	}{
		"our own":                               {by: club, begins: true},
		"a reader's invention":                  {by: city},
		"an older one, of keys that are lost":   {by: city, change: func(h *spec.Head) { h.At = founded - 86400 }, begins: true},
		"that of another reader's log":          {by: club, change: func(h *spec.Head) { h.Origin = spec.LogOrigin(club, spec.LogFor(company)) }},
		"an old one of another reader's":        {by: city, change: func(h *spec.Head) { h.At, h.Origin = founded-86400, spec.LogOrigin(club, spec.LogFor(company)) }},
		"one of an epoch that is not over":      {by: club, change: func(h *spec.Head) { h.Epoch++ }},
		"one of an epoch that is not over, old": {by: city, change: func(h *spec.Head) { h.At = founded - 86400; h.Epoch++ }},
	} {
		t.Run(name, func(t *testing.T) {
			n := meet(t, time.Unix(founded+86400, 0), company, city, club)
			g := n.gateAt(club)
			head := spec.Head{
				Origin: spec.LogOrigin(club, log), Size: 7, Epoch: g.Epoch() - 1, At: n.now.Unix() - 3600, Keys: 1, Policy: n.PolicyPoint(),
			}
			if c.change != nil {
				c.change(&head)
			}
			note := spec.SealHead(n.signers[c.by], club, head)
			n.must(g.Continue(context.Background(), city, note))
			served, err := g.Serve(context.Background(), log, city, 0, 10)
			n.must(err)
			began := len(served.Items) == 1 && served.Items[0].Kind == spec.KindHead && served.Items[0].Record == note
			if began != c.begins || !began && len(served.Items) != 0 {
				t.Errorf("the log begins with %+v; began %t, want %t", served.Items, began, c.begins)
			}
		})
	}
}
