package records

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// world is one in which a target claims roles and nothing can be asked of it.
func world(roles ...string) *judge.World {
	return &judge.World{
		Target: "http://localhost:1", Seed: 1, Journal: new(evidence.Journal), Clock: time.Now, Statement: &spec.Statement{Roles: roles},
	}
}

// gathered is what would be delivered to a target of some roles.
func gathered(t *testing.T, w *judge.World) []*delivered {
	t.Helper()
	from, err := peer.New("http://localhost:2", w.Journal, w.Clock)
	if err != nil {
		t.Fatal(err)
	}
	var list []*delivered
	for _, credential := range []bool{false, true} {
		d, _, err := gather(w, forge.Ground{Issuer: from.ID, Audience: w.Target, Key: from.Key, Now: w.Clock()}, from, credential)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, d)
	}
	return list
}

// No check by the vectors is empty: each has a record that has to be held, or
// the sound one behind them all, and at least one that must not be.
func TestEveryCheckByTheVectorsHasBothSides(t *testing.T) {
	list := gathered(t, world(consumer, verifier, home, owner, judge.CalendarConsumer))
	own := map[string]bool{ // forged by the checks themselves
		"REQ-OPEN-001": true, "REQ-OPEN-002": true, "REQ-OPEN-014": true, "REQ-OPEN-015": true, "REQ-OPEN-017": true,
		"REQ-ENV-006": true, "REQ-ENV-009": true, "REQ-ENV-010": true, "REQ-ENV-011": true, "REQ-ENV-012": true,
		"REQ-ENV-013": true, "REQ-ENV-014": true, "REQ-ENV-015": true, "REQ-AVL-008": true, "REQ-AVL-010": true,
		"REQ-EVL-011": true, "REQ-EVL-012": true,
		"REQ-OPEN-016": true, // what breaks it is refused, what keeps it is shown below
	}
	for _, c := range All() {
		if own[c.Requirement] {
			continue
		}
		shown, broken := 0, 0
		for _, d := range list {
			shown += len(d.showing(c.Requirement))
			for _, s := range d.cases {
				if s.breaks(c.Requirement) {
					broken++
				}
			}
		}
		if shown == 0 || broken == 0 {
			t.Errorf("%s: %d records show its allowed side, %d break it", c.Requirement, shown, broken)
		}
	}
	if n := len(list[0].showing("REQ-OPEN-016")) + len(list[1].showing("REQ-OPEN-016")); n < 4 {
		t.Errorf("%d records with unknown members are to be held", n)
	}
}

// A target is asked about the kinds that it claims to take, and about orders,
// which every node takes.
func TestATargetIsAskedAboutTheKindsOfItsRoles(t *testing.T) {
	for name, c := range map[string]struct {
		roles []string
		kinds []spec.Kind
	}{
		"none":       {nil, nil},
		"a consumer": {[]string{consumer}, []spec.Kind{spec.KindTalent, spec.KindAvailability}},
		"a verifier": {[]string{verifier}, []spec.Kind{spec.KindEvaluation}},
		"a home":     {[]string{home}, []spec.Kind{spec.KindGig, spec.KindProposal, spec.KindAcceptance, spec.KindRisk}},
		"an owner":   {[]string{owner}, []spec.Kind{spec.KindHold, spec.KindDelivery, spec.KindRisk}},
		"a reader":   {[]string{judge.CalendarConsumer}, []spec.Kind{spec.KindCalendar}},
	} {
		seen := make(map[spec.Kind]bool)
		orders := 0
		for _, d := range gathered(t, world(c.roles...)) {
			for _, s := range d.cases {
				seen[s.kind] = true
				if s.kind == spec.KindErasure && s.Verdict == vectors.Refuse && headers[s.Requirement] {
					orders++
				}
			}
		}
		for _, kind := range []spec.Kind{
			spec.KindTalent, spec.KindAvailability, spec.KindEvaluation, spec.KindGig, spec.KindProposal, spec.KindHold,
			spec.KindRisk, spec.KindDelivery, spec.KindAcceptance, spec.KindCalendar,
		} {
			if seen[kind] != slices.Contains(c.kinds, kind) {
				t.Errorf("%s: asked about %s: %v", name, kind, seen[kind])
			}
		}
		if orders < 20 {
			t.Errorf("%s: %d wrong headers are told on an order", name, orders)
		}
	}
}

// What a target does not claim is not-claimed, never a failure.
func TestAKindThatIsNotClaimedIsNotJudged(t *testing.T) {
	roleOf := map[string]string{
		"REQ-TAL-": consumer, "REQ-AVL-": consumer, "REQ-EVL-": verifier, "REQ-GIG-": home, "REQ-PRP-": home, "REQ-ACC-": home,
		"REQ-HLD-": owner, "REQ-DLV-": owner, "REQ-RSK-": owner, "REQ-CAL-": judge.CalendarConsumer,
	}
	for _, c := range All() {
		role := roleOf[strings.TrimRight(c.Requirement, "0123456789")]
		got := c.Run(context.Background(), world()).Outcome
		want := judge.NotRun // there is no sandbox
		if len(c.Roles) > 0 {
			want = judge.NotClaimed
		}
		if got != want || role != "" && !slices.Contains(c.Roles, role) {
			t.Errorf("%s of roles %v: %s, want %s", c.Requirement, c.Roles, got, want)
		}
	}
}
