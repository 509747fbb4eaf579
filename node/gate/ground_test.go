package gate_test

import (
	"context"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// agreed is a gate of the club with one person, whose talent the city may have
// for a month for these purposes.
func agreed(t *testing.T, purposes ...string) (*neighbours, *gate.Gate, consent.Record) {
	t.Helper()
	n := meet(t, time.Unix(founded+86400, 0), company, city, university, club)
	n.list("matching", "training")
	g := n.gateAt(club)
	ctx := context.Background()
	n.write(g, func(tx *store.Tx) error {
		return tx.PutPerson(store.Person{ID: "rower", FamilyName: "Fiction", GivenName: "Rower", CreatedAt: founded, Demo: true})
	})
	_, err := g.PutTalent(ctx, store.TalentProfile{
		Person: "rower", Region: "141003", Languages: []string{"ja"},
		Skills: []spec.Skill{{URI: "https://skills.example/rowing", Level: 4, Basis: "self"}},
	})
	n.must(err)
	given, err := g.Grant(ctx, consent.Ask{
		Person: "rower", Recipient: city, Kinds: []spec.Kind{spec.KindTalent}, Purposes: purposes,
		Until: n.now.Add(30 * 24 * time.Hour), Language: "en",
	})
	n.must(err)
	return n, g, given
}

// lastTold is what the city's log says last, and its purpose where it is live.
func (n *neighbours) lastTold(g *gate.Gate) (size int, state spec.State, purpose string) {
	n.t.Helper()
	served, err := g.Serve(context.Background(), spec.LogFor(city), city, 0, 500)
	n.must(err)
	last := served.Items[len(served.Items)-1]
	if last.Record != "" {
		record, err := spec.Open(last.Record, n.keys[club], spec.Expect{Issuer: club, Audience: city, Now: n.now})
		n.must(err)
		e := record.Envelope()
		purpose = e.Purpose
	}
	return len(served.Items), last.State, purpose
}

func (n *neighbours) reconsider(g *gate.Gate, want int) {
	n.t.Helper()
	moved, err := g.Reconsider(context.Background())
	n.must(err)
	if moved != want {
		n.t.Errorf("%d consents gained or lost a record, want %d", moved, want)
	}
}

// TestWhatThePolicyTakesAwayIsWithdrawnAndSaidAnewWhenItComesBack, whichever
// part of the policy it is; the person's consent stays given.
func TestWhatThePolicyTakesAwayIsWithdrawnAndSaidAnewWhenItComesBack(t *testing.T) {
	for name, c := range map[string]struct{ goes, comes func(*neighbours) }{
		"the recipient is suspended": {
			func(n *neighbours) { n.suspend(city) }, (*neighbours).admitBack,
		},
		"the recipient leaves": {
			func(n *neighbours) { n.setStatus(city, policy.StatusLeft) }, nil,
		},
		"the purpose is no longer listed": {
			func(n *neighbours) { n.list("training") }, func(n *neighbours) { n.list("matching") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			n, g, given := agreed(t, "matching")
			n.reconsider(g, 0)
			c.goes(n)
			n.reconsider(g, 1)
			size, state, _ := n.lastTold(g)
			if size != 2 || state != spec.Withdrawn {
				t.Fatalf("the log of %d ends with %s, want 2 and withdrawn", size, state)
			}
			n.reconsider(g, 0)
			n.read(g, func(tx *store.Tx) error {
				row, err := tx.Consent(given.RecordID)
				if row.State != consent.Given {
					t.Errorf("the person's consent is %s", row.State)
				}
				owed, lookErr := tx.ReceiptsOf("rower")
				if lookErr != nil || len(owed) != 1 || owed[0].Action != spec.ActionWithdrawn {
					t.Errorf("receipts owed: %+v, %v", owed, lookErr)
				}
				return err
			})
			if c.comes == nil {
				return
			}
			c.comes(n)
			n.reconsider(g, 1)
			if size, state, purpose := n.lastTold(g); size != 3 || state != spec.Live || purpose != "matching" {
				t.Errorf("allowed again, the log of %d ends with %s for %s", size, state, purpose)
			}
			n.reconsider(g, 0)
		})
	}
}

// TestARecordUnderAPurposeThatIsGoneIsSaidAnewUnderOneThatStands: the old one
// is taken back first.
func TestARecordUnderAPurposeThatIsGoneIsSaidAnewUnderOneThatStands(t *testing.T) {
	n, g, _ := agreed(t, "matching", "training")
	n.list("training")
	n.reconsider(g, 1)
	if size, state, purpose := n.lastTold(g); size != 3 || state != spec.Live || purpose != "training" {
		t.Errorf("the log of %d ends with %s for %s, want it said anew for training", size, state, purpose)
	}
}

// TestAConsentWhoseTimeIsOverWithdrawsWhatWasSaid once, at its end and not
// before.
func TestAConsentWhoseTimeIsOverWithdrawsWhatWasSaid(t *testing.T) {
	n, g, given := agreed(t, "matching")
	lapse := func(want int) {
		t.Helper()
		ended, err := g.Lapse(context.Background(), 100)
		n.must(err)
		if ended != want {
			t.Errorf("%d consents lapsed, want %d", ended, want)
		}
	}
	lapse(0)
	n.now = n.now.Add(30 * 24 * time.Hour)
	lapse(1)
	if size, state, _ := n.lastTold(g); size != 2 || state != spec.Withdrawn {
		t.Errorf("the log of %d ends with %s, want withdrawn", size, state)
	}
	lapse(0)
	n.reconsider(g, 0)
	n.read(g, func(tx *store.Tx) error {
		row, err := tx.Consent(given.RecordID)
		if row.State != consent.Given {
			t.Errorf("the person's consent is %s", row.State)
		}
		return err
	})
}
