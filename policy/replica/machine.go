package replica

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/raft"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// machine is raft's state machine: the book and the entries that made it. It
// reads no clock, so that every voter comes to the same book.
//
// A node may hold more than raft has delivered to it: it starts with what it
// has stored, and raft tells it the same entries again. position counts what
// raft delivered; up to held it only compares.
type machine struct {
	cfg     *Config
	genesis *policy.Book

	held     atomic.Pointer[holding]
	position atomic.Uint64 // entries delivered by raft, genesis included
	index    atomic.Uint64 // newest raft index worked through
	placed   map[spec.ID]uint64
	replayed *policy.Book // book at some size ≤ position, made when needed

	ahead   *foresight
	changed chan struct{} // holds a token when entries were applied

	haltOnce sync.Once
	haltErr  error
	stopped  chan struct{}

	mu      sync.Mutex
	waiters chan struct{}
}

// holding is replaced as a whole; its entries are only ever appended to.
type holding struct {
	book    *policy.Book
	entries []string
}

// outcome is what the leader's proposal gets back.
type outcome struct {
	n   uint64
	err error
}

func newMachine(cfg *Config) (*machine, error) {
	entries, err := heldEntries(cfg)
	if err != nil {
		return nil, err
	}
	genesis, err := policy.NewBook(entries[0], cfg.Book.Fed())
	if err != nil {
		return nil, fmt.Errorf("read genesis: %w", err)
	}
	m := &machine{
		cfg:     cfg,
		genesis: genesis,
		placed:  make(map[spec.ID]uint64, len(entries)),
		changed: make(chan struct{}, 1),
		stopped: make(chan struct{}),
	}
	for n, octets := range entries {
		m.placed[spec.Digest([]byte(octets))] = uint64(n)
	}
	m.held.Store(&holding{book: cfg.Book, entries: entries})
	m.position.Store(1)
	m.ahead = &foresight{current: m.current}
	return m, nil
}

// heldEntries reads what the node stored and compares it with its book.
func heldEntries(cfg *Config) ([]string, error) {
	var entries []string
	size := cfg.Book.Size()
	for uint64(len(entries)) < size && cfg.Entries != nil {
		more, err := cfg.Entries(uint64(len(entries)))
		if err != nil {
			return nil, fmt.Errorf("read stored policy entries: %w", err)
		}
		if len(more) == 0 {
			break
		}
		entries = append(entries, more...)
	}
	if uint64(len(entries)) < size || size == 0 {
		return nil, ErrHeld
	}
	entries = entries[:size:size]
	tree := &spec.Tree{}
	for _, octets := range entries {
		tree.Append(spec.Leaf(spec.Digest([]byte(octets)), spec.Live))
	}
	if tree.Root() != cfg.Book.Root() {
		return nil, ErrHeld
	}
	return entries, nil
}

// current is the book for the next delivered entry, once raft has delivered
// all that this node holds.
func (m *machine) current() (*policy.Book, bool) {
	h := m.held.Load()
	return h.book, m.position.Load() == uint64(len(h.entries))
}

// Apply is called by raft for each committed entry, in order.
func (m *machine) Apply(l *raft.Log) any {
	out := m.apply(l.Index, string(l.Data))
	m.ahead.delivered(l.Index)
	m.worked(l.Index)
	return out
}

// StoreConfiguration is called by raft for each committed server list.
func (m *machine) StoreConfiguration(index uint64, _ raft.Configuration) { m.worked(index) }

func (m *machine) worked(index uint64) {
	m.index.Store(index)
	m.wake()
}

func (m *machine) apply(index uint64, octets string) outcome {
	if err := m.halted(); err != nil {
		return outcome{err: err}
	}
	h, at, id := m.held.Load(), m.position.Load(), spec.Digest([]byte(octets))
	if n, ok := m.placed[id]; ok && n < at {
		return outcome{n: n} // proposed twice: it stands where it stands
	}
	if at < uint64(len(h.entries)) {
		return m.compare(h, at, octets)
	}
	book, err := m.ahead.judge(index, octets, h.book)
	if err != nil {
		if m.cfg.Refused != nil {
			m.cfg.Refused(octets, err)
		}
		return outcome{err: err}
	}
	m.take(h, book, octets, id)
	return outcome{n: at}
}

// take makes an accepted entry part of what this node holds.
func (m *machine) take(h *holding, book *policy.Book, octets string, id spec.ID) {
	n := uint64(len(h.entries))
	m.placed[id] = n
	m.held.Store(&holding{book: book, entries: append(h.entries, octets)})
	m.position.Store(n + 1)
	if m.cfg.Applied != nil {
		m.cfg.Applied(n, octets, book)
	}
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

// compare judges an entry at a position that this node already holds. Another
// entry than the held one must be one that was refused there; one that would
// be accepted there is a second history.
func (m *machine) compare(h *holding, at uint64, octets string) outcome {
	if h.entries[at] == octets {
		m.position.Store(at + 1)
		return outcome{n: at}
	}
	book, err := m.bookAt(h, at)
	if err != nil {
		return outcome{err: m.halt("log", at, h.entries[at], octets)}
	}
	if err := book.Check(octets); err != nil {
		return outcome{err: err}
	}
	return outcome{err: m.halt("log", at, h.entries[at], octets)}
}

func (m *machine) bookAt(h *holding, size uint64) (*policy.Book, error) {
	book := m.replayed
	if book == nil || book.Size() > size {
		book = m.genesis
	}
	for book.Size() < size {
		next, err := book.Apply(h.entries[book.Size()])
		if err != nil {
			return nil, err
		}
		book = next
	}
	m.replayed = book
	return book, nil
}

// undelivered is the next entry that this node holds and raft's log does not.
func (m *machine) undelivered() (string, bool) {
	h, at := m.held.Load(), m.position.Load()
	if at >= uint64(len(h.entries)) {
		return "", false
	}
	return h.entries[at], true
}

// halt keeps the proof and ends this node's part. It never returns nil.
func (m *machine) halt(kind string, at uint64, held, other string) error {
	m.haltOnce.Do(func() {
		m.haltErr = fmt.Errorf("%w: entry %d of the %s", ErrHalted, at, kind)
		if m.cfg.Conflict != nil {
			m.cfg.Conflict(kind, []byte(held), []byte(other))
		}
		m.cfg.Logger.Error("stopped following the council: two histories of the policy log", "entry", at, "from", kind)
		close(m.stopped)
	})
	return m.haltErr
}

func (m *machine) halted() error {
	select {
	case <-m.stopped:
		return m.haltErr
	default:
		return nil
	}
}

// wake lets everyone that waits look again.
func (m *machine) wake() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.waiters != nil {
		close(m.waiters)
		m.waiters = nil
	}
}

// wait returns when the condition holds; it is asked again at each wake.
func (m *machine) wait(ctx context.Context, closing <-chan struct{}, holds func() bool) error {
	for {
		m.mu.Lock()
		if holds() {
			m.mu.Unlock()
			return nil
		}
		if m.waiters == nil {
			m.waiters = make(chan struct{})
		}
		again := m.waiters
		m.mu.Unlock()
		select {
		case <-again:
		case <-ctx.Done():
			return ctx.Err()
		case <-m.stopped:
			return m.halted()
		case <-closing:
			return ErrClosed
		}
	}
}
