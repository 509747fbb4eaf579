package gate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/spec"
)

// six nodes, each of which takes every part in turn.
func six() []spec.NodeID {
	return []spec.NodeID{company, city, university, club, "https://school.example", "https://foundation.example"}
}

// TestOnlyTheFourRolesThatBelongTogetherPass: of 1,296 ways to mix who says
// something, about whose subject, with whose key and to whom, offered both by
// who says it and by who signed it, exactly those pass in which one node says
// it about its own subject, with its own key, to this node.
func TestOnlyTheFourRolesThatBelongTogetherPass(t *testing.T) {
	nodes := six()
	n := meet(t, time.Unix(founded+86400, 0), nodes...)
	g := n.gateAt(company)
	subjects := make([]spec.Subject, len(nodes))
	for i, id := range nodes {
		out := n.deliver(g, id, n.talent(id, company, func(b *spec.Talent) { subjects[i] = b.Subject }))
		if out[0].Verdict != gate.Admitted {
			t.Fatalf("%s: %v", id, out[0].Refusal)
		}
	}
	type mix struct{ issuer, subject, key, audience int }
	offers := make(map[spec.NodeID][]string)
	mixes := make(map[spec.NodeID][]mix)
	for issuer := range nodes {
		for subject := range nodes {
			for key := range nodes {
				for audience := range nodes {
					m := mix{issuer, subject, key, audience}
					token := n.mixed(nodes, subjects[subject], issuer, key, audience)
					for _, from := range slices.Compact([]spec.NodeID{nodes[issuer], nodes[key]}) {
						offers[from], mixes[from] = append(offers[from], token), append(mixes[from], m)
					}
				}
			}
		}
	}
	offered, passed := 0, 0
	for from, tokens := range offers {
		for i, o := range n.deliver(g, from, tokens...) {
			m := mixes[from][i]
			offered++
			legitimate := m.issuer == m.subject && m.issuer == m.key && nodes[m.audience] == company
			if legitimate != (o.Verdict == gate.Admitted) {
				t.Errorf("from %s: %+v: %s (%v)", from, m, o.Verdict, o.Refusal)
			}
			if o.Verdict == gate.Admitted {
				passed++
			}
		}
	}
	if offered != 6*6*6*6*2-6*6*6 || passed != len(nodes) {
		t.Errorf("%d offered and %d passed, want 2376 and 6", offered, passed)
	}
}

func (n *neighbours) mixed(nodes []spec.NodeID, subject spec.Subject, issuer, key, audience int) string {
	n.t.Helper()
	signers := n.signers[nodes[issuer]]
	n.signers[nodes[issuer]] = n.signers[nodes[key]]
	defer func() { n.signers[nodes[issuer]] = signers }()
	return n.talent(nodes[issuer], nodes[audience], func(b *spec.Talent) { b.Subject = subject })
}
