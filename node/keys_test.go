package node_test

import (
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/spec"
)

// A rotation and a revocation reach the reader: records of before stay valid,
// and what a revoked key signed is said anew with the present one.
func TestARevokedKeyIsFollowedByItsReaders(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the city holds the record", func() bool { return len(f.Current("city", spec.KindTalent)) == 1 })
	first := f.Entry("city", f.Current("city", spec.KindTalent)[0].Current.ID)

	data, root := f.Config("club").Data, f.Founded.Roots[f.ID("club")]
	f.Clock.Move(2 * time.Second)
	if _, err := keys.Rotate(data, root, f.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	f.Clock.Move(2 * time.Second)
	if err := f.Node("club").ReloadKeys(f.Context()); err != nil {
		t.Fatal(err)
	}
	f.Talent("club", rower)
	f.Eventually("the city holds a version under the new key", func() bool {
		list := f.Current("city", spec.KindTalent)
		return len(list) == 1 && f.Entry("city", list[0].Current.ID).KID != first.KID
	})

	second := f.Person("club", "Second")
	f.Talent("club", second)
	f.Consent("club", second, "city", spec.KindTalent)
	f.Eventually("the city holds both", func() bool { return len(f.Current("city", spec.KindTalent)) == 2 })
	present, err := keys.Rotate(data, root, f.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	f.Clock.Move(2 * time.Second)
	middle := f.Entry("city", f.Current("city", spec.KindTalent)[0].Current.ID).KID
	if _, err := keys.Revoke(data, root, middle, "stolen", f.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := f.Node("club").ReloadKeys(f.Context()); err != nil {
		t.Fatal(err)
	}
	f.Eventually("everything current is under the present key", func() bool {
		list := f.Current("city", spec.KindTalent)
		for _, l := range list {
			if f.Entry("city", l.Current.ID).KID != present.Record.KID() {
				return false
			}
		}
		return len(list) == 2
	})
	if h := f.Node("city").Trust().History(f.ID("club")); h.Find(spec.UseRecord, middle).Revoked == nil {
		t.Error("the city does not know of the revocation")
	}
}
