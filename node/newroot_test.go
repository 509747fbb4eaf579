package node_test

import (
	"os"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/restore"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// A club lost its root key and its store with its machine. A ballot pins a new one: the club
// comes back under it, the city believes the new keys and no longer the old
// ones, and a city that starts anew opens its directory all the same.
func TestAMemberComesBackUnderANewRootKey(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the city holds the record", func() bool { return len(f.Current("city", spec.KindTalent)) == 1 })
	f.Stop("club")
	data := f.Config("club").Data
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	f.Clock.Move(2 * time.Second)
	on, off, err := keys.Create(data, f.ID("club"), f.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := node.WriteGenesis(data, f.Founded.Genesis); err != nil {
		t.Fatal(err)
	}
	if err := node.Restore(f.Context(), f.Config("club"), f.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	club := f.Start("club") // the genesis pins the old root key: it reads on
	if club.Trust().History(f.ID("club")) != nil {
		t.Error("the new keys are proven under the old root key")
	}
	register := f.Node("city").Trust().Book().Register()
	members := append([]policy.Member(nil), register.Members...)
	for i := range members {
		if members[i].Node == f.ID("club") {
			members[i].Root = spec.EncodeKey(off.Root.Public())
		}
	}
	f.Vote("city", register.Threshold, members)
	f.Eventually("the club's keys are proven", func() bool { return club.Trust().History(f.ID("club")) != nil })
	knows := func() bool {
		h := f.Node("city").Trust().History(f.ID("club"))
		return h != nil && h.Find(spec.UseRecord, on.Record.KID()) != nil
	}
	f.Eventually("the city believes the new keys", knows)
	f.Stop("city")
	f.Start("city")
	f.Eventually("the city believes them after a new start", knows)
	f.Eventually("the club has asked the city what it holds", func() bool {
		open := true
		err := club.Store().Read(f.Context(), func(tx *store.Tx) error {
			var err error
			open, err = restore.Open(tx)
			return err
		})
		return err == nil && !open
	})
	newcomer := f.Person("club", "Newcomer")
	f.Talent("club", newcomer)
	f.Consent("club", newcomer, "city", spec.KindTalent)
	f.Eventually("the city reads the new log and uses nothing of the lost one", func() bool {
		list := f.Current("city", spec.KindTalent)
		return len(list) == 1 && f.Entry("city", list[0].Current.ID).KID == on.Record.KID()
	})
	if n := len(f.Proofs("city")); n != 0 {
		t.Errorf("the city keeps %d proofs against an honest member", n)
	}
}
