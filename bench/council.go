package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

// council is three voters in this process, over mutual TLS on loopback with
// real flushes.
type council struct {
	seats   []*seat
	genesis string
	fed     spec.ID

	mu        sync.Mutex
	addresses map[spec.NodeID]string
}

type seat struct {
	node        spec.NodeID
	ballot, tls *spec.Signer
	dir         string
	replica     *replica.Replica
}

const voters = rival.Voters

// noElections keeps a busy machine from measuring elections.
const noElections = 1500 * time.Millisecond

func (g *ground) council() (*council, error) {
	dir, err := g.fresh("council")
	if err != nil {
		return nil, err
	}
	c := &council{addresses: make(map[spec.NodeID]string)}
	register := policy.Register{Threshold: voters/2 + 1}
	ballots := make(map[spec.NodeID]*spec.Signer)
	for i := range voters {
		s := &seat{node: spec.NodeID(fmt.Sprintf("https://council-%d.example", i+1)), dir: filepath.Join(dir, fmt.Sprint(i+1))}
		root, err := spec.GenerateSigner()
		if err != nil {
			return nil, err
		}
		if s.ballot, err = spec.GenerateSigner(); err != nil {
			return nil, err
		}
		if s.tls, err = spec.GenerateSigner(); err != nil {
			return nil, err
		}
		c.seats, ballots[s.node] = append(c.seats, s), s.ballot
		register.Members = append(register.Members, policy.Member{
			Node: s.node, Name: spec.Text{JA: "架空の市", EN: "A fictional city"}, Kind: "municipality",
			Role: policy.RoleCouncil, Status: policy.StatusActive,
			Root: spec.EncodeKey(root.Public()), Ballot: spec.EncodeKey(s.ballot.Public()),
		})
	}
	draft := policy.GenesisDraft{GenesisBody: policy.GenesisBody{Development: true, Register: register}}
	c.genesis, c.fed, err = policy.SealGenesis(draft, c.seats[0].node, ballots, time.Now().Unix())
	return c, err
}

func (c *council) pinned(node spec.NodeID) []ed25519.PublicKey {
	for _, s := range c.seats {
		if s.node == node {
			return []ed25519.PublicKey{s.tls.Public()}
		}
	}
	return nil
}

func (c *council) address(node spec.NodeID) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.addresses[node]
}

func (c *council) listens(node spec.NodeID, address string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addresses[node] = address
}

func (c *council) book() (*policy.Book, error) { return policy.NewBook(c.genesis, c.fed) }

// start runs all seats and answers the leader.
func (c *council) start(ctx context.Context) (*replica.Replica, error) {
	for _, s := range c.seats {
		book, err := c.book()
		if err != nil {
			return nil, err
		}
		s.replica, err = replica.Start(replica.Config{
			Node: s.node, Dir: s.dir, Listen: "127.0.0.1:0", TLS: func() *spec.Signer { return s.tls }, Tick: noElections, Pinned: c.pinned,
			Address: c.address, Book: book, Entries: func(uint64) ([]string, error) { return []string{c.genesis}, nil },
		})
		if err != nil {
			return nil, err
		}
		c.listens(s.node, s.replica.Addr())
		if err := s.replica.Bootstrap(); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var leader *replica.Replica
	err := rival.Until(ctx, "a leader", func() (bool, error) {
		for _, s := range c.seats {
			if _, err := s.replica.ReadIndex(ctx); err == nil {
				leader = s.replica
			}
		}
		return leader != nil, nil
	})
	return leader, err
}

func (c *council) close() {
	for _, s := range c.seats {
		if s.replica != nil {
			_ = s.replica.Close()
		}
	}
}

// entries seals n entries a client ahead of time: each client has a series of
// its own, and an entry is about 1 KB of document with two ballots.
func (c *council) entries(book *policy.Book, clients, n int) ([][]string, error) {
	all := make([][]string, clients)
	errs := make(chan error, clients)
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			var err error
			all[client], err = c.chain(book, fmt.Sprintf("series-%d", client), n/clients)
			errs <- err
		})
	}
	wg.Wait()
	for range clients {
		if err := <-errs; err != nil {
			return nil, err
		}
	}
	return all, nil
}

// chain seals entries of one series, each the version after the one before.
func (c *council) chain(book *policy.Book, series string, n int) ([]string, error) {
	text := spec.Text{JA: "架空の文書です。", EN: "A fictional document."}
	body := json.RawMessage(`{}`)
	now := time.Now().Unix()
	var list []string
	var prev spec.ID
	for version := range n {
		d, err := policy.Draft(book, series, "note", body, text, text, now, c.seats[0].node, now)
		if err != nil {
			return nil, err
		}
		d.Prev, d.Version = prev, version+1
		octets, err := c.seal(book, d)
		if err != nil {
			return nil, err
		}
		entry, err := spec.ReadEntry(octets)
		if err != nil {
			return nil, err
		}
		prev, list = entry.Document.ID(), append(list, octets)
	}
	return list, nil
}

func (c *council) seal(book *policy.Book, d spec.Document) (string, error) {
	token, err := spec.SealDocument(c.seats[0].ballot, d)
	if err != nil {
		return "", err
	}
	sealed, err := spec.ReadDocument(token)
	if err != nil {
		return "", err
	}
	var ballots []string
	for _, s := range c.seats[:voters/2+1] {
		ballot, err := spec.SealBallot(s.ballot, policy.BallotFor(book, sealed, s.node, d.IssuedAt, policy.Yes))
		if err != nil {
			return "", err
		}
		ballots = append(ballots, ballot)
	}
	return spec.MakeEntry(token, ballots), nil
}
