package gate_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// order is an erasure order of an issuer for an audience.
func (n *neighbours) order(issuer, audience spec.NodeID, ids ...spec.ID) string {
	n.t.Helper()
	return n.seal(n.signers[issuer], &spec.Erasure{
		Envelope: spec.Envelope{
			Issuer: issuer, Audience: audience, IssuedAt: n.now.Unix() - 60, JTI: spec.NewUUID(), UID: spec.RandomUUID(),
			Sequence: 1, Policy: 1,
		},
		IDs: ids, Basis: "subject-request",
	})
}

// named lists the ids in the records of a kind that a gate said to a reader.
func (n *neighbours) named(g *gate.Gate, reader spec.NodeID, kind spec.Kind) [][]spec.ID {
	n.t.Helper()
	served, err := g.Serve(context.Background(), spec.LogFor(reader), reader, 0, 500)
	n.must(err)
	var found [][]spec.ID
	for _, it := range served.Items {
		if it.Kind != kind || it.Record == "" {
			continue
		}
		var b struct {
			IDs []spec.ID `json:"ids"`
		}
		n.must(json.Unmarshal(spec.Payload(it.Record), &b))
		found = append(found, b.IDs)
	}
	return found
}

func idOf(token string) spec.ID {
	_, id := spec.Peek(token)
	return id
}

// TestErasingAPersonReachesACredentialThatStillWaits: it leaves its place, its
// issuer is ordered to erase it, and it never comes in.
func TestErasingAPersonReachesACredentialThatStillWaits(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), company, city, university, club)
	g := n.gateAt(company)
	subject := spec.Subject(spec.RandomUUID())
	n.engage(g, club, subject)
	about, other := n.credential(club, company, subject), n.credential(club, company, spec.Subject(spec.RandomUUID()))
	n.away(club)
	n.deliver(g, club, about, other)
	if waiting := n.parked(g, club); waiting != 2 {
		t.Fatalf("%d wait, want both", waiting)
	}
	taken, err := g.Erase(context.Background(), "rower")
	n.must(err)
	if taken.Records != 1 || taken.Readers != 1 || n.parked(g, club) != 1 {
		t.Errorf("taken %+v, %d still wait; want one record at one node, and the other's credential waiting", taken, n.parked(g, club))
	}
	if got := n.named(g, club, spec.KindErasure); len(got) != 1 || !slices.Equal(got[0], []spec.ID{idOf(about)}) {
		t.Errorf("the club was ordered %v, want the credential", got)
	}
	n.back(club)
	if out := n.deliver(g, club, about); out[0].Verdict != gate.Refused || out[0].Refusal.Requirement != "REQ-ERA-005" {
		t.Errorf("when it came again: %s (%v)", out[0].Verdict, out[0].Refusal)
	}
}

// TestWhatWasErasedWhileItWaitedNeverComesIn, whether the order came later or
// in the same delivery.
func TestWhatWasErasedWhileItWaitedNeverComesIn(t *testing.T) {
	for name, together := range map[string]bool{"later": false, "in the same delivery": true} {
		t.Run(name, func(t *testing.T) {
			n := meet(t, time.Unix(founded+86400, 0), company, city, university, club)
			g := n.gateAt(company)
			waits := n.talent(club, company, func(b *spec.Talent) { b.Purpose = "training" })
			erase := n.order(club, company, idOf(waits))
			if together {
				n.deliver(g, club, waits, erase)
			} else {
				n.deliver(g, club, waits)
				n.deliver(g, club, erase)
			}
			if left := n.parked(g, club); left != 0 {
				t.Errorf("%d still wait", left)
			}
			if got := n.named(g, club, spec.KindReceipt); len(got) != 1 || !slices.Equal(got[0], []spec.ID{idOf(waits)}) {
				t.Errorf("receipts name %v, want the id", got)
			}
			n.list("matching", "training")
			if out := n.deliver(g, club, waits); out[0].Verdict != gate.Refused || out[0].Refusal.Requirement != "REQ-ERA-005" {
				t.Errorf("when it came again: %s (%v)", out[0].Verdict, out[0].Refusal)
			}
		})
	}
}

// TestAnOrderForWhatCameFromAnotherIsRefusedForTheOperatorToSee: no receipt
// claims it, admitted or waiting, and the rest of the order is answered.
func TestAnOrderForWhatCameFromAnotherIsRefusedForTheOperatorToSee(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), company, city, university, club)
	g := n.gateAt(company)
	held, waits, own := n.talent(club, company, nil), n.talent(club, company, func(b *spec.Talent) { b.Purpose = "training" }), n.talent(city, company, nil)
	n.deliver(g, club, held, waits)
	n.deliver(g, city, own)
	foreign := []spec.ID{idOf(held), idOf(waits)}
	slices.Sort(foreign)

	n.deliverItems(g, city, []spec.Item{itemOf(1, n.order(city, company, foreign...))})
	if got := n.named(g, city, spec.KindReceipt); len(got) != 0 {
		t.Errorf("an order for another's records alone was answered: %v", got)
	}
	var noted []spec.ID
	n.read(g, func(tx *store.Tx) error {
		list, err := tx.RefusedList(city, 100)
		for _, r := range list {
			if r.Requirement == "REQ-ERA-002" && r.Problem == "not-yours" {
				noted = append(noted, r.ID)
			}
		}
		return err
	})
	slices.Sort(noted)
	if !slices.Equal(noted, foreign) {
		t.Errorf("the operator sees %v, want %v", noted, foreign)
	}
	n.deliverItems(g, city, []spec.Item{itemOf(2, n.order(city, company, append(foreign, idOf(own))...))})
	if got := n.named(g, city, spec.KindReceipt); len(got) != 1 || !slices.Equal(got[0], []spec.ID{idOf(own)}) {
		t.Errorf("receipts name %v, want the city's own alone", got)
	}
	if n.state(g, idOf(held)) != store.StateLive || n.parked(g, club) != 1 || n.state(g, idOf(own)) != store.StateErased {
		t.Error("the order reached another's records, or not the city's own")
	}
}
