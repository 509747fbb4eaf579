package replica

import (
	"bytes"
	"sync"

	"github.com/hashicorp/raft"

	"github.com/fukusen/fukusen/policy"
)

// foresight judges entries while raft still writes and replicates them: what
// an entry does to a book can be known before it is committed, since a book
// never changes. Whether it is committed is raft's to say; a verdict is used
// only for the octets and on the very book that it was made for, and otherwise
// thrown away. So it saves time and decides nothing.
type foresight struct {
	// current is the book that the next delivered entry is judged on; false
	// while raft tells again what this node holds already.
	current func() (*policy.Book, bool)

	mu      sync.Mutex
	guesses []*guess // stored and not delivered, in the order of the log
	tail    *guess   // the newest guess, delivered or not
	whole   bool     // every entry stored and not delivered has a guess
	stored  uint64   // newest raft index of an entry stored
	worked  uint64   // newest raft index of an entry delivered
}

type guess struct {
	index  uint64
	octets []byte
	before *guess // whose book this one builds on; nil once done
	base   *policy.Book
	book   *policy.Book // base where the entry is refused
	err    error
	done   chan struct{}
}

// foreseen bounds the entries judged ahead of delivery.
const foreseen = 512

// store sees every log entry on its way to the disk.
func (f *foresight) store(logs []*raft.Log) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var fresh []*guess
	for _, l := range logs {
		if l.Type != raft.LogCommand {
			continue
		}
		if g := f.next(l); g != nil {
			fresh = append(fresh, g)
		}
	}
	if len(fresh) > 0 {
		go judgeAll(fresh)
	}
}

// next adds a guess, or none where the book before the entry is not known.
func (f *foresight) next(l *raft.Log) *guess {
	var base *policy.Book
	switch {
	case l.Index <= f.stored: // a new leader replaces what was never committed
		f.whole, f.guesses = false, nil
	case f.worked >= f.stored: // nothing is on its way: the book is known
		f.tail, f.guesses = nil, nil
		base, f.whole = f.current()
	}
	f.stored = l.Index
	if !f.whole || len(f.guesses) >= foreseen {
		f.whole = false
		return nil
	}
	g := &guess{index: l.Index, octets: l.Data, before: f.tail, base: base, done: make(chan struct{})}
	f.guesses, f.tail = append(f.guesses, g), g
	return g
}

func judgeAll(guesses []*guess) {
	for _, g := range guesses {
		if g.before != nil {
			<-g.before.done
			g.base = g.before.book
			g.before = nil
		}
		if g.book, g.err = g.base.Apply(string(g.octets)); g.err != nil {
			g.book = g.base
		}
		close(g.done)
	}
}

// judge is Book.Apply for a delivered entry.
func (f *foresight) judge(index uint64, octets string, base *policy.Book) (*policy.Book, error) {
	g := f.at(index)
	if g == nil || !bytes.Equal(g.octets, []byte(octets)) {
		return base.Apply(octets)
	}
	<-g.done
	if g.base != base {
		return base.Apply(octets)
	}
	return g.book, g.err
}

func (f *foresight) at(index uint64) *guess {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, g := range f.guesses {
		if g.index == index {
			return g
		}
	}
	return nil
}

// delivered says that the book now holds what the entry at a raft index did.
func (f *foresight) delivered(index uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.worked = max(f.worked, index)
	for len(f.guesses) > 0 && f.guesses[0].index <= index {
		f.guesses[0] = nil
		f.guesses = f.guesses[1:]
	}
}

// watched is raft's log store with foresight on its way in.
type watched struct {
	*raft.LogCache
	ahead *foresight
}

// StoreLogs writes log entries durably; meanwhile they are judged.
func (w watched) StoreLogs(logs []*raft.Log) error {
	w.ahead.store(logs)
	return w.LogCache.StoreLogs(logs)
}
