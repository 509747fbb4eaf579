package match_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/match"
)

// TestAnswersAreThoseOfTryingEverything in random worlds that change between
// questions: people come, change, lose time and go.
func TestAnswersAreThoseOfTryingEverything(t *testing.T) {
	found := map[match.Lack]int{}
	whole, excluded := 0, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		x, w := &match.Index{}, naive{}
		for range 40 {
			change(t, r, x, w, 1+r.IntN(30))
			if x.Len() != len(w) {
				t.Fatalf("seed %d: %d people, want %d", seed, x.Len(), len(w))
			}
			n := someNeed(r)
			got := find(t, x, n)
			want := w.answer(n)
			compare(t, fmt.Sprintf("seed %d", seed), n, got, want)
			for _, m := range got.Near {
				found[m.Lack]++
			}
			whole, excluded = whole+len(got.Candidates), excluded+len(got.Excluded)
		}
	}
	t.Logf("%d candidates, %d excluded, near %v", whole, excluded, found)
	if whole < 1000 || excluded < 50 || len(found) != 5 {
		t.Error("the worlds are too poor to show anything")
	}
}

func change(t *testing.T, r *rand.Rand, x *match.Index, w naive, times int) {
	t.Helper()
	err := x.Write(func(b *match.Batch) error {
		for range times {
			key := fmt.Sprintf("person-%02d", r.IntN(60))
			p, there := w[key]
			switch r.IntN(5) {
			case 0:
				if b.Remove(key) != there {
					t.Errorf("%s was there or not", key)
				}
				delete(w, key)
			case 1, 2:
				p.Free, p.Until = freeTime(r), monday.Add(time.Duration(r.IntN(20)-2)*time.Hour)
				if err := b.Free(key, p.Free, p.Until); (err == nil) != there {
					t.Errorf("free time of %s: %v", key, err)
				}
				if there {
					w[key] = p
				}
			default:
				w[key] = somebody(r, key)
				if err := b.Put(w[key]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, x *match.Index, n match.Need) match.Page {
	t.Helper()
	page, err := x.Find(n)
	if err != nil {
		t.Fatalf("%v: %+v", err, n)
	}
	return page
}

func compare(t *testing.T, where string, n match.Need, got match.Page, want naiveAnswer) {
	t.Helper()
	if len(got.Candidates) != len(want.candidates) {
		t.Fatalf("%s: %d candidates, want %d, for %+v", where, len(got.Candidates), len(want.candidates), n)
	}
	for i, c := range got.Candidates {
		k := want.candidates[i]
		if c.Key != k.person.Key || c.Score != k.score || c.Afar != k.afar || c.Issuer != k.person.Issuer || c.Region != k.person.Region || c.Evaluation != k.person.Evaluation {
			t.Fatalf("%s: rank %d is %+v, want %+v", where, i, c, k)
		}
		checkReasons(t, n, c, k.person)
		checkUnits(t, n, c, k)
	}
	if !n.Excluded {
		want.excluded = nil
	}
	if !slices.Equal(got.Excluded, want.excluded) {
		t.Fatalf("%s: excluded %+v, want %+v", where, got.Excluded, want.excluded)
	}
	if !slices.Equal(got.Near, want.near) {
		t.Fatalf("%s: near %+v\nwant %+v\nfor %+v", where, got.Near, want.near, n)
	}
}

// checkReasons: the parts make the score, and the skills make the fit.
func checkReasons(t *testing.T, n match.Need, c match.Candidate, p match.Person) {
	t.Helper()
	product := float64(c.Evaluation.Mean) / n.Rank.HighestMean * c.Fit * c.Freshness
	if d := product - float64(c.Score); d > 1e-6 || d < -1e-6 {
		t.Errorf("the parts make %v and the score is %v", product, c.Score)
	}
	if len(c.Skills) != len(n.Skills) {
		t.Fatalf("%d skills are explained", len(c.Skills))
	}
	for i, s := range c.Skills {
		want := match.Skill{URI: s.URI, Level: s.Level, Evaluated: s.Evaluated}
		if s.URI != n.Skills[i].URI || s.Weight != n.Rank.Weights[i] || !slices.Contains(p.Skills, want) {
			t.Errorf("skill %d is explained by %+v", i, s)
		}
	}
}

// checkUnits: the proposal is one that the person can keep, and ends earliest.
func checkUnits(t *testing.T, n match.Need, c match.Candidate, k naiveCandidate) {
	t.Helper()
	margin := n.Apart
	if !c.Afar {
		margin = max(margin, n.Travel)
	}
	if len(c.Units) != n.Count || !c.Units[n.Count-1].End.Equal(k.end) {
		t.Fatalf("%d units until %v, want %d until %v: %+v", len(c.Units), c.Units, n.Count, k.end, n)
	}
	for i, u := range c.Units {
		inside := slices.ContainsFunc(joined(k.person.Free), func(w match.Window) bool {
			return !u.Start.Add(-margin).Before(w.Start) && !u.End.Add(margin).After(w.End)
		})
		switch {
		case !inside || u.Start.Before(n.From) || u.End.After(n.To) || u.End.Sub(u.Start) != n.Unit:
			t.Fatalf("unit %d does not fit: %+v", i, u)
		case i == 0 && u.Sitting != 0, n.Sittings > 0 && u.Sitting >= n.Sittings:
			t.Fatalf("unit %d is of sitting %d", i, u.Sitting)
		case i == 0:
		case u.Sitting == c.Units[i-1].Sitting && !u.Start.Equal(c.Units[i-1].End):
			t.Fatalf("a pause before unit %d of one sitting", i)
		case u.Sitting != c.Units[i-1].Sitting && (u.Sitting != c.Units[i-1].Sitting+1 || u.Start.Sub(c.Units[i-1].End) < n.Rest):
			t.Fatalf("no rest before unit %d", i)
		}
	}
}

// TestPagesHaveNoGapAndNoRepeat, whatever their size, also among equals.
func TestPagesHaveNoGapAndNoRepeat(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	x, w := &match.Index{}, naive{}
	for range 40 {
		change(t, r, x, w, 30)
		n := someNeed(r)
		all := find(t, x, n)
		for _, limit := range []int{1, 2, 7} {
			n.Limit, n.Cursor = limit, ""
			var got []match.Candidate
			var shut []match.Excluded
			for {
				page := find(t, x, n)
				got, shut = append(got, page.Candidates...), append(shut, page.Excluded...)
				if len(page.Candidates) > limit || page.Next != "" && len(page.Candidates) < limit {
					t.Fatalf("a page of %d has %d", limit, len(page.Candidates))
				}
				if page.Next == "" {
					break
				}
				n.Cursor = page.Next
				n.Now = n.Now.Add(time.Nanosecond) // a page is asked for later than the one before
			}
			n.Now = monday
			if len(got)+len(all.Candidates) > 0 && !reflect.DeepEqual(got, all.Candidates) {
				t.Fatalf("pages of %d hold %d, want %d", limit, len(got), len(all.Candidates))
			}
			if !n.Excluded && len(shut) > 0 {
				t.Fatal("nobody asked for the excluded")
			}
		}
	}
}
