package trust

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// policyState is this node's mirror of the policy log. accepted is what a
// majority of the council cosigned; only that is ever in force here.
type policyState struct {
	genesis  string
	accepted atomic.Pointer[policy.Book]
	head     atomic.Pointer[string]

	mu       sync.Mutex
	grown    chan struct{}
	changed  []func(*policy.Book)
	stopped  bool // see stopKey
	closed   bool
	telling  sync.WaitGroup // those in changed
	headTime time.Time
	pending  pending
	roots    map[uint64]spec.Root // of every earlier accepted size
}

func (p *policyState) init(genesis string) {
	p.genesis = genesis
	p.grown = make(chan struct{})
	p.roots = make(map[uint64]spec.Root)
	p.pending.early = make(map[spec.NodeID]string)
	empty := ""
	p.head.Store(&empty)
}

// Book is the policy in force here: entries under an accepted head, and always
// the genesis.
func (t *Trust) Book() *policy.Book { return t.policy.accepted.Load() }

// PolicyHead is the newest accepted policy head as a note, or empty before the
// council has cosigned the genesis.
func (t *Trust) PolicyHead() string { return *t.policy.head.Load() }

// PolicyPoint names the state of the policy log that this node acts under.
func (t *Trust) PolicyPoint() spec.PolicyPoint {
	b := t.Book()
	return spec.PolicyPoint{Size: b.Size(), Root: b.Root()}
}

// PolicyAge says how long ago the policy head was confirmed.
func (t *Trust) PolicyAge(now time.Time) (time.Duration, bool) {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	return now.Sub(t.policy.headTime), !t.policy.headTime.IsZero()
}

// PolicyGrown is closed when the accepted log or its head has changed.
func (t *Trust) PolicyGrown() <-chan struct{} {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	return t.policy.grown
}

// OnPolicy registers what to call after the book in force has changed.
func (t *Trust) OnPolicy(f func(*policy.Book)) {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	t.policy.changed = append(t.policy.changed, f)
}

// Close tells nobody of a change any more and waits for those who are being
// told. It may be repeated.
func (t *Trust) Close() {
	t.policy.mu.Lock()
	t.policy.closed = true
	t.policy.mu.Unlock()
	t.policy.telling.Wait()
}

// keepGenesis makes entry 0 of the stored log, or refuses a directory whose log
// began with another one.
func (t *Trust) keepGenesis(ctx context.Context) error {
	genesis := t.policy.genesis
	err := t.store.Write(ctx, func(tx *store.Tx) error {
		return tx.AppendPolicyEntries(0, []store.PolicyEntry{{ID: spec.Digest([]byte(genesis)), Octets: genesis}})
	})
	if err != nil {
		return fmt.Errorf("the stored policy log began with another genesis than this directory's genesis.txt: %w", err)
	}
	return nil
}

func (t *Trust) loadPolicy(ctx context.Context, book *policy.Book) error {
	return t.store.Read(ctx, func(tx *store.Tx) error {
		for from := uint64(1); ; {
			rows, err := tx.PolicyEntries(from, 500)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			for _, row := range rows {
				t.policy.roots[book.Size()] = book.Root()
				if book, err = book.Apply(row.Octets); err != nil {
					return fmt.Errorf("stored policy entry %d: %w", row.N, err)
				}
			}
			from += uint64(len(rows))
		}
		if err := withStoredBodies(tx, &book); err != nil {
			return err
		}
		t.policy.accepted.Store(book)
		if err := t.loadStop(tx); err != nil {
			return err
		}
		head, err := tx.PolicyHead()
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		t.policy.head.Store(&head.Note)
		t.policy.headTime = time.Unix(head.At, 0)
		return nil
	})
}

// withStoredBodies gives the book the confidential bodies this node may read.
func withStoredBodies(tx *store.Tx, book **policy.Book) error {
	for _, digest := range confidentialOf(*book) {
		if (*book).HasBody(digest) {
			continue
		}
		body, err := tx.Confidential(digest)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		// A body that cannot be read decides nothing; it must not stop the log.
		if next, err := (*book).WithConfidential(digest, body); err == nil {
			*book = next
		}
	}
	return nil
}

// Follow accepts a policy head with the entries that lead to it. Entries are
// judged one by one by the register before them, the root must fit, and the
// head must carry a majority of the council (REQ-POL-001 to 014). It may be
// repeated: a known head changes nothing. It holds the lock over the writing:
// the next head is judged by what this one leaves, and those who ask for the
// Book never wait for the lock.
func (t *Trust) Follow(ctx context.Context, entries []string, note string, now time.Time) error {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	if t.policy.stopped {
		return ErrStopped
	}
	book := t.Book()
	from := book.Size()
	grown, before := book, book.Register()
	passed := make(map[uint64]spec.Root, len(entries))
	for i, octets := range entries {
		next, err := grown.Apply(octets)
		if err != nil {
			return fmt.Errorf("policy entry %d: %w", from+uint64(i), err)
		}
		if next.RegisterID() != grown.RegisterID() {
			before = grown.Register()
		}
		passed[grown.Size()] = grown.Root()
		grown = next
	}
	head, err := t.openPolicyHead(note, grown, before)
	if err != nil {
		return err
	}
	if head.Size != grown.Size() || head.Root != grown.Root() {
		return t.misfit(ctx, head, grown, now)
	}
	if len(entries) == 0 && note == t.PolicyHead() {
		t.policy.headTime = now
		return nil
	}
	if err := t.keepPolicy(ctx, from, entries, head, now); err != nil {
		return err
	}
	// A body that this node drafted, or fetched before, is read now.
	err = t.store.Read(ctx, func(tx *store.Tx) error { return withStoredBodies(tx, &grown) })
	if err != nil {
		return err
	}
	maps.Copy(t.policy.roots, passed)
	t.swap(grown, note, now)
	return nil
}

// openPolicyHead counts cosignatures by the council before and after the
// entries: a register change is cosigned by the electorate that made it. before
// is the register before the last change among them.
func (t *Trust) openPolicyHead(note string, grown *policy.Book, before *policy.Register) (*spec.Checkpoint, error) {
	var firstErr error
	for _, reg := range []*policy.Register{grown.Register(), before, t.Book().Register()} {
		var council []spec.NodeID
		for _, m := range reg.Council() {
			council = append(council, m.Node)
		}
		c, err := spec.OpenCheckpoint(note, grown.Fed(), council, t.History, reg.Majority())
		if err == nil {
			return c, nil
		}
		if firstErr == nil {
			firstErr = err
		}
	}
	return nil, firstErr
}

func (t *Trust) keepPolicy(ctx context.Context, from uint64, entries []string, head *spec.Checkpoint, now time.Time) error {
	return t.store.Write(ctx, func(tx *store.Tx) error {
		rows := make([]store.PolicyEntry, len(entries))
		for i, octets := range entries {
			rows[i] = store.PolicyEntry{N: from + uint64(i), ID: spec.Digest([]byte(octets)), Octets: octets, At: now.Unix()}
		}
		if err := tx.AppendPolicyEntries(from, rows); err != nil {
			return err
		}
		return tx.PutPolicyHead(store.PolicyHead{Size: head.Size, Note: head.Note(), At: now.Unix()})
	})
}

// swap must be called with the policy lock held.
func (t *Trust) swap(book *policy.Book, note string, now time.Time) {
	t.settle(t.Book(), book)
	t.forgetUnproven(t.Book().Register(), book.Register())
	t.policy.accepted.Store(book)
	t.policy.head.Store(&note)
	t.policy.headTime = now
	close(t.policy.grown)
	t.policy.grown = make(chan struct{})
	tell := append([]func(*policy.Book){}, t.policy.changed...)
	if len(tell) == 0 || t.policy.closed {
		return
	}
	t.policy.telling.Go(func() {
		for _, f := range tell {
			f(book)
		}
	})
}

// confidentialOf lists the digests that the log names.
func confidentialOf(b *policy.Book) []spec.ID {
	var list []spec.ID
	for _, d := range b.Documents() {
		if c := d.Sealed(); c != nil {
			list = append(list, c.Digest)
		}
	}
	return list
}

// AddConfidential keeps the body of a confidential document after checking its digest.
func (t *Trust) AddConfidential(ctx context.Context, digest spec.ID, octets []byte, now time.Time) error {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	book, err := t.Book().WithConfidential(digest, octets)
	if err != nil {
		return err
	}
	err = t.store.Write(ctx, func(tx *store.Tx) error { return tx.PutConfidential(digest, octets) })
	if err != nil {
		return err
	}
	t.swap(book, t.PolicyHead(), now)
	return nil
}

// A page of the policy log must stay below what a reader takes (REQ-FEED-013),
// and anyone may ask for one, so it is read a few entries at a time.
const (
	mostInPage  = 24 << 20
	readAtATime = 16
)

// PolicyItems are the entries from n on as feed items, at most limit, and fewer
// where they are long.
func (t *Trust) PolicyItems(ctx context.Context, n uint64, limit int) ([]spec.Item, error) {
	var items []spec.Item
	size, octets := t.Book().Size(), 0
	err := t.store.Read(ctx, func(tx *store.Tx) error {
		items, octets = nil, 0
		for len(items) < limit {
			rows, err := tx.PolicyEntries(n+uint64(len(items)), min(limit-len(items), readAtATime))
			if err != nil {
				return err
			}
			for _, row := range rows {
				octets += len(row.Octets)
				if row.N >= size || octets > mostInPage && len(items) > 0 {
					return nil
				}
				items = append(items, spec.Item{N: row.N, ID: row.ID, Kind: spec.KindPolicy, State: spec.Live, Record: row.Octets})
			}
			if len(rows) < readAtATime {
				return nil
			}
		}
		return nil
	})
	return items, err
}
