package gate

import (
	"context"
	"errors"
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

const (
	noteEvery = time.Second // how long a serving may be in memory only
	notesMost = 10_000      // more wait for the disk before the next page is given out
)

// notebook is the giver's log on its way to the disk: what was served to whom
// and when. A note for each page would cost a flush before the page leaves; so
// notes are gathered here and written together.
//
// No record is ever served without a trace all the same: before the first page
// the store says that notes may be missing, and only an orderly close takes
// that back. After any other end the next start notes for every reader all that
// could have been served to it (assumeServed): too much, never too little.
type notebook struct {
	mu     sync.Mutex
	notes  []store.Disclosure
	closed bool

	writing sync.Mutex    // one at a time writes notes
	some    chan struct{} // there are notes
	end     chan struct{}
}

func newNotebook() *notebook {
	return &notebook{some: make(chan struct{}, 1), end: make(chan struct{})}
}

// add takes a note and answers how many wait. A page that goes on where the one
// before ended, within one second, is one range with it.
func (b *notebook) add(d store.Disclosure) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, errClosed
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

func (b *notebook) tell() {
	select {
	case b.some <- struct{}{}:
	default:
	}
}

// take answers the notes that wait; they are the caller's to write.
func (b *notebook) take() []store.Disclosure {
	b.mu.Lock()
	defer b.mu.Unlock()
	taken := b.notes
	b.notes = nil
	return taken
}

// putBack keeps notes that could not be written.
func (b *notebook) putBack(notes []store.Disclosure) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes = append(notes, b.notes...)
	b.tell()
}

// close refuses further notes: what is served after it would leave no trace.
func (b *notebook) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
}

// disclose keeps the giver's log: which numbers were served to whom and when.
// A page is given out only after it.
func (g *Gate) disclose(ctx context.Context, log string, reader spec.NodeID, epoch int64, items []spec.Item) error {
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
	waiting, err := g.served.add(store.Disclosure{
		Log: log, Reader: reader, Epoch: epoch, FromN: items[first].N, ToN: items[last].N, At: g.Clock().Unix(),
	})
	if err != nil || waiting < notesMost {
		return err
	}
	return g.NoteServed(ctx)
}

// NoteServed writes the notes of what was served so far. Whoever reads the
// giver's log calls it first.
func (g *Gate) NoteServed(ctx context.Context) error {
	g.served.writing.Lock()
	defer g.served.writing.Unlock()
	notes := g.served.take()
	if len(notes) == 0 {
		return nil
	}
	err := g.share(ctx, func(c *Change) error { return discloseAll(c.tx, notes) })
	if err != nil {
		g.served.putBack(notes)
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

// noteLoop writes notes within a second of the first.
func (g *Gate) noteLoop() {
	defer close(g.served.end)
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-g.served.some:
		case <-g.closing:
			return
		}
		pause.Reset(noteEvery)
		select {
		case <-pause.C:
		case <-g.closing:
			return
		}
		if err := g.NoteServed(context.Background()); err != nil && !errors.Is(err, errClosed) {
			g.Log.Error("what was served is not noted yet", "error", err)
		}
	}
}

// closeServed writes the last notes and says in the store that none is missing.
// The commit loop has ended by then, so nobody holds notes for long.
func (g *Gate) closeServed() error {
	g.served.close()
	g.served.writing.Lock()
	defer g.served.writing.Unlock()
	notes := g.served.take()
	return g.Store.Write(context.Background(), func(tx *store.Tx) error {
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
