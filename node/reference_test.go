package node_test

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// leave erases a person of the city, and answers the reference.
func leave(t *testing.T, f *nodetest.Federation, person string) string {
	t.Helper()
	reference, city := rand.Text(), f.Node("city")
	err := city.Store().Write(t.Context(), func(tx *store.Tx) error { return enrol.Refer(tx, reference, person, f.Clock.Now()) })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := city.Gate().Erase(t.Context(), person); err != nil {
		t.Fatal(err)
	}
	return reference
}

// The reference of an erasure leads somewhere for ninety days after the last
// receipt; where one never comes, for 400 days after its deadline. Then nothing
// of it is left in the store.
func TestAReferenceIsForgottenOnceTheErasureIsOldHistory(t *testing.T) {
	const day = 24 * time.Hour
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	shared := func(name string) string {
		person := f.Person("city", name)
		f.Talent("city", person)
		f.Consent("city", person, "club", spec.KindTalent)
		return person
	}
	settles, waits, alone := shared("Settles"), shared("Waits"), f.Person("city", "Alone")
	f.Eventually("the club holds both records", func() bool { return len(f.Current("club", spec.KindTalent)) == 2 })
	settled := leave(t, f, settles)
	f.Eventually("the club's receipt has come", func() bool { return f.Settled("city", settles, spec.ActionErased) == 1 })
	f.Stop("club")
	unanswered, nobody := leave(t, f, waits), leave(t, f, alone)
	began, city := f.Clock.Now(), f.Node("city")
	var due int64
	leads := func(reference string) bool {
		t.Helper()
		err := city.Store().Read(t.Context(), func(tx *store.Tx) error {
			e, err := enrol.Referred(tx, reference)
			for _, r := range e.Receipts {
				due = r.Due
			}
			return err
		})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		return err == nil
	}
	if !leads(unanswered) || due <= began.Unix() {
		t.Fatalf("nothing is owed for the person whose records the club holds; due %d", due)
	}
	owed := time.Unix(due, 0).Sub(began)
	for _, c := range []struct {
		after                       time.Duration
		settled, nobody, unanswered bool
	}{
		{0, true, true, true},
		{enrol.ReferenceKept - day, true, true, true},
		{enrol.ReferenceKept + day, false, false, true},
		{owed + enrol.ReferenceOwed - day, false, false, true},
		{owed + enrol.ReferenceOwed + day, false, false, false},
	} {
		f.Clock.Move(c.after - f.Clock.Now().Sub(began))
		if err := city.Clean(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, lead := range map[string][2]bool{
			"settled": {leads(settled), c.settled}, "of nobody else": {leads(nobody), c.nobody}, "unanswered": {leads(unanswered), c.unanswered},
		} {
			if lead[0] != lead[1] {
				t.Errorf("after %v the %s reference leads somewhere: %t", c.after, name, lead[0])
			}
		}
	}
	err := city.Store().Read(t.Context(), func(tx *store.Tx) error {
		left, err := tx.MetaNames("erasure.")
		if len(left) > 0 {
			t.Errorf("left: %v", left)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
