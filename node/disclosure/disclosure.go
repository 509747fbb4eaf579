// Package disclosure gives out pages of our logs and keeps the giver's log:
// which places were served to whom and when. It refuses that a page leaves
// without a trace, and that a trace costs a flush of the disk for each page.
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

// Config is what a counter is made of.
type Config struct {
	Self   spec.NodeID
	Store  *store.Store
	Clock  func() time.Time
	Log    *slog.Logger
	Signer func() *spec.Signer
	Keys   func() *spec.KeyHistory // this node's own
	Policy func() spec.PolicyPoint // what heads tell of the policy log
	Epoch  func() int64            // of a log that has no entry yet
}

// Counter is where readers are served, with the giver's log on its way to the
// disk: what was served to whom and when. A note for each page would cost a flush before the page leaves; so
// notes are gathered here and written together.
//
// No record is ever served without a trace all the same: before the first page
// the store says that notes may be missing, and only an orderly close takes
// that back. After any other end the next start notes for every reader all that
// could have been served to it (assumeServed): too much, never too little.
type Counter struct {
	Config

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
func Open(ctx context.Context, cfg Config) (*Counter, error) {
	c := &Counter{Config: cfg, some: make(chan struct{}, 1), closing: make(chan struct{}), end: make(chan struct{})}
	if err := cfg.Store.Write(ctx, func(tx *store.Tx) error { return openServed(tx, cfg.Clock()) }); err != nil {
		return nil, err
	}
	go c.loop()
	return c, nil
}

// add takes a note and answers how many wait. A page that goes on where the one
// before ended, within one second, is one range with it.
func (c *Counter) add(d store.Disclosure) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return 0, ErrClosed
	}
	for i := range c.notes {
		n := &c.notes[i]
		if n.Log == d.Log && n.Reader == d.Reader && n.Epoch == d.Epoch && n.At == d.At && n.FromN <= d.FromN && d.FromN <= n.ToN+1 {
			n.ToN = max(n.ToN, d.ToN)
			return len(c.notes), nil
		}
	}
	c.notes = append(c.notes, d)
	c.tell()
	return len(c.notes), nil
}

func (c *Counter) tell() {
	select {
	case c.some <- struct{}{}:
	default:
	}
}

// take answers the notes that wait; they are the caller's to write.
func (c *Counter) take() []store.Disclosure {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.notes
	c.notes = nil
	return taken
}

// putBack keeps notes that could not be written.
func (c *Counter) putBack(notes []store.Disclosure) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.notes = append(notes, c.notes...)
	c.tell()
}

// close refuses further notes: what is served after it would leave no trace.
func (c *Counter) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}

// Note takes down which places of a log were served to a reader. A page is
// given out only after it. Public logs are served to anyone and not noted.
func (c *Counter) Note(ctx context.Context, log string, reader spec.NodeID, epoch int64, items []spec.Item) error {
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
	waiting, err := c.add(store.Disclosure{
		Log: log, Reader: reader, Epoch: epoch, FromN: items[first].N, ToN: items[last].N, At: c.Clock().Unix(),
	})
	if err != nil || waiting < notesMost {
		return err
	}
	return c.NoteServed(ctx)
}

// NoteServed writes the notes of what was served so far. Whoever reads the giver's
// log calls it first.
func (c *Counter) NoteServed(ctx context.Context) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	notes := c.take()
	if len(notes) == 0 {
		return nil
	}
	err := c.Store.Write(ctx, func(tx *store.Tx) error { return discloseAll(tx, notes) })
	if err != nil {
		c.putBack(notes)
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
func (c *Counter) loop() {
	defer close(c.end)
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-c.some:
		case <-c.closing:
			return
		}
		pause.Reset(noteEvery)
		select {
		case <-pause.C:
		case <-c.closing:
			return
		}
		if err := c.NoteServed(context.Background()); err != nil {
			c.Log.Error("what was served is not noted yet", "error", err)
		}
	}
}

// Close writes the last notes and says in the store that none is missing. What
// fails here is made good by the next Open, which notes all that may have been
// served.
func (c *Counter) Close() error {
	close(c.closing)
	<-c.end
	c.close()
	c.writing.Lock()
	defer c.writing.Unlock()
	notes := c.take()
	return c.Store.Write(context.Background(), func(tx *store.Tx) error {
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
