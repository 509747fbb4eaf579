package match_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/match"
)

func athlete(key string, free ...match.Window) match.Person {
	return match.Person{
		Key: key, Issuer: "https://club.example", Region: "131016", Free: free, Until: monday.AddDate(0, 0, 1),
		Skills: []match.Skill{{URI: skillURI(0), Level: 3}}, Evaluation: match.Evaluation{Mean: 4, Count: 2}, Fresh: monday,
	}
}

func morning(day int) match.Window {
	start := monday.AddDate(0, 0, day).Add(9 * time.Hour)
	return match.Window{Start: start, End: start.Add(3 * time.Hour)}
}

func lesson() match.Need {
	return match.Need{
		Skills: []match.SkillNeed{{URI: skillURI(0), Least: 3}}, Place: "131016", From: monday, To: monday.AddDate(0, 0, 7),
		Count: 2, Unit: 90 * time.Minute, Now: monday,
	}
}

// TestEqualsStandInTheOrderOfTheirKeys, in whatever order they came.
func TestEqualsStandInTheOrderOfTheirKeys(t *testing.T) {
	x := &match.Index{}
	for _, i := range rand.New(rand.NewPCG(3, 3)).Perm(50) {
		if err := x.Put(athlete(fmt.Sprintf("p%02d", i), morning(0))); err != nil {
			t.Fatal(err)
		}
	}
	n := lesson()
	n.Limit = 10
	for at := 0; at < 50; {
		page := find(t, x, n)
		for _, c := range page.Candidates {
			if want := fmt.Sprintf("p%02d", at); c.Key != want {
				t.Fatalf("%s stands where %s should", c.Key, want)
			}
			at++
		}
		n.Cursor = page.Next
	}
	if n.Cursor != "" {
		t.Error("the last page names a next one")
	}
}

// TestWhatHasExpiredIsUnknownAndNeverFree: at the second itself already.
func TestWhatHasExpiredIsUnknownAndNeverFree(t *testing.T) {
	x := &match.Index{}
	if err := x.Put(athlete("p", morning(2))); err != nil {
		t.Fatal(err)
	}
	n := lesson()
	n.Near = 1
	n.Now = monday.AddDate(0, 0, 1).Add(-time.Second)
	if page := find(t, x, n); len(page.Candidates) != 1 {
		t.Fatal("a second before nobody is found")
	}
	n.Now = n.Now.Add(time.Second)
	page := find(t, x, n)
	if len(page.Candidates) != 0 || len(page.Near) != 1 || page.Near[0].Lack != match.LackWord {
		t.Errorf("past its end it is %+v", page)
	}
	if err := x.Free("p", []match.Window{morning(2)}, n.Now.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	if page := find(t, x, n); len(page.Candidates) != 1 {
		t.Error("said again, it is not known again")
	}
}

// TestAPersonIsNeverSeenInTwoStates: while a free morning goes from one to the
// other and both change skills, every question finds exactly one of the two.
func TestAPersonIsNeverSeenInTwoStates(t *testing.T) {
	x := &match.Index{}
	err := x.Write(func(b *match.Batch) error { return errors.Join(b.Put(athlete("a", morning(0))), b.Put(athlete("b"))) })
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				page, err := x.Find(lesson())
				if err != nil || len(page.Candidates) != 1 {
					t.Errorf("%d are free, %v", len(page.Candidates), err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 2000 {
		from, to := "a", "b"
		if i%2 == 1 {
			from, to = to, from
		}
		err := x.Write(func(b *match.Batch) error {
			if i%3 == 0 {
				b.Remove(from)
			}
			p, q := athlete(from), athlete(to, morning(i%5))
			p.Skills = append(p.Skills, match.Skill{URI: skillURI(i + 1), Level: 1})
			q.Skills[0].Level = float32(3 + i%2)
			if i%7 == 0 {
				p.Region = "271004"
			}
			return errors.Join(b.Put(p), b.Put(q))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	readers.Wait()
}

// TestWhatMakesNoSenseIsRefused, and changes nothing.
func TestWhatMakesNoSenseIsRefused(t *testing.T) {
	x := &match.Index{}
	if err := x.Put(athlete("p", morning(0))); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*match.Person){
		"no key":            func(p *match.Person) { p.Key = "" },
		"a long key":        func(p *match.Person) { p.Key = strings.Repeat("k", 81) },
		"a region":          func(p *match.Person) { p.Region = "13101" },
		"letters":           func(p *match.Person) { p.Region = "13101x" },
		"a skill twice":     func(p *match.Person) { p.Skills = append(p.Skills, p.Skills[0]) },
		"no level":          func(p *match.Person) { p.Skills[0].Level = float32(math.NaN()) },
		"a huge level":      func(p *match.Person) { p.Skills[0].Level = 1001 },
		"an endless mean":   func(p *match.Person) { p.Evaluation.Mean = float32(math.Inf(1)) },
		"time out of order": func(p *match.Person) { p.Free = []match.Window{morning(1), morning(0)} },
		"time over another": func(p *match.Person) { p.Free = []match.Window{morning(0), morning(0)} },
		"time backwards":    func(p *match.Person) { p.Free = []match.Window{{Start: morning(0).End, End: morning(0).Start}} },
	} {
		p := athlete("p", morning(3))
		spoil(&p)
		if err := x.Put(p); !errors.Is(err, match.ErrPerson) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := x.Free("nobody", nil, monday); !errors.Is(err, match.ErrUnknown) {
		t.Errorf("free time of nobody: %v", err)
	}
	for name, spoil := range map[string]func(*match.Need){
		"no units":       func(n *match.Need) { n.Count = 0 },
		"many units":     func(n *match.Need) { n.Count = 201 },
		"many sittings":  func(n *match.Need) { n.Sittings = 3 },
		"no length":      func(n *match.Need) { n.Unit = 0 },
		"no window":      func(n *match.Need) { n.To = n.From },
		"no time of day": func(n *match.Need) { n.Now = time.Time{} },
		"a place":        func(n *match.Need) { n.Place = "131" },
		"a skill twice":  func(n *match.Need) { n.Skills = append(n.Skills, n.Skills[0]) },
		"weights":        func(n *match.Need) { n.Rank.Weights = []float64{1, 2} },
		"a huge weight":  func(n *match.Need) { n.Rank.Weights = []float64{math.Inf(1)} },
		"a tiny weight":  func(n *match.Need) { n.Rank.Weights = []float64{5e-324} },
		"a tiny mean":    func(n *match.Need) { n.Rank.HighestMean = 5e-324 },
		"a huge level":   func(n *match.Need) { n.Skills[0].Least = float32(math.Inf(1)) },
		"a long page":    func(n *match.Need) { n.Limit = 101 },
		"rest backwards": func(n *match.Need) { n.Rest = -1 },
	} {
		n := lesson()
		spoil(&n)
		if _, err := x.Find(n); !errors.Is(err, match.ErrNeed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, cursor := range []string{"x", "AAAA", "!", strings.Repeat("A", 200), "AAAAAP____8"} {
		n := lesson()
		n.Cursor = cursor
		if _, err := x.Find(n); !errors.Is(err, match.ErrCursor) {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
	if page := find(t, x, lesson()); len(page.Candidates) != 1 || !page.Candidates[0].Units[0].Start.Equal(morning(0).Start) {
		t.Errorf("what was refused changed something: %+v", page)
	}
}

// TestNothingStaysOfThoseWhoLeft: skills that nobody has are forgotten, and a
// new person finds no trace of the one before.
func TestNothingStaysOfThoseWhoLeft(t *testing.T) {
	x := &match.Index{}
	for i := range 300 {
		p := athlete("p", morning(0))
		p.Skills = []match.Skill{{URI: skillURI(i), Level: 5}, {URI: skillURI(i + 1), Level: 2}}
		p.Languages = []string{"ja"}
		if err := x.Put(p); err != nil {
			t.Fatal(err)
		}
		n := lesson()
		for k := range 2 {
			n.Skills[0] = match.SkillNeed{URI: skillURI(i + k), Least: 2}
			if page := find(t, x, n); len(page.Candidates) != 1 {
				t.Fatalf("round %d: skill %d is not found", i, k)
			}
		}
		if i > 0 {
			n.Skills[0] = match.SkillNeed{URI: skillURI(i - 1)}
			if page := find(t, x, n); len(page.Candidates) != 0 {
				t.Fatalf("round %d: an old skill is found", i)
			}
		}
		if i%2 == 0 && !x.Remove("p") {
			t.Fatal("nobody was removed")
		}
	}
	x.Remove("p")
	n := lesson()
	n.Skills = nil
	if page := find(t, x, n); x.Len() != 0 || len(page.Candidates) != 0 {
		t.Error("somebody is left")
	}
}
