package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/fukusen/fukusen/node/api"
	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/peer"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/policy/replica"
	"github.com/fukusen/fukusen/spec"
)

// council is this node's seat: raft decides, the cosigned log carries.
type council struct {
	node    *Node
	replica *replica.Replica
	applied chan struct{}
	pins    pinned
}

// ErrNoLeader means that the council has been without a leader for a while, or
// that the leader does not answer: fewer than a majority may be up.
var ErrNoLeader = fmt.Errorf("%w: the council has no leader that answers; try again in a moment", api.ErrUnavailable)

// An election takes less than a second, so a proposal waits for one to end.
const (
	electionPatience = 3 * time.Second
	electionPause    = 20 * time.Millisecond
)

// askAgain is how often an unsettled head is cosigned and sent again.
const askAgain = 500 * time.Millisecond

// takeSeat starts raft where the register gives this node a seat, at the start
// or by a later register. It may be called again.
func (n *Node) takeSeat() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.council.Load() != nil || n.ctx.Err() != nil {
		return nil
	}
	member := n.trust.Book().Register().Find(n.self)
	if member == nil || member.Role != policy.RoleCouncil || n.cfg.RaftListen == "" {
		return nil
	}
	c := &council{node: n, applied: make(chan struct{}, 1), pins: pinned{kids: make(map[spec.NodeID]string)}}
	r, err := replica.Start(replica.Config{
		Node: n.self, Dir: filepath.Join(n.cfg.Data, "raft"), Listen: n.cfg.RaftListen, TLS: n.files.tls,
		Pinned: c.pinnedKeys, Book: n.trust.Book(), Entries: c.entries, Applied: c.took, Conflict: c.conflict, Refused: c.refused,
		Fault: fail.Point, Tick: n.opt.Tick, Logger: n.log,
	})
	if err != nil {
		return err
	}
	c.replica = r
	if err := r.Bootstrap(); err != nil && !errors.Is(err, replica.ErrNotFounder) && !errors.Is(err, replica.ErrBehind) {
		return errors.Join(err, r.Close())
	}
	n.council.Store(c)
	n.jobs.Go(c.settle)
	return nil
}

// seat is the api's view of the council, or nil.
func (n *Node) seat() api.Council {
	if c := n.council.Load(); c != nil {
		return c
	}
	return nil
}

func (n *Node) leader() spec.NodeID {
	if c := n.council.Load(); c != nil {
		return c.Leader()
	}
	return ""
}

// handOver bounds how long a stopping leader waits for its successor.
const handOver = time.Second

// Close ends the seat's part in raft. A leader hands over first, so that nobody
// waits for an election; where no other voter is up, it goes all the same.
func (c *council) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), handOver)
	defer cancel()
	var elsewhere replica.ErrNotLeader
	if err := c.replica.TransferLeadership(ctx); err != nil && !errors.As(err, &elsewhere) {
		c.node.log.Debug("leadership not handed over", "error", err)
	}
	return c.replica.Close()
}

// Leader is the council's leader as this node knows it.
func (c *council) Leader() spec.NodeID { return c.replica.Leader() }

func (c *council) entries(from uint64) ([]string, error) {
	return entriesOf(c.node.ctx, c.node.trust, from)
}

func (c *council) took(n uint64, octets string, book *policy.Book) {
	c.node.trust.Applied(n, octets, book)
	select {
	case c.applied <- struct{}{}:
	default:
	}
}

// refused leaves a trace of what raft delivered and this voter refused: the
// requirement, the entry's id, and who led. The entry itself stays in raft's log
// until it is compacted.
func (c *council) refused(octets string, refusal error) {
	r := spec.AsRefusal(refusal)
	if r == nil {
		return
	}
	c.node.log.Warn("a policy entry was refused", "requirement", r.Requirement, "leader", c.Leader())
	err := c.node.store.Write(c.node.ctx, func(tx *store.Tx) error {
		return tx.PutAudit(store.Audit{
			At: c.node.opt.Clock().Unix(), Actor: string(c.Leader()), Act: "policy.refused " + r.Requirement,
			Object: string(spec.Digest([]byte(octets))),
		})
	})
	if err != nil && c.node.ctx.Err() == nil {
		c.node.log.Error("trace of a refused entry not kept", "error", err)
	}
}

// conflict keeps proof of two orders (DESIGN: a hostile leader signs proof
// against itself).
func (c *council) conflict(kind string, held, other []byte) {
	err := c.node.store.Write(c.node.ctx, func(tx *store.Tx) error {
		return tx.PutProof(store.Proof{
			ID: string(spec.Digest(append(append([]byte{}, held...), other...))), Kind: "policy-forked",
			Issuer: c.Leader(), A: string(held), B: string(other), At: c.node.opt.Clock().Unix(),
		})
	})
	if err != nil {
		c.node.log.Error("proof not kept", "kind", kind, "error", err)
	}
}

// settle cosigns what raft agreed on and sends it round until a majority
// stands under it.
func (c *council) settle() {
	t := time.NewTicker(askAgain)
	defer t.Stop()
	for {
		select {
		case <-c.node.ctx.Done():
			return
		case <-c.applied:
		case <-t.C:
			if !c.node.trust.Unsettled() {
				continue
			}
		}
		if err := c.cosign(c.node.ctx); err != nil && c.node.ctx.Err() == nil {
			c.node.log.Debug("policy head not cosigned", "error", err)
		}
	}
}

func (c *council) cosign(ctx context.Context) error {
	if err := fail.Point("policy.cosign.before"); err != nil {
		return err
	}
	note, err := c.node.trust.Cosign(ctx, c.node.files.signer(), c.node.opt.Clock())
	if err != nil {
		return err
	}
	if err := fail.Point("policy.cosign.after"); err != nil {
		return err
	}
	if _, err := c.node.trust.Collect(ctx, c.node.self, note, c.node.opt.Clock()); err != nil {
		return err
	}
	for from, early := range c.node.trust.Early() {
		if _, err := c.node.trust.Collect(ctx, from, early, c.node.opt.Clock()); err != nil {
			c.node.log.Debug("cosignature not taken", "peer", from, "error", err)
		}
	}
	// A register that is being changed is cosigned by the council before it too.
	told := map[spec.NodeID]bool{c.node.self: true}
	for _, book := range []*policy.Book{c.replica.Book(), c.node.trust.Book()} {
		for _, m := range book.Register().Council() {
			if !told[m.Node] {
				told[m.Node] = true
				c.node.jobs.Go(func() { c.send(ctx, m.Node, note) })
			}
		}
	}
	return nil
}

func (c *council) send(ctx context.Context, to spec.NodeID, note string) {
	_, err := c.node.client.Do(ctx, to, peer.Ask{
		Method: http.MethodPost, Path: "/v1/policy/cosignatures", Body: []byte(note), Type: "text/plain; charset=utf-8",
		Limit: 4096, Signed: true,
	})
	if err != nil {
		c.node.log.Debug("cosignature not sent", "peer", to, "error", err)
	}
}

// Cosignature takes another council node's cosignature.
func (c *council) Cosignature(ctx context.Context, from spec.NodeID, note string) error {
	_, err := c.node.trust.Collect(ctx, from, note, c.node.opt.Clock())
	return err
}

// Submit brings an entry to the leader and returns its place in the log. It
// answers when raft has agreed; the entry acts when a majority has cosigned.
// The same octets may be proposed again: an entry that is applied answers its
// place.
func (c *council) Submit(ctx context.Context, octets string) (uint64, error) {
	end := c.node.opt.Clock().Add(electionPatience)
	for {
		n, err := c.submit(ctx, octets)
		if !errors.Is(err, ErrNoLeader) && !errors.Is(err, replica.ErrUncertain) {
			return n, err
		}
		if c.node.opt.Clock().After(end) {
			return 0, ErrNoLeader
		}
		select {
		case <-time.After(electionPause):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func (c *council) submit(ctx context.Context, octets string) (uint64, error) {
	n, err := c.replica.Propose(ctx, octets)
	var elsewhere replica.ErrNotLeader
	if !errors.As(err, &elsewhere) {
		return n, err
	}
	if elsewhere.Leader == "" || elsewhere.Leader == c.node.self {
		return 0, ErrNoLeader
	}
	answer, err := c.node.client.Do(ctx, elsewhere.Leader, peer.Ask{
		Method: http.MethodPost, Path: "/v1/policy/entries", Body: []byte(octets), Type: "text/plain; charset=utf-8",
		Limit: 16 << 10, Signed: true,
	})
	if err != nil {
		return 0, asRefused(err)
	}
	var place struct {
		N uint64 `json:"n"`
	}
	if err := json.Unmarshal(answer, &place); err != nil {
		return 0, fmt.Errorf("entry to the leader: %w", err)
	}
	return place.N, nil
}

// asRefused keeps what the leader said of the entry; that it did not answer
// means an election.
func asRefused(err error) error {
	var f *peer.Failure
	if errors.As(err, &f) && f.Refusal() != nil {
		return f.Refusal()
	}
	if errors.As(err, &f) && f.Status < http.StatusInternalServerError {
		return fmt.Errorf("entry to the leader: %w", err)
	}
	return fmt.Errorf("%w (%w)", ErrNoLeader, err)
}

// Replica is the seat's raft, for benches and tests; nil without a seat.
func (n *Node) Replica() *replica.Replica {
	if c := n.council.Load(); c != nil {
		return c.replica
	}
	return nil
}

// ErrNoSeat means that this node has no seat in the council.
var ErrNoSeat = errors.New("this node has no seat in the council")

// Submit brings a policy entry to the council from this node.
func (n *Node) Submit(ctx context.Context, octets string) (uint64, error) {
	if c := n.council.Load(); c != nil {
		return c.Submit(ctx, octets)
	}
	return 0, ErrNoSeat
}

// WaitPolicy returns when the policy log in force here has a size.
func (n *Node) WaitPolicy(ctx context.Context, size uint64) error {
	for {
		grown := n.trust.PolicyGrown()
		if n.trust.Book().Size() >= size {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return fmt.Errorf("wait for policy log of %d: %w", size, ctx.Err())
		}
	}
}

// KeepConfidential keeps the body of a confidential document that this node
// drafts, before the log names it.
func (n *Node) KeepConfidential(ctx context.Context, digest spec.ID, octets []byte) error {
	return n.store.Write(ctx, func(tx *store.Tx) error { return tx.PutConfidential(digest, octets) })
}
