package match_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/fukusen/fukusen/node/match"
	"github.com/fukusen/fukusen/spec"
)

// TestManyWhoFitAreRankedAsFew: where most are left out by what they cannot
// reach, those who remain are the best of all.
func TestManyWhoFitAreRankedAsFew(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	x, w := &match.Index{}, naive{}
	err := x.Write(func(b *match.Batch) error {
		for i := range 1500 {
			p := somebody(r, fmt.Sprintf("person-%04d", i))
			w[p.Key] = p
			if err := b.Put(p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 60 {
		n := someNeed(r)
		want := w.answer(n)
		n.Limit, n.Near = 10, 10
		got := find(t, x, n)
		if want.candidates == nil && len(got.Candidates) == 0 {
			continue
		}
		full := len(want.candidates) > n.Limit
		if full != (got.Next != "") {
			t.Fatalf("%d candidates and the next page is %q", len(want.candidates), got.Next)
		}
		if full {
			want.candidates = want.candidates[:n.Limit]
		}
		last := want.candidates[len(want.candidates)-1]
		kept := want.excluded[:0]
		for _, e := range want.excluded {
			before := e.Score > last.score || e.Score == last.score && e.Key < last.person.Key
			if len(kept) < n.Limit && (before || !full) {
				kept = append(kept, e)
			}
		}
		want.excluded = kept
		want.near = want.near[:min(n.Near, len(want.near))]
		compare(t, "a crowd", n, got, want)
	}
}

// TestAQuestionSeesOneMoment: what is written while it is being answered is
// seen by the next.
func TestAQuestionSeesOneMoment(t *testing.T) {
	x := &match.Index{}
	for _, key := range []string{"a", "b", "c"} {
		if err := x.Put(athlete(key, morning(0))); err != nil {
			t.Fatal(err)
		}
	}
	n := lesson()
	changed := false
	n.Exclude = func(string, spec.NodeID) string {
		if changed {
			return ""
		}
		changed = true
		if err := x.Free("b", nil, monday); err != nil {
			t.Error(err)
		}
		if !x.Remove("c") {
			t.Error("c was not there")
		}
		p := athlete("d", morning(0))
		p.Evaluation.Mean = 5
		if err := x.Put(p); err != nil {
			t.Error(err)
		}
		p = athlete("a", morning(0))
		p.Region, p.Evaluation.Mean = "271004", 1
		if err := x.Put(p); err != nil {
			t.Error(err)
		}
		return ""
	}
	keys := func() (list string) {
		for _, c := range find(t, x, n).Candidates {
			list += c.Key
		}
		return list
	}
	if got := keys(); got != "abc" {
		t.Errorf("the question found %q", got)
	}
	if got := keys(); got != "d" {
		t.Errorf("the next found %q", got)
	}
}
