package main

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

// matchStudy: who could do a gig, among 100,000 people with 1,000,000 windows,
// by 10,000 questions within a region and in all of the country, beside
// PostgreSQL with the given schema and its fastest given queries. A question
// counts only where both answer the same people and ranks in the same order,
// before and after windows changed.
func matchStudy() study {
	return study{
		name: "match",
		rows: []plan{
			{"match-regional", "queries/s", 30, most},
			{"match-nationwide", "queries/s", 15, most},
			{"match-p99", "ms", 1.0 / 15, least},
			{"match-updates", "queries/s", 2.0 / 3, most},
			{"match-memory", "bytes", 1, least},
		},
		run:   matching,
		asked: true,
	}
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

func matching(ctx context.Context, g *ground) ([]measured, error) {
	folder := filepath.Join(g.given, "matching")
	if _, err := os.Stat(folder); err != nil {
		return nil, fmt.Errorf("the given data and queries are not there: %w", err)
	}
	server, err := rival.StartPostgres(ctx)
	if err != nil {
		return nil, err
	}
	defer server.Close()
	asked, err := rival.NewMatching(ctx, server, folder)
	if err != nil {
		return nil, err
	}
	defer asked.Close(ctx)
	began := time.Now()
	for _, file := range []string{"01_schema.sql", "02_generate.sql", "03_index.sql"} {
		if err := rival.Run(ctx, asked.Conn(), filepath.Join(folder, file)); err != nil {
			return nil, err
		}
	}
	g.say("match: PostgreSQL has the data and its indexes after %.1f s", time.Since(began).Seconds())
	m, bytes, err := newMatchGround(ctx, g, server, asked, folder)
	if err != nil {
		return nil, err
	}
	found := []measured{{"match-memory", bytes, memoryLimit}}
	list := []*reach{{name: "regional", regional: true}, {name: "nationwide"}}
	for _, r := range list {
		if err := m.beside(ctx, r); err != nil {
			return nil, err
		}
		found = append(found, measured{"match-" + r.name, r.ours.rate, r.theirs.rate})
	}
	if err := m.whileChanging(ctx, list); err != nil {
		return nil, err
	}
	// Of the two questions the one that does worse.
	tail := slices.MaxFunc(list, func(a, b *reach) int { return compare(a.tail(), b.tail()) })
	slow := slices.MinFunc(list, func(a, b *reach) int { return compare(a.kept(), b.kept()) })
	g.say("match: p99 is that of %s, updates are those of %s", tail.name, slow.name)
	return append(found, measured{"match-p99", ms(tail.ours.p99), ms(tail.theirs.p99)},
		measured{"match-updates", slow.changing, slow.quiet}), nil
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
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
func (m *matchGround) beside(ctx context.Context, r *reach) error {
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
	m.say("match: %s: the same answers to %d questions; ours %v; PostgreSQL %v", r.name, len(theirs), r.ours, r.theirs)
	all, err := m.crowd(ctx, r.regional)
	m.say("match: %s: PostgreSQL from 8 clients: %v", r.name, all)
	return err
}

// askOurs asks the index several times, since it is so fast.
func (m *matchGround) askOurs(w *watch, from, to int, regional bool) error {
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

// same compares our answer to every question with theirs.
func (m *matchGround) same(regional bool, theirs [][]rival.Found) error {
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
