package peer

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// followPolicy mirrors the policy log over HTTP from one council node after
// another; a council node does it too, for heads that reached it late.
func (p *Peers) followPolicy() {
	pause := p.Least
	for turn := 0; p.ctx.Err() == nil; turn++ {
		source, ok := p.councilNode(turn)
		if !ok {
			rest(p.ctx, p.Most, nil)
			continue
		}
		asked, size := time.Now(), p.Trust.Book().Size()
		if err := p.FollowFrom(p.ctx, source, p.Wait); err != nil {
			if p.ctx.Err() != nil {
				return
			}
			p.Log.Debug("policy not followed", "peer", source, "error", sentence(err))
			rest(p.ctx, pause, p.policy)
			pause = min(2*pause, p.Most)
			continue
		}
		pause = p.Least
		turn-- // a source that answers is kept
		if p.Trust.Book().Size() == size && time.Since(asked) < p.Least {
			rest(p.ctx, p.Least, nil) // it does not wait with its answer
		}
	}
}

func (p *Peers) councilNode(turn int) (spec.NodeID, bool) {
	var others []spec.NodeID
	for _, m := range p.Trust.Book().Register().Council() {
		if m.Node != p.Self {
			others = append(others, m.Node)
		}
	}
	if len(others) == 0 {
		return "", false
	}
	return others[turn%len(others)], true
}

// FollowFrom reads the policy log of one node to its end and accepts it if a
// majority of the council cosigned its head. wait lets the last page wait.
func (p *Peers) FollowFrom(ctx context.Context, source spec.NodeID, wait time.Duration) error {
	if err := p.councilKeys(ctx); err != nil {
		return err
	}
	read := policyRead{book: p.Trust.Book()}
	next := read.book.Size()
	for {
		octets, err := p.Client.Do(ctx, source, Ask{
			Method: http.MethodGet, Limit: spec.MaxPage, Wait: wait,
			Path: "/v1/feed/" + spec.PolicyLog + "?after=" + strconv.FormatUint(next-1, 10) + "&limit=" + strconv.Itoa(spec.MaxLimit),
		})
		if err != nil {
			return err
		}
		page, err := spec.ReadPolicyPage(octets, next, spec.MaxLimit)
		if err != nil {
			return err
		}
		next += uint64(len(page.Items))
		wait = 0
		if len(page.Items) > 0 && next < sizeOf(page.Head) {
			if err := read.judged(page); err != nil {
				return err
			}
			continue
		}
		read.take(page)
		err = p.Trust.Follow(ctx, read.entries, page.Head, p.Clock())
		if r := spec.AsRefusal(err); r != nil && r.Requirement == "REQ-POL-008" {
			// A council node may have rotated its key since we learned it.
			p.refreshCouncilKeys(ctx)
			return p.Trust.Follow(ctx, read.entries, page.Head, p.Clock())
		}
		return err
	}
}

// mostFollowed bounds the entries that are read under one policy head.
const mostFollowed = 256 << 20

// policyRead is what was read of a policy log on the way to its head.
type policyRead struct {
	book    *policy.Book
	entries []string
	octets  int
}

func (r *policyRead) take(page *spec.Page) {
	for _, it := range page.Items {
		r.entries = append(r.entries, it.Record)
		r.octets += len(it.Record)
	}
}

// judged takes a page that more are to follow, and judges its entries at once:
// the head that vouches for them comes last, and a source that makes entries up
// could go on for ever.
func (r *policyRead) judged(page *spec.Page) error {
	for _, it := range page.Items {
		next, err := r.book.Apply(it.Record)
		if err != nil {
			return fmt.Errorf("policy entry %d: %w", it.N, err)
		}
		r.book = next
	}
	if r.take(page); r.octets > mostFollowed {
		return spec.Refuse("REQ-FEED-013", "more entries stand under one policy head than this node reads at once")
	}
	return nil
}

// sizeOf is the size that a policy head claims, or 0. It proves nothing; it
// says whether to read on.
func sizeOf(note string) uint64 {
	lines := strings.SplitN(note, "\n", 3)
	if len(lines) < 3 {
		return 0
	}
	size, err := strconv.ParseUint(lines[1], 10, 64)
	if err != nil {
		return 0
	}
	return size
}

// councilKeys makes sure that cosignatures can be checked.
func (p *Peers) councilKeys(ctx context.Context) error {
	for _, m := range p.Trust.Book().Register().Council() {
		if p.Trust.History(m.Node) != nil {
			continue
		}
		if _, err := p.FetchKeys(ctx, m.Node); err != nil {
			p.Log.Debug("keys not learned", "peer", m.Node, "error", sentence(err))
		}
	}
	return ctx.Err()
}

func (p *Peers) refreshCouncilKeys(ctx context.Context) {
	for _, m := range p.Trust.Book().Register().Council() {
		if m.Node == p.Self {
			continue
		}
		if _, err := p.FetchKeys(ctx, m.Node); err != nil {
			p.Log.Debug("keys not learned", "peer", m.Node, "error", sentence(err))
		}
	}
}
