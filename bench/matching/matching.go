// Package matching asks who could do a gig, of our index and of PostgreSQL with
// the given schema and its fastest given queries: 10,000 questions among
// 100,000 people with 1,000,000 windows.
//
// It refuses to count a question that both do not answer with the same people
// and ranks in the same order, before and after windows changed.
package matching

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/node/match"
)

// Work is what a run is given.
type Work struct {
	Folder string                         // of the given schema, data and queries
	Say    func(form string, args ...any) // progress
	Size   func(n int) int                // less in a quick run
}

// Figure is one figure beside its limit.
type Figure struct{ Value, Limit float64 }

// Figures are what a run found.
type Figures struct {
	Regional, Nationwide Figure // questions a second, beside PostgreSQL
	Tail                 Figure // milliseconds of the slowest of a hundred, likewise
	Updates              Figure // questions a second while windows change, beside none
	Memory               Figure // octets a person beyond windows
}

// memoryLimit is what one person may take beyond windows.
const memoryLimit = 300

// reach is one of the two questions.
type reach struct {
	name     string
	regional bool
	ours     pace
	theirs   pace
	quiet    float64 // our rate, in turns with the next
	changing float64 // our rate while windows change
}

// pace is how fast questions are answered.
type pace struct {
	rate     float64
	p50, p99 time.Duration
}

func (p pace) String() string { return fmt.Sprintf("%.0f/s, p50 %v, p99 %v", p.rate, p.p50, p.p99) }

// Run starts PostgreSQL, gives both the same data and asks them in turns.
func Run(ctx context.Context, g Work) (Figures, error) {
	if _, err := os.Stat(filepath.Join(g.Folder, "01_schema.sql")); err != nil {
		return Figures{}, fmt.Errorf("the given data and queries are not there: %w", err)
	}
	server, err := rival.StartPostgres(ctx)
	if err != nil {
		return Figures{}, err
	}
	defer server.Close()
	asked, err := rival.NewMatching(ctx, server, g.Folder)
	if err != nil {
		return Figures{}, err
	}
	defer asked.Close(ctx)
	began := time.Now()
	for _, file := range []string{"01_schema.sql", "02_generate.sql", "03_index.sql"} {
		if err := rival.Run(ctx, asked.Conn(), filepath.Join(g.Folder, file)); err != nil {
			return Figures{}, err
		}
	}
	g.Say("match: PostgreSQL has the data and its indexes after %.1f s", time.Since(began).Seconds())
	m, bytes, err := newGround(ctx, g, server, asked)
	if err != nil {
		return Figures{}, err
	}
	one, other := &reach{name: "regional", regional: true}, &reach{name: "nationwide"}
	for _, r := range []*reach{one, other} {
		if err := m.beside(ctx, r); err != nil {
			return Figures{}, err
		}
	}
	if err := m.whileChanging(ctx, []*reach{one, other}); err != nil {
		return Figures{}, err
	}
	// Of the two questions the one that does worse.
	tail, slow := one, one
	if other.tail() > one.tail() {
		tail = other
	}
	if other.kept() < one.kept() {
		slow = other
	}
	g.Say("match: p99 is that of %s, updates are those of %s", tail.name, slow.name)
	return Figures{
		Regional: Figure{one.ours.rate, one.theirs.rate}, Nationwide: Figure{other.ours.rate, other.theirs.rate},
		Tail:    Figure{tail.ours.p99.Seconds() * 1000, tail.theirs.p99.Seconds() * 1000},
		Updates: Figure{slow.changing, slow.quiet}, Memory: Figure{bytes, memoryLimit},
	}, nil
}

func (r *reach) tail() float64 { return float64(r.ours.p99) / float64(r.theirs.p99) }
func (r *reach) kept() float64 { return r.changing / r.quiet }

// watch gathers how long questions took, over several stretches.
type watch struct {
	taken   []time.Duration
	elapsed time.Duration
}

// ask asks some questions in turn, one at a time.
func (w *watch) ask(from, to int, ask func(i int) error) error {
	began := time.Now()
	for i := from; i < to; i++ {
		at := time.Now()
		if err := ask(i); err != nil {
			return err
		}
		w.taken = append(w.taken, time.Since(at))
	}
	w.elapsed += time.Since(began)
	return nil
}

func (w *watch) pace() pace {
	return pace{float64(len(w.taken)) / w.elapsed.Seconds(), percentile(w.taken, 50), percentile(w.taken, 99)}
}

// stretches is in how many turns both are asked, so that whatever else the
// machine does meets both.
const stretches = 20

// beside asks both in turns, and compares all answers.
func (m *ground) beside(ctx context.Context, r *reach) error {
	if err := m.plan(ctx, r.regional); err != nil {
		return err
	}
	theirs := make([][]rival.Found, len(m.questions))
	var one, other watch
	for s := range stretches {
		from, to := len(theirs)*s/stretches, len(theirs)*(s+1)/stretches
		err := other.ask(from, to, func(i int) (err error) {
			theirs[i], err = m.asked.Ask(ctx, m.questions[i], r.regional)
			return err
		})
		if err == nil {
			err = m.askOurs(&one, from, to, r.regional)
		}
		if err != nil {
			return err
		}
	}
	r.ours, r.theirs = one.pace(), other.pace()
	if err := m.same(r.regional, theirs); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	m.Say("match: %s: the same answers to %d questions; ours %v; PostgreSQL %v", r.name, len(theirs), r.ours, r.theirs)
	all, err := m.crowd(ctx, r.regional)
	m.Say("match: %s: PostgreSQL from 8 clients: %v", r.name, all)
	return err
}

// askOurs asks the index several times, since it is so fast.
func (m *ground) askOurs(w *watch, from, to int, regional bool) error {
	rounds := 3
	if regional {
		rounds = 15
	}
	for range rounds {
		err := w.ask(from, to, func(i int) error {
			_, err := m.index.Find(m.needs[regional][i])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func percentile(list []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(list))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}

func perSecond(n int, began time.Time) float64 { return float64(n) / time.Since(began).Seconds() }

// same compares our answer to every question with theirs.
func (m *ground) same(regional bool, theirs [][]rival.Found) error {
	rows := 0
	for i, q := range m.questions {
		page, err := m.index.Find(m.needs[regional][i])
		if err != nil {
			return err
		}
		rows += len(theirs[i])
		ours := make([]rival.Found, len(page.Candidates))
		for k, c := range page.Candidates {
			ours[k] = rival.Found{ID: idOf(c), Rank: c.Score}
		}
		if !slices.Equal(ours, theirs[i]) {
			return fmt.Errorf("question %d is answered otherwise: ours %v, PostgreSQL %v", q.ID, ours, theirs[i])
		}
	}
	if rows == 0 {
		return fmt.Errorf("nobody was found in %d questions", len(m.questions))
	}
	return nil
}

func idOf(c match.Candidate) (id int32) {
	_, _ = fmt.Sscanf(c.Key, "%d", &id)
	return id
}
