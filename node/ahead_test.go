package node_test

import (
	"testing"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// A reader that was away reads many pages, some of them before the ones in
// front are committed, and stands in the end where the writer stands.
func TestAReaderThatWasAwayReadsAheadAndMissesNothing(t *testing.T) {
	const said = 2*spec.MaxLimit + 150
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the city holds the record", func() bool { return len(f.Current("city", spec.KindTalent)) == 1 })
	f.Stop("city")
	for range said {
		f.Talent("club", rower)
	}
	f.Start("city")

	log := spec.LogFor(f.ID("city"))
	var theirs store.Log
	read(t, f, "club", func(tx *store.Tx) (err error) { theirs, err = tx.Log(log); return err })
	var mine store.Cursor
	f.Eventually("the city has read to the end", func() bool {
		read(t, f, "city", func(tx *store.Tx) (err error) { mine, err = tx.Cursor(f.ID("club"), log); return err })
		return mine.Next == theirs.Size
	})
	if string(mine.Frontier) != string(theirs.Frontier) || mine.Failures != 0 {
		t.Errorf("the city has another tree than the club, or %d failures: %s", mine.Failures, mine.Error)
	}
	if n := f.Node("city").Peers().Counts(f.ID("club"))[gate.Admitted]; n == 0 {
		t.Error("nothing was admitted after the start")
	}
	list := f.Current("city", spec.KindTalent)
	if len(list) != 1 || list[0].Current.Sequence < said {
		t.Errorf("the city may use %d versions, want the newest alone", len(list))
	}
}
