package group_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/fukusen/fukusen/node/group"
)

var errBad = errors.New("a bad item")

// ledger commits all of a group or nothing, and refuses a negative item.
type ledger struct {
	mu     sync.Mutex
	groups [][]int
	pause  chan struct{} // each commit takes one
}

func (l *ledger) commit(items []int) error {
	<-l.pause
	if slices.ContainsFunc(items, func(n int) bool { return n < 0 }) {
		return errBad
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.groups = append(l.groups, slices.Clone(items))
	return nil
}

func one(int) int { return 1 }

// doAll hands in items one after another, so that their order is known, and
// answers what became of each.
func doAll(q *group.Queue[int], items []int) func() []error {
	errs := make([]error, len(items))
	var wg sync.WaitGroup
	for i, item := range items {
		wg.Go(func() { errs[i] = q.Do(context.Background(), item) })
		synctest.Wait()
	}
	return func() []error { wg.Wait(); return errs }
}

func TestWhatWaitsIsCommittedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{pause: make(chan struct{}, 10)}
		q := group.New(3, one, l.commit)
		errs := doAll(q, []int{1, 2, 3, 4, 5})
		close(l.pause)
		if err := errors.Join(errs()...); err != nil {
			t.Fatal(err)
		}
		q.Close()
		want := [][]int{{1}, {2, 3, 4}, {5}}
		if !slices.EqualFunc(l.groups, want, slices.Equal[[]int]) {
			t.Errorf("groups %v, want %v", l.groups, want)
		}
	})
}

func TestOneFaultIsNotAnothers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{pause: make(chan struct{}, 10)}
		q := group.New(10, one, l.commit)
		errs := doAll(q, []int{1, 2, -3, 4})
		close(l.pause)
		for i, err := range errs() {
			if bad := i == 2; errors.Is(err, errBad) != bad || !bad && err != nil {
				t.Errorf("item %d: %v", i, err)
			}
		}
		q.Close()
		want := [][]int{{1}, {2}, {4}}
		if !slices.EqualFunc(l.groups, want, slices.Equal[[]int]) {
			t.Errorf("groups %v, want %v", l.groups, want)
		}
	})
}

func TestAClosedQueueDecidesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{pause: make(chan struct{}, 10)}
		q := group.New(1, one, l.commit)
		errs := doAll(q, []int{1, 2, 3})
		go q.Close()
		synctest.Wait()
		close(l.pause)
		got := errs()
		if got[0] != nil {
			t.Errorf("what was under way: %v", got[0])
		}
		decided := 0
		for _, err := range got {
			if err == nil {
				decided++
			} else if !errors.Is(err, group.ErrClosed) {
				t.Errorf("got %v", err)
			}
		}
		if decided != len(l.groups) {
			t.Errorf("%d were told that they stand, %d do", decided, len(l.groups))
		}
		if err := q.Do(context.Background(), 4); !errors.Is(err, group.ErrClosed) {
			t.Errorf("after the close: %v", err)
		}
	})
}

func TestWhoGivesUpBeforeTheQueueHasRoomIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{pause: make(chan struct{}, 1000)}
		q := group.New(1, one, l.commit)
		errs := doAll(q, make([]int, 257)) // one under way, 256 waiting
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := q.Do(ctx, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		close(l.pause)
		if err := errors.Join(errs()...); err != nil {
			t.Error(err)
		}
		q.Close()
	})
}
