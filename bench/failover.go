package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// failoverStudy: three council nodes in processes of their own at their default
// settings; the leader is killed with -9, and the time runs until the next
// policy entry is accepted. Beside it the same is done to etcd.
func failoverStudy() study {
	return study{
		name: "failover",
		rows: []plan{{"failover", "ms", 0.5, least}},
		run:  failover,
	}
}

func failover(ctx context.Context, g *ground) ([]measured, error) {
	trials := g.size(7)
	theirs, err := etcdFailover(ctx, g, trials)
	if err != nil {
		return nil, err
	}
	ours, err := councilFailover(ctx, g, trials)
	if err != nil {
		return nil, err
	}
	g.say("failover: ours %v, etcd %v", rounded(ours), rounded(theirs))
	return []measured{{"failover", ms(percentile(ours, 50)), ms(percentile(theirs, 50))}}, nil
}

func rounded(list []time.Duration) []time.Duration {
	var out []time.Duration
	for _, d := range list {
		out = append(out, d.Round(time.Millisecond))
	}
	return out
}

func etcdFailover(ctx context.Context, g *ground, trials int) ([]time.Duration, error) {
	e, err := g.etcd(ctx)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	var taken []time.Duration
	for trial := range trials {
		leader, err := e.Leader(ctx)
		if err != nil {
			return nil, err
		}
		leader.Kill()
		began := time.Now()
		key := fmt.Sprintf("after-%d", trial)
		for e.Put(ctx, key, "accepted", 100*time.Millisecond) != nil {
			if time.Since(began) > 30*time.Second {
				return nil, errors.New("etcd took no write within 30 s")
			}
		}
		taken = append(taken, time.Since(began))
		if err := leader.Start(); err != nil {
			return nil, err
		}
		if err := e.Whole(ctx); err != nil {
			return nil, err
		}
	}
	return taken, nil
}

// chamber is a council of three processes and what it takes to write to it.
type chamber struct {
	town    *town
	program string
	seats   []*process
	tokens  []string
	book    *policy.Book
}

func councilFailover(ctx context.Context, g *ground, trials int) ([]time.Duration, error) {
	c, err := g.chamber(ctx)
	if err != nil {
		return nil, err
	}
	defer c.close()
	if err := c.write(ctx, "first", nil); err != nil {
		return nil, err
	}
	var taken []time.Duration
	for trial := range trials {
		leader, err := c.leader(ctx)
		if err != nil {
			return nil, err
		}
		series := fmt.Sprintf("after-%d", trial)
		entry, err := c.entry(series)
		if err != nil {
			return nil, err
		}
		c.seats[leader].kill()
		began := time.Now()
		if err := c.offer(ctx, entry, c.seats[leader]); err != nil {
			return nil, err
		}
		taken = append(taken, time.Since(began))
		if c.seats[leader], err = c.town.members[leader].serve(c.program); err != nil {
			return nil, err
		}
		if err := c.seats[leader].awaitReady(ctx); err != nil {
			return nil, err
		}
	}
	return taken, c.agreed(ctx, uint64(2+trials))
}

func (g *ground) chamber(ctx context.Context) (*chamber, error) {
	c := &chamber{}
	var err error
	if c.program, err = g.build(ctx); err != nil {
		return nil, err
	}
	if c.town, err = g.found(voters, "city", "university", "company"); err != nil {
		return nil, err
	}
	if c.book, err = policy.NewBook(c.town.founded.Genesis, c.town.founded.Fed); err != nil {
		return nil, err
	}
	for _, m := range c.town.members {
		token, err := node.IssueAccess(m.record, m.id, "council", "", time.Now(), time.Hour)
		if err != nil {
			return nil, err
		}
		c.tokens = append(c.tokens, token)
		p, err := m.serve(c.program)
		if err != nil {
			return nil, err
		}
		c.seats = append(c.seats, p)
	}
	for _, p := range c.seats {
		if err := p.awaitReady(ctx); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

func (c *chamber) close() {
	for _, p := range c.seats {
		p.kill()
	}
}

// entry is the first version of a series, with the ballots it needs.
func (c *chamber) entry(series string) (string, error) {
	now := time.Now()
	text := spec.Text{JA: "架空の文書です。", EN: "A fictional document."}
	doc, err := policy.Draft(c.book, series, "note", json.RawMessage(`{}`), text, text, now.Unix(), c.town.members[0].id, now.Unix())
	if err != nil {
		return "", err
	}
	return c.town.founded.Seal(c.book, c.town.members[0].id, doc, now)
}

func (c *chamber) write(ctx context.Context, series string, dead *process) error {
	entry, err := c.entry(series)
	if err != nil {
		return err
	}
	return c.offer(ctx, entry, dead)
}

// offer brings an entry to the living seats in turn until one answers that it
// stands in the log.
func (c *chamber) offer(ctx context.Context, entry string, dead *process) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var last error
	for turn := 0; ctx.Err() == nil; turn++ {
		i := turn % len(c.seats)
		if c.seats[i] == dead {
			continue
		}
		_, err := c.seats[i].ask(ctx, http.MethodPost, "/v1/policy/entries", c.tokens[i], []byte(entry), 500*time.Millisecond)
		if err == nil {
			return nil
		}
		last = err
		pauseBriefly()
	}
	return fmt.Errorf("no seat accepted the entry within 30 s: %w", last)
}

// state is what a seat says of the policy.
type state struct {
	Leader string `json:"leader"`
	Size   uint64 `json:"size"`
}

func (c *chamber) state(ctx context.Context, i int) (state, error) {
	var s state
	octets, err := c.seats[i].ask(ctx, http.MethodGet, "/v1/policy", "", nil, time.Second)
	if err == nil {
		err = json.Unmarshal(octets, &s)
	}
	return s, err
}

// leader waits until all seats name the same one.
func (c *chamber) leader(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	found := -1
	err := rival.Until(ctx, "all seats name one leader", func() (bool, error) {
		first := ""
		for i := range c.seats {
			s, err := c.state(ctx, i)
			if err != nil || s.Leader == "" || i > 0 && s.Leader != first {
				return false, nil
			}
			first = s.Leader
		}
		for i, m := range c.town.members {
			if string(m.id) == first {
				found = i
			}
		}
		return found >= 0, nil
	})
	return found, err
}

// agreed proves that each accepted entry is in force at every seat.
func (c *chamber) agreed(ctx context.Context, size uint64) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return rival.Until(ctx, fmt.Sprintf("every seat has %d entries in force", size), func() (bool, error) {
		for i := range c.seats {
			if s, err := c.state(ctx, i); err != nil || s.Size < size {
				return false, nil
			}
		}
		return true, nil
	})
}
