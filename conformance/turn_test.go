package conformance

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
)

// TestWhatDisturbsOthersRunsAfterThem, one at a time, and what ends the sandbox
// runs last; the results keep the order of the list.
func TestWhatDisturbsOthersRunsAfterThem(t *testing.T) {
	var mu sync.Mutex
	var ran []string
	check := func(number string, turn judge.Turn) judge.Check {
		return judge.Check{Requirement: number, Turn: turn, Positive: func(_ context.Context, p *judge.Probe) {
			mu.Lock()
			defer mu.Unlock()
			ran = append(ran, number)
			p.Fail(judge.Why("試験", "test"))
		}}
	}
	list := []judge.Check{
		check("REQ-POL-009", judge.Final), check("REQ-EPOCH-001", judge.Alone), check("REQ-STM-001", judge.Together),
		check("REQ-EPOCH-002", judge.Alone),
	}
	w := &judge.World{Clock: time.Now, Journal: new(evidence.Journal)}
	results := runAll(t.Context(), w, list, Config{Workers: 4})
	if want := []string{"REQ-STM-001", "REQ-EPOCH-001", "REQ-EPOCH-002", "REQ-POL-009"}; !slices.Equal(ran, want) {
		t.Errorf("ran %v, want %v", ran, want)
	}
	for i, r := range results {
		if r.Requirement != list[i].Requirement || r.Outcome != judge.Fail {
			t.Errorf("result %d is %s %s", i, r.Requirement, r.Outcome)
		}
	}
}
