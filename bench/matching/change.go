package matching

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/node/match"
)

const (
	changesPerSecond = 1000
	changedPeople    = 1000
)

// whileChanging asks our index while windows change, brings the last change of
// every person to PostgreSQL as well, and compares all answers again.
func (m *ground) whileChanging(ctx context.Context, list []*reach) error {
	ids, err := m.changing()
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	last := map[int32][]match.Window{}
	change := func(i int) error {
		id := ids[i%len(ids)]
		last[id] = newTime(r)
		return m.index.Free(personKey(id), last[id], m.until)
	}
	began, n := time.Now(), m.Size(100_000)
	for i := range n {
		if err := change(i); err != nil {
			return err
		}
	}
	m.Say("match: %.0f window changes/s with nobody asking", perSecond(n, began))
	for _, q := range list {
		if err := m.askWhile(q, change); err != nil {
			return err
		}
	}
	for id, windows := range last {
		var from, to []time.Time
		for _, w := range windows {
			from, to = append(from, w.Start), append(to, w.End)
		}
		if err := m.asked.Free(ctx, id, from, to); err != nil {
			return err
		}
	}
	for _, table := range []string{"avail", "person_flat"} {
		if _, err := m.asked.Conn().Exec(ctx, "VACUUM ANALYZE "+table); err != nil {
			return err
		}
	}
	for _, q := range list {
		theirs := make([][]rival.Found, len(m.questions))
		for i := range m.questions {
			if theirs[i], err = m.asked.Ask(ctx, m.questions[i], q.regional); err != nil {
				return err
			}
		}
		if err := m.same(q.regional, theirs); err != nil {
			return fmt.Errorf("%s, after %d people changed: %w", q.name, len(last), err)
		}
	}
	m.Say("match: the same answers to all questions after %d people changed", len(last))
	return nil
}

// askWhile takes our pace in turns with and without somebody who changes windows
// at the rate.
func (m *ground) askWhile(q *reach, change func(i int) error) error {
	var quiet, busy watch
	done := 0
	for s := range stretches {
		from, to := len(m.questions)*s/stretches, len(m.questions)*(s+1)/stretches
		if err := m.askOurs(&quiet, from, to, q.regional); err != nil {
			return err
		}
		stop, stopped := make(chan struct{}), make(chan error, 1)
		go func() { stopped <- atRate(stop, &done, change) }()
		err := m.askOurs(&busy, from, to, q.regional)
		close(stop)
		if err := errors.Join(err, <-stopped); err != nil {
			return err
		}
	}
	rate := float64(done) / busy.elapsed.Seconds()
	q.quiet, q.changing = quiet.pace().rate, busy.pace().rate
	m.Say("match: %s: ours with %.0f window changes/s: %v; without %v", q.name, rate, busy.pace(), quiet.pace())
	if rate < 0.9*changesPerSecond {
		return fmt.Errorf("only %.0f of %d window changes/s were made", rate, changesPerSecond)
	}
	return nil
}

// atRate makes changes until it is told to stop, and counts them.
func atRate(stop <-chan struct{}, done *int, change func(i int) error) error {
	every := time.NewTicker(time.Second / changesPerSecond)
	defer every.Stop()
	began, before := time.Now(), *done
	for ended := false; !ended; {
		select {
		case <-stop:
			ended = true
		case <-every.C:
		}
		for ; *done-before < int(time.Since(began).Seconds()*changesPerSecond); *done++ {
			if err := change(*done); err != nil {
				return err
			}
		}
	}
	return nil
}

// changing are people who stand in answers, so that their time matters.
func (m *ground) changing() ([]int32, error) {
	seen := map[int32]bool{}
	var ids []int32
	for _, n := range m.needs[true] {
		page, err := m.index.Find(n)
		if err != nil {
			return nil, err
		}
		for _, c := range page.Candidates[:min(3, len(page.Candidates))] {
			if id := idOf(c); !seen[id] && len(ids) < changedPeople {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("nobody was found in %d questions", len(m.questions))
	}
	return ids, nil
}

// newTime is free time over 28 days, with pauses of half an hour or more.
func newTime(r *rand.Rand) []match.Window {
	at := time.Date(2026, 1, 4, 15, 0, 0, 0, time.UTC) // midnight in Japan
	var list []match.Window
	for range 10 {
		at = at.Add(time.Duration(1+r.IntN(120)) * 30 * time.Minute)
		end := at.Add(time.Duration(1+r.IntN(6)) * 30 * time.Minute)
		list = append(list, match.Window{Start: at, End: end})
		at = end
	}
	return list
}
