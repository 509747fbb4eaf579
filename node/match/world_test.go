package match_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/fukusen/fukusen/node/match"
	"github.com/fukusen/fukusen/spec"
)

var (
	monday  = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	regions = []string{"011002", "012025", "131016", "131024", "271004"}
	tongues = []string{"ja", "ja-jp", "en", "en-gb", "zh-hant"}
)

func skillURI(i int) string { return fmt.Sprintf("https://skills.example/%d", i) }

// freeTime is a few stretches of free time in two weeks, sometimes touching.
func freeTime(r *rand.Rand) []match.Window {
	var list []match.Window
	at := monday.Add(time.Duration(r.IntN(48)) * 30 * time.Minute)
	for range r.IntN(6) {
		end := at.Add(time.Duration(1+r.IntN(10)) * 30 * time.Minute)
		list = append(list, match.Window{Start: at, End: end})
		at = end.Add(time.Duration(r.IntN(60)) * 30 * time.Minute)
	}
	return list
}

// somebody has few values to differ in, so that many are equal.
func somebody(r *rand.Rand, key string) match.Person {
	p := match.Person{
		Key: key, Issuer: spec.NodeID(fmt.Sprintf("https://node%d.example", r.IntN(3))), Region: regions[r.IntN(len(regions))],
		Remote: r.IntN(3) == 0, Evaluation: match.Evaluation{Mean: float32(1 + r.IntN(4)), Count: r.IntN(9)},
		Fresh: monday.AddDate(0, 0, -r.IntN(4)), Free: freeTime(r), Until: monday.AddDate(0, 0, 1),
	}
	if r.IntN(8) == 0 {
		p.Until = monday.Add(time.Duration(r.IntN(2)) * time.Second)
	}
	for i := range 4 {
		if r.IntN(4) > 0 {
			p.Skills = append(p.Skills, match.Skill{URI: skillURI(i), Level: float32(1 + r.IntN(5)), Evaluated: r.IntN(2) == 0})
		}
	}
	for _, tag := range tongues {
		if r.IntN(2) == 0 {
			p.Languages = append(p.Languages, tag)
		}
	}
	return p
}

// someNeed asks for anything the index can be asked for.
func someNeed(r *rand.Rand) match.Need {
	n := match.Need{
		From: monday.Add(time.Duration(r.IntN(96)) * 15 * time.Minute), Count: 1 + r.IntN(5), Unit: time.Duration(1+r.IntN(6)) * 15 * time.Minute,
		Rank: match.Rank{HighestMean: 5, Highest: 5, Weights: []float64{}}, Now: monday, Limit: match.MostPage, Near: match.MostPage,
	}
	n.To = n.From.AddDate(0, 0, 1+r.IntN(13))
	n.Sittings = r.IntN(n.Count + 1)
	n.Rest = []time.Duration{0, 0, time.Hour, 11 * time.Hour}[r.IntN(4)]
	n.Travel = []time.Duration{0, 0, 30 * time.Minute}[r.IntN(3)]
	n.Apart = []time.Duration{0, 0, 15 * time.Minute, time.Hour}[r.IntN(4)]
	for _, i := range r.Perm(4)[:r.IntN(4)] {
		n.Skills = append(n.Skills, match.SkillNeed{URI: skillURI(i), Least: float32(r.IntN(5))})
		n.Rank.Weights = append(n.Rank.Weights, []float64{0.6, 0.4, 0.25}[r.IntN(3)])
	}
	n.Place = []string{"", "", "13", "01", "131016", "271004"}[r.IntN(6)]
	n.Remote = r.IntN(3) == 0
	if r.IntN(2) == 0 {
		n.Languages = []string{"en", "ja"}[:1+r.IntN(2)]
	}
	if r.IntN(3) == 0 {
		n.Rank.HalfLife = 24 * time.Hour
	}
	if r.IntN(2) == 0 {
		n.Exclude = func(key string, issuer spec.NodeID) string {
			if issuer == "https://node1.example" && key[len(key)-1]%2 == 0 {
				return "competitor"
			}
			return ""
		}
		n.Excluded = r.IntN(2) == 0
	}
	return n
}
