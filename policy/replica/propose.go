package replica

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/raft"

	"github.com/fukusen/fukusen/spec"
)

// Propose has the council apply an entry and returns its position. Only the
// leader can; it may be repeated, and an entry that stands in the log answers
// its position again.
//
// Errors: ErrNotLeader (nothing was appended), *spec.Refusal (every voter
// refuses the entry), ErrUncertain (ask again), ErrHalted, ErrClosed.
func (r *Replica) Propose(ctx context.Context, octets string) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if err := r.machine.halted(); err != nil {
		return 0, err
	}
	if r.raft.State() != raft.Leader {
		return 0, ErrNotLeader{r.Leader()}
	}
	if len(octets) > spec.MaxEntry || !strings.HasSuffix(octets, "\n") {
		// What is no entry at all stays out of everyone's log.
		return 0, spec.Refuse("REQ-POL-007", "an entry is lines of tokens, each ended by a line feed, and not too long")
	}
	if err := r.fault("raft.apply.before"); err != nil {
		return 0, fmt.Errorf("propose: %w", err)
	}
	n, err := r.apply(ctx, octets)
	if err != nil {
		return n, err
	}
	if err := r.fault("raft.apply.after"); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrUncertain, err)
	}
	return n, nil
}

func (r *Replica) fault(name string) error {
	if r.cfg.Fault == nil {
		return nil
	}
	return r.cfg.Fault(name)
}

func (r *Replica) apply(ctx context.Context, octets string) (uint64, error) {
	f := r.raft.Apply([]byte(octets), enqueueLimit(ctx))
	switch err := r.await(ctx, f); {
	case err == nil:
	case errors.Is(err, raft.ErrNotLeader), errors.Is(err, raft.ErrLeadershipTransferInProgress):
		return 0, ErrNotLeader{r.Leader()}
	case errors.Is(err, raft.ErrEnqueueTimeout):
		return 0, fmt.Errorf("propose: %w", err)
	case r.machine.halted() != nil:
		return 0, r.machine.halted()
	default:
		// Leadership lost, shut down or given up: the entry may yet be committed.
		return 0, fmt.Errorf("%w: %w", ErrUncertain, err)
	}
	out, ok := f.Response().(outcome)
	if !ok {
		return 0, ErrUncertain
	}
	return out.n, out.err
}

// enqueueLimit bounds the wait for a place in the leader's queue.
func enqueueLimit(ctx context.Context) time.Duration {
	limit := 10 * time.Second
	if until, ok := ctx.Deadline(); ok {
		limit = min(limit, max(time.Until(until), time.Millisecond))
	}
	return limit
}
