package replica_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

// Three voters over mutual TLS on loopback with real fsync. Bare* is
// hashicorp/raft with the same log store, transport, settings and octets and a
// state machine that does nothing; Signatures is what one voter's Ed25519
// verifications of one entry cost. Together they are the limit of Propose*.

func BenchmarkPropose1(b *testing.B)  { benchPropose(b, 1) }
func BenchmarkPropose64(b *testing.B) { benchPropose(b, 64) }
func BenchmarkBare1(b *testing.B)     { benchBare(b, 1) }
func BenchmarkBare64(b *testing.B)    { benchBare(b, 64) }
func BenchmarkRead1(b *testing.B)     { benchRead(b, 1) }
func BenchmarkRead64(b *testing.B)    { benchRead(b, 64) }

// noElections keeps a busy machine from measuring elections.
const noElections = 1500 * time.Millisecond

// chains spreads n entries over the clients, each with a series of its own;
// one entry is about 1 KB of document and two ballots.
func chains(c *council, clients, n int) [][]string {
	book := c.seats[0].replica.Book()
	all := make([][]string, clients)
	var sealing sync.WaitGroup
	for client := range clients {
		length := n / clients
		if client < n%clients {
			length++
		}
		sealing.Go(func() { all[client] = c.chain(book, fmt.Sprintf("series-%d", client), length) })
	}
	sealing.Wait()
	return all
}

func benchPropose(b *testing.B, clients int) {
	c := newCouncil(b, 3, 3)
	c.tick = noElections
	c.found(3)
	work := chains(c, clients, b.N)
	leader := c.leader()
	var octets atomic.Int64
	b.ResetTimer()
	each(work, func(entry string) {
		octets.Add(int64(len(entry)))
		if _, err := leader.replica.Propose(context.Background(), entry); err != nil {
			b.Error(err)
		}
	})
	b.StopTimer()
	report(b, octets.Load())
	c.agree(uint64(1 + b.N))
}

// each runs one goroutine a client.
func each(work [][]string, do func(string)) {
	var clients sync.WaitGroup
	for _, entries := range work {
		clients.Go(func() {
			for _, entry := range entries {
				do(entry)
			}
		})
	}
	clients.Wait()
}

func report(b *testing.B, octets int64) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
	if b.N > 0 {
		b.ReportMetric(float64(octets)/float64(b.N), "octets/entry")
	}
}

func benchBare(b *testing.B, clients int) {
	c := newCouncil(b, 3, 3)
	c.seats[0].start() // only to seal the same entries as Propose
	work := chains(c, clients, b.N)
	c.seats[0].stop()
	leader := bareCouncil(b, c)
	var octets atomic.Int64
	b.ResetTimer()
	each(work, func(entry string) {
		octets.Add(int64(len(entry)))
		if err := leader.Apply(entry); err != nil {
			b.Error(err)
		}
	})
	b.StopTimer()
	report(b, octets.Load())
}

func bareCouncil(b *testing.B, c *council) *replica.Bare {
	var servers []*replica.Bare
	var founders []spec.NodeID
	for _, s := range c.seats {
		founders = append(founders, s.node)
	}
	for _, s := range c.seats {
		server, err := replica.StartBare(replica.Config{
			Node: s.node, Dir: b.TempDir(), Listen: "127.0.0.1:0", TLS: func() *spec.Signer { return s.tls }, Tick: noElections,
			Pinned: c.pinned, Address: c.address, Book: s.config().Book, Logger: slog.New(slog.DiscardHandler),
		}, founders)
		must(b, err)
		c.mu.Lock()
		c.addresses[s.node] = server.Addr()
		c.mu.Unlock()
		servers = append(servers, server)
		b.Cleanup(server.Close)
	}
	var leader *replica.Bare
	until(b, "a bare leader", func() bool {
		for _, s := range servers {
			if s.Leads() {
				leader = s
			}
		}
		return leader != nil
	})
	must(b, leader.Apply("warm up"))
	return leader
}

func benchRead(b *testing.B, clients int) {
	c := newCouncil(b, 3, 3)
	c.tick = noElections
	c.found(3)
	leader := c.leader()
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var reading sync.WaitGroup
	for range clients {
		reading.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := leader.replica.ReadIndex(context.Background()); err != nil {
					b.Error(err)
				}
			}
		})
	}
	reading.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reads/s")
}

// BenchmarkSignatures is the bare verification of a document and two ballots.
func BenchmarkSignatures(b *testing.B) {
	signers := []*spec.Signer{key("a"), key("b"), key("c")}
	message := make([]byte, 1024)
	var signatures [][]byte
	for _, s := range signers {
		signatures = append(signatures, ed25519.Sign(s.Private(), message))
	}
	for b.Loop() {
		for i, s := range signers {
			if !ed25519.Verify(s.Public(), message, signatures[i]) {
				b.Fatal("bad signature")
			}
		}
	}
}

// BenchmarkJudge is what one voter does with one entry: read, judge, apply.
func BenchmarkJudge(b *testing.B) {
	c := newCouncil(b, 3, 3)
	c.seats[0].start()
	entry := chains(c, 1, 1)[0][0]
	book := c.seats[0].replica.Book()
	for b.Loop() {
		if err := book.Check(entry); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFailover stops the leader and waits for the next accepted entry, at
// the default settings.
func BenchmarkFailover(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		c := newCouncil(b, 3, 3)
		c.tick = 0
		c.found(3)
		c.accept(c.entry("a"))
		c.agree(2)
		next, leader := c.entry("b"), c.leader()
		b.StartTimer()
		leader.stop()
		c.accept(next)
		b.StopTimer()
		for _, s := range c.seats {
			s.stop()
		}
		b.StartTimer()
	}
}
