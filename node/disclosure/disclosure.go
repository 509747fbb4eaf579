// Package disclosure keeps the giver's log: which places of a log were served
// to whom and when. It refuses that a page leaves without a trace, and that a
// trace costs a flush of the disk for each page.
package disclosure

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// servedKey in the meta table is "clean" while every serving is in the store,
// and empty while some may be in memory only.
const (
	servedKey   = "served.clean"
	servedClean = "clean"
)

// ErrClosed means that nothing may be served any more: it would leave no trace.
var ErrClosed = errors.New("the giver's log is closed")

const (
	noteEvery = time.Second // how long a serving may be in memory only
	notesMost = 10_000      // more wait for the disk before the next page is given out
)

// Notebook is the giver's log on its way to the disk: what was served to whom
// and when. A note for each page would cost a flush before the page leaves; so
// notes are gathered here and written together.
//
// No record is ever served without a trace all the same: before the first page
// the store says that notes may be missing, and only an orderly close takes
// that back. After any other end the next start notes for every reader all that
// could have been served to it (assumeServed): too much, never too little.
type Notebook struct {
	store *store.Store
	clock func() time.Time
	log   *slog.Logger

	mu     sync.Mutex
	notes  []store.Disclosure
	closed bool

	writing sync.Mutex    // one at a time writes notes
	some    chan struct{} // there are notes
	closing chan struct{}
	end     chan struct{}
}

// Open notes what may have been served before an end that was not orderly, and
// begins to take notes.
func Open(ctx context.Context, st *store.Store, clock func() time.Time, log *slog.Logger) (*Notebook, error) {
	b := &Notebook{
		store: st, clock: clock, log: log,
		some: make(chan struct{}, 1), closing: make(chan struct{}), end: make(chan struct{}),
	}
	if err := st.Write(ctx, func(tx *store.Tx) error { return openServed(tx, clock()) }); err != nil {
		return nil, err
	}
	go b.loop()
	return b, nil
}

// add takes a note and answers how many wait. A page that goes on where the one
// before ended, within one second, is one range with it.
func (b *Notebook) add(d store.Disclosure) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, ErrClosed
	}
	for i := range b.notes {
		n := &b.notes[i]
		if n.Log == d.Log && n.Reader == d.Reader && n.Epoch == d.Epoch && n.At == d.At && n.FromN <= d.FromN && d.FromN <= n.ToN+1 {
			n.ToN = max(n.ToN, d.ToN)
			return len(b.notes), nil
		}
	}
	b.notes = append(b.notes, d)
	b.tell()
	return len(b.notes), nil
}

func (b *Notebook) tell() {
	select {
	case b.some <- struct{}{}:
	default:
	}
}

// take answers the notes that wait; they are the caller's to write.
func (b *Notebook) take() []store.Disclosure {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := b.notes
	b.notes = nil
	return taken
}

// putBack keeps notes that could not be written.
func (b *Notebook) putBack(notes []store.Disclosure) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes = append(notes, b.notes...)
	b.tell()
}

// close refuses further notes: what is served after it would leave no trace.
func (b *Notebook) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
}

// Note takes down which places of a log were served to a reader. A page is
// given out only after it. Public logs are served to anyone and not noted.
func (b *Notebook) Note(ctx context.Context, log string, reader spec.NodeID, epoch int64, items []spec.Item) error {
	first, last := -1, -1
	for i, it := range items {
		if it.Record == "" {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
	}
	if reader == "" || first < 0 {
		return nil
	}
	waiting, err := b.add(store.Disclosure{
		Log: log, Reader: reader, Epoch: epoch, FromN: items[first].N, ToN: items[last].N, At: b.clock().Unix(),
	})
	if err != nil || waiting < notesMost {
		return err
	}
	return b.Flush(ctx)
}

// Flush writes the notes of what was served so far. Whoever reads the giver's
// log calls it first.
func (b *Notebook) Flush(ctx context.Context) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	notes := b.take()
	if len(notes) == 0 {
		return nil
	}
	err := b.store.Write(ctx, func(tx *store.Tx) error { return discloseAll(tx, notes) })
	if err != nil {
		b.putBack(notes)
	}
	return err
}

func discloseAll(tx *store.Tx, notes []store.Disclosure) error {
	for _, d := range notes {
		if err := tx.Disclose(d); err != nil {
			return err
		}
	}
	return nil
}

// loop writes notes within a second of the first.
func (b *Notebook) loop() {
	defer close(b.end)
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-b.some:
		case <-b.closing:
			return
		}
		pause.Reset(noteEvery)
		select {
		case <-pause.C:
		case <-b.closing:
			return
		}
		if err := b.Flush(context.Background()); err != nil {
			b.log.Error("what was served is not noted yet", "error", err)
		}
	}
}

// Close writes the last notes and says in the store that none is missing. What
// fails here is made good by the next Open, which notes all that may have been
// served.
func (b *Notebook) Close() error {
	close(b.closing)
	<-b.end
	b.close()
	b.writing.Lock()
	defer b.writing.Unlock()
	notes := b.take()
	return b.store.Write(context.Background(), func(tx *store.Tx) error {
		if err := discloseAll(tx, notes); err != nil {
			return err
		}
		return tx.SetMeta(servedKey, servedClean)
	})
}

// openServed says in the store, before anything is served, that notes may be
// missing from now on; where that was said before and not taken back, it notes
// what may have been served.
func openServed(tx *store.Tx, now time.Time) error {
	text, _, err := tx.Meta(servedKey)
	if err != nil {
		return err
	}
	if text != servedClean {
		if err := assumeServed(tx, now); err != nil {
			return err
		}
	}
	return tx.SetMeta(servedKey, "")
}

// assumeServed notes for each reader's log the places up to its end that no
// note covers.
func assumeServed(tx *store.Tx, now time.Time) error {
	logs, err := tx.Logs()
	if err != nil {
		return err
	}
	for _, l := range logs {
		if l.Reader == "" {
			continue
		}
		missing, err := tx.Undisclosed(l)
		if err != nil {
			return err
		}
		for i := range missing {
			missing[i].At = now.Unix()
		}
		if err := discloseAll(tx, missing); err != nil {
			return err
		}
	}
	return nil
}
