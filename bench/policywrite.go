package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// policyStudy: three voters over mutual TLS agree on entries of about 1 KB with
// two ballots, which every voter verifies; n clients write. The limit is bare
// raft with the same log store, transport and octets, and the CPU time of the
// signatures on top, which on one machine is three times that of one voter
// spread over the cores.
func policyStudy(n int) study {
	name := fmt.Sprintf("policy-write-%d", n)
	return study{
		name: name,
		rows: []plan{{name, "writes/s", 0.8, most}},
		run:  func(ctx context.Context, g *ground) ([]measured, error) { return policyWrite(ctx, g, name, n) },
	}
}

func policyWrite(ctx context.Context, g *ground, name string, clients int) ([]measured, error) {
	c, err := g.council()
	if err != nil {
		return nil, err
	}
	book, err := c.book()
	if err != nil {
		return nil, err
	}
	n := g.size(map[bool]int{true: 3000, false: 12_800}[clients == 1])
	work, err := c.entries(book, clients, n)
	if err != nil {
		return nil, err
	}
	octets := 0
	for _, entries := range work {
		for _, e := range entries {
			octets += len(e)
		}
	}
	before, err := bareWrites(ctx, g, work)
	if err != nil {
		return nil, err
	}
	ours, err := councilWrites(ctx, c, work)
	if err != nil {
		return nil, err
	}
	after, err := bareWrites(ctx, g, work)
	if err != nil {
		return nil, err
	}
	bare := (before + after) / 2
	signatures := signatureTime(work[0])
	limit := writeLimit(bare, clients, signatures)
	g.say("%s: %.0f writes/s of %d octets; bare raft %.0f and %.0f /s, signatures %v a voter: limit %.0f /s",
		name, ours, octets/(clients*len(work[0])), before, after, signatures, limit)
	g.besideEtcd(ctx, name, clients, octets/(clients*len(work[0])))
	return []measured{{name, ours, limit}}, nil
}

// writeLimit adds the signatures to the time of a bare write. With one client
// the three voters verify beside each other on the cores there are; with many
// the cores are full either way, and each write costs three verifications of
// CPU more.
func writeLimit(bare float64, clients int, signatures time.Duration) float64 {
	cores := runtime.GOMAXPROCS(0)
	rounds := float64(voters) / float64(min(cores, voters))
	extra := signatures.Seconds() * rounds
	if clients > 1 {
		extra = signatures.Seconds() * voters / float64(cores)
	}
	return 1 / (1/bare + extra)
}

// signatureTime is what one voter's Ed25519 of one entry costs: a document and
// two ballots.
func signatureTime(entries []string) time.Duration {
	signer, err := spec.GenerateSigner()
	if err != nil {
		return 0
	}
	message := make([]byte, len(entries[0])/3)
	sig := ed25519.Sign(signer.Private(), message)
	var taken []time.Duration
	for range 200 {
		began := time.Now()
		for range 3 {
			if !ed25519.Verify(signer.Public(), message, sig) {
				return 0
			}
		}
		taken = append(taken, time.Since(began))
	}
	return percentile(taken, 50)
}

func bareWrites(ctx context.Context, g *ground, work [][]string) (float64, error) {
	leader, stop, err := g.bareLeader(ctx)
	defer func() {
		if stop != nil {
			stop()
		}
	}()
	if err != nil {
		return 0, err
	}
	return writeAll(work, leader.Apply)
}

func (g *ground) bareLeader(ctx context.Context) (*rival.Raft, func(), error) {
	dir, err := g.fresh("bare-raft")
	if err != nil {
		return nil, nil, err
	}
	return rival.StartRaft(ctx, dir, noElections)
}

func councilWrites(ctx context.Context, c *council, work [][]string) (float64, error) {
	defer c.close()
	leader, err := c.start(ctx)
	if err != nil {
		return 0, err
	}
	rate, err := writeAll(work, func(entry string) error {
		_, err := leader.Propose(ctx, entry)
		return err
	})
	if err != nil {
		return 0, err
	}
	n := uint64(1)
	for _, entries := range work {
		n += uint64(len(entries))
	}
	return rate, sameBooks(ctx, c, n)
}

// sameBooks proves that all voters hold the same log of that size.
func sameBooks(ctx context.Context, c *council, size uint64) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var first *policy.Book
	for _, s := range c.seats {
		if err := s.replica.Wait(ctx, size); err != nil {
			return fmt.Errorf("%s never held %d entries: %w", s.node, size, err)
		}
		book := s.replica.Book()
		if first == nil {
			first = book
		}
		if book.Size() != size || book.Root() != first.Root() {
			return fmt.Errorf("%s holds %d entries and another root", s.node, book.Size())
		}
	}
	return nil
}

// writeAll runs one goroutine a client; each writes its own entries in order.
func writeAll(work [][]string, write func(string) error) (float64, error) {
	errs := make([]error, len(work))
	n := 0
	began := time.Now()
	var wg sync.WaitGroup
	for client, entries := range work {
		n += len(entries)
		wg.Go(func() {
			for _, e := range entries {
				if errs[client] = write(e); errs[client] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return perSecond(n, began), errors.Join(errs...)
}
