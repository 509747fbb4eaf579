package node_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// saidTo are the records of a person that stand live for a reader.
func saidTo(t *testing.T, f *nodetest.Federation, at string, reader spec.NodeID) []store.Entry {
	t.Helper()
	var found []store.Entry
	read(t, f, at, func(tx *store.Tx) error {
		rows, err := tx.ByIssuer(f.ID(at), 0, 500)
		for _, r := range rows {
			if r.Audience == reader && r.State == store.StateLive && r.Subject != "" {
				found = append(found, r)
			}
		}
		return err
	})
	return found
}

// TestAReceiptNobodyAskedForEndsNoConsent: a reader that was never told to stop
// may say that it did, but what a person agreed to, and the log that shows it,
// are not the reader's to change.
func TestAReceiptNobodyAskedForEndsNoConsent(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club, rogue("rogue"))
	r, club := f.Rogue("rogue"), f.ID("club")
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	given := f.Consent("club", rower, "rogue", spec.KindTalent)
	said := saidTo(t, f, "club", r.ID)
	if len(said) != 1 {
		t.Fatalf("%d records were said to the rogue, want 1", len(said))
	}
	for _, action := range []string{spec.ActionWithdrawn, spec.ActionErased, spec.ActionKept} {
		b := &spec.Receipt{Action: action, IDs: []spec.ID{said[0].ID}, At: f.Clock.Now().Unix()}
		if action == spec.ActionKept {
			b.Basis, b.KeptUntil = "law", f.Clock.Now().Unix()+1000
		}
		r.Say(club, r.Seal(club, b))
	}
	f.Eventually("the club has read the receipts", func() bool {
		return placeIn(t, f, "club", r.ID, spec.LogFor(club)).Next == 3
	})
	if left := saidTo(t, f, "club", r.ID); len(left) != 1 || left[0].Token == "" {
		t.Errorf("%d records stand for the rogue, want 1 with its body", len(left))
	}
	read(t, f, "club", func(tx *store.Tx) error {
		row, err := tx.Consent(given.RecordID)
		if row.State != consent.Given {
			t.Errorf("the consent is %q, and the person did not end it", row.State)
		}
		return err
	})
}

// TestAMadeUpPolicyLogIsNotReadToItsEnd, since it need not have one.
func TestAMadeUpPolicyLogIsNotReadToItsEnd(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club, rogue("rogue"))
	r := f.Rogue("rogue")
	items := make([]spec.Item, 4*spec.MaxLimit)
	for i := range items {
		text := fmt.Sprintf("entry %d\n", i)
		items[i] = spec.Item{ID: spec.Digest([]byte(text)), Kind: spec.KindPolicy, State: spec.Live, Record: text}
	}
	r.Enter(spec.PolicyLog, items...)
	before := r.Asked("/v1/feed/" + spec.PolicyLog)
	err := f.Node("club").Peers().FollowFrom(f.Context(), r.ID, 0)
	if spec.AsRefusal(err) == nil || errors.Is(err, f.Context().Err()) {
		t.Errorf("a made up policy log: %v, want a refusal", err)
	}
	if n := r.Asked("/v1/feed/"+spec.PolicyLog) - before; n != 1 {
		t.Errorf("%d pages of it were read, want 1", n)
	}
}

// TestAnErasureOrderedAgainIsNotWrittenDownAgain: the list outside backups holds
// each id once, however often a neighbour orders.
func TestAnErasureOrderedAgainIsNotWrittenDownAgain(t *testing.T) {
	f := nodetest.New(t, nodetest.City, rogue("rogue"))
	r, city := f.Rogue("rogue"), f.ID("city")
	token := r.Talent(city)
	_, id := spec.Peek(token)
	r.Say(city, token)
	for range 20 {
		r.Say(city, r.Seal(city, &spec.Erasure{IDs: []spec.ID{id}, Basis: "subject-request"}))
	}
	f.Eventually("the city has read the orders", func() bool {
		return placeIn(t, f, "city", r.ID, spec.LogFor(city)).Next == 21
	})
	octets, err := os.ReadFile(f.Config("city").Data + ".erased")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(octets), string(id)); n != 1 {
		t.Errorf("the id stands %d times in the list of erased ids", n)
	}
}
