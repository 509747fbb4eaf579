package trust_test

import (
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/trust"
	"github.com/fukusen/fukusen/policy"
)

// forked is a follower of two entries that was shown another first entry.
func forked(t *testing.T) (c *council, s *store.Store, followed *trust.Trust, next []string) {
	t.Helper()
	c = convene(t, nil)
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), store.Options{})
	c.must(err)
	t.Cleanup(func() { c.must(s.Close()) })
	followed = c.over(s)
	one, other := c.entry(c.book), c.entry(c.book)
	a, b := c.apply(c.book, one), c.apply(c.book, other)
	two := c.entry(a)
	grown := c.apply(a, two)
	c.must(followed.Follow(t.Context(), []string{one, two}, c.note(grown, city, university), c.now))
	c.must(followed.Follow(t.Context(), nil, c.note(grown, university, company), c.now))
	if followed.PolicyStopped() {
		t.Fatal("stopped without a fork")
	}
	if err := followed.Follow(t.Context(), nil, c.note(a, city, university), c.now); err == nil || errors.Is(err, trust.ErrStopped) {
		t.Fatalf("an earlier head of the same log is no fork and nothing new: %v", err)
	}
	if err := followed.Follow(t.Context(), nil, c.note(b, university, company), c.now); !errors.Is(err, trust.ErrStopped) {
		t.Fatalf("another head of an earlier size: %v", err)
	}
	three := c.entry(grown)
	return c, s, followed, []string{three, c.note(c.apply(grown, three), city, university)}
}

// TestACosignedHeadOfAnEarlierSizeThatDiffersStopsTheFollower, and is kept with
// the head that it contradicts.
func TestACosignedHeadOfAnEarlierSizeThatDiffersStopsTheFollower(t *testing.T) {
	c, s, followed, next := forked(t)
	if !followed.PolicyStopped() {
		t.Error("it does not say that it stopped")
	}
	var proofs []store.Proof
	c.must(s.Read(t.Context(), func(tx *store.Tx) (err error) { proofs, err = tx.Proofs(10); return err }))
	if len(proofs) != 1 || proofs[0].Kind != "policy-forked" || proofs[0].A != followed.PolicyHead() {
		t.Fatalf("proofs: %+v", proofs)
	}
	if err := followed.Follow(t.Context(), next[:1], next[1], c.now); !errors.Is(err, trust.ErrStopped) {
		t.Errorf("it went on: %v", err)
	}
}

// TestAStoppedFollowerStaysStoppedAfterARestart until it is resumed, and then
// follows from the common prefix.
func TestAStoppedFollowerStaysStoppedAfterARestart(t *testing.T) {
	c, s, _, next := forked(t)
	again := c.over(s)
	if err := again.Follow(t.Context(), next[:1], next[1], c.now); !again.PolicyStopped() || !errors.Is(err, trust.ErrStopped) {
		t.Fatalf("a restart let it go on: %v", err)
	}
	c.must(s.Write(t.Context(), trust.ResumePolicy))
	if err := s.Write(t.Context(), trust.ResumePolicy); !errors.Is(err, trust.ErrNotStopped) {
		t.Errorf("resumed twice: %v", err)
	}
	resumed := c.over(s)
	c.must(resumed.Follow(t.Context(), next[:1], next[1], c.now))
	if resumed.Book().Size() != 4 {
		t.Errorf("after resuming it has %d entries", resumed.Book().Size())
	}
}

// TestACloseWaitsForThoseWhoAreToldOfAPolicy, and nobody is told after it.
func TestACloseWaitsForThoseWhoAreToldOfAPolicy(t *testing.T) {
	c := convene(t, nil)
	followed := c.follower(filepath.Join(t.TempDir(), "store.db"))
	begun, finish := make(chan struct{}), make(chan struct{})
	var told, finished atomic.Int32
	followed.OnPolicy(func(*policy.Book) {
		told.Add(1)
		close(begun)
		<-finish
		finished.Add(1)
	})
	one := c.entry(c.book)
	a := c.apply(c.book, one)
	c.must(followed.Follow(t.Context(), []string{one}, c.note(a, city, university), c.now))
	<-begun
	closed := make(chan int32)
	go func() {
		followed.Close()
		closed <- finished.Load()
	}()
	close(finish)
	if <-closed != 1 {
		t.Error("it closed before the listener had ended")
	}
	two := c.entry(a)
	c.must(followed.Follow(t.Context(), []string{two}, c.note(c.apply(a, two), city, university), c.now))
	followed.Close()
	if told.Load() != 1 {
		t.Errorf("told %d times, want once", told.Load())
	}
}
