package gate_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

func (n *neighbours) rejudge(g *gate.Gate, from spec.NodeID) []gate.Outcome {
	n.t.Helper()
	out, err := g.Rejudge(context.Background(), from)
	n.must(err)
	return out
}

func (n *neighbours) parked(g *gate.Gate, from spec.NodeID) int64 {
	n.t.Helper()
	var count int64
	n.read(g, func(tx *store.Tx) error {
		var err error
		count, _, err = tx.ParkedStats(from)
		return err
	})
	return count
}

// late is a fact that comes after the record that needs it.
type late struct {
	requirement string
	record      func(n *neighbours) string
	comes       func(n *neighbours, g *gate.Gate)
}

func lateFacts() map[string]late {
	sound := func(n *neighbours) string { return n.talent(club, company, nil) }
	fresh := spec.Subject(spec.RandomUUID())
	return map[string]late{
		"its issuer's keys": {
			"REQ-KEY-007",
			func(n *neighbours) string { token := sound(n); n.away(club); return token },
			func(n *neighbours, _ *gate.Gate) { n.back(club) },
		},
		"its key in a longer history": {
			"REQ-KEY-007",
			func(n *neighbours) string { n.rotateUnseen(club); return sound(n) },
			func(n *neighbours, _ *gate.Gate) { n.back(club) },
		},
		"its policy": {
			"REQ-ENV-009",
			func(n *neighbours) string {
				return n.talent(club, company, func(b *spec.Talent) { b.Policy = n.book.Size() + 1 })
			},
			func(n *neighbours, _ *gate.Gate) { n.list("matching", "evaluation") },
		},
		"its purpose": {
			"REQ-ENV-013",
			func(n *neighbours) string {
				return n.talent(club, company, func(b *spec.Talent) { b.Purpose = "training" })
			},
			func(n *neighbours, _ *gate.Gate) { n.list("matching", "training") },
		},
		"its issuer's membership": {
			"REQ-ENV-014",
			func(n *neighbours) string { n.suspend(club); return sound(n) },
			func(n *neighbours, _ *gate.Gate) { n.admitBack() },
		},
		"its time": {
			"REQ-ENV-006",
			func(n *neighbours) string {
				return n.talent(club, company, func(b *spec.Talent) { b.IssuedAt = n.now.Unix() + 61 })
			},
			func(n *neighbours, _ *gate.Gate) { n.now = n.now.Add(time.Second) },
		},
		"its engagement": {
			"REQ-EVL-011",
			func(n *neighbours) string { return n.credential(club, company, fresh) },
			func(n *neighbours, g *gate.Gate) { n.engage(g, club, fresh) },
		},
	}
}

// TestARecordThatComesBeforeTheFactItNeedsIsParkedAndLaterAdmitted, whatever
// the fact, and a good record behind it is never held up.
func TestARecordThatComesBeforeTheFactItNeedsIsParkedAndLaterAdmitted(t *testing.T) {
	for name, l := range lateFacts() {
		t.Run(name, func(t *testing.T) {
			n := meet(t, time.Unix(founded+86400, 0), company, city, university, club)
			g := n.gateAt(company)
			token := l.record(n)
			out := n.deliver(g, club, token)
			if out[0].Verdict != gate.Parked || out[0].Refusal.Requirement != l.requirement {
				t.Fatalf("before: %s (%v), want it parked by %s", out[0].Verdict, out[0].Refusal, l.requirement)
			}
			if again := n.rejudge(g, club); len(again) != 0 || n.parked(g, club) != 1 {
				t.Fatalf("judged again though nothing has moved: %v", again)
			}
			l.comes(n, g)
			out = n.rejudge(g, club)
			if len(out) != 1 || out[0].Verdict != gate.Admitted || n.parked(g, club) != 0 {
				t.Fatalf("after: %v, want it admitted", out)
			}
			if _, id := spec.Peek(token); n.state(g, id) != store.StateLive {
				t.Error("the admitted record is not in the ledger")
			}
		})
	}
}

// TestAParkedRecordIsLostByNoFault: whichever commit of a new hearing fails,
// failed or failed but persisted, the record is admitted by the next one.
func TestAParkedRecordIsLostByNoFault(t *testing.T) {
	for _, point := range []string{"store.commit.before", "store.commit.after"} {
		for passage := int64(1); passage <= 3; passage++ {
			n := meet(t, time.Unix(founded+86400, 0), company, club)
			g := n.gateAt(company)
			token := n.talent(club, company, nil)
			n.away(club)
			n.deliver(g, club, token)
			n.back(club)
			disarm := fail.Arm(point, passage)
			_, err := g.Rejudge(context.Background(), club)
			disarm()
			if err != nil && !errors.Is(err, fail.ErrInjected) {
				t.Fatal(err)
			}
			n.rejudge(g, club)
			if ids := n.current(g, spec.KindTalent); len(ids) != 1 {
				t.Errorf("%s, passage %d: %d records in use, want 1", point, passage, len(ids))
			}
		}
	}
}

// TestWhatWaitsTooLongIsDropped, and what was taken back while it waited never
// comes in.
func TestWhatWaitsTooLongIsDropped(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), company, club)
	g := n.gateAt(company)
	long := func(b *spec.Talent) { b.Expires, b.Until = n.now.Unix()+20*86400, n.now.Unix()+30*86400 }
	first, second := n.talent(club, company, long), n.talent(club, company, long)
	n.away(club)
	n.deliver(g, club, first, second)
	_, id := spec.Peek(second)
	n.deliverItems(g, club, []spec.Item{{N: 2, ID: id, Kind: spec.KindTalent, State: spec.Withdrawn}})
	if left := n.parked(g, club); left != 1 {
		t.Fatalf("%d wait after the withdrawal of one, want 1", left)
	}
	n.now = n.now.Add(8 * 24 * time.Hour)
	if out := n.rejudge(g, club); len(out) != 0 || n.parked(g, club) != 0 {
		t.Errorf("after eight days %d wait and %d were decided, want none", n.parked(g, club), len(out))
	}
	n.back(club)
	n.rejudge(g, club)
	if ids := n.current(g, spec.KindTalent); len(ids) != 0 {
		t.Errorf("%d records came in late", len(ids))
	}
}

// TestOneNeighbourParksNoMoreThanItsRoom: beyond it only the place to read
// again from is kept, and nothing stops.
func TestOneNeighbourParksNoMoreThanItsRoom(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), company, club, city)
	g := n.gateAt(company)
	n.away(club)
	for from := 0; from < store.MostParked+25; from += 500 {
		var items []spec.Item
		for i := from; i < min(from+500, store.MostParked+25); i++ {
			items = append(items, itemOf(i, n.unsignedTalent(club, company)))
		}
		if out := n.deliverItems(g, club, items); count(out, gate.Parked) != len(items) {
			t.Fatalf("of %d items %d are parked", len(items), count(out, gate.Parked))
		}
	}
	if got := n.parked(g, club); got != store.MostParked {
		t.Errorf("%d wait, want %d", got, store.MostParked)
	}
	n.read(g, func(tx *store.Tx) error {
		at, err := tx.ParkedOverflow(club)
		if at != store.MostParked {
			t.Errorf("to be read again from %d, want %d", at, store.MostParked)
		}
		return err
	})
	if out := n.deliver(g, city, n.talent(city, company, nil)); out[0].Verdict != gate.Admitted {
		t.Errorf("another neighbour's record: %v", out[0].Refusal)
	}
}

// What the tests above do to the world.

// unsignedTalent costs no signature: while the key is unknown, none is looked at.
func (n *neighbours) unsignedTalent(issuer, audience spec.NodeID) string {
	n.t.Helper()
	if n.sample == "" {
		n.sample = n.talent(issuer, audience, nil)
	}
	parts := strings.Split(n.sample, ".")
	var payload map[string]any
	n.must(json.Unmarshal(spec.Payload(n.sample), &payload))
	payload["jti"] = spec.NewUUID()
	octets, err := json.Marshal(payload)
	n.must(err)
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(octets) + "." + parts[2]
}

func (n *neighbours) away(id spec.NodeID) { n.unseen[id] = n.keys[id]; delete(n.keys, id) }

func (n *neighbours) back(id spec.NodeID) { n.keys[id] = n.unseen[id] }

// rotateUnseen lets a node sign with a key that nobody knows of yet.
func (n *neighbours) rotateUnseen(id spec.NodeID) {
	n.t.Helper()
	known := n.keys[id]
	n.introduce(id)
	n.unseen[id] = n.keys[id]
	n.keys[id] = known
}

func (n *neighbours) suspend(id spec.NodeID) {
	n.t.Helper()
	n.setStatus(id, policy.StatusSuspended)
	n.suspended = id
}

func (n *neighbours) admitBack() { n.t.Helper(); n.setStatus(n.suspended, policy.StatusActive) }

func (n *neighbours) setStatus(id spec.NodeID, status string) {
	n.t.Helper()
	next := policy.Register{Threshold: n.book.Register().Threshold}
	for _, m := range n.book.Register().Members {
		if m.Node == id {
			m.Status = status
		}
		next.Members = append(next.Members, m)
	}
	n.adopt(policy.SeriesRegister, next)
}
