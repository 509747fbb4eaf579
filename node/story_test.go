package node_test

import (
	"os"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// A city learns of an athlete's busy hours from the club, and keeps the club's
// own signature.
func TestCityLearnsFromClub(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("club", "Rower")
	ics, err := os.ReadFile("calendar/testdata/khal-practice.ics")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Node("club").Gate().PutCalendar(f.Context(), rower, "practice", ics); err != nil {
		t.Fatal(err)
	}
	f.Consent("club", rower, "city", spec.KindAvailability)

	var found []store.Listed
	f.Eventually("the city holds the club's record", func() bool {
		found = f.Current("city", spec.KindAvailability)
		return len(found) == 1
	})
	if found[0].Current.Issuer != f.ID("club") {
		t.Errorf("issuer = %s, want the club", found[0].Current.Issuer)
	}
	record, err := spec.Open(found[0].Token, f.Node("city").Trust().History(f.ID("club")), spec.Expect{
		Issuer: f.ID("club"), Audience: f.ID("city"), Now: f.Clock.Now(),
	})
	if err != nil {
		t.Fatalf("the kept record does not open: %v", err)
	}
	if len(record.Body().(*spec.Availability).Busy) == 0 {
		t.Error("the record shows no busy period")
	}
}

// A withdrawal stands in the reader's log before the person has the answer,
// and the reader's receipt comes back.
func TestAWithdrawnConsentStopsTheUseElsewhere(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	given := f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the city holds the record", func() bool { return len(f.Current("city", spec.KindTalent)) == 1 })

	taken, err := f.Node("club").Gate().Withdraw(f.Context(), rower, given.RecordID)
	if err != nil {
		t.Fatal(err)
	}
	if taken.Records != 1 || taken.Readers != 1 {
		t.Errorf("taken = %+v, want one record at one reader", taken)
	}
	f.Eventually("the city no longer uses it", func() bool { return len(f.Current("city", spec.KindTalent)) == 0 })
	f.Eventually("the receipt is back", func() bool { return f.Settled("club", rower, spec.ActionWithdrawn) == 1 })
}

// Erasing a person reaches every node that holds something, and each answers.
func TestAnErasedPersonIsGoneEverywhere(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("club", "Rower")
	f.Talent("club", rower)
	f.Consent("club", rower, "city", spec.KindTalent)
	f.Eventually("the city holds the record", func() bool { return len(f.Current("city", spec.KindTalent)) == 1 })
	id := f.Current("city", spec.KindTalent)[0].Current.ID

	if _, err := f.Node("club").Gate().Erase(f.Context(), rower); err != nil {
		t.Fatal(err)
	}
	f.Eventually("the city's body is gone", func() bool {
		e := f.Entry("city", id)
		return e.State == store.StateErased && e.Token == "" && e.Subject == ""
	})
	f.Eventually("the receipt is back", func() bool { return f.Settled("club", rower, spec.ActionErased) == 1 })
	if e := f.Entry("club", id); e.Token != "" {
		t.Error("the club still has the body")
	}
}

// A credential comes home under the subject id that the home gave, and under
// no other.
func TestAnEvaluationComesHome(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("city", "Rower")
	f.Consent("city", rower, "club", spec.KindEvaluation)
	until := f.Clock.Now().Add(24 * time.Hour)
	e, err := f.Node("city").Engagements().Engage(f.Context(), rower, f.ID("club"), until)
	if err != nil {
		t.Fatal(err)
	}
	good := nodetest.Evaluation(e)
	if _, err := f.Node("club").Engagements().Evaluate(f.Context(), f.ID("city"), good, nil); err != nil {
		t.Fatal(err)
	}
	e.Subject = spec.Subject(spec.RandomUUID())
	if _, err := f.Node("club").Engagements().Evaluate(f.Context(), f.ID("city"), nodetest.Evaluation(e), nil); err != nil {
		t.Fatal(err)
	}
	f.Eventually("the credential is home", func() bool { return len(f.Current("city", spec.KindEvaluation)) == 1 })
	f.Eventually("the stranger waits", func() bool { return f.Parked("city", f.ID("club")) == 1 })
}
