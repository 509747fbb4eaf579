package peer

import (
	"context"
	"net/http"
	"strconv"
	"time"

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
			rest(p.ctx, pause, nil)
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
	next := p.Trust.Book().Size()
	var entries []string
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
		for _, it := range page.Items {
			entries = append(entries, it.Record)
		}
		next += uint64(len(page.Items))
		wait = 0
		if len(page.Items) < spec.MaxLimit {
			err := p.Trust.Follow(ctx, entries, page.Head, p.Clock())
			if r := spec.AsRefusal(err); r != nil && r.Requirement == "REQ-POL-008" {
				// A council node may have rotated its key since we learned it.
				p.refreshCouncilKeys(ctx)
				return p.Trust.Follow(ctx, entries, page.Head, p.Clock())
			}
			return err
		}
	}
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
