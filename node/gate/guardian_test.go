package gate_test

import (
	"errors"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/spec"
)

// TestAMinorConsentsAfterTheirGuardianHasAgreed, and not before.
func TestAMinorConsentsAfterTheirGuardianHasAgreed(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	pupil := f.Person("city", "太郎")
	keep := func(version int64, entry string) {
		err := f.Node("city").Store().Write(f.Context(), func(tx *store.Tx) error {
			_, err := roster.In(tx).Put(roster.Entry{Person: pupil, Entry: entry, Version: version})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	grant := func() error {
		_, err := f.Node("city").Gate().Grant(f.Context(), consent.Ask{
			Person: pupil, Recipient: f.ID("club"), Kinds: []spec.Kind{spec.KindTalent}, Purposes: []string{"matching"},
			Until: f.Clock.Now().Add(24 * time.Hour), Language: "ja",
		})
		return err
	}
	day := func(years int) string { return f.Clock.Now().AddDate(-years, 0, 0).Format(time.DateOnly) }
	keep(1, `{"family":"架空","birth":"`+day(12)+`"}`)
	if err := grant(); !errors.Is(err, gate.ErrGuardian) {
		t.Errorf("a child's consent without a guardian: %v", err)
	}
	keep(2, `{"family":"架空","birth":"`+day(12)+`","guardian":{"name":"架空 親","agreed":"`+day(1)+`","recordedBy":"desk"}}`)
	if err := grant(); err != nil {
		t.Errorf("a child's consent with a guardian's agreement: %v", err)
	}
}
