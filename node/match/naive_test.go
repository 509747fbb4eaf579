package match_test

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/match"
)

// naive answers as the documentation says, by trying everything.
type naive map[string]match.Person

type naiveAnswer struct {
	candidates []naiveCandidate
	excluded   []match.Excluded
	near       []match.NearMiss
}

type naiveCandidate struct {
	person match.Person
	score  float32
	afar   bool
	end    time.Time // the earliest at which the last unit can end
}

func (w naive) answer(n match.Need) naiveAnswer {
	var a naiveAnswer
	for _, p := range w {
		score, listed := naiveScore(n, p)
		if !listed {
			continue
		}
		lacks, afar, hopeless := naiveLacks(n, p)
		if hopeless {
			continue
		}
		margin := n.Apart
		if !afar {
			margin = max(margin, n.Travel)
		}
		units, end := naiveLay(n, p.Free, margin)
		switch {
		case !p.Until.After(n.Now):
			lacks = append(lacks, match.NearMiss{Lack: match.LackWord})
		case units == 0:
			continue
		case units < n.Count:
			lacks = append(lacks, match.NearMiss{Lack: match.LackTime, Units: n.Count - units})
		}
		code := ""
		if n.Exclude != nil {
			code = n.Exclude(p.Key, p.Issuer)
		}
		switch {
		case len(lacks) == 0 && code == "":
			a.candidates = append(a.candidates, naiveCandidate{p, score, afar, end})
		case len(lacks) == 0:
			a.excluded = append(a.excluded, match.Excluded{Key: p.Key, Issuer: p.Issuer, Score: score, Code: code})
		case len(lacks) == 1 && code == "":
			m := lacks[0]
			m.Key, m.Issuer, m.Score, m.Region = p.Key, p.Issuer, score, p.Region
			a.near = append(a.near, m)
		}
	}
	order := func(s1, s2 float32, k1, k2 string) int { return cmp.Or(cmp.Compare(s2, s1), cmp.Compare(k1, k2)) }
	slices.SortFunc(a.candidates, func(x, y naiveCandidate) int { return order(x.score, y.score, x.person.Key, y.person.Key) })
	slices.SortFunc(a.excluded, func(x, y match.Excluded) int { return order(x.Score, y.Score, x.Key, y.Key) })
	slices.SortFunc(a.near, func(x, y match.NearMiss) int { return order(x.Score, y.Score, x.Key, y.Key) })
	return a
}

// naiveScore is evaluation x fit x freshness of somebody who lists all skills.
func naiveScore(n match.Need, p match.Person) (float32, bool) {
	fit, highest := 0.0, n.Rank.Highest
	for i, s := range n.Skills {
		at := slices.IndexFunc(p.Skills, func(o match.Skill) bool { return o.URI == s.URI })
		if at < 0 {
			return 0, false
		}
		fit += float64(n.Rank.Weights[i] * float64(p.Skills[at].Level))
	}
	if len(n.Skills) == 0 {
		fit, highest = 1, 1
	}
	fresh := 1.0
	if n.Rank.HalfLife > 0 {
		fresh = math.Exp2(-max(0, n.Now.Sub(p.Fresh).Seconds()) / n.Rank.HalfLife.Seconds())
	}
	value := float64(p.Evaluation.Mean) * fit * (1 / (n.Rank.HighestMean * highest))
	return float32(value * fresh), true
}

// naiveLacks is what somebody misses beside time.
func naiveLacks(n match.Need, p match.Person) (lacks []match.NearMiss, afar, hopeless bool) {
	for _, s := range n.Skills {
		at := slices.IndexFunc(p.Skills, func(o match.Skill) bool { return o.URI == s.URI })
		switch level := p.Skills[at].Level; {
		case level < s.Least-1:
			hopeless = true
		case level < s.Least:
			lacks = append(lacks, match.NearMiss{Lack: match.LackSkill, What: s.URI})
		}
	}
	there := n.Place == "" && !n.Remote || n.Place != "" && strings.HasPrefix(p.Region, n.Place)
	if !there && n.Remote && p.Remote {
		there, afar = true, true
	}
	if !there {
		switch len(n.Place) {
		case 0:
			hopeless = true
		case 6:
			hopeless = hopeless || p.Region[:2] != n.Place[:2]
		}
		lacks = append(lacks, match.NearMiss{Lack: match.LackPlace})
	}
	for _, wanted := range n.Languages {
		if !slices.ContainsFunc(p.Languages, func(has string) bool { return has == wanted || strings.HasPrefix(has, wanted+"-") }) {
			lacks = append(lacks, match.NearMiss{Lack: match.LackLanguage, What: wanted})
		}
	}
	return lacks, afar, hopeless
}

// naiveLay tries every way to lay units into free time: the most units, and
// the earliest end of a way that lays all.
func naiveLay(n match.Need, free []match.Window, margin time.Duration) (most int, earliest time.Time) {
	sittings := n.Sittings
	if sittings == 0 {
		sittings = n.Count
	}
	stretches := joined(free)
	var lay func(at, used, done int, last time.Time)
	lay = func(at, used, done int, last time.Time) {
		most = max(most, done)
		if done == n.Count {
			if earliest.IsZero() || last.Before(earliest) {
				earliest = last
			}
			return
		}
		if used == sittings {
			return
		}
		for i := at; i < len(stretches); i++ {
			start := stretches[i].Start.Add(margin)
			if start.Before(n.From) {
				start = n.From
			}
			if used > 0 && start.Before(last.Add(n.Rest)) {
				start = last.Add(n.Rest)
			}
			for k := 1; done+k <= n.Count; k++ {
				end := start.Add(time.Duration(k) * n.Unit)
				if end.After(n.To) || end.Add(margin).After(stretches[i].End) {
					break
				}
				lay(i, used+1, done+k, end)
			}
		}
	}
	lay(0, 0, 0, time.Time{})
	return most, earliest
}

// joined makes one stretch of those that touch.
func joined(free []match.Window) []match.Window {
	var list []match.Window
	for _, w := range free {
		if last := len(list) - 1; last >= 0 && list[last].End.Equal(w.Start) {
			list[last].End = w.End
			continue
		}
		list = append(list, w)
	}
	return list
}
