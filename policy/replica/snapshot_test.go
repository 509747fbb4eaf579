package replica_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

func short(cfg *replica.Config) { cfg.Trailing = 1 }

// "A node that was away longer than the log reaches back catches up by a
// snapshot, and judges every entry of it."
func TestAbsentNodeCatchesUpBySnapshot(t *testing.T) {
	c := newCouncil(t, 3, 3)
	for _, s := range c.seats {
		s.configure = short
	}
	c.found(3)
	c.accept(c.entry("a"))
	c.agree(2)
	away := c.seats[2]
	away.stop()
	for range 5 {
		c.accept(c.entry("a"))
	}
	c.agree(7)
	for _, s := range c.running() {
		must(t, s.replica.Snapshot())
	}
	c.accept(c.entry("b"))
	away.start()
	c.agree(8)
	found, err := filepath.Glob(filepath.Join(away.dir, "snapshots", "*", "meta.json"))
	must(t, err)
	if len(found) == 0 {
		t.Fatal("the node came back without a snapshot: the test shows nothing")
	}
}

// "A node starts from its own snapshot and the log behind it."
func TestRestartFromSnapshot(t *testing.T) {
	c := newCouncil(t, 3, 3)
	for _, s := range c.seats {
		s.configure = short
	}
	c.found(3)
	c.accept(c.entry("a"))
	c.agree(2)
	for _, s := range c.seats {
		must(t, s.replica.Snapshot())
	}
	c.accept(c.entry("b"))
	c.agree(3)
	for _, s := range c.seats {
		s.stop()
		s.stored = s.stored[:1] // the node's own store is lost: the snapshot has it
		s.start()
	}
	c.accept(c.entry("c"))
	c.agree(4)
}

// snapshots of a machine that holds only the genesis
func fresh(t *testing.T) (*council, replica.Machine, []string) {
	c := newCouncil(t, 1, 1)
	s := c.seats[0]
	cfg := s.config()
	m, err := replica.NewMachine(cfg)
	must(t, err)
	entries := []string{c.genesis}
	book := cfg.Book
	for _, series := range []string{"a", "b"} {
		octets := c.seal(book, c.documentOn(book, series, "note", map[string]int{}), s)
		book, err = book.Apply(octets)
		must(t, err)
		entries = append(entries, octets)
	}
	return c, m, entries
}

// "A torn, cut, lengthened or foreign snapshot is refused whole."
func TestDamagedSnapshotsAreRefused(t *testing.T) {
	c, m, entries := fresh(t)
	var whole bytes.Buffer
	must(t, replica.WriteSnapshot(&whole, c.fed, entries))
	good := whole.Bytes()
	flip := func(at int) []byte {
		bent := bytes.Clone(good)
		bent[at] ^= 1
		return bent
	}
	var foreign bytes.Buffer
	must(t, replica.WriteSnapshot(&foreign, spec.Digest([]byte("another federation")), entries))
	for name, octets := range map[string][]byte{
		"empty":     nil,
		"cut":       good[:len(good)-1],
		"in half":   good[:len(good)/2],
		"longer":    append(bytes.Clone(good), 0),
		"a digit":   flip(len("fukusen-policy-snapshot/1 ") + 45),
		"an entry":  flip(len(good) / 2),
		"digest":    flip(len(good) - 1),
		"foreign":   foreign.Bytes(),
		"no format": bytes.Repeat([]byte("x"), 4096),
		"huge":      []byte("fukusen-policy-snapshot/1 " + string(c.fed) + " 18446744073709551615\n\xff\xff\xff\xff\x0f"),
	} {
		if err := m.Restore(bytes.NewReader(octets)); !errors.Is(err, replica.ErrSnapshot) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if m.Size() != 1 {
		t.Fatalf("a damaged snapshot left %d entries", m.Size())
	}
	must(t, m.Restore(bytes.NewReader(good)))
	if m.Size() != 3 {
		t.Fatalf("the whole one gives %d entries, want 3", m.Size())
	}
	must(t, m.Restore(bytes.NewReader(good)))
}

// "A snapshot with an entry that its ballots do not carry is forged: it is
// kept as proof, and not even the good entries before it are taken."
func TestForgedSnapshotLeavesNothing(t *testing.T) {
	c, m, entries := fresh(t)
	forged := c.seal(c.seats[0].config().Book, c.documentOn(c.seats[0].config().Book, "z", "note", map[string]int{}))
	var octets bytes.Buffer
	must(t, replica.WriteSnapshot(&octets, c.fed, append(entries, forged)))
	if err := m.Restore(&octets); !errors.Is(err, replica.ErrHalted) {
		t.Fatalf("forged snapshot: %v", err)
	}
	if got := c.seats[0].proof(); m.Size() != 1 || len(got) != 1 || got[0] != "snapshot\n\n"+forged {
		t.Fatalf("%d entries, proof %q", m.Size(), got)
	}
}

// "A shorter snapshot takes nothing away: raft's log delivers the rest again."
func TestShorterSnapshotTakesNothingAway(t *testing.T) {
	c, _, entries := fresh(t)
	s := c.seats[0]
	s.stored = entries
	m, err := replica.NewMachine(s.config())
	must(t, err)
	var octets bytes.Buffer
	must(t, replica.WriteSnapshot(&octets, c.fed, entries[:2]))
	must(t, m.Restore(&octets))
	if m.Size() != 3 {
		t.Fatalf("%d entries are left of 3", m.Size())
	}
	if n, err := m.Deliver(entries[2]); n != 2 || err != nil {
		t.Fatalf("the rest: %d, %v", n, err)
	}
}

// "When the majority is lost for good, what one node holds goes on: first
// alone, then with the council of the register as it comes back."
func TestRecoveryContinuesTheLongestLog(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.found(3)
	for _, series := range []string{"a", "b", "c"} {
		c.accept(c.entry(series))
	}
	c.agree(4)
	for _, s := range c.seats {
		s.stop()
	}
	left := c.seats[1]
	if err := replica.Recover(left.config(), []spec.NodeID{"https://stranger.example"}); !errors.Is(err, replica.ErrNotCouncil) {
		t.Fatalf("recovered with a stranger: %v", err)
	}
	for name, wipe := range map[string]bool{"from its raft state": false, "from its store alone": true} {
		t.Run(name, func(t *testing.T) {
			if wipe {
				must(t, os.RemoveAll(left.dir))
			}
			must(t, replica.Recover(left.config(), []spec.NodeID{left.node}))
			left.start()
			size := left.replica.Book().Size()
			if c.leader() != left {
				t.Fatal("the survivor does not lead")
			}
			c.accept(c.entry("d"))
			for _, s := range c.seats {
				if s != left {
					s.dir = t.TempDir()
					s.stored = s.stored[:2]
					s.start()
				}
			}
			c.agree(size + 1)
			c.peers(c.seats...)
			for _, s := range c.seats {
				s.stop()
			}
		})
	}
}
