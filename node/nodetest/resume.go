package nodetest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/check"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/spec"
)

// Resume is a federation whose directories exist already: one folder a member,
// by the seat's name, under dir. Its ports are those of the node ids. No node
// runs yet, and the clock stands at a time and goes on from there.
func Resume(t testing.TB, dir string, at time.Time, seats ...Seat) *Federation {
	t.Helper()
	f := empty(t, dir)
	f.Clock.Move(time.Until(at))
	for _, s := range seats {
		f.settle(s)
	}
	return f
}

// Check looks through a stopped node's directory and fails the test for each
// fault; it returns how much was looked through.
func (f *Federation) Check(name string) check.Counts {
	f.t.Helper()
	cfg := f.configs[name].Complete()
	genesis, err := os.ReadFile(node.GenesisPath(cfg.Data))
	if err != nil {
		f.t.Fatal(err)
	}
	history, err := os.ReadFile(keys.HistoryPath(cfg.Data))
	if err != nil {
		f.t.Fatal(err)
	}
	counts, err := check.Run(f.Context(), check.Place{
		Store: cfg.Store, Self: spec.NodeID(cfg.ID), Genesis: string(genesis), History: strings.TrimSpace(string(history)),
		ErasedList: filepath.Clean(cfg.ErasedList), Now: f.Clock.Now(),
	}, func(fault check.Fault) { f.t.Errorf("%s: %s", name, fault) })
	if err != nil {
		f.t.Fatalf("check %s: %v", name, err)
	}
	return counts
}
