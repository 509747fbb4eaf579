package replica_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

// "Three voters accept entries in one order, and all three come to the same root."
func TestThreeVotersAgree(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.found(3)
	for i, series := range []string{"a", "b", "a", "c"} {
		n, err := c.propose(c.entry(series))
		must(t, err)
		if n != uint64(i+1) {
			t.Fatalf("entry stands at %d, want %d", n, i+1)
		}
	}
	c.agree(5)
}

// "The leader falls silent; the others elect one and go on, and nothing that
// was accepted is lost."
func TestCouncilOutlivesItsLeader(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.found(3)
	c.accept(c.entry("a"))
	c.agree(2)
	next := c.entry("b")
	c.leader().stop()
	began := time.Now()
	c.accept(next)
	t.Logf("next accepted write %s after the leader stopped (tick %s)", time.Since(began).Round(time.Millisecond), c.tick)
	c.agree(3)
}

// "A node that stopped and comes back, on another port, keeps everything it
// had and takes the rest from the council."
func TestRestartedNodeKeepsEverything(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.found(3)
	c.accept(c.entry("a"))
	c.agree(2)
	for _, s := range c.seats {
		s.stop()
	}
	for _, s := range c.seats {
		s.start()
		if size := s.replica.Book().Size(); size != 2 {
			t.Fatalf("%s starts with %d entries, want 2", s.node, size)
		}
		must(t, s.replica.Bootstrap())
	}
	c.accept(c.entry("a"))
	c.agree(3)
}

// "A node whose own store lost the newest entries gets them again from raft's log."
func TestStoreThatFellBehindIsToldAgain(t *testing.T) {
	c := newCouncil(t, 1, 1)
	c.seats = c.seats[:1]
	s := c.seats[0]
	c.found(1)
	for _, series := range []string{"a", "b", "c"} {
		book := s.replica.Book()
		c.accept(c.seal(book, c.documentOn(book, series, "note", map[string]int{}), s))
	}
	s.stop()
	s.stored = s.stored[:2]
	s.start()
	c.agree(4)
}

// "Leadership is handed over on request, and the new leader is another node."
func TestLeadershipIsHandedOver(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.found(3)
	before := c.leader()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	must(t, before.replica.TransferLeadership(ctx))
	until(t, "another leader", func() bool { return c.leader() != before })
	var elsewhere replica.ErrNotLeader
	if _, err := before.replica.Propose(ctx, c.entry("a")); !errors.As(err, &elsewhere) || elsewhere.Leader != c.leader().node {
		t.Fatalf("a follower answers %v, want the leader's name", err)
	}
	if err := before.replica.TransferLeadership(ctx); !errors.As(err, &elsewhere) {
		t.Fatalf("a follower transfers leadership: %v", err)
	}
	c.accept(c.entry("a"))
	c.agree(2)
}

// "An entry proposed twice stands once, and both proposals hear the same place."
func TestProposingTwiceHarmsNothing(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.found(3)
	octets := c.entry("a")
	for range 3 {
		n, err := c.propose(octets)
		must(t, err)
		if n != 1 {
			t.Fatalf("the entry stands at %d, want 1", n)
		}
	}
	c.agree(2)
}

var errFault = errors.New("fault of the test")

// "A proposal that failed before it was made left nothing; one that failed
// after is applied, says so on the next try, and is never applied twice."
func TestFaultsAroundAProposal(t *testing.T) {
	c := newCouncil(t, 1, 1)
	s := c.seats[0]
	var point string
	s.configure = func(cfg *replica.Config) {
		cfg.Fault = func(name string) error {
			if name == point {
				return errFault
			}
			return nil
		}
	}
	c.found(1)
	book := s.replica.Book()
	octets := c.seal(book, c.documentOn(book, "a", "note", map[string]int{}), s)
	ctx := context.Background()

	point = "raft.apply.before"
	if _, err := s.replica.Propose(ctx, octets); !errors.Is(err, errFault) || errors.Is(err, replica.ErrUncertain) {
		t.Fatalf("failed before: %v", err)
	}
	if size := s.replica.Book().Size(); size != 1 {
		t.Fatalf("failed before, but the book holds %d entries", size)
	}
	point = "raft.apply.after"
	if _, err := s.replica.Propose(ctx, octets); !errors.Is(err, errFault) || !errors.Is(err, replica.ErrUncertain) {
		t.Fatalf("failed after: %v", err)
	}
	c.agree(2)
	point = ""
	if n, err := s.replica.Propose(ctx, octets); err != nil || n != 1 {
		t.Fatalf("tried again: %d, %v", n, err)
	}
	c.agree(2)
}

// "Without a majority nothing is accepted and no read is answered, and the
// proposer is told that the outcome is unknown or that nobody leads."
func TestMinorityAcceptsNothing(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.found(3)
	octets, leader := c.entry("a"), c.leader()
	for _, s := range c.seats {
		if s != leader {
			s.stop()
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := leader.replica.Propose(ctx, octets)
	var elsewhere replica.ErrNotLeader
	if !errors.Is(err, replica.ErrUncertain) && !errors.As(err, &elsewhere) {
		t.Fatalf("a leader alone answers %v", err)
	}
	if _, err := leader.replica.ReadIndex(ctx); !errors.As(err, &elsewhere) {
		t.Fatalf("a leader alone reads: %v", err)
	}
	if size := leader.replica.Book().Size(); size != 1 {
		t.Fatalf("a leader alone applied: %d entries", size)
	}
	for _, s := range c.seats {
		if s != leader {
			s.start()
		}
	}
	c.accept(octets)
	c.agree(2)
}

// "A node outside the genesis council starts no council of its own, and a
// founder that lost its raft state but not its policy does not either."
func TestWhoMayBootstrap(t *testing.T) {
	c := newCouncil(t, 3, 4)
	c.found(3)
	c.accept(c.entry("a"))
	c.agree(2)
	c.seats[3].start()
	if err := c.seats[3].replica.Bootstrap(); !errors.Is(err, replica.ErrNotFounder) {
		t.Fatalf("a stranger bootstraps: %v", err)
	}
	c.seats[3].stop()
	lost := c.seats[2]
	lost.stop()
	lost.dir = t.TempDir()
	lost.start()
	if err := lost.replica.Bootstrap(); !errors.Is(err, replica.ErrBehind) {
		t.Fatalf("a founder without raft state bootstraps: %v", err)
	}
	c.accept(c.entry("b"))
	c.agree(3)
}

// "A second process on the same directory is told so at once."
func TestDirectoryIsUsedOnce(t *testing.T) {
	c := newCouncil(t, 1, 1)
	c.found(1)
	if _, err := replica.Start(c.seats[0].config()); !errors.Is(err, replica.ErrInUse) {
		t.Fatalf("second start: %v", err)
	}
}

// "Stored entries that do not make the stored book are found at the start."
func TestStoredEntriesMustMakeTheBook(t *testing.T) {
	c := newCouncil(t, 1, 1)
	for name, entries := range map[string][]string{"none": nil, "other": {c.genesis + "x"}} {
		cfg := c.seats[0].config()
		cfg.Entries = func(from uint64) ([]string, error) { return entries[min(int(from), len(entries)):], nil }
		if _, err := replica.Start(cfg); !errors.Is(err, replica.ErrHeld) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// "What is no entry at all never reaches anyone's log."
func TestGarbageStaysOutOfTheLog(t *testing.T) {
	c := newCouncil(t, 1, 1)
	c.found(1)
	before := c.leader().replica.Status()
	_, err := c.leader().replica.Propose(context.Background(), "not an entry")
	if r := spec.AsRefusal(err); r == nil || r.Requirement != "REQ-POL-007" {
		t.Fatalf("garbage: %v", err)
	}
	if after := c.leader().replica.Status(); after.Applied != before.Applied {
		t.Fatalf("garbage was applied: %+v", after)
	}
}
