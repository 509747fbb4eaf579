package node_test

import (
	"testing"

	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/documents"
	"github.com/fukusen/fukusen/spec"
)

// A confidential body that its drafter could not give at first is fetched when
// it can, without any further change of policy.
func TestAConfidentialBodyThatComesLateIsFetched(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company)
	city, university := f.Node("city"), f.Node("university")
	octets, sealed, err := policy.SealConfidential([32]byte{7}, &policy.RedList{Rows: []policy.RedRow{{
		PartyA: "https://fictional-sails.example", PartyB: "https://fictional-masts.example",
		ValidFrom: f.Clock.Now().Unix(), ReasonCode: "fictional",
	}}}, []spec.NodeID{f.ID("university")})
	if err != nil {
		t.Fatal(err)
	}
	d, err := documents.Find(policy.TypeRedList)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := f.Founded.Entry(city.Trust().Book(), d, sealed, f.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := founding.Submit(f.Context(), city, entry); err != nil {
		t.Fatal(err)
	}
	if err := university.WaitPolicy(f.Context(), city.Trust().Book().Size()); err != nil {
		t.Fatal(err)
	}
	if university.Trust().Book().HasBody(sealed.Digest) {
		t.Fatal("the university has a body that nobody gave it")
	}
	// While the drafter is away nobody can give it; when it is back nothing but
	// the asking again brings it.
	f.Stop("city")
	if err := f.Start("city").KeepConfidential(f.Context(), sealed.Digest, octets); err != nil {
		t.Fatal(err)
	}
	f.Eventually("the university has the body", func() bool { return university.Trust().Book().HasBody(sealed.Digest) })
}
