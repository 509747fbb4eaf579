package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// ingestStudy: records of one neighbour go through the gate of a running node
// in deliveries of 500, eight at a time, as from eight neighbours. The limit is nothing but Ed25519.
func ingestStudy() study {
	return study{
		name: "ingest",
		rows: []plan{{"ingest", "records/s", 0.45, most}},
		run:  ingest,
	}
}

const (
	deliverySize = spec.MaxLimit
	feeders      = 8
	rounds       = 5
)

func ingest(ctx context.Context, g *ground) ([]measured, error) {
	t, err := g.found(1, "city", "club")
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.adopt(ctx); err != nil {
		return nil, err
	}
	city, club := t.members[0], t.members[1]
	if err := city.learn(ctx, club); err != nil {
		return nil, err
	}
	n := g.size(100_000)
	items, err := seal(n, club, city)
	if err != nil {
		return nil, err
	}
	g.say("ingest: %d records of %d octets sealed", n, len(items[0].Record))
	// In turns, so that whatever else the machine does falls on both alike.
	var ours, bare time.Duration
	for part := range slices.Chunk(items, max(1, n/rounds)) {
		began := time.Now()
		if err := bareVerify(part, club); err != nil {
			return nil, err
		}
		bare += time.Since(began)
		began = time.Now()
		if err := admitAll(ctx, city.node, club.id, part); err != nil {
			return nil, err
		}
		ours += time.Since(began)
	}
	rate, limit := float64(n)/ours.Seconds(), float64(n)/bare.Seconds()
	g.say("ingest: %.0f records/s; bare verify %.0f /s", rate, limit)
	return []measured{{"ingest", rate, limit}}, checkLedger(ctx, city.node, items)
}

func bareVerify(items []spec.Item, from *townMember) error {
	if good := verifyAll(items, from.record.Public()); good != len(items) {
		return fmt.Errorf("only %d of %d signatures verify", good, len(items))
	}
	return nil
}

// admitAll brings items to the gate in deliveries, several at a time.
func admitAll(ctx context.Context, at *node.Node, from spec.NodeID, items []spec.Item) error {
	var next atomic.Int64
	errs := make([]error, feeders)
	var wg sync.WaitGroup
	for f := range feeders {
		wg.Go(func() {
			for errs[f] == nil {
				lo := int(next.Add(deliverySize)) - deliverySize
				if lo >= len(items) {
					return
				}
				errs[f] = admit(ctx, at, from, items[lo:min(lo+deliverySize, len(items))])
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func admit(ctx context.Context, at *node.Node, from spec.NodeID, items []spec.Item) error {
	outcomes, err := at.Gate().Admit(ctx, gate.Delivery{From: from, Log: spec.LogFor(at.Self()), Items: items, Vouched: true})
	if err != nil {
		return err
	}
	for _, o := range outcomes {
		if o.Verdict != gate.Admitted {
			return fmt.Errorf("a record was %s: %v", o.Verdict, o.Refusal)
		}
	}
	return nil
}

// checkLedger proves that every record is in the ledger byte for byte, and
// current.
func checkLedger(ctx context.Context, at *node.Node, items []spec.Item) error {
	return at.Store().Read(ctx, func(tx *store.Tx) error {
		for lo := 0; lo < len(items); lo += deliverySize {
			part := items[lo:min(lo+deliverySize, len(items))]
			ids := make([]spec.ID, len(part))
			for i, it := range part {
				ids[i] = it.ID
			}
			rows, err := tx.Entries(ids)
			if err != nil {
				return err
			}
			keys := make([]store.VersionKey, len(part))
			for i, it := range part {
				row := rows[it.ID]
				if row.Token != it.Record || row.State != store.StateLive {
					return fmt.Errorf("record %d is not in the ledger as it was signed", lo+i)
				}
				keys[i] = store.VersionKey{Issuer: row.Issuer, Audience: row.Audience, UID: row.UID}
			}
			current, err := tx.Currents(keys)
			if err != nil {
				return err
			}
			for i, it := range part {
				if current[keys[i]].ID != it.ID {
					return fmt.Errorf("record %d is not the current version of its uid", lo+i)
				}
			}
		}
		return nil
	})
}
