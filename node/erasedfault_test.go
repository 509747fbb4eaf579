package node_test

import (
	"errors"
	"testing"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/spec"
)

// An erasure that was cut short before or after its line in the list outside
// backups can be asked for again, also after a restart: the reader gets the
// order, and nothing of the person is left on either side.
func TestAnErasureThatWasCutShortIsRepeated(t *testing.T) {
	for _, point := range []string{"erased.write.before", "erased.write.after"} {
		t.Run(point, func(t *testing.T) {
			f := nodetest.New(t, nodetest.City, nodetest.Club)
			person := f.Person("city", "Leaves")
			f.Talent("city", person)
			f.Consent("city", person, "club", spec.KindTalent)
			f.Eventually("the club holds the record", func() bool { return len(f.Current("club", spec.KindTalent)) == 1 })
			disarm := fail.Arm(point, 1)
			_, err := f.Node("city").Gate().Erase(f.Context(), person)
			disarm()
			if !errors.Is(err, fail.ErrInjected) {
				t.Fatalf("the erasure ended with %v", err)
			}
			f.Stop("city")
			f.Start("city")
			taken, err := f.Node("city").Gate().Erase(f.Context(), person)
			if err != nil || taken.Readers != 1 || taken.Records != 1 {
				t.Errorf("asked again, it ordered %+v, %v", taken, err)
			}
			f.Eventually("the club has erased it", func() bool { return len(f.Current("club", spec.KindTalent)) == 0 })
			for _, name := range []string{"city", "club"} {
				f.Stop(name)
				f.Check(name)
			}
		})
	}
}
