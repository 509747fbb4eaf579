package replica_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

// "A leader that appends whatever it likes moves nobody: each voter judges the
// ballots itself, and a good entry afterwards finds all at the same place."
func TestLeaderCannotForge(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.found(3)
	book := c.leader().replica.Book()
	good := c.documentOn(book, "a", "note", map[string]int{})
	double := func() string {
		document, err := spec.SealDocument(c.seats[0].ballot, good)
		must(t, err)
		sealed, err := spec.ReadDocument(document)
		must(t, err)
		yes, err := spec.SealBallot(c.seats[1].ballot, policy.BallotFor(book, sealed, c.seats[1].node, iat, policy.Yes))
		must(t, err)
		again, err := spec.SealBallot(c.seats[1].ballot, policy.BallotFor(book, sealed, c.seats[1].node, iat+1, policy.Yes))
		must(t, err)
		return spec.MakeEntry(document, []string{yes, again})
	}
	changed := func() string {
		octets := c.seal(book, good, c.seats[0], c.seats[1])
		lines := strings.SplitAfter(octets, "\n")
		at := strings.Index(lines[0], ".") + 200
		flipped := []byte(lines[0])
		flipped[at] = map[bool]byte{true: 'B', false: 'A'}[flipped[at] == 'A']
		return string(flipped) + strings.Join(lines[1:], "")
	}
	stale := good
	stale.Prev = c.fed
	forged := map[string]string{
		"too few ballots": c.seal(book, good, c.seats[0]),
		"two of one":      double(),
		"a changed byte":  changed(),
		"another prev":    c.seal(book, stale, c.seats[0], c.seats[1]),
		"no entry":        "\x00\n",
	}
	for name, octets := range forged {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		_, err := c.leader().replica.Submit(ctx, octets)
		cancel()
		if spec.AsRefusal(err) == nil {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
	}
	c.accept(c.entry("b"))
	c.agree(2)
	for _, s := range c.seats {
		if proof := s.proof(); len(proof) != 0 {
			t.Errorf("%s keeps proof of what was merely refused", s.node)
		}
		s.mu.Lock()
		for name, octets := range forged {
			if !slices.Contains(s.refused, octets) {
				t.Errorf("%s has no trace of %s", s.node, name)
			}
		}
		s.mu.Unlock()
	}
}

// twoOrders gives a council with one accepted entry, and a seat that holds
// another good entry at the same place, as a forking leader would show it.
func twoOrders(t *testing.T) (c *council, cheated *seat, held, agreed string) {
	c = newCouncil(t, 3, 3)
	c.found(3)
	book := c.leader().replica.Book()
	held = c.seal(book, c.documentOn(book, "a", "note", map[string]int{"order": 1}), c.seats...)
	agreed = c.seal(book, c.documentOn(book, "a", "note", map[string]int{"order": 2}), c.seats...)
	cheated = c.seats[2]
	if c.leader() == cheated {
		cheated = c.seats[1]
	}
	cheated.stop()
	c.accept(agreed)
	cheated.stored = append(cheated.stored, held)
	return c, cheated, held, agreed
}

// "A node that holds one order and is shown another stops at the common
// prefix, keeps both as proof, and still shows what it has."
func TestTwoOrdersLeaveProof(t *testing.T) {
	c, cheated, held, agreed := twoOrders(t)
	cheated.start()
	<-cheated.replica.Halted()
	if want, got := []string{"log\n" + held + "\n" + agreed}, cheated.proof(); len(got) != 1 || got[0] != want[0] {
		t.Fatalf("proof is %q", got)
	}
	if _, err := cheated.replica.Propose(context.Background(), held); !errors.Is(err, replica.ErrHalted) {
		t.Fatalf("a halted node proposes: %v", err)
	}
	if s := cheated.replica.Status(); s.State != "halted" || s.Applied != 2 {
		t.Fatalf("status %+v", s)
	}
	cheated.stop()
	c.accept(c.entry("b"))
	c.agree(3)
}

// "The same by a snapshot: it does not extend what the node holds, so it is
// refused and kept."
func TestSnapshotOfAnotherOrderIsRefused(t *testing.T) {
	c, cheated, held, agreed := twoOrders(t)
	m, err := replica.NewMachine(cheated.config())
	must(t, err)
	var octets bytes.Buffer
	must(t, replica.WriteSnapshot(&octets, c.fed, []string{c.genesis, agreed}))
	if err := m.Restore(&octets); !errors.Is(err, replica.ErrHalted) {
		t.Fatalf("restore: %v", err)
	}
	if got := cheated.proof(); len(got) != 1 || got[0] != "snapshot\n"+held+"\n"+agreed {
		t.Fatalf("proof is %q", got)
	}
	if _, err := m.Deliver(agreed); !errors.Is(err, replica.ErrHalted) || m.Size() != 2 {
		t.Fatalf("after the conflict: %v, %d entries", err, m.Size())
	}
}

// "Entries that raft tells again are compared, not applied again; what was
// refused the first time is refused again and proves nothing."
func TestReplayOfHeldEntries(t *testing.T) {
	c, cheated, held, _ := twoOrders(t)
	m, err := replica.NewMachine(cheated.config())
	must(t, err)
	book, err := policy.NewBook(c.genesis, c.fed)
	must(t, err)
	refused := c.seal(book, c.documentOn(book, "z", "note", map[string]int{}), c.seats[0])
	if _, err := m.Deliver(refused); spec.AsRefusal(err) == nil {
		t.Fatalf("refused entry told again: %v", err)
	}
	for range 2 {
		if n, err := m.Deliver(held); n != 1 || err != nil {
			t.Fatalf("held entry told again: %d, %v", n, err)
		}
	}
	if m.Size() != 2 || len(cheated.proof()) != 0 {
		t.Fatalf("%d entries, proof %q", m.Size(), cheated.proof())
	}
}

// impostor dials a seat's raft port with a key and a node id of its choice.
func impostor(t *testing.T, to *seat, node spec.NodeID, signer *spec.Signer, protocol string) error {
	t.Helper()
	conn, err := net.Dial("tcp", to.replica.Addr())
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	cert, err := replica.Certificate(node, signer)
	must(t, err)
	client := tls.Client(conn, &tls.Config{
		Certificates: []tls.Certificate{cert}, NextProtos: []string{protocol}, InsecureSkipVerify: true,
	})
	if err := client.Handshake(); err != nil {
		return err
	}
	_, err = io.ReadFull(client, make([]byte, 1))
	return err
}

// "A connection whose key is not pinned for a council node ends in the
// handshake with one line in the log."
func TestUnpinnedPeersAreRefused(t *testing.T) {
	c := newCouncil(t, 3, 4)
	c.found(3)
	to, honest, outsider := c.seats[0], c.seats[1], c.seats[3]
	const progress = "fukusen-raft-progress/1"
	if err := impostor(t, to, honest.node, honest.tls, progress); err != nil {
		t.Fatalf("the council node itself is refused: %v", err)
	}
	for name, err := range map[string]error{
		"another key":     impostor(t, to, honest.node, key("stolen name"), progress),
		"another's key":   impostor(t, to, honest.node, outsider.tls, progress),
		"not the council": impostor(t, to, outsider.node, outsider.tls, progress),
	} {
		var refused *net.OpError
		if !errors.As(err, &refused) || refused.Op != "remote error" {
			t.Errorf("%s: %v, want a refusal by the other end", name, err)
		}
	}
	until(t, "three lines of refusal", func() bool {
		return strings.Count(to.logged(), "council connection refused") == 3
	})
}

// "A node that answers at a council node's address with another key is not
// taken for it, so it gets no vote and no entry."
func TestDialledNodeMustShowItsKey(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.seats[2].tls = key("key of a thief")
	right := key("tls " + string(c.seats[2].node))
	pinned := c.pinned
	for _, s := range c.seats[:2] {
		s.configure = func(cfg *replica.Config) {
			cfg.Pinned = func(node spec.NodeID) []ed25519.PublicKey {
				if node == c.seats[2].node {
					return []ed25519.PublicKey{right.Public()}
				}
				return pinned(node)
			}
		}
	}
	c.found(3)
	c.accept(c.entry("a"))
	c.agree(2, c.seats[:2]...)
	if size := c.seats[2].replica.Book().Size(); size != 1 {
		t.Fatalf("the thief was given %d entries", size)
	}
	if leader := c.leader(); leader == c.seats[2] {
		t.Fatal("the thief leads")
	}
}

// "After a key history changed, connections are made anew under the new pins."
func TestRepinHangsUp(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.found(3)
	for _, s := range c.seats {
		s.replica.Repin()
	}
	c.accept(c.entry("a"))
	c.agree(2)
}

// "A stranger that connects and says nothing holds up nobody."
func TestSilentStrangersHoldUpNobody(t *testing.T) {
	c := newCouncil(t, 3, 3)
	c.found(3)
	for _, s := range c.seats {
		for range 40 {
			conn, err := net.Dial("tcp", s.replica.Addr())
			must(t, err)
			defer conn.Close()
		}
		s.replica.Repin()
	}
	c.accept(c.entry("a"))
	c.agree(2)
}
