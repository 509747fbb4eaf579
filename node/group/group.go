// Package group gathers what waits at one moment, so that one transaction and
// one flush of the disk serve all of it. It refuses to know what it gathers,
// and to let one fault be another's: a group that fails is tried one by one.
package group

import (
	"context"
	"errors"
	"runtime"
)

// ErrClosed means that the queue was closed; nothing was decided.
var ErrClosed = errors.New("the queue is closed")

// Queue commits what waits in groups, in the order of arrival. It is safe for
// use by many goroutines.
type Queue[T any] struct {
	most    int
	weigh   func(T) int
	commit  func([]T) error
	waiting chan *waiter[T]
	closing chan struct{}
	closed  chan struct{}
}

type waiter[T any] struct {
	item T
	done chan error
}

// New starts a queue. A group weighs at most little more than most, so that a
// flush is shared by many and nobody waits long for it. commit MUST stand a
// repeat: a group that fails runs again in parts.
func New[T any](most int, weigh func(T) int, commit func([]T) error) *Queue[T] {
	q := &Queue[T]{
		most: most, weigh: weigh, commit: commit,
		waiting: make(chan *waiter[T], 256), closing: make(chan struct{}), closed: make(chan struct{}),
	}
	go q.run()
	return q
}

// Close ends the queue after what is under way. It is called once.
func (q *Queue[T]) Close() {
	close(q.closing)
	<-q.closed
}

// Do waits until an item stands, or does not. Once it waits it is decided
// whatever the caller does; waiting for the answer keeps the caller honest.
func (q *Queue[T]) Do(ctx context.Context, item T) error {
	w := &waiter[T]{item: item, done: make(chan error, 1)}
	select {
	case q.waiting <- w:
		return q.answer(w)
	case <-q.closing:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answer waits for the commit of what was queued. An item that slipped in
// behind the last emptying of the queue is never decided; without a look at
// closed it would wait for ever.
func (q *Queue[T]) answer(w *waiter[T]) error {
	select {
	case err := <-w.done:
		return err
	case <-q.closed:
	}
	select {
	case err := <-w.done:
		return err
	default:
		return ErrClosed
	}
}

func (q *Queue[T]) run() {
	defer close(q.closed)
	for {
		select {
		case w := <-q.waiting:
			q.letCome()
			q.decide(q.gather(w))
		case <-q.closing:
			q.drain()
			return
		}
	}
}

// letCome lets those run who have the next item at once, because they were
// answered a moment ago. Otherwise two halves of them would wait for each
// other's commits in turns.
func (q *Queue[T]) letCome() {
	for before := -1; before < len(q.waiting); {
		before = len(q.waiting)
		runtime.Gosched()
	}
}

// gather takes what waits now; it waits for nobody.
func (q *Queue[T]) gather(first *waiter[T]) []*waiter[T] {
	list := []*waiter[T]{first}
	for weight := q.weigh(first.item); weight < q.most; {
		select {
		case w := <-q.waiting:
			list = append(list, w)
			weight += q.weigh(w.item)
		default:
			return list
		}
	}
	return list
}

func (q *Queue[T]) drain() {
	for {
		select {
		case w := <-q.waiting:
			w.done <- ErrClosed
		default:
			return
		}
	}
}

func (q *Queue[T]) decide(list []*waiter[T]) {
	items := make([]T, len(list))
	for i, w := range list {
		items[i] = w.item
	}
	err := q.commit(items)
	for i, w := range list {
		if err != nil && len(list) > 1 {
			w.done <- q.commit(items[i : i+1])
			continue
		}
		w.done <- err
	}
}
