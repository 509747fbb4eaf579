// Package growth tells whoever waits that a log has grown. It carries no entry
// and no promise: who hears of growth reads the log.
package growth

import (
	"sync"

	"github.com/fukusen/fukusen/spec"
)

// Growth tells waiting readers that a log has grown.
type Growth struct {
	mu      sync.Mutex
	waiting map[string]chan struct{}
	heard   []func(log string, reader spec.NodeID, waited bool)
}

// New makes a Growth on which nobody waits yet.
func New() *Growth { return &Growth{waiting: make(map[string]chan struct{})} }

// Wait returns a channel that is closed when the log grows next. Take it
// before reading the log, or an entry in between goes unheard.
func (w *Growth) Wait(log string) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := w.waiting[log]
	if ch == nil {
		ch = make(chan struct{})
		w.waiting[log] = ch
	}
	return ch
}

// On registers what to call after each growth, such as nudging the reader;
// waited tells that somebody was already waiting and needs no hint. It must
// not block.
func (w *Growth) On(f func(log string, reader spec.NodeID, waited bool)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = append(w.heard, f)
}

// Tell says that a log has grown, to those who wait and those registered.
func (w *Growth) Tell(log string, reader spec.NodeID) {
	w.mu.Lock()
	ch := w.waiting[log]
	delete(w.waiting, log)
	heard := w.heard
	w.mu.Unlock()
	if ch != nil {
		close(ch)
	}
	for _, f := range heard {
		f(log, reader, ch != nil)
	}
}
