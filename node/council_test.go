package node_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

// amend brings the next version of the safety document through the council at
// one node.
func amend(t *testing.T, f *nodetest.Federation, at string) {
	t.Helper()
	d, err := documents.Find(policy.TypeSafety)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := f.Founded.Entry(f.Node(at).Trust().Book(), d, json.RawMessage(d.Body), f.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := founding.Submit(f.Context(), f.Node(at), entry); err != nil {
		t.Fatalf("amend at %s: %v", at, err)
	}
}

// A document that two of three council members vote for is in force at the
// council and at a club that has no seat, under one cosigned head.
func TestABallotIsInForceEverywhere(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company, nodetest.Club)
	amend(t, f, "company")
	size, root := f.Node("company").Trust().Book().Size(), f.Node("company").Trust().Book().Root()
	for _, name := range []string{"city", "university", "company", "club"} {
		n := f.Node(name)
		if err := n.WaitPolicy(f.Context(), size); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n.Trust().Book().Root() != root {
			t.Errorf("%s has another root", name)
		}
		if d := n.Trust().Book().InForce(policy.TypeSafety, f.Clock.Now()); d == nil || d.Version != 2 {
			t.Errorf("%s: the second version is not in force", name)
		}
		_, lines, err := spec.SplitCosignatures(n.Trust().PolicyHead())
		if err != nil || len(lines) < 2 {
			t.Errorf("%s: the head carries %d cosignatures, want a majority of three: %v", name, len(lines), err)
		}
	}
}

// The policy advances while one of three council nodes is away, whichever it
// is, and the node that comes back catches up.
func TestPolicyAdvancesWithoutOneAndItCatchesUp(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company)
	for _, away := range []string{"city", "university", "company"} {
		f.Stop(away)
		at := "city"
		if away == at {
			at = "company"
		}
		amend(t, f, at)
		size := f.Node(at).Trust().Book().Size()
		if err := f.Start(away).WaitPolicy(f.Context(), size); err != nil {
			t.Fatalf("%s did not catch up: %v", away, err)
		}
	}
}

// A node joins by a register that its council voted for, and leaves by another.
func TestTheRegisterDecidesWhoBelongs(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	register := *f.Node("city").Trust().Book().Register()
	members := append([]policy.Member(nil), register.Members...)
	for i := range members {
		if members[i].Node == f.ID("club") {
			members[i].Status = policy.StatusLeft
		}
	}
	d, err := documents.Find(policy.SeriesRegister)
	if err != nil {
		t.Fatal(err)
	}
	book := f.Node("city").Trust().Book()
	entry, err := f.Founded.Entry(book, d, policy.Register{Threshold: register.Threshold, Members: members}, f.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := founding.Submit(f.Context(), f.Node("city"), entry); err != nil {
		t.Fatal(err)
	}
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	f.Eventually("the club knows that it has left", func() bool {
		return !f.Node("club").Trust().Book().Register().Active(f.ID("club"))
	})
	if _, err := f.Node("club").Peers().PullNow(f.Context(), f.ID("city")); err == nil {
		t.Error("the city still answers a member that has left")
	}
}

// The same story holds with a city that keeps its records in PostgreSQL.
func TestTheStoryHoldsOnPostgreSQL(t *testing.T) {
	city := nodetest.City
	city.Store = storetest.Postgres(t)
	f := nodetest.New(t, city, nodetest.Club)
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	given := f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the city holds the record", func() bool { return len(f.Current("city", spec.KindTalent)) == 1 })
	if _, err := f.Node("club").Gate().Withdraw(f.Context(), rower, given.RecordID); err != nil {
		t.Fatal(err)
	}
	f.Eventually("the receipt is back", func() bool { return f.Settled("club", rower, spec.ActionWithdrawn) == 1 })

	resident := f.Person("city", "Resident")
	f.Talent("city", resident)
	f.Consent("city", resident, "club", spec.KindTalent)
	f.Eventually("the club holds the city's record", func() bool { return len(f.Current("club", spec.KindTalent)) == 1 })
	if _, err := f.Node("city").Gate().Erase(f.Context(), resident); err != nil {
		t.Fatal(err)
	}
	f.Eventually("the erasure is answered", func() bool { return f.Settled("city", resident, spec.ActionErased) == 1 })
}

// An entry with too few ballots that reaches raft applies nothing, and every
// voter keeps a trace of it: what was refused, by which requirement, who led.
func TestARefusedEntryLeavesATraceAtEveryVoter(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company)
	book := f.Node("city").Trust().Book()
	d, err := documents.Find(policy.TypeSafety)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := f.Founded.Entry(book, d, json.RawMessage(d.Body), f.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(entry, "\n")
	short := lines[0] + lines[1] // one ballot of the two that the threshold asks for
	for {
		_, err = f.Node("city").Submit(f.Context(), short)
		if !errors.Is(err, node.ErrNoLeader) {
			break
		}
	}
	if r := spec.AsRefusal(err); r == nil || r.Requirement != "REQ-POL-002" {
		t.Fatalf("%v, want a refusal by REQ-POL-002", err)
	}
	for _, name := range []string{"city", "university", "company"} {
		f.Eventually(name+" keeps a trace", func() bool {
			var acts []store.Audit
			if err := f.Node(name).Store().Read(f.Context(), func(tx *store.Tx) (err error) {
				acts, err = tx.Audits(20)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(acts, func(a store.Audit) bool {
				return a.Act == "policy.refused REQ-POL-002" && a.Object == string(spec.Digest([]byte(short))) && a.Actor != ""
			})
		})
		if f.Node(name).Trust().Book().Size() != book.Size() {
			t.Errorf("%s: the policy log has moved", name)
		}
	}
}
