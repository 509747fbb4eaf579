package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/bench/weeks"
	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/spec"
)

// calendarStudy: when somebody with 1,000 events of ten years is busy within 14 days, from what is stored. Cold is a
// person about whom nobody has asked, cached the same question again. Radicale has the same events and is asked for the
// names of those within the span; the node is asked over HTTP too, for the busy times themselves.
func calendarStudy() study {
	return study{
		name: "calendar",
		rows: []plan{{"calendar-cold", "ms", 1, least}, {"calendar-cached", "us", 1, least}, {"calendar-radicale", "answers/s", 100, most}},
		run:  calendarWeeks,
	}
}

// The limits of the targets.
const (
	coldLimit   = 2.0  // ms
	cachedLimit = 50.0 // µs
)

func calendarWeeks(ctx context.Context, g *ground) ([]measured, error) {
	from := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 0, 14)
	dir, err := g.fresh("radicale")
	if err != nil {
		return nil, err
	}
	objects := weeks.Thousand("e")
	r, err := rival.StartRadicale(ctx, dir, objects)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if err := weeks.Same(ctx, r, objects, from, to); err != nil {
		return nil, err
	}
	theirs, err := median(g.size(30), func(int) error { _, err := r.Between(ctx, from, to); return err })
	if err != nil {
		return nil, err
	}
	t, err := g.found(1, "city")
	if err != nil {
		return nil, err
	}
	defer t.close()
	city := t.members[0]
	if err := city.start(ctx); err != nil {
		return nil, err
	}
	n := g.size(100)
	people := make([]string, n)
	for i := range people {
		if people[i], err = withCalendar(ctx, city, fmt.Sprintf("p%d-", i)); err != nil {
			return nil, err
		}
	}
	ask := func(i int) error {
		busy, err := city.node.Gate().BusyOf(ctx, people[i], from, to)
		if err == nil && len(busy) == 0 {
			err = errors.New("nobody is busy")
		}
		return err
	}
	cold, err := median(n, ask)
	if err != nil {
		return nil, err
	}
	cached, err := median(g.size(1000), func(int) error { return ask(0) })
	if err != nil {
		return nil, err
	}
	ours, err := overHTTP(ctx, city, people[0], from, to, g.size(200))
	if err != nil {
		return nil, err
	}
	g.say("calendar: cold %v, again %v, over HTTP %v; radicale %v", cold, cached, ours, theirs)
	return []measured{
		{"calendar-cold", ms(cold), coldLimit},
		{"calendar-cached", float64(cached) / float64(time.Microsecond), cachedLimit},
		{"calendar-radicale", 1 / ours.Seconds(), 1 / theirs.Seconds()},
	}, nil
}

// median is the middle time of n calls.
func median(n int, call func(i int) error) (time.Duration, error) {
	taken := make([]time.Duration, n)
	for i := range n {
		began := time.Now()
		if err := call(i); err != nil {
			return 0, err
		}
		taken[i] = time.Since(began)
	}
	slices.Sort(taken)
	return percentile(taken, 50), nil
}

func withCalendar(ctx context.Context, at *townMember, prefix string) (string, error) {
	p := store.Person{ID: spec.RandomUUID(), FamilyName: "Fiction", GivenName: "Person", FamilyKana: "フィクション", GivenKana: "ヒト", Demo: true}
	if err := at.node.Store().Write(ctx, func(tx *store.Tx) error { return tx.PutPerson(p) }); err != nil {
		return "", err
	}
	_, err := at.node.Gate().PutCalendar(ctx, p.ID, "work", weeks.File(weeks.Thousand(prefix)))
	return p.ID, err
}

// overHTTP is the middle time of the question by CalDAV's free-busy-query, with a password, each time about a span that
// nobody has asked about.
func overHTTP(ctx context.Context, at *townMember, person string, from, to time.Time, n int) (time.Duration, error) {
	who := access.Caller{Person: person, Held: []access.Held{{Role: access.Person, Organisation: access.Home}}}
	if err := at.node.Store().Write(ctx, func(tx *store.Tx) error {
		made, err := at.node.Door().Enrol(tx, account.Account{Person: person})
		who.Account = made.ID
		return err
	}); err != nil {
		return 0, err
	}
	secret, err := at.node.Door().MakeToken(ctx, who, "bench", who.Held[0], []string{signin.CalendarLogin}, time.Hour)
	if err != nil {
		return 0, err
	}
	return median(n, func(i int) error {
		later := time.Duration(i) * time.Hour
		return weeks.Busy(ctx, string(at.id)+"/dav/"+person+"/", secret, from.Add(later), to.Add(later))
	})
}
