package trust

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// ErrNotExtending means that a head would not extend what this node cosigned
// before; it is never cosigned (REQ-POL-016).
var ErrNotExtending = errors.New("the policy log does not extend what this node cosigned before")

// pending are entries that the council's raft has agreed on and that no
// majority has cosigned yet. They are not in force.
type pending struct {
	octets []string
	books  []*policy.Book // books[i] holds octets[:i+1]
	lines  map[uint64]map[spec.NodeID]string
	early  map[spec.NodeID]string // the newest cosigned head of a node that is ahead of us
}

// Applied takes over an entry that raft has committed. Entries that are
// accepted already are passed over, so a restart may replay them all.
func (t *Trust) Applied(n uint64, octets string, book *policy.Book) {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	p := &t.policy.pending
	if n != t.Book().Size()+uint64(len(p.octets)) {
		return
	}
	p.octets = append(p.octets, octets)
	p.books = append(p.books, book)
}

// newest is the book to cosign: the last that raft agreed on. The lock is held.
func (t *Trust) newest() *policy.Book {
	if k := len(t.policy.pending.books); k > 0 {
		return t.policy.pending.books[k-1]
	}
	return t.Book()
}

// Early returns the cosignatures that came before raft did, to be collected
// now, and forgets them.
func (t *Trust) Early() map[spec.NodeID]string {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	early := t.policy.pending.early
	t.policy.pending.early = make(map[spec.NodeID]string)
	return early
}

// Cosign signs the newest agreed head, unless it is accepted already with this
// node's name under it. What was cosigned is on disk before the signature leaves.
func (t *Trust) Cosign(ctx context.Context, signer *spec.Signer, now time.Time) (string, error) {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	book := t.newest()
	text := spec.CheckpointText(book.Fed(), book.Size(), book.Root())
	err := t.store.Write(ctx, func(tx *store.Tx) error {
		last, err := tx.Cosigned(t.self)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err == nil && !t.extends(last, book) {
			return ErrNotExtending
		}
		root := book.Root()
		return tx.PutCosigned(t.self, store.Cosigned{Size: book.Size(), Root: root[:]})
	})
	if err != nil {
		return "", fmt.Errorf("cosign policy head %d: %w", book.Size(), err)
	}
	line := spec.Cosign(signer, t.self, text, now)
	t.addLine(book.Size(), t.self, line)
	return spec.JoinNote(text, []string{line}), nil
}

// extends reports whether a book continues what was cosigned. The lock is held.
func (t *Trust) extends(last store.Cosigned, book *policy.Book) bool {
	if last.Size > book.Size() {
		return false
	}
	root, ok := t.rootAt(last.Size)
	return ok && bytes.Equal(root[:], last.Root)
}

// rootAt is the root of the agreed log at a size. The lock is held.
func (t *Trust) rootAt(size uint64) (spec.Root, bool) {
	if b := t.Book(); size == b.Size() {
		return b.Root(), true
	}
	for _, b := range t.policy.pending.books {
		if b.Size() == size {
			return b.Root(), true
		}
	}
	root, ok := t.policy.roots[size]
	return root, ok
}

func (t *Trust) addLine(size uint64, node spec.NodeID, line string) {
	p := &t.policy.pending
	if p.lines == nil {
		p.lines = make(map[uint64]map[spec.NodeID]string)
	}
	if p.lines[size] == nil {
		p.lines[size] = make(map[spec.NodeID]string)
	}
	p.lines[size][node] = line
}

// Collect takes a cosignature of another council node. When a majority stands
// under one head, it is accepted and in force. It reports whether it was.
func (t *Trust) Collect(ctx context.Context, from spec.NodeID, note string, now time.Time) (bool, error) {
	book, entries, joined, err := t.collect(from, note)
	if r := spec.AsRefusal(err); r != nil && r.Requirement == "REQ-POL-009" {
		return false, errors.Join(err, t.keepFork(ctx, from, note, now))
	}
	if err != nil || joined == "" {
		return false, err
	}
	if book.Size() == t.Book().Size() && t.PolicyHead() != "" {
		return false, nil
	}
	return true, t.Follow(ctx, entries, joined, now)
}

func (t *Trust) collect(from spec.NodeID, note string) (*policy.Book, []string, string, error) {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	// Whose name never counts leaves nothing behind, no evidence either.
	if !seated(t.Book().Register(), from) && !seated(t.newest().Register(), from) {
		return nil, nil, "", spec.RefuseField("REQ-POL-008", "head", "a policy head is cosigned by council nodes")
	}
	// One line of one node: it must verify on its own before it counts.
	c, err := spec.OpenCheckpoint(note, t.Book().Fed(), []spec.NodeID{from}, t.History, 1)
	if err != nil {
		return nil, nil, "", err
	}
	text, lines, err := spec.SplitCosignatures(note)
	if err != nil {
		return nil, nil, "", err
	}
	if len(lines) != 1 {
		// A second line would stand under this node's name without being its own.
		return nil, nil, "", spec.RefuseField("REQ-POL-008", "head", "a council node sends its own cosignature and no other")
	}
	var book *policy.Book
	at := -1
	for i, b := range t.policy.pending.books {
		if b.Size() == c.Size {
			book, at = b, i
		}
	}
	if b := t.Book(); b.Size() == c.Size {
		book = b
	}
	if book == nil {
		// A cosignature may overtake raft: it is kept until raft is there. Each
		// node has one place, so nobody can fill the memory.
		if c.Size > t.Book().Size() {
			t.policy.pending.early[from] = note
		}
		return nil, nil, "", nil
	}
	if book.Root() != c.Root {
		return nil, nil, "", spec.RefuseField("REQ-POL-009", "head", "the cosigned head differs from the log that raft agreed on")
	}
	t.addLine(c.Size, from, lines[0])
	all := t.majority(book, c.Size)
	if all == nil {
		return nil, nil, "", nil
	}
	entries := append([]string(nil), t.policy.pending.octets[:at+1]...)
	return book, entries, spec.JoinNote(text, all), nil
}

func seated(register *policy.Register, node spec.NodeID) bool {
	return slices.ContainsFunc(register.Council(), func(m policy.Member) bool { return m.Node == node })
}

// majority returns the cosignatures of a majority of the council, or nil. Where
// the entries change the register, the council before them counts as well: the
// one to come may have no seat yet.
func (t *Trust) majority(book *policy.Book, size uint64) []string {
	for _, register := range []*policy.Register{book.Register(), t.Book().Register()} {
		var lines []string
		for _, m := range register.Council() {
			if line, ok := t.policy.pending.lines[size][m.Node]; ok {
				lines = append(lines, line)
			}
		}
		if len(lines) >= register.Majority() {
			return lines
		}
	}
	return nil
}

// settle drops what an accepted book covers. The lock is held.
func (t *Trust) settle(before, accepted *policy.Book) {
	t.policy.roots[before.Size()] = before.Root()
	p := &t.policy.pending
	for i, b := range p.books {
		t.policy.roots[b.Size()] = b.Root()
		if b.Size() == accepted.Size() {
			p.octets, p.books = p.octets[i+1:], p.books[i+1:]
			break
		}
	}
	if len(p.books) > 0 && p.books[0].Size() != accepted.Size()+1 {
		p.octets, p.books = nil, nil
	}
	for size := range p.lines {
		if size < accepted.Size() {
			delete(p.lines, size)
		}
	}
}

// Unsettled reports whether raft has agreed on entries, or on the genesis,
// under which no majority of cosignatures stands yet.
func (t *Trust) Unsettled() bool {
	t.policy.mu.Lock()
	defer t.policy.mu.Unlock()
	return len(t.policy.pending.octets) > 0 || t.PolicyHead() == ""
}
