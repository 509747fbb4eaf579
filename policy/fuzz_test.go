package policy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// FuzzApply: whatever the octets, the book says yes or names a requirement,
// says the same twice, and never takes an entry whose octets were touched.
func FuzzApply(f *testing.F) {
	fed := found(f)
	rubric := fed.entry(fed.draft("rubric", "rubric", raw(`{}`)), "city", "university")
	list := fed.entry(fed.draft("red-list", "red-list", raw(`{"digest":"`+string(spec.Digest(nil))+`","readers":[]}`)), "city", "company")
	admission := fed.admission("city", "school", "school", nil)
	good := map[string]bool{rubric: true, list: true, admission: true}
	for octets := range good {
		f.Add(octets)
		f.Add(strings.TrimSuffix(octets, "\n"))
		f.Add(octets + octets)
		f.Add(flip(octets))
	}
	f.Add(fed.genesis)
	f.Fuzz(func(t *testing.T, octets string) {
		next, err := fed.book.Apply(octets)
		if again := fed.book.Check(octets); requirementOf(again) != requirementOf(err) {
			t.Fatalf("first %v, then %v", err, again)
		}
		if err != nil {
			if next != nil || spec.AsRefusal(err) == nil || spec.AsRefusal(err).Problem == "" {
				t.Fatalf("refused without a requirement: %v", err)
			}
			return
		}
		if !good[octets] && !sameLines(octets, good) {
			t.Fatalf("took an entry that nobody signed:\n%s", octets)
		}
		if next.Size() != fed.book.Size()+1 || next.Root() == fed.book.Root() {
			t.Fatal("an applied entry did not grow the log")
		}
	})
}

// sameLines reports whether every line of an entry stands in a good one: fewer
// or more ballots of those that were cast are still an entry.
func sameLines(octets string, good map[string]bool) bool {
	all := ""
	for g := range good {
		all += g
	}
	for line := range strings.Lines(octets) {
		if !strings.Contains(all, line) {
			return false
		}
	}
	return true
}

// FuzzBody: a typed body is read or refused, and what was read can be written
// and read again.
func FuzzBody(f *testing.F) {
	fed := governed(f)
	types := []string{"register", "charter", "data-guideline", "safety", "conflict-matrix", "red-list", "rubric"}
	for i := range types {
		f.Add(uint8(i), `{}`)
		f.Add(uint8(i), `{"threshold":2,"members":[],"rules":[],"rows":[{"partyA":"a"}],"digest":""}`)
		f.Add(uint8(i), `{"Rows":null,"rows":[null]}`)
	}
	f.Fuzz(func(t *testing.T, n uint8, body string) {
		if !json.Valid([]byte(body)) {
			return
		}
		name := types[int(n)%len(types)]
		next := &federation{t: t, book: fed.book}
		d := next.draft(name, name, raw(body))
		err := next.check(d)
		if err != nil && spec.AsRefusal(err) == nil {
			t.Fatalf("refused without a requirement: %v", err)
		}
		if err == nil {
			next.adoptAs(d)
			next.book.Decide(policy.Facts{Act: policy.ActEngage, Units: []policy.Interval{unit(0, 1, 0)}}, day(1))
		}
	})
}
