package match_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/match"
	"github.com/fukusen/fukusen/spec"
)

// BenchmarkFind asks for two skills among 100,000 people, of whom a few skills
// and regions have most, as in life. `make bench-match` has the full data.
func BenchmarkFind(b *testing.B) {
	r := rand.New(rand.NewPCG(42, 42))
	zipf := func(n int) int { return min(n, int(math.Exp(r.Float64()*math.Log(float64(n+1))))) }
	x, skills := &match.Index{}, [][]match.Skill{}
	err := x.Write(func(w *match.Batch) error {
		for i := range 100_000 {
			p := match.Person{
				Key: fmt.Sprintf("%06d", i), Issuer: spec.NodeID(fmt.Sprintf("https://company%d.example", zipf(2000))), Fresh: monday,
				Region: fmt.Sprintf("%02d0000", zipf(47)), Evaluation: match.Evaluation{Mean: float32(1.5 + 3.5*math.Sqrt(r.Float64()))}, Until: monday.AddDate(1, 0, 0),
			}
			seen := map[int]bool{}
			for range 3 + r.IntN(10) {
				if k := zipf(2000); !seen[k] {
					seen[k] = true
					p.Skills = append(p.Skills, match.Skill{URI: skillURI(k), Level: 0.1 + 0.9*r.Float32()})
				}
			}
			at := monday
			for range 10 {
				at = at.Add(time.Duration(1+r.IntN(130)) * 30 * time.Minute)
				end := at.Add(time.Duration(1+r.IntN(6)) * 30 * time.Minute)
				p.Free = append(p.Free, match.Window{Start: at, End: end})
				at = end
			}
			skills = append(skills, p.Skills)
			if err := w.Put(p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"regional", "nationwide"} {
		needs := make([]match.Need, 0, 2000)
		for len(needs) < cap(needs) {
			list := skills[r.IntN(len(skills))]
			if len(list) < 2 {
				continue
			}
			order := r.Perm(len(list))
			n := match.Need{
				Skills: []match.SkillNeed{{URI: list[order[0]].URI}, {URI: list[order[1]].URI}}, Now: monday, Count: 3, Unit: 90 * time.Minute,
				From: monday.Add(time.Duration(r.IntN(300)) * time.Hour), Rank: match.Rank{Weights: []float64{0.6, 0.4}, Highest: 1},
			}
			n.To = n.From.AddDate(0, 0, 14)
			if name == "regional" {
				n.Place = fmt.Sprintf("%02d", zipf(47))
			}
			needs = append(needs, n)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := x.Find(needs[i%len(needs)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
