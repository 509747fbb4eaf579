package peer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// Pulled is what one page brought.
type Pulled struct {
	Outcomes []gate.Outcome
	End      bool // the log's end was reached
}

// reader reads one log of one neighbour, one page at a time, and where there is
// much to read some pages ahead.
type reader struct {
	peers *Peers
	node  spec.NodeID
	log   string
	at    place
	ahead *ahead // nil at the end of the log
}

func (p *Peers) newReader(ctx context.Context, node spec.NodeID, log string) (*reader, error) {
	r := &reader{peers: p, node: node, log: log}
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		c, err := tx.Cursor(node, log)
		if errors.Is(err, store.ErrNotFound) {
			c = store.Cursor{Peer: node, Log: log}
		} else if err != nil {
			return err
		}
		r.at.cursor = c
		r.at.tree, err = spec.TreeOf(c.Next, c.Frontier)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("place in %s of %s: %w", log, node, err)
	}
	if r.at.cursor.Note != "" {
		// The stored head was accepted under the keys of its time; only what it
		// says is needed now.
		r.at.head = spec.AcceptedHead(r.at.cursor.Note)
	}
	return r, nil
}

// pull reads one page, waiting for an entry if there is none.
func (r *reader) pull(ctx context.Context, wait time.Duration) (Pulled, error) {
	if r.at.cursor.Halted {
		return Pulled{}, errHalted
	}
	if r.ahead != nil {
		if got, err := r.admitAhead(ctx); err != nil || len(got.Outcomes) > 0 {
			return got, err
		}
	}
	page, head, err := r.fetch(ctx, wait)
	if err != nil {
		return Pulled{}, r.failed(ctx, err)
	}
	if head.Epoch > r.at.cursor.Epoch && r.at.cursor.Epoch != 0 {
		return Pulled{}, r.enterEpoch(ctx, head)
	}
	if err := r.at.judgeHead(head); err != nil {
		return Pulled{}, r.failed(ctx, err)
	}
	tree, err := r.at.grow(page, head)
	if err != nil {
		return Pulled{}, r.failed(ctx, err)
	}
	if len(page.Items) == 0 && tree.Size() < head.Size {
		return Pulled{}, r.failed(ctx, spec.RefuseField("REQ-FEED-001", "items", "a page before the end of the log has the next entry"))
	}
	got, err := r.admit(ctx, page, head, tree)
	if err == nil && !got.End {
		r.ahead = r.readAhead(ctx)
	}
	return got, err
}

func (r *reader) admit(ctx context.Context, page *spec.Page, head *spec.Head, tree *spec.Tree) (Pulled, error) {
	after := r.after(head, tree)
	next := after.cursor
	out := Pulled{End: tree.Size() == head.Size}
	if len(page.Items) == 0 && r.at.head != nil && r.at.head.Size == head.Size && r.at.head.Epoch == head.Epoch {
		// Nothing new: the place stays, and no disk is bothered.
		r.at.cursor.PulledAt = next.PulledAt
		r.at.head = head
		r.peers.reached(r.node, r.log, head)
		return out, nil
	}
	outcomes, err := r.peers.Gate.Admit(ctx, r.delivery(page, after))
	if err != nil {
		return out, err
	}
	out.Outcomes = outcomes
	r.at = after
	r.peers.count(r.node, outcomes)
	if slices.ContainsFunc(page.Items, func(it spec.Item) bool { return it.Kind == spec.KindProposal && it.State == spec.Live }) {
		r.peers.LookAround(r.node)
	}
	if out.End {
		r.peers.reached(r.node, r.log, head)
	}
	return out, nil
}

// after is the place behind a page.
func (r *reader) after(head *spec.Head, tree *spec.Tree) place {
	next := r.at.cursor
	next.Epoch, next.Next, next.Frontier = head.Epoch, tree.Size(), tree.Frontier()
	next.Note, next.PulledAt, next.Error, next.Failures = head.Note(), r.peers.Clock().Unix(), "", 0
	return place{cursor: next, tree: tree, head: head}
}

// delivery is a page for the gate, with the place behind it.
func (r *reader) delivery(page *spec.Page, after place) gate.Delivery {
	h, c := after.head, after.cursor
	return gate.Delivery{
		From: r.node, Log: r.log, Items: page.Items, Vouched: true, Cursor: &c,
		Head: &store.Head{Peer: r.node, Log: r.log, Epoch: h.Epoch, Size: h.Size, Note: h.Note(), SeenAt: c.PulledAt},
	}
}

// fetch gets a page and proves its head, learning the neighbour's keys first
// where the head tells of newer ones (REQ-KEY-010).
func (r *reader) fetch(ctx context.Context, wait time.Duration) (*spec.Page, *spec.Head, error) {
	keys := r.peers.Trust.History(r.node)
	if keys == nil {
		var err error
		if keys, err = r.peers.FetchKeys(ctx, r.node); err != nil {
			return nil, nil, err
		}
	}
	octets, err := r.ask(ctx, wait)
	if err != nil {
		return nil, nil, err
	}
	page, head, err := r.read(octets, keys)
	refused := spec.AsRefusal(err)
	newer := head != nil && head.Keys > keys.Serial
	if newer || refused != nil && refused.Requirement == "REQ-HEAD-003" {
		if keys, err = r.peers.FetchKeys(ctx, r.node); err != nil {
			return nil, nil, err
		}
		return r.read(octets, keys)
	}
	return page, head, err
}

func (r *reader) read(octets []byte, keys *spec.KeyHistory) (*spec.Page, *spec.Head, error) {
	return spec.ReadPage(octets, spec.PageAsk{
		Node: r.node, Log: r.log, Next: r.at.cursor.Next, Limit: spec.MaxLimit, Keys: keys, Now: r.peers.Clock(),
	})
}

func (r *reader) ask(ctx context.Context, wait time.Duration) ([]byte, error) {
	path := "/v1/feed/" + r.log + "?limit=" + strconv.Itoa(spec.MaxLimit)
	if r.at.cursor.Next > 0 {
		path = "/v1/feed/" + r.log + "?after=" + strconv.FormatUint(r.at.cursor.Next-1, 10) + "&limit=" + strconv.Itoa(spec.MaxLimit)
	}
	return r.peers.Client.Do(ctx, r.node, Ask{
		Method: http.MethodGet, Path: path, Wait: wait, Limit: spec.MaxPage, Signed: r.log != spec.PublicLog,
	})
}

// failed notes a failure with the place, and keeps the proof of a lie.
func (r *reader) failed(ctx context.Context, cause error) error {
	said := r.at.cursor.Error
	r.at.cursor.Failures++
	r.at.cursor.Error = sentence(cause)
	var l *lie
	if errors.As(cause, &l) {
		r.at.cursor.Halted = r.at.cursor.Halted || l.halt
	}
	err := r.peers.Store.Write(ctx, func(tx *store.Tx) error {
		// A lie that is told again and again is proven once.
		if l != nil && said != r.at.cursor.Error {
			err := tx.PutProof(store.Proof{
				ID: string(spec.Digest([]byte(l.a + l.b))), Kind: l.kind, Issuer: r.node, A: l.a, B: l.b, At: r.peers.Clock().Unix(),
			})
			if err != nil {
				return err
			}
		}
		return tx.PutCursor(r.at.cursor)
	})
	return errors.Join(cause, err)
}

// sentence is what an operator reads; it names the requirement and no value.
func sentence(err error) string {
	if r := spec.AsRefusal(err); r != nil {
		return r.Error()
	}
	text := err.Error()
	return text[:min(len(text), 300)]
}
