package replica

import (
	"context"
	"errors"
	"sync"

	"github.com/hashicorp/raft"
)

// ReadIndex is a linearizable read barrier: when it returns, Book() holds every
// entry whose proposal was answered before ReadIndex was called, and the result
// is a size of the log at some moment between. Only the leader can serve it;
// another node answers ErrNotLeader.
//
// The leader asks a majority whether it still leads, once for all reads that
// wait at that moment (Ongaro, Consensus: Bridging Theory and Practice, 6.4).
func (r *Replica) ReadIndex(ctx context.Context) (uint64, error) {
	if r.raft.State() != raft.Leader {
		return 0, ErrNotLeader{r.Leader()}
	}
	b := r.reads.join(r.confirm)
	select {
	case <-b.done:
		return b.size, b.err
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-r.closing:
		return 0, ErrClosed
	}
}

// confirm serves one batch of reads.
func (r *Replica) confirm() (uint64, error) {
	ready, err := r.leads()
	if err != nil {
		return 0, err
	}
	commit := r.raft.CommitIndex()
	if err := r.await(context.Background(), r.raft.VerifyLeader()); err != nil {
		return 0, r.notLeading(err)
	}
	// The same term before and after: nobody else can have committed between.
	if r.raft.CurrentTerm() != ready.term {
		return 0, ErrNotLeader{r.Leader()}
	}
	err = r.machine.wait(context.Background(), r.closing, func() bool {
		return max(ready.barrier, r.machine.index.Load()) >= commit
	})
	return r.Book().Size(), err
}

// notLeading keeps the reasons that are this node's own.
func (r *Replica) notLeading(err error) error {
	if errors.Is(err, ErrHalted) || errors.Is(err, ErrClosed) {
		return err
	}
	return ErrNotLeader{r.Leader()}
}

// leads waits until a fresh leader has applied what its predecessors committed.
func (r *Replica) leads() (*readiness, error) {
	var ready *readiness
	err := r.machine.wait(context.Background(), r.closing, func() bool {
		ready = r.ready.Load()
		return ready != nil || r.raft.State() != raft.Leader
	})
	if err == nil && ready == nil {
		err = ErrNotLeader{r.Leader()}
	}
	return ready, err
}

// lead makes a new leader ready: a barrier of its own term brings everything
// committed before into the book.
func (r *Replica) lead() {
	defer r.machine.wake()
	term := r.raft.CurrentTerm()
	f := r.raft.Barrier(0)
	if err := r.await(context.Background(), f); err != nil {
		return // leadership was lost at once, or this replica ends
	}
	if r.raft.CurrentTerm() != term {
		return // the next notice of leadership is on its way
	}
	if err := r.continueHeld(); err != nil {
		r.log.Error("the policy entries this node holds were not taken up by the council", "error", err)
		return
	}
	barrier, ok := f.(raft.IndexFuture)
	if ok {
		r.ready.Store(&readiness{term: term, barrier: barrier.Index()})
	}
}

// continueHeld gives the council what this node holds beyond raft's log. It is
// so after a recovery from quorum loss: the longest log that survived goes on.
func (r *Replica) continueHeld() error {
	for {
		octets, ok := r.machine.undelivered()
		if !ok {
			return nil
		}
		f := r.raft.Apply([]byte(octets), 0)
		if err := r.await(context.Background(), f); err != nil {
			return err
		}
		if out, ok := f.Response().(outcome); ok && out.err != nil {
			return out.err
		}
	}
}

// reads gathers concurrent reads, so that one round to a majority serves all
// that asked before it began.
type reads struct {
	mu      sync.Mutex
	next    *readBatch
	running bool
}

type readBatch struct {
	done chan struct{}
	size uint64
	err  error
}

func (q *reads) join(confirm func() (uint64, error)) *readBatch {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.next == nil {
		q.next = &readBatch{done: make(chan struct{})}
	}
	b := q.next
	if !q.running {
		q.running = true
		go q.run(confirm)
	}
	return b
}

func (q *reads) run(confirm func() (uint64, error)) {
	for {
		q.mu.Lock()
		b := q.next
		q.next = nil
		q.running = b != nil
		q.mu.Unlock()
		if b == nil {
			return
		}
		b.size, b.err = confirm()
		close(b.done)
	}
}
