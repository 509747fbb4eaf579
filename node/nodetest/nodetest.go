// Package nodetest runs small federations inside one test process: real nodes
// with their own directories, keys and stores, on loopback. It refuses to be
// part of the product.
package nodetest

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// patience bounds every wait of a story; a healthy one takes milliseconds.
const patience = 30 * time.Second

// Seat names a member of the federation to be.
type Seat struct {
	Name    string // such as city; also the folder
	Kind    string
	Council bool
	Store   string // connection string, or empty for SQLite
	Rogue   bool   // a hostile neighbour instead of a node
	Port    int    // of the node id, or 0 for a free one
	Raft    int    // the raft port, or 0 for a free one
}

// The usual members.
var (
	City       = Seat{Name: "city", Kind: "municipality", Council: true}
	University = Seat{Name: "university", Kind: "university", Council: true}
	Company    = Seat{Name: "company", Kind: "company", Council: true}
	Club       = Seat{Name: "club", Kind: "club"}
)

// Federation is a running federation.
type Federation struct {
	t       testing.TB
	Dir     string
	Founded *founding.Federation
	Clock   *Clock
	nodes   map[string]*node.Node
	configs map[string]node.Config
	taken   map[int]bool // ports given out, which no listener may hold yet
	RedList *policy.RedList
	Public  time.Duration // between readings of public logs, for nodes that start from now on
	rogues  map[string]*Rogue

	Statements storetest.Statements // of the requests to all nodes
}

// New founds and starts a federation and adopts the starting documents. The
// nodes stop when the test ends.
func New(t testing.TB, seats ...Seat) *Federation {
	t.Helper()
	f := empty(t, t.TempDir())
	f.found(seats)
	for _, s := range seats {
		if s.Rogue {
			f.startRogue(s)
			continue
		}
		f.Start(s.Name)
	}
	ctx := f.Context()
	first := f.Node(seats[0].Name)
	if err := f.Founded.Adopt(ctx, first, f.RedList, f.Clock.Now); err != nil {
		t.Fatalf("adopt the starting documents: %v", err)
	}
	for _, s := range seats {
		if s.Rogue {
			continue
		}
		if err := f.Node(s.Name).WaitPolicy(ctx, first.Trust().Book().Size()); err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
	}
	return f
}

// empty is a federation without members, whose nodes stop when the test ends.
func empty(t testing.TB, dir string) *Federation {
	f := &Federation{
		t: t, Dir: dir, Clock: &Clock{}, Public: 200 * time.Millisecond,
		nodes: make(map[string]*node.Node), configs: make(map[string]node.Config), taken: make(map[int]bool),
		rogues: make(map[string]*Rogue),
	}
	t.Cleanup(func() {
		for name := range f.nodes {
			f.Stop(name)
		}
	})
	return f
}

func (f *Federation) found(seats []Seat) {
	f.t.Helper()
	var members []founding.Member
	for _, s := range seats {
		members = append(members, f.settle(s))
	}
	// Keys are valid from a little before the nodes' first record.
	founded, err := founding.Found(members, true, f.Clock.Now())
	if err != nil {
		f.t.Fatalf("found: %v", err)
	}
	f.Founded = founded
}

// settle gives a member its addresses, its directory and its configuration.
func (f *Federation) settle(s Seat) founding.Member {
	f.t.Helper()
	port, raft := s.Port, ""
	if port == 0 {
		port = f.freePort()
	}
	if s.Council && s.Raft != 0 {
		raft = fmt.Sprintf("127.0.0.1:%d", s.Raft)
	} else if s.Council {
		raft = fmt.Sprintf("127.0.0.1:%d", f.freePort())
	}
	m := founding.Member{
		ID: spec.NodeID(fmt.Sprintf("http://localhost:%d", port)), Name: spec.Text{JA: s.Name, EN: s.Name},
		Kind: s.Kind, Council: s.Council, Raft: raft, Dir: filepath.Join(f.Dir, s.Name),
	}
	f.configs[s.Name] = node.Config{
		ID: string(m.ID), Listen: fmt.Sprintf("127.0.0.1:%d", port), Data: m.Dir, Store: s.Store,
		NameJA: s.Name, NameEN: s.Name, Kind: s.Kind, RaftListen: raft,
	}
	return m
}

// freePort finds a port below those that the system gives to outgoing
// connections: a node that is stopped and started again must find its own port
// still free. Another test could take it all the same; then the node says so.
func (f *Federation) freePort() int {
	f.t.Helper()
	for range 200 {
		// Packages are tested side by side: each process looks in a band of its own.
		port := 10_000 + os.Getpid()%8*1_000 + rand.IntN(1_000)
		if f.taken[port] {
			continue
		}
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		_ = l.Close()
		f.taken[port] = true
		return port
	}
	f.t.Fatal("no free port between 10000 and 17999")
	return 0
}

// Start opens and starts a node over its directory.
func (f *Federation) Start(name string) *node.Node {
	f.t.Helper()
	level := slog.LevelError
	if os.Getenv("FUKUSEN_TEST_LOG") != "" {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})).With("node", name)
	n, err := node.Open(f.Statements.Under(f.Context()), f.configs[name], node.Options{
		Clock: f.Clock.Now, Wait: 2 * time.Second, Least: 20 * time.Millisecond, Most: 500 * time.Millisecond,
		Public: f.Public,
	}, log)
	if err != nil {
		f.t.Fatalf("open %s: %v", name, err)
	}
	if err := n.Start(); err != nil {
		_ = n.Close()
		f.t.Fatalf("start %s: %v", name, err)
	}
	f.nodes[name] = n
	return n
}

// Stop stops a node; its directory stays.
func (f *Federation) Stop(name string) {
	f.t.Helper()
	n := f.nodes[name]
	if n == nil {
		return
	}
	delete(f.nodes, name)
	if err := n.Close(); err != nil {
		f.t.Errorf("close %s: %v", name, err)
	}
}

// Node is a running node.
func (f *Federation) Node(name string) *node.Node {
	f.t.Helper()
	n := f.nodes[name]
	if n == nil {
		f.t.Fatalf("no node %s is running", name)
	}
	return n
}

// ID is a member's node id.
func (f *Federation) ID(name string) spec.NodeID { return spec.NodeID(f.configs[name].ID) }

// Config is a member's configuration, for tests that start it in another way.
func (f *Federation) Config(name string) node.Config { return f.configs[name] }

// Reconfigure changes what a stopped member starts with next.
func (f *Federation) Reconfigure(name string, change func(*node.Config)) {
	c := f.configs[name]
	change(&c)
	f.configs[name] = c
}

// Context ends with the test, or when a wait has lasted too long.
func (f *Federation) Context() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	f.t.Cleanup(cancel)
	return ctx
}

// Eventually waits until a condition holds, or fails the test with its name.
// Nodes have no common channel for every fact, so this asks again and again.
func (f *Federation) Eventually(what string, holds func() bool) {
	f.t.Helper()
	ctx := f.Context()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			f.t.Fatalf("it never came to pass: %s", what)
		}
	}
}
