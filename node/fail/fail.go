// Package fail holds the places where a test may make this program fail: each
// is named once in Points and stands beside a write. It does nothing unless a
// test or the environment asked for it, and it imports nothing of ours.
package fail

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// Points are the names of all places, each with its two faults: the point
// before a write (failed) and the point after it (failed but persisted).
var points = []string{
	"store.commit.before", "store.commit.after",
	"keys.write.before", "keys.write.after",
	"erased.write.before", "erased.write.after",
	"raft.apply.before", "raft.apply.after",
	"policy.cosign.before", "policy.cosign.after",
}

// ErrInjected is what a point returns when it was told to fail.
var ErrInjected = errors.New("injected fault")

// Variable is the environment variable that makes a process die at a point:
// NAME=kill or NAME=kill:N for the N-th passage.
const Variable = "FUKUSEN_FAILPOINT"

type armed struct {
	name string
	left atomic.Int64
	kill bool
}

var (
	active atomic.Pointer[armed]
	fromOS sync.Once
)

// Points lists the registered names.
func Points() []string { return slices.Clone(points) }

// Arm makes the n-th passage of a point fail once; it returns a disarming
// function. It is for tests within one process and panics on unknown names.
func Arm(name string, n int64) func() {
	if !slices.Contains(points, name) {
		panic("fail: no point " + name)
	}
	a := &armed{name: name}
	a.left.Store(n)
	active.Store(a)
	return func() { active.CompareAndSwap(a, nil) }
}

// Point returns nil, unless this passage was armed to fail; armed from the
// environment, it kills the process as -9 would.
func Point(name string) error {
	fromOS.Do(readEnvironment)
	a := active.Load()
	if a == nil || a.name != name || a.left.Add(-1) != 0 {
		return nil
	}
	if a.kill {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	return fmt.Errorf("%s: %w", name, ErrInjected)
}

func readEnvironment() {
	setting := os.Getenv(Variable)
	if setting == "" {
		return
	}
	name, act, _ := strings.Cut(setting, "=")
	word, count, hasCount := strings.Cut(act, ":")
	n := int64(1)
	if hasCount {
		if parsed, err := strconv.ParseInt(count, 10, 64); err == nil {
			n = parsed
		}
	}
	if word != "kill" || !slices.Contains(points, name) {
		return
	}
	a := &armed{name: name, kill: true}
	a.left.Store(n)
	active.CompareAndSwap(nil, a)
}
