package node_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/spec"
)

// What a running node still signs with the old key, until it has noticed that
// its key was replaced, is refused by nobody who learns of the new one first.
// Tokens of the old key end at once all the same.
func TestARotationCostsNoRecordInFlight(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the city holds the record", func() bool { return len(f.Current("city", spec.KindTalent)) == 1 })
	f.Stop("city")

	data, root := f.Config("club").Data, f.Founded.Roots[f.ID("club")]
	on, err := keys.Load(data)
	if err != nil {
		t.Fatal(err)
	}
	token, err := node.IssueAccess(on.Record, f.ID("club"), "operator", "", f.Clock.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	mayAsk := func() bool {
		h := http.Header{"Authorization": {"Bearer " + token}}
		return send(t, http.MethodGet, string(f.ID("club"))+"/v1/peers", nil, h).status == http.StatusOK
	}
	if !mayAsk() {
		t.Error("an operator's token opens nothing")
	}
	present, err := keys.Rotate(data, root, f.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	f.Clock.Move(2 * time.Second)
	second := f.Person("club", "Second")
	f.Talent("club", second)
	f.Consent("club", second, "city", spec.KindTalent)
	if err := f.Node("club").ReloadKeys(f.Context()); err != nil {
		t.Fatal(err)
	}
	if mayAsk() {
		t.Error("a token of the old key is still good")
	}
	third := f.Person("club", "Third")
	f.Talent("club", third)
	f.Consent("club", third, "city", spec.KindTalent)

	f.Start("city")
	f.Eventually("the city holds all three", func() bool { return len(f.Current("city", spec.KindTalent)) == 3 })
	if list := refusedBy(t, f, "city", f.ID("club")); len(list) != 0 {
		t.Errorf("the city refused %v", list)
	}
	under := make(map[string]int)
	for _, l := range f.Current("city", spec.KindTalent) {
		under[f.Entry("city", l.Current.ID).KID]++
	}
	if len(under) != 2 || under[present.Record.KID()] == 0 {
		t.Errorf("the records stand under %v", under)
	}
	for _, name := range []string{"city", "club"} {
		f.Stop(name)
		f.Check(name)
	}
}
