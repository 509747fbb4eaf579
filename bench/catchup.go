package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// catchUpStudy: a club that has never read the city's log reads all of it. Both
// nodes run on this machine. The limit is a reader that only pulls the same
// records in pages, verifies them and flushes them to a file.
func catchUpStudy() study {
	return study{
		name: "catch-up",
		rows: []plan{{"catch-up", "records/s", 0.6, most}},
		run:  catchUp,
	}
}

func catchUp(ctx context.Context, g *ground) ([]measured, error) {
	t, err := g.found(1, "city", "club")
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.adopt(ctx); err != nil {
		return nil, err
	}
	city, club := t.members[0], t.members[1]
	n := g.size(200_000)
	items, err := seal(n, city, club)
	if err != nil {
		return nil, err
	}
	if err := publish(ctx, city.node, club.id, items); err != nil {
		return nil, err
	}
	g.say("catch-up: %d records of %d octets are in the city's log", n, len(items[0].Record))
	sample := items[:min(n, 60_000)]
	before, err := barePull(ctx, g, sample, city)
	if err != nil {
		return nil, err
	}
	if err := club.start(ctx); err != nil {
		return nil, err
	}
	rate, err := readWhole(ctx, club.node, city.node, uint64(n))
	if err != nil {
		return nil, err
	}
	after, err := barePull(ctx, g, sample, city)
	if err != nil {
		return nil, err
	}
	g.say("catch-up: %.0f records/s; bare pull %.0f and %.0f /s", rate, before, after)
	return []measured{{"catch-up", rate, (before + after) / 2}}, checkLedger(ctx, club.node, items)
}

// publish puts records into a node's ledger and its log for a reader, as the
// gate does when it says them.
func publish(ctx context.Context, at *node.Node, reader spec.NodeID, items []spec.Item) error {
	const each = 5000
	for lo := 0; lo < len(items); lo += each {
		part := items[lo:min(lo+each, len(items))]
		err := at.Store().Write(ctx, func(tx *store.Tx) error { return publishPart(tx, at, reader, part) })
		if err != nil {
			return err
		}
	}
	return nil
}

func publishPart(tx *store.Tx, at *node.Node, reader spec.NodeID, items []spec.Item) error {
	name, now := spec.LogFor(reader), time.Now().Unix()
	rows := make([]store.Entry, len(items))
	leaves := make([]store.LogItem, len(items))
	for i, it := range items {
		record, err := spec.Open(it.Record, at.Trust().History(at.Self()), spec.Expect{
			Issuer: at.Self(), Audience: reader, Now: time.Now(),
		})
		if err != nil {
			return err
		}
		e := record.Envelope()
		rows[i] = store.Entry{
			ID: it.ID, Kind: it.Kind, Issuer: e.Issuer, Audience: e.Audience, Subject: e.Subject, UID: e.UID,
			Sequence: e.Sequence, IssuedAt: e.IssuedAt, Expires: e.Expires, Until: e.Until, Purpose: e.Purpose,
			Consent: e.Consent, KID: record.KID(), Policy: e.Policy, Token: it.Record, AdmittedAt: now,
		}
		leaves[i] = store.LogItem{ID: it.ID, Kind: it.Kind, State: string(spec.Live), At: now}
	}
	if _, err := tx.Append(rows); err != nil {
		return err
	}
	if err := tx.EnsureLog(name, reader, at.Gate().Epoch()); err != nil {
		return err
	}
	before, err := tx.Reserve(name, len(leaves))
	if err != nil {
		return err
	}
	tree, err := spec.TreeOf(before.Size, before.Frontier)
	if err != nil {
		return err
	}
	for _, it := range items {
		tree.Append(spec.Leaf(it.ID, spec.Live))
	}
	if err := tx.AppendLogEntries(name, before.Epoch, before.Size, leaves); err != nil {
		return err
	}
	return tx.SetFrontier(name, tree.Frontier())
}

// readWhole waits until the reader stands at the end of the log and answers
// its rate from its first page on: what comes before is policy and keys.
func readWhole(ctx context.Context, reader, writer *node.Node, size uint64) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	var began time.Time
	var first uint64
	err := rival.Until(ctx, "the reader has the whole log", func() (bool, error) {
		next, err := placeOf(ctx, reader, writer.Self())
		if began.IsZero() && next > 0 {
			began, first = time.Now(), next
		}
		return next >= size, err
	})
	if err != nil {
		return 0, err
	}
	rate := perSecond(int(size-first), began)
	return rate, sameRoot(ctx, reader, writer)
}

// placeOf is how many entries a reader has taken from a writer's log.
func placeOf(ctx context.Context, reader *node.Node, writer spec.NodeID) (uint64, error) {
	var next uint64
	err := reader.Store().Read(ctx, func(tx *store.Tx) error {
		c, err := tx.Cursor(writer, spec.LogFor(reader.Self()))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		next = c.Next
		return err
	})
	return next, err
}

// sameRoot compares the tree that the reader built with the writer's own.
func sameRoot(ctx context.Context, reader, writer *node.Node) error {
	name := spec.LogFor(reader.Self())
	var theirs store.Log
	err := writer.Store().Read(ctx, func(tx *store.Tx) error {
		var err error
		theirs, err = tx.Log(name)
		return err
	})
	if err != nil {
		return err
	}
	return reader.Store().Read(ctx, func(tx *store.Tx) error {
		mine, err := tx.Cursor(writer.Self(), name)
		if err != nil {
			return err
		}
		if mine.Next != theirs.Size || string(mine.Frontier) != string(theirs.Frontier) {
			return fmt.Errorf("the reader has another tree (%d entries) than the writer (%d)", mine.Next, theirs.Size)
		}
		return nil
	})
}
