package demo

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/fukusen/fukusen/spec"
)

func drawn(t *testing.T) (*region, []*seat) {
	t.Helper()
	r, err := readRegion()
	if err != nil {
		t.Fatal(err)
	}
	seats := []*seat{{name: "city"}, {name: "university"}, {name: "company"}, {name: "club"}}
	r.draw(seats)
	return r, seats
}

// Two runs draw the same 300 people, and no full name twice.
func TestTheRegionIsTheSameEveryTime(t *testing.T) {
	_, first := drawn(t)
	_, second := drawn(t)
	seen := make(map[string]bool)
	for i, x := range first {
		for j, p := range x.people {
			name := p.family.Name + p.given.Name
			if seen[name] {
				t.Errorf("%s lives twice", name)
			}
			seen[name] = true
			q := second[i].people[j]
			if q.family != p.family || q.given != p.given || len(q.talent.Skills) != len(p.talent.Skills) {
				t.Fatalf("person %d of %s differs between two runs", j, x.name)
			}
			if p.family.Kana == "" || p.given.Kana == "" || len(p.talent.Skills) == 0 {
				t.Errorf("%s has no reading or no skill", name)
			}
		}
	}
	if len(seen) != 300 {
		t.Errorf("%d people, want 300", len(seen))
	}
}

// The region's code looks right and is nobody's; its skills are 40, each once.
func TestTheRegionIsFictionalAndWellFormed(t *testing.T) {
	r, _ := drawn(t)
	if !(spec.Identifier{Scheme: "jp-municipality", Value: regionCode}).Valid() {
		t.Errorf("%s has a wrong check digit", regionCode)
	}
	seen := make(map[string]bool)
	for _, k := range r.skills {
		if k.URI == "" || k.JA == "" || k.EN == "" || seen[k.URI] {
			t.Errorf("skill %q is incomplete or listed twice", k.URI)
		}
		seen[k.URI] = true
	}
	if len(seen) != 40 {
		t.Errorf("%d skills, want 40", len(seen))
	}
}

// The embedded calendars are the files that real programs wrote, byte for byte.
func TestTheCalendarsAreTheRealOnes(t *testing.T) {
	r, _ := drawn(t)
	if len(r.calendars) < 3 {
		t.Fatalf("%d calendars, want at least 3", len(r.calendars))
	}
	for _, c := range r.calendars {
		original, err := os.ReadFile(filepath.Join("..", "..", "..", "node", "calendar", "testdata", c.name+".ics"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(original, c.ics) {
			t.Errorf("%s.ics differs from its original", c.name)
		}
		if len(titlesIn(c.ics)) == 0 {
			t.Errorf("%s.ics has no title to look for", c.name)
		}
	}
}
