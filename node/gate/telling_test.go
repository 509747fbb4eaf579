package gate_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

func profileOf(person string, level int) store.TalentProfile {
	return store.TalentProfile{
		Person: person, Region: "141003", Languages: []string{"ja"},
		Skills: []spec.Skill{{URI: "https://skills.example/rowing", Level: level, Basis: "self"}},
	}
}

// crew is people of the club who share their talent with the city.
func (n *neighbours) crew(g *gate.Gate, count int) []string {
	n.t.Helper()
	people := make([]string, count)
	for i := range people {
		people[i] = fmt.Sprintf("rower %d", i)
		n.write(g, func(tx *store.Tx) error {
			return tx.PutPerson(store.Person{ID: people[i], FamilyName: "Fiction", GivenName: "Rower", CreatedAt: founded, Demo: true})
		})
		_, err := g.Grant(context.Background(), consent.Ask{
			Person: people[i], Recipient: city, Kinds: []spec.Kind{spec.KindTalent}, Purposes: []string{"matching"},
			Until: n.now.Add(30 * 24 * time.Hour), Language: "en",
		})
		n.must(err)
	}
	return people
}

// levels opens every record of the city's log and answers the levels that were
// said of each subject, in order; a sequence that does not rise is a fault.
func (n *neighbours) levels(g *gate.Gate) map[spec.Subject][]int {
	n.t.Helper()
	served, err := g.Serve(context.Background(), spec.LogFor(city), city, 0, 500)
	n.must(err)
	said, last := make(map[spec.Subject][]int), make(map[spec.Subject]uint64)
	for i, it := range served.Items {
		if it.N != uint64(i) {
			n.t.Fatalf("entry %d has n %d", i, it.N)
		}
		var token string
		n.read(g, func(tx *store.Tx) error {
			e, err := tx.Entry(it.ID)
			token = e.Token
			return err
		})
		record, err := spec.Open(token, n.keys[club], spec.Expect{Issuer: club, Audience: city, Now: n.now})
		n.must(err)
		e := record.Envelope()
		if e.Sequence <= last[e.Subject] {
			n.t.Errorf("entry %d has sequence %d after %d", i, e.Sequence, last[e.Subject])
		}
		last[e.Subject] = e.Sequence
		said[e.Subject] = append(said[e.Subject], record.Body().(*spec.Talent).Skills[0].Level)
	}
	return said
}

// TestManyPeopleTellInOneTransaction, one of them three times: each change is
// said in its order, and what is refused leaves nothing and stops nobody.
func TestManyPeopleTellInOneTransaction(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), company, city, university, club)
	g := n.gateAt(club)
	crew := n.crew(g, 20)
	group := []store.TalentProfile{profileOf(crew[0], 1), profileOf("nobody", 2), profileOf(crew[0], 2)}
	for _, person := range crew[1:] {
		group = append(group, profileOf(person, 4))
	}
	group = append(group, profileOf(crew[0], 3))
	refused, err := g.TellTogether(group...)
	n.must(err)
	for i, why := range refused {
		if want := group[i].Person == "nobody"; errors.Is(why, gate.ErrUnknownPerson) != want || !want && why != nil {
			t.Errorf("telling %d of %s: %v", i, group[i].Person, why)
		}
	}
	said := n.levels(g)
	n.read(g, func(tx *store.Tx) error {
		if _, err := tx.TalentProfile("nobody"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a refused telling left a profile: %v", err)
		}
		for i, person := range crew {
			pairs, err := tx.PairwiseOf(person)
			if err != nil || len(pairs) != 1 {
				t.Fatalf("%s has %d names, %v", person, len(pairs), err)
			}
			want := []int{4}
			if i == 0 {
				want = []int{1, 2, 3}
			}
			if got := said[pairs[0].Subject]; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s said %v, want %v", person, got, want)
			}
			entry, err := tx.Entry(pairs[0].LastID)
			if err != nil || entry.State != store.StateLive || entry.Sequence != pairs[0].LastSequence {
				t.Errorf("the last record of %s is %s with sequence %d, not %d: %v", person, entry.State, entry.Sequence, pairs[0].LastSequence, err)
			}
		}
		return nil
	})
}

// TestTellingsFailTogetherAndAreRepeated at the two faults of their commit: no
// place of a log is given twice, and nothing that was acknowledged is lost.
func TestTellingsFailTogetherAndAreRepeated(t *testing.T) {
	for _, point := range []string{"store.commit.before", "store.commit.after"} {
		n := meet(t, time.Unix(founded+86400, 0), company, city, university, club)
		g := n.gateAt(club)
		crew := n.crew(g, 5)
		var group []store.TalentProfile
		for _, person := range crew {
			group = append(group, profileOf(person, 2))
		}
		disarm := fail.Arm(point, 1)
		if _, err := g.TellTogether(group...); !errors.Is(err, fail.ErrInjected) {
			t.Fatalf("%s: %v", point, err)
		}
		disarm()
		_, err := g.TellTogether(group...)
		n.must(err)
		want := 1
		if point == "store.commit.after" {
			want = 2 // the failed one stands, as its error leaves open
		}
		for subject, levels := range n.levels(g) {
			if len(levels) != want {
				t.Errorf("%s: %s was said %d times, want %d", point, subject, len(levels), want)
			}
		}
	}
}
