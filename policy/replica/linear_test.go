package replica_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

// A history of the policy log: write appends and answers the position, read
// answers the size. A write whose outcome stayed unknown may come at any time.
type operation struct{ write bool }

const unknown = math.MaxUint64

var logModel = porcupine.NondeterministicModel{
	Init: func() []any { return []any{uint64(1)} },
	Step: func(state, input, output any) []any {
		size, answer := state.(uint64), output.(uint64)
		switch {
		case answer == unknown:
			return []any{size, size + 1}
		case answer != size:
			return nil
		case input.(operation).write:
			return []any{size + 1}
		}
		return []any{size}
	},
}

// history records what clients saw, with a clock that only this test uses.
type history struct {
	mu    sync.Mutex
	began time.Time
	ops   []porcupine.Operation
}

func (h *history) record(client int, write bool, call time.Time, answer uint64) {
	done := time.Since(h.began).Nanoseconds()
	if answer == unknown {
		done = math.MaxInt64
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, porcupine.Operation{
		ClientId: client, Input: operation{write}, Output: answer,
		Call: call.Sub(h.began).Nanoseconds(), Return: done,
	})
}

// chain makes the entries of one series without asking anyone.
func (c *council) chain(book *policy.Book, series string, length int) []string {
	var entries []string
	var prev spec.ID
	for version := range length {
		d := c.documentOn(book, series, "note", json.RawMessage(`{}`))
		d.Prev, d.Version = prev, version+1
		octets := c.seal(book, d, c.seats[0], c.seats[1])
		entry, err := spec.ReadEntry(octets)
		must(c.t, err)
		prev = entry.Document.ID()
		entries = append(entries, octets)
	}
	return entries
}

// "While the leader is stopped and a new one takes over, every accepted entry
// and every read happens as if at one moment in one log."
func TestHistoryIsLinearizable(t *testing.T) {
	histories := 1
	if os.Getenv("FUKUSEN_SOAK") != "" {
		histories = 50
	}
	for range histories {
		t.Run("history", linearizable)
	}
}

func linearizable(t *testing.T) {
	const writers, readers, writes = 3, 3, 25
	c := newCouncil(t, 3, 3)
	c.found(3)
	replicas := make([]*replica.Replica, len(c.seats))
	for i, s := range c.seats {
		replicas[i] = s.replica
	}
	h := &history{began: time.Now()}
	var halfway sync.WaitGroup
	halfway.Add(writers)
	var working sync.WaitGroup
	var writing atomic.Int64
	writing.Store(writers)
	for w := range writers {
		entries := c.chain(replicas[0].Book(), fmt.Sprintf("series-%d", w), writes)
		working.Go(func() {
			defer writing.Add(-1)
			for i, octets := range entries {
				if i == writes/2 {
					halfway.Done()
				}
				h.write(t, w, replicas, octets)
			}
		})
	}
	for r := range readers {
		working.Go(func() {
			pace := time.NewTicker(2 * time.Millisecond)
			defer pace.Stop()
			for ; writing.Load() > 0; <-pace.C {
				h.read(writers+r, replicas)
			}
		})
	}
	halfway.Wait()
	c.leader().stop()
	working.Wait()
	t.Logf("%d operations", len(h.ops))
	if len(h.ops) < writers*writes+readers {
		t.Fatal("too few operations to show anything")
	}
	if got := porcupine.CheckOperationsTimeout(logModel.ToModel(), h.ops, 20*time.Second); got != porcupine.Ok {
		t.Fatalf("the history is %s", got)
	}
	c.agree(1 + writers*writes)
}

// write asks again until the entry's place is known: one operation.
func (h *history) write(t *testing.T, client int, replicas []*replica.Replica, octets string) {
	call, again := time.Now(), time.NewTicker(time.Millisecond)
	defer again.Stop()
	for try := 0; time.Since(call) < 30*time.Second; try++ {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		n, err := replicas[try%len(replicas)].Propose(ctx, octets)
		cancel()
		if err == nil {
			h.record(client, true, call, n)
			return
		}
		if spec.AsRefusal(err) != nil || errors.Is(err, replica.ErrHalted) {
			t.Errorf("write: %v", err)
			break
		}
		<-again.C
	}
	h.record(client, true, call, unknown)
}

func (h *history) read(client int, replicas []*replica.Replica) {
	for _, r := range replicas {
		call := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		size, err := r.ReadIndex(ctx)
		cancel()
		if err == nil {
			h.record(client, false, call, size)
		}
	}
}

// "The model itself refuses a read that forgets an entry which was answered before."
func TestModelFindsAStaleRead(t *testing.T) {
	h := []porcupine.Operation{
		{ClientId: 0, Input: operation{true}, Output: uint64(1), Call: 0, Return: 10},
		{ClientId: 1, Input: operation{}, Output: uint64(1), Call: 20, Return: 30},
	}
	if porcupine.CheckOperations(logModel.ToModel(), h) {
		t.Fatal("a stale read passes")
	}
}
