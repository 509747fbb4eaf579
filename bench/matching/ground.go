package matching

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/node/match"
	"github.com/fukusen/fukusen/spec"
)

// ground is the given data, in PostgreSQL and in our index.
type ground struct {
	Work
	server    *rival.Postgres
	asked     *rival.Matching
	index     *match.Index
	questions []rival.Question
	needs     map[bool][]match.Need // the same, regional and not, in our words
	excluded  map[int32]*redList
	now       time.Time
	until     time.Time
}

// redList is whom one organisation excludes.
type redList struct {
	employers map[spec.NodeID]bool
	people    map[string]bool
}

// code is the rule of one question.
func (l *redList) code(key string, issuer spec.NodeID) string {
	if l.employers[issuer] || l.people[key] {
		return "red-list"
	}
	return ""
}

func company(n int) string { return fmt.Sprintf("https://company%d.example", n) }

func personKey(id int32) string { return fmt.Sprintf("%06d", id) }

// newGround reads the data out of PostgreSQL into an index, and answers
// the octets that one person takes there beyond windows.
func newGround(ctx context.Context, g Work, server *rival.Postgres, asked *rival.Matching) (*ground, float64, error) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	m := &ground{
		Work: g, server: server, asked: asked, index: &match.Index{}, excluded: map[int32]*redList{},
		now: now, until: now.AddDate(1, 0, 0),
	}
	var err error
	if m.questions, err = asked.Questions(ctx); err != nil {
		return nil, 0, err
	}
	m.questions = m.questions[:g.Size(len(m.questions))]
	of := func(org int32) *redList {
		if m.excluded[org] == nil {
			m.excluded[org] = &redList{map[spec.NodeID]bool{}, map[string]bool{}}
		}
		return m.excluded[org]
	}
	err = asked.RedLists(ctx, func(org, who int32) { of(org).employers[spec.NodeID(company(int(who)))] = true },
		func(org, who int32) { of(org).people[personKey(who)] = true })
	if err != nil {
		return nil, 0, err
	}
	m.needs = map[bool][]match.Need{}
	for _, q := range m.questions {
		m.needs[true] = append(m.needs[true], m.need(q, true))
		m.needs[false] = append(m.needs[false], m.need(q, false))
	}
	bytes, err := m.build(ctx)
	return m, bytes, err
}

// build reads everybody and puts them in. Its time is that of the index alone.
func (m *ground) build(ctx context.Context) (bytes float64, err error) {
	before := heap()
	windows, taken := 0, time.Duration(0)
	people := make([]match.Person, 0, 10_000)
	put := func() error {
		began := time.Now()
		defer func() {
			taken += time.Since(began)
			people = people[:0]
		}()
		return m.index.Write(func(b *match.Batch) error {
			for _, p := range people {
				if err := b.Put(p); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err = m.asked.Profiles(ctx, func(p rival.Profile) error {
		windows += len(p.From)
		people = append(people, m.person(p))
		if len(people) == cap(people) {
			return put()
		}
		return nil
	})
	if err == nil {
		err = put()
	}
	if err != nil {
		return 0, err
	}
	n := m.index.Len()
	people = nil
	grown := heap() - before
	bytes = (float64(grown) - 8*float64(windows)) / float64(n)
	m.Say("match: %d people and %d windows are in the index after %.2f s, %.1f MB", n, windows, taken.Seconds(), float64(grown)/1e6)
	return bytes, nil
}

// heap is what lives, after the collector has been through.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

func (m *ground) person(p rival.Profile) match.Person {
	made := match.Person{
		Key: personKey(p.ID), Issuer: spec.NodeID(company(int(p.Employer))), Region: fmt.Sprintf("%02d0000", p.Region),
		Evaluation: match.Evaluation{Mean: p.Score}, Fresh: m.now, Until: m.until,
	}
	for i, s := range p.Skills {
		made.Skills = append(made.Skills, match.Skill{URI: skillOf(s), Level: p.Levels[i]})
	}
	for i := range p.From {
		made.Free = append(made.Free, match.Window{Start: time.Unix(p.From[i], 0), End: time.Unix(p.To[i], 0)})
	}
	return made
}

func skillOf(n int32) string { return fmt.Sprintf("https://skills.example/%d", n) }

// need is a question in our words. The rank is theirs: score x (0.6 a + 0.4 b).
func (m *ground) need(q rival.Question, regional bool) match.Need {
	n := match.Need{
		Skills: []match.SkillNeed{{URI: skillOf(q.A)}, {URI: skillOf(q.B)}},
		From:   q.Start, To: q.Start.AddDate(0, 0, 14), Count: 3, Unit: 90 * time.Minute,
		Rank: match.Rank{Weights: []float64{0.6, 0.4}, HighestMean: 1, Highest: 1}, Now: m.now,
	}
	if l := m.excluded[q.Org]; l != nil {
		n.Exclude = l.code
	}
	if regional {
		n.Place = fmt.Sprintf("%02d", q.Region)
	}
	return n
}

// plan lets PostgreSQL plan as suits it best for this question.
func (m *ground) plan(ctx context.Context, regional bool) error {
	best, rate := "", 0.0
	for _, mode := range []string{"auto", "force_generic_plan", "force_custom_plan"} {
		if err := m.asked.Plan(ctx, mode); err != nil {
			return err
		}
		var w watch
		err := w.ask(0, min(300, len(m.questions)), func(i int) error {
			_, err := m.asked.Ask(ctx, m.questions[i], regional)
			return err
		})
		if err != nil {
			return err
		}
		if p := w.pace(); p.rate > rate {
			best, rate = mode, p.rate
		}
	}
	m.Say("match: PostgreSQL does best with plan_cache_mode %s", best)
	return m.asked.Plan(ctx, best)
}

// crowd asks PostgreSQL from eight clients.
func (m *ground) crowd(ctx context.Context, regional bool) (pace, error) {
	const clients = 8
	var next atomic.Int64
	var all []time.Duration
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	began := time.Now()
	for range clients {
		wg.Go(func() {
			taken, err := m.client(ctx, regional, &next)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
			}
			all = append(all, taken...)
		})
	}
	wg.Wait()
	if failed != nil {
		return pace{}, failed
	}
	return pace{perSecond(len(all), began), percentile(all, 50), percentile(all, 99)}, nil
}

func (m *ground) client(ctx context.Context, regional bool, next *atomic.Int64) ([]time.Duration, error) {
	c, err := rival.NewMatching(ctx, m.server, m.Folder)
	if err != nil {
		return nil, err
	}
	defer c.Close(ctx)
	var taken []time.Duration
	for i := int(next.Add(1)) - 1; i < len(m.questions); i = int(next.Add(1)) - 1 {
		at := time.Now()
		if _, err := c.Ask(ctx, m.questions[i], regional); err != nil {
			return nil, err
		}
		taken = append(taken, time.Since(at))
	}
	return taken, nil
}
