// Package replica lets the council's nodes agree on one policy log by raft:
// it carries entries between them, applies what the Book accepts and keeps the
// raft servers equal to the register.
//
// It refuses to trust the leader. Every voter judges every ballot itself, an
// entry that contradicts what a node already holds stops that node and is
// kept as proof, and a connection from a key that is not pinned ends in the
// handshake. It does not cosign, store entries for readers or serve followers.
package replica

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// What this package promises to say.
var (
	// ErrUncertain means that an entry may or may not be applied. Proposing the
	// same octets again is safe: an entry that was applied answers its place.
	ErrUncertain = errors.New("the outcome of the proposal is unknown")
	// ErrHalted means that this node saw two contradicting histories and takes
	// no further part until a person has looked at the proof.
	ErrHalted = errors.New("the policy log contradicts what this node holds")
	// ErrInUse means that another process runs on the same directory.
	ErrInUse = errors.New("another process uses this raft directory")
	// ErrNotFounder means a bootstrap by a node outside the genesis council.
	ErrNotFounder = errors.New("only a council member of the genesis may start the council's raft")
	// ErrBehind means a bootstrap by a node that holds more than the genesis
	// but has no raft state: it joins by its leader, or its council recovers.
	ErrBehind = errors.New("this node holds policy beyond the genesis but no raft state: wait for the leader or recover")
	// ErrNotCouncil means a recovery that names a node outside the council in force.
	ErrNotCouncil = errors.New("it is not of the council in force")
	// ErrHeld means stored entries that do not give the stored book.
	ErrHeld = errors.New("the stored entries do not give the stored policy book")
	// ErrSnapshot means a snapshot that is torn or not in its form.
	ErrSnapshot = errors.New("the policy snapshot is damaged")
	// ErrClosed means a call after Close.
	ErrClosed = errors.New("the replica is closed")
)

// ErrNotLeader answers a call that only the leader can serve. Nothing was
// appended; Leader is empty during an election.
type ErrNotLeader struct{ Leader spec.NodeID }

// Error names where to ask instead.
func (e ErrNotLeader) Error() string {
	if e.Leader == "" {
		return "the council has no leader at the moment"
	}
	return "the council's leader is " + string(e.Leader)
}

// Config is what a replica needs of its node. Dir, Node, Listen, TLS, Pinned
// and Book are required.
type Config struct {
	Node   spec.NodeID
	Dir    string // raft's own directory, made with mode 0700
	Listen string // host:port of the raft listener
	// TLS returns the key that this node proves itself with now. It is asked at
	// each handshake, so that a rotation needs no restart.
	TLS func() *spec.Signer

	// Pinned returns a node's TLS keys that are good now, from its key history.
	Pinned func(spec.NodeID) []ed25519.PublicKey
	// Council, if set, names further council nodes that this node learnt of from
	// a cosigned head newer than its book. Without it the register and raft's
	// own server list say who may connect.
	Council func(spec.NodeID) bool
	// Address, if set, overrides the raft address (host:port) of the register.
	Address func(spec.NodeID) string

	// Book is the policy book at the size the node has stored. Entries returns
	// the stored entries from a position on; it is asked until Book.Size().
	Book    *policy.Book
	Entries func(from uint64) ([]string, error)

	// Applied is called once for each entry from Book.Size() on, in order, on
	// every replica. It MUST be fast and MUST NOT call Propose or Close.
	Applied func(n uint64, octets string, book *policy.Book)
	// Conflict receives proof of two histories: kind is "log" or "snapshot",
	// held is what this node has at the position, other what it was shown.
	Conflict func(kind string, held, other []byte)
	// Refused is told of each entry that raft delivered and this voter refused,
	// with the refusal, once for each delivery. It is a trace and no proof: raft's
	// messages are not signed, and the leader may have passed on what a client
	// sent. It MUST be fast and MUST NOT call Propose or Close.
	Refused func(octets string, refusal error)
	// Fault is asked at "raft.apply.before" and "raft.apply.after" of a proposal.
	Fault func(name string) error

	Tick          time.Duration // time without a leader before an election; 250 ms when 0
	SnapshotAfter uint64        // log entries before a snapshot; 1024 when 0
	Trailing      uint64        // log entries kept behind a snapshot; 1024 when 0
	Logger        *slog.Logger
}

// Replica is one council node's part in the agreement.
type Replica struct {
	cfg     Config
	log     *slog.Logger
	machine *machine
	stores  *stores
	stream  *stream
	raft    *raft.Raft

	leaderCh chan bool
	ready    atomic.Pointer[readiness]
	reads    reads

	closing   chan struct{}
	closeOnce sync.Once
	closeErr  error
	loops     sync.WaitGroup
}

// readiness is set while this node leads and has applied all of before.
type readiness struct{ term, barrier uint64 }

// Start opens the raft state in cfg.Dir and takes part. A fresh founder calls
// Bootstrap next; any other fresh node waits to be added by the leader.
func Start(cfg Config) (*Replica, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	r := &Replica{cfg: cfg, log: cfg.Logger, leaderCh: make(chan bool, 64), closing: make(chan struct{})}
	if err := r.open(); err != nil {
		r.release()
		return nil, err
	}
	r.loops.Go(r.attend)
	return r, nil
}

func (c *Config) complete() error {
	if c.Node == "" || c.Dir == "" || c.Listen == "" || c.TLS == nil || c.Pinned == nil || c.Book == nil {
		return errors.New("a replica needs Node, Dir, Listen, TLS, Pinned and Book")
	}
	if c.Tick == 0 {
		c.Tick = 250 * time.Millisecond
	}
	if c.SnapshotAfter == 0 {
		c.SnapshotAfter = 1024
	}
	if c.Trailing == 0 {
		c.Trailing = 1024
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return nil
}

func (r *Replica) open() error {
	var err error
	if r.machine, err = newMachine(&r.cfg); err != nil {
		return err
	}
	sink := newLogSink(r.log)
	if r.stores, err = openStores(r.cfg.Dir, sink); err != nil {
		return err
	}
	if r.stream, err = listen(&r.cfg, r.addressOf, r.admits, r.commitIndex); err != nil {
		return err
	}
	transport := raft.NewNetworkTransport(r.stream, 3, 10*time.Second, sink)
	logs := watched{r.stores.cache, r.machine.ahead}
	r.raft, err = raft.NewRaft(raftConfig(&r.cfg, sink, r.leaderCh), r.machine, logs, r.stores.wal, r.stores.snapshots, transport)
	if err != nil {
		_ = transport.Close()
		if halt := r.machine.halted(); halt != nil {
			return halt
		}
		return fmt.Errorf("start raft: %w", err)
	}
	r.stream.serve()
	return nil
}

func raftConfig(cfg *Config, logs io.Writer, leaderCh chan bool) *raft.Config {
	c := raft.DefaultConfig()
	c.LocalID = raft.ServerID(cfg.Node)
	c.HeartbeatTimeout, c.ElectionTimeout = cfg.Tick, cfg.Tick
	c.LeaderLeaseTimeout = cfg.Tick * 7 / 10
	c.BatchApplyCh = true
	// A member that leaves the council may come back by a later register.
	c.ShutdownOnRemove = false
	c.SnapshotThreshold, c.TrailingLogs = cfg.SnapshotAfter, cfg.Trailing
	c.NotifyCh = leaderCh
	c.LogOutput, c.LogLevel = logs, "INFO"
	return c
}

// Bootstrap starts the council's raft with the genesis council as voters. All
// founders may call it, each time they start: it does nothing where raft state exists.
func (r *Replica) Bootstrap() error {
	if exists, err := r.stores.exists(); err != nil || exists {
		return err
	}
	founders := r.machine.genesis.Register()
	if !isCouncil(founders, r.cfg.Node) {
		return ErrNotFounder
	}
	if r.Book().Size() > 1 {
		return ErrBehind
	}
	err := r.raft.BootstrapCluster(voters(councilOf(founders))).Error()
	if err != nil && !errors.Is(err, raft.ErrCantBootstrap) {
		return fmt.Errorf("bootstrap raft: %w", err)
	}
	return nil
}

// Book is the newest book this node holds.
func (r *Replica) Book() *policy.Book { return r.machine.held.Load().book }

// Leader is the council's leader as this node knows it, or empty.
func (r *Replica) Leader() spec.NodeID {
	_, id := r.raft.LeaderWithID()
	return spec.NodeID(id)
}

// Addr is the host:port that the raft listener is bound to.
func (r *Replica) Addr() string { return r.stream.listener.Addr().String() }

// Wait returns when this node holds at least size entries.
func (r *Replica) Wait(ctx context.Context, size uint64) error {
	return r.machine.wait(ctx, r.closing, func() bool { return r.Book().Size() >= size })
}

// Halted is closed when this node stopped taking part because of a conflict.
func (r *Replica) Halted() <-chan struct{} { return r.machine.stopped }

// TransferLeadership hands leadership to the voter that is furthest on.
func (r *Replica) TransferLeadership(ctx context.Context) error {
	err := r.await(ctx, r.raft.LeadershipTransfer())
	if errors.Is(err, raft.ErrNotLeader) {
		return ErrNotLeader{r.Leader()}
	}
	return err
}

// Repin ends every connection, so that both ends prove their keys again. The
// node calls it when another council node's TLS keys changed.
func (r *Replica) Repin() { r.stream.hangUp() }

// Snapshot writes a snapshot now and lets raft drop the log before it.
func (r *Replica) Snapshot() error {
	err := r.raft.Snapshot().Error()
	if errors.Is(err, raft.ErrNothingNewToSnapshot) {
		return nil
	}
	return err
}

// await is a future's Error that can be given up.
func (r *Replica) await(ctx context.Context, f raft.Future) error {
	done := make(chan error, 1)
	go func() { done <- f.Error() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-r.machine.stopped:
		return r.machine.halted()
	case <-r.closing:
		return ErrClosed
	}
}

// Close stops taking part. A leader that leaves in peace calls
// TransferLeadership first, so that nobody waits for an election.
func (r *Replica) Close() error {
	r.closeOnce.Do(func() {
		close(r.closing)
		r.loops.Wait()
		r.closeErr = r.release()
	})
	return r.closeErr
}

func (r *Replica) release() error {
	var errs []error
	if r.raft != nil {
		errs = append(errs, r.raft.Shutdown().Error())
	}
	if r.stream != nil {
		errs = append(errs, r.stream.Close())
	}
	if r.stores != nil {
		errs = append(errs, r.stores.close())
	}
	return errors.Join(errs...)
}
