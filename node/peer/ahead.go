package peer

import (
	"context"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/spec"
)

// pagesAhead bounds what is read before it is committed: a group that shares
// one flush of the disk, and about 8 MB of memory. A page is worth as many as
// its octets fill, so that pages of the greatest length come one by one.
const (
	pagesAhead = 8
	usualPage  = 1 << 20
)

// ahead reads on while what was read before is being committed. Without it the
// disk waits for the wire and the wire for the disk. It decides nothing: where
// a page is not as it should be it stops, and the reader meets that page itself.
type ahead struct {
	pages chan arrived
	room  chan struct{} // one for each usual page that is not committed yet
	stop  context.CancelFunc
}

// arrived is a page that is being proven and the place behind it.
type arrived struct {
	proven <-chan *gate.Proven // gives once
	after  place
	room   int
}

// roomOf is how many usual pages a page is worth.
func roomOf(page *spec.Page) int {
	octets := 0
	for _, it := range page.Items {
		octets += len(it.Record)
	}
	return min(1+octets/usualPage, pagesAhead)
}

// take waits for room; false when the reading has ended.
func (a *ahead) take(ctx context.Context, room int) bool {
	for range room {
		select {
		case a.room <- struct{}{}:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func (a *ahead) give(room int) {
	for range room {
		<-a.room
	}
}

func (r *reader) readAhead(ctx context.Context) *ahead {
	ctx, cancel := context.WithCancel(ctx)
	a := &ahead{pages: make(chan arrived, pagesAhead), room: make(chan struct{}, pagesAhead), stop: cancel}
	scout := &reader{peers: r.peers, node: r.node, log: r.log, at: r.at}
	r.peers.wg.Go(func() {
		defer cancel()
		defer close(a.pages)
		for {
			page, ok := scout.advance(ctx, a)
			if !ok {
				return
			}
			select {
			case a.pages <- page:
			case <-ctx.Done():
				return
			}
		}
	})
	return a
}

// advance reads the next page and has it proven beside it, so that the page
// after it is read meanwhile; false at the end of the log, and wherever
// anything is out of the ordinary.
func (r *reader) advance(ctx context.Context, a *ahead) (arrived, bool) {
	if r.at.head == nil || r.at.tree.Size() >= r.at.head.Size {
		return arrived{}, false
	}
	page, head, err := r.fetch(ctx, 0)
	if err != nil || head.Epoch != r.at.cursor.Epoch || r.at.judgeHead(head) != nil || len(page.Items) == 0 {
		return arrived{}, false
	}
	tree, err := r.at.grow(page, head)
	if err != nil {
		return arrived{}, false
	}
	room := roomOf(page)
	if !a.take(ctx, room) {
		return arrived{}, false
	}
	after := r.after(head, tree)
	proven := make(chan *gate.Proven, 1)
	delivery := r.delivery(page, after)
	r.peers.wg.Go(func() { proven <- r.peers.Gate.Prove(delivery) })
	r.at = after
	return arrived{proven, after, room}, true
}

// admitAhead commits all pages that have arrived, at least one, in one go. No
// outcome means that there is no page ahead.
func (r *reader) admitAhead(ctx context.Context) (Pulled, error) {
	var parts []*gate.Proven
	var last place
	room := 0
	for page := range r.ahead.pages {
		parts, last, room = append(parts, <-page.proven), page.after, room+page.room
		if len(parts) == pagesAhead || len(r.ahead.pages) == 0 {
			break
		}
	}
	if len(parts) == 0 {
		r.ahead.stop()
		r.ahead = nil
		return Pulled{}, ctx.Err()
	}
	outcomes, err := r.peers.Gate.Enter(ctx, parts...)
	r.ahead.give(room)
	if err != nil {
		r.ahead.stop()
		r.ahead = nil
		return Pulled{}, err
	}
	r.at = last
	r.peers.count(r.node, outcomes)
	return Pulled{Outcomes: outcomes, End: last.tree.Size() == last.head.Size}, nil
}
