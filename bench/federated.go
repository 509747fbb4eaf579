package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// federatedStudy: 64 clients of a city change what their people share, one
// change a transaction, while a club reads along. The time runs from the first
// change until the last record is visible at the club. Both nodes run here.
func federatedStudy() study {
	return study{
		name: "federated",
		rows: []plan{{"federated", "records/s", 0.25, most}, {"federated-floor", "records/s", 1, most}},
		run:  federated,
	}
}

// federatedFloor is the least that counts: records delivered and visible a second.
const federatedFloor = 5000

func federated(ctx context.Context, g *ground) ([]measured, error) {
	t, err := g.found(1, "city", "club")
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.adopt(ctx); err != nil {
		return nil, err
	}
	city, club := t.members[0], t.members[1]
	if err := club.start(ctx); err != nil {
		return nil, err
	}
	if err := club.node.WaitPolicy(ctx, city.node.Trust().Book().Size()); err != nil {
		return nil, err
	}
	people := make([]string, g.size(2000))
	for i := range people {
		if people[i], err = resident(ctx, city.node, club.id); err != nil {
			return nil, err
		}
	}
	items, err := seal(g.size(40_000), city, club)
	if err != nil {
		return nil, err
	}
	before, err := barePull(ctx, g, items, city)
	if err != nil {
		return nil, err
	}
	changes := g.size(30_000)
	began := time.Now()
	if err := changeAll(ctx, city.node, people, changes); err != nil {
		return nil, err
	}
	committed := time.Since(began)
	if err := seeAll(ctx, city.node, club.node, uint64(changes)); err != nil {
		return nil, err
	}
	rate := perSecond(changes, began)
	after, err := barePull(ctx, g, items, city)
	if err != nil {
		return nil, err
	}
	g.say("federated: %.0f records/s visible, the last %v after its commit; bare pull %.0f and %.0f /s",
		rate, (time.Since(began) - committed).Round(time.Millisecond), before, after)
	if err := sameCurrent(ctx, city.node, club.node, people); err != nil {
		return nil, err
	}
	return []measured{{"federated", rate, (before + after) / 2}, {"federated-floor", rate, federatedFloor}}, nil
}

func changeAll(ctx context.Context, at *node.Node, people []string, changes int) error {
	var next atomic.Int64
	errs := make([]error, clients)
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < changes && errs[c] == nil; i = int(next.Add(1)) - 1 {
				errs[c] = putTalent(ctx, at, people[i%len(people)], 1+i%5)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// seeAll waits until the reader stands at the end of the writer's log.
func seeAll(ctx context.Context, writer, reader *node.Node, atLeast uint64) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	var size uint64
	err := writer.Store().Read(ctx, func(tx *store.Tx) error {
		l, err := tx.Log(spec.LogFor(reader.Self()))
		size = l.Size
		return err
	})
	if err != nil {
		return err
	}
	if size < atLeast {
		return fmt.Errorf("the writer's log has %d entries for %d changes", size, atLeast)
	}
	err = rival.Until(ctx, "the reader has the whole log", func() (bool, error) {
		next, err := placeOf(ctx, reader, writer.Self())
		return next >= size, err
	})
	if err != nil {
		return err
	}
	return sameRoot(ctx, reader, writer)
}

// sameCurrent compares what the reader may use of each person with what the
// home said last.
func sameCurrent(ctx context.Context, writer, reader *node.Node, people []string) error {
	for _, person := range people {
		id, err := lastSaid(ctx, writer, person)
		if err != nil {
			return err
		}
		err = reader.Store().Read(ctx, func(tx *store.Tx) error {
			e, err := tx.Entry(id)
			if err != nil {
				return err
			}
			key := store.VersionKey{Issuer: e.Issuer, Audience: e.Audience, UID: e.UID}
			current, err := tx.Currents([]store.VersionKey{key})
			if err == nil && (current[key].ID != id || e.State != store.StateLive) {
				err = errors.New("the reader has another version of a person's record than the home said last")
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
