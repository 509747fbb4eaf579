package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/founding"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/spec"
)

// ground is where a run works: one directory on the disk that is measured.
type ground struct {
	dir      string
	given    string // what rivals are given
	quick    bool
	progress io.Writer

	mu    sync.Mutex
	count int
}

// newGround works beside the binary that `make build` leaves, because a
// temporary directory is often in memory, where a flush costs nothing.
func newGround(progress io.Writer, given string, quick bool) (*ground, error) {
	base := filepath.Join("..", "bin")
	if err := os.MkdirAll(base, 0o755); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(base, "bench-")
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	return &ground{dir: dir, given: given, quick: quick, progress: progress}, err
}

func (g *ground) clear() { _ = os.RemoveAll(g.dir) }

func (g *ground) say(form string, args ...any) {
	fmt.Fprintf(g.progress, time.Now().Format("15:04:05")+" "+form+"\n", args...)
}

// size is the amount of work, a tenth of it in a quick run.
func (g *ground) size(n int) int {
	if g.quick {
		return max(1, n/10)
	}
	return n
}

// fresh is a new empty directory.
func (g *ground) fresh(name string) (string, error) {
	g.mu.Lock()
	g.count++
	dir := filepath.Join(g.dir, fmt.Sprintf("%02d-%s", g.count, name))
	g.mu.Unlock()
	return dir, os.MkdirAll(dir, 0o700)
}

// town is a small federation: its first members form the council.
type town struct {
	founded *founding.Federation
	members []*townMember
}

type townMember struct {
	id     spec.NodeID
	config node.Config
	record *spec.Signer
	node   *node.Node // nil while it does not run here
}

// found makes keys and genesis of members; the first council of them vote.
func (g *ground) found(council int, names ...string) (*town, error) {
	dir, err := g.fresh("town")
	if err != nil {
		return nil, err
	}
	t := &town{}
	var list []founding.Member
	for i, name := range names {
		port, err := rival.FreePort()
		if err != nil {
			return nil, err
		}
		m := founding.Member{
			ID: spec.NodeID(fmt.Sprintf("http://localhost:%d", port)), Name: spec.Text{JA: name, EN: name},
			Kind: "municipality", Council: i < council, Dir: filepath.Join(dir, name),
		}
		if m.Council {
			raft, err := rival.FreePort()
			if err != nil {
				return nil, err
			}
			m.Raft = fmt.Sprintf("127.0.0.1:%d", raft)
		}
		list = append(list, m)
		t.members = append(t.members, &townMember{id: m.ID, config: node.Config{
			ID: string(m.ID), Listen: fmt.Sprintf("127.0.0.1:%d", port), Data: m.Dir,
			NameJA: name, NameEN: name, Kind: "municipality", RaftListen: m.Raft, LogLevel: "error",
		}})
	}
	// Keys are valid from a little before the first record.
	if t.founded, err = founding.Found(list, true, time.Now().Add(-time.Minute)); err != nil {
		return nil, err
	}
	for _, m := range t.members {
		on, err := keys.Load(m.config.Data)
		if err != nil {
			return nil, err
		}
		m.record = on.Record
	}
	return t, nil
}

// open prepares a member's node in this process; nothing is served yet.
func (m *townMember) open(ctx context.Context) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})).With("node", m.id)
	n, err := node.Open(ctx, m.config, node.Options{Least: 20 * time.Millisecond, Most: 200 * time.Millisecond}, log)
	m.node = n
	return err
}

func (m *townMember) start(ctx context.Context) error {
	if err := m.open(ctx); err != nil {
		return err
	}
	return m.node.Start()
}

// adopt starts the first member and puts the starting documents in force there.
func (t *town) adopt(ctx context.Context) error {
	first := t.members[0]
	if err := first.start(ctx); err != nil {
		return err
	}
	return t.founded.Adopt(ctx, first.node, nil, time.Now)
}

func (t *town) close() {
	for _, m := range t.members {
		if m.node != nil {
			_ = m.node.Close()
		}
	}
}

// learn gives a running member the keys of another that does not run.
func (m *townMember) learn(ctx context.Context, other *townMember) error {
	on, err := keys.Load(other.config.Data)
	if err != nil {
		return err
	}
	_, err = m.node.Trust().Learn(ctx, other.id, on.History, time.Now())
	return err
}
