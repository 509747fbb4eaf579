package replica_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

const iat = 1_790_000_000

// council is a small federation's council in one test process, over real TLS
// connections on loopback.
type council struct {
	t       testing.TB
	seats   []*seat
	genesis string
	fed     spec.ID
	tick    time.Duration

	mu        sync.Mutex
	addresses map[spec.NodeID]string
}

// seat is one council node: its keys, its store and, while it runs, its replica.
type seat struct {
	c           *council
	node        spec.NodeID
	ballot, tls *spec.Signer
	dir         string
	configure   func(*replica.Config)
	log         bytes.Buffer
	replica     *replica.Replica

	mu        sync.Mutex
	stored    []string
	conflicts []string
	refused   []string // what raft delivered and this seat refused
}

func key(label string) *spec.Signer {
	sum := sha256.Sum256([]byte(label))
	return spec.NewSigner(ed25519.NewKeyFromSeed(sum[:]))
}

// newCouncil makes a genesis whose council is the first founders of all seats.
func newCouncil(t testing.TB, founders, all int) *council {
	c := &council{t: t, tick: 200 * time.Millisecond, addresses: make(map[spec.NodeID]string)}
	ballots := make(map[spec.NodeID]*spec.Signer)
	for i := range all {
		node := spec.NodeID(fmt.Sprintf("https://council-%d.example", i+1))
		s := &seat{c: c, node: node, dir: t.TempDir(), ballot: key("ballot " + string(node)), tls: key("tls " + string(node))}
		c.seats = append(c.seats, s)
		ballots[node] = s.ballot
	}
	draft := policy.GenesisDraft{GenesisBody: policy.GenesisBody{Development: true, Register: c.register(c.seats[:founders]...)}}
	var err error
	c.genesis, c.fed, err = policy.SealGenesis(draft, c.seats[0].node, ballots, iat)
	must(t, err)
	for _, s := range c.seats {
		s.stored = []string{c.genesis}
	}
	t.Cleanup(func() {
		for _, s := range c.seats {
			s.stop()
		}
	})
	return c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// register lists the given seats as the council.
func (c *council) register(seats ...*seat) policy.Register {
	r := policy.Register{Threshold: len(seats)/2 + 1}
	for _, s := range seats {
		r.Members = append(r.Members, policy.Member{
			Node: s.node, Name: spec.Text{JA: "架空の市", EN: "A fictional city"}, Kind: "municipality",
			Role: policy.RoleCouncil, Status: policy.StatusActive,
			Root: spec.EncodeKey(key("root " + string(s.node)).Public()), Ballot: spec.EncodeKey(s.ballot.Public()),
		})
	}
	return r
}

func (c *council) address(node spec.NodeID) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.addresses[node]
}

func (c *council) pinned(node spec.NodeID) []ed25519.PublicKey {
	for _, s := range c.seats {
		if s.node == node {
			return []ed25519.PublicKey{s.tls.Public()}
		}
	}
	return nil
}

// found starts the first n seats and waits for a leader.
func (c *council) found(n int) {
	c.t.Helper()
	for _, s := range c.seats[:n] {
		s.start()
		must(c.t, s.replica.Bootstrap())
	}
	c.leader()
}

func (s *seat) config() replica.Config {
	book, err := policy.NewBook(s.stored[0], s.c.fed)
	must(s.c.t, err)
	for _, octets := range s.stored[1:] {
		book, err = book.Apply(octets)
		must(s.c.t, err)
	}
	entries := append([]string(nil), s.stored...)
	cfg := replica.Config{
		Node: s.node, Dir: s.dir, Listen: "127.0.0.1:0", TLS: func() *spec.Signer { return s.tls }, Tick: s.c.tick,
		Pinned: s.c.pinned, Address: s.c.address, Book: book,
		Entries:  func(from uint64) ([]string, error) { return entries[from:], nil },
		Applied:  s.applied,
		Conflict: s.conflict, Refused: s.refuse,
		Logger: slog.New(slog.NewTextHandler(&locked{s: s}, nil)),
	}
	if s.configure != nil {
		s.configure(&cfg)
	}
	return cfg
}

func (s *seat) start() {
	s.c.t.Helper()
	r, err := replica.Start(s.config())
	must(s.c.t, err)
	s.replica = r
	s.c.mu.Lock()
	s.c.addresses[s.node] = r.Addr()
	s.c.mu.Unlock()
}

func (s *seat) stop() {
	if s.replica != nil {
		if err := s.replica.Close(); err != nil {
			s.c.t.Errorf("close %s: %v", s.node, err)
		}
		s.replica = nil
	}
}

func (s *seat) applied(n uint64, octets string, book *policy.Book) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n != uint64(len(s.stored)) || book.Size() != n+1 {
		s.c.t.Errorf("%s: entry %d came as the %dth with a book of %d", s.node, n, len(s.stored), book.Size())
	}
	s.stored = append(s.stored, octets)
}

func (s *seat) conflict(kind string, held, other []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conflicts = append(s.conflicts, kind+"\n"+string(held)+"\n"+string(other))
}

func (s *seat) refuse(octets string, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused = append(s.refused, octets)
}

func (s *seat) proof() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.conflicts...)
}

// locked lets a test read a log that replicas still write.
type locked struct{ s *seat }

func (l *locked) Write(p []byte) (int, error) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	return l.s.log.Write(p)
}

func (s *seat) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// until asks again every few milliseconds, where raft gives no channel to wait on.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	again := time.NewTicker(3 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-again.C:
		case <-deadline:
			t.Fatalf("never happened: %s", what)
		}
	}
}

// leader waits until one running seat leads and serves reads.
func (c *council) leader() *seat {
	c.t.Helper()
	var leader *seat
	until(c.t, "a leader", func() bool {
		for _, s := range c.running() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			_, err := s.replica.ReadIndex(ctx)
			cancel()
			if err == nil {
				leader = s
				return true
			}
		}
		return false
	})
	return leader
}

func (c *council) running() []*seat {
	var running []*seat
	for _, s := range c.seats {
		if s.replica != nil {
			running = append(running, s)
		}
	}
	return running
}

// documentOn drafts the next version of a series.
func (c *council) documentOn(book *policy.Book, series, typ string, body any) spec.Document {
	text := spec.Text{JA: "架空の文書です。", EN: "A fictional document."}
	d, err := policy.Draft(book, series, typ, body, text, text, iat, c.seats[0].node, iat)
	must(c.t, err)
	return d
}

// seal signs a document by the first seat and collects yes ballots.
func (c *council) seal(book *policy.Book, d spec.Document, voters ...*seat) string {
	c.t.Helper()
	return c.sealBy(book, d, c.seats[0], voters...)
}

func (c *council) sealBy(book *policy.Book, d spec.Document, drafter *seat, voters ...*seat) string {
	c.t.Helper()
	d.Issuer = drafter.node
	document, err := spec.SealDocument(drafter.ballot, d)
	must(c.t, err)
	sealed, err := spec.ReadDocument(document)
	must(c.t, err)
	var ballots []string
	for _, v := range voters {
		ballot, err := spec.SealBallot(v.ballot, policy.BallotFor(book, sealed, v.node, iat, policy.Yes))
		must(c.t, err)
		ballots = append(ballots, ballot)
	}
	return spec.MakeEntry(document, ballots)
}

// entry is a good entry of a free series, with two ballots.
func (c *council) entry(series string) string {
	c.t.Helper()
	book := c.leader().replica.Book()
	d := c.documentOn(book, series, "note", map[string]string{"note": series})
	return c.seal(book, d, c.seats[0], c.seats[1])
}

// propose asks whoever leads until the outcome is known.
func (c *council) propose(octets string) (uint64, error) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		n, err := c.leader().replica.Propose(ctx, octets)
		var elsewhere replica.ErrNotLeader
		if !errors.As(err, &elsewhere) && !errors.Is(err, replica.ErrUncertain) || ctx.Err() != nil {
			return n, err
		}
	}
}

func (c *council) accept(octets string) {
	c.t.Helper()
	if _, err := c.propose(octets); err != nil {
		c.t.Fatal(err)
	}
}

// elect passes a register that makes the given seats the council.
func (c *council) elect(voters []*seat, members ...*seat) {
	c.t.Helper()
	book := c.leader().replica.Book()
	d := c.documentOn(book, policy.SeriesRegister, policy.TypeRegister, c.register(members...))
	c.accept(c.seal(book, d, voters...))
}

// agree waits until all running seats hold the same log of a size, and
// compares roots and stores.
func (c *council) agree(size uint64, seats ...*seat) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if len(seats) == 0 {
		seats = c.running()
	}
	for _, s := range seats {
		if err := s.replica.Wait(ctx, size); err != nil {
			c.t.Fatalf("%s never held %d entries: %v\n%s", s.node, size, err, s.logged())
		}
		book, first := s.replica.Book(), seats[0].replica.Book()
		if book.Size() != size || book.Root() != first.Root() {
			c.t.Fatalf("%s holds %d entries and another root than %s", s.node, book.Size(), seats[0].node)
		}
		until(c.t, "the store holds what the book holds", func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return uint64(len(s.stored)) == size
		})
	}
}

// peers waits until raft's servers are exactly these voters.
func (c *council) peers(voters ...*seat) {
	c.t.Helper()
	until(c.t, "raft's server list equals the register", func() bool {
		status := c.leader().replica.Status()
		if len(status.Peers) != len(voters) {
			return false
		}
		for _, v := range voters {
			found := false
			for _, p := range status.Peers {
				found = found || p.Node == v.node && p.Voter
			}
			if !found {
				return false
			}
		}
		return true
	})
}
