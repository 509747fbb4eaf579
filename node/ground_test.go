package node_test

import (
	"testing"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// A vote suspends the city: without anybody's word, the club takes back what it
// had said to it, and says it anew after the vote that lets the city back in.
func TestAPolicyThatSuspendsAReaderTakesBackWhatItWasTold(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club, nodetest.University, nodetest.Company)
	rower := f.Person("university", "Rower")
	f.Talent("university", rower)
	f.Consent("university", rower, "club", spec.KindTalent)
	f.Eventually("the club holds the record", func() bool { return len(f.Current("club", spec.KindTalent)) == 1 })
	id := f.Current("club", spec.KindTalent)[0].Current.ID
	vote := func(status string) {
		t.Helper()
		register := f.Node("city").Trust().Book().Register()
		members := append([]policy.Member(nil), register.Members...)
		for i := range members {
			if members[i].Node == f.ID("club") {
				members[i].Status = status
			}
		}
		f.Vote("city", register.Threshold, members)
	}
	vote(policy.StatusSuspended)
	f.Eventually("the university has taken it back", func() bool { return f.Entry("university", id).State == string(spec.Withdrawn) })
	vote(policy.StatusActive)
	f.Eventually("the club holds it anew", func() bool {
		list := f.Current("club", spec.KindTalent)
		return len(list) == 1 && list[0].Current.ID != id
	})
}
