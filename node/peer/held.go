package peer

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/fukusen/fukusen/spec"
)

// Drain reads what every undrained node holds of this one, and those nodes'
// logs to their ends, ends the restore when nothing is left, and calls done. It
// goes on until then: a node that was restored publishes nothing before.
func (p *Peers) Drain(done func()) {
	p.wg.Go(func() {
		for {
			left, err := p.Gate.Undrained(p.ctx)
			if err == nil && len(left) == 0 {
				err = p.Gate.FinishRestore(p.ctx)
			}
			if err == nil && len(left) == 0 {
				done()
				return
			}
			if err != nil && p.ctx.Err() == nil {
				p.Log.Warn("restore not finished yet", "error", sentence(err))
			}
			for _, node := range left {
				if err := p.drainFrom(p.ctx, node); err != nil {
					p.Log.Warn("held records not read; waive the node if it will not come back", "peer", node, "error", sentence(err))
				}
			}
			if !rest(p.ctx, 2*p.Least, nil) {
				return
			}
		}
	})
}

func (p *Peers) drainFrom(ctx context.Context, node spec.NodeID) error {
	found, err := p.readHeld(ctx, node)
	if err != nil {
		return err
	}
	// Its receipts tell what it was told since the copy was made.
	if _, err := p.PullNow(ctx, node); err != nil {
		return err
	}
	p.Log.Info("held records read", "peer", node, "new", found)
	return p.Gate.Drained(ctx, node)
}

func (p *Peers) readHeld(ctx context.Context, node spec.NodeID) (int, error) {
	if p.Trust.History(node) == nil {
		if _, err := p.FetchKeys(ctx, node); err != nil {
			return 0, err
		}
	}
	found, after := 0, ""
	for {
		path := "/v1/held?limit=500"
		if after != "" {
			path = "/v1/held?after=" + url.QueryEscape(after) + "&limit=500"
		}
		octets, err := p.Client.Do(ctx, node, Ask{Method: http.MethodGet, Path: path, Limit: spec.MaxPage, Signed: true})
		if err != nil {
			return found, err
		}
		if err := spec.CheckJSON(octets); err != nil {
			return found, err
		}
		var page struct {
			Items []spec.Item `json:"items"`
			Next  string      `json:"next"`
			Head  string      `json:"head"`
		}
		if err := json.Unmarshal(octets, &page); err != nil {
			return found, fmt.Errorf("held answer of %s: %w", node, err)
		}
		if page.Head != "" {
			if err := p.Gate.Continue(ctx, node, page.Head); err != nil {
				return found, err
			}
		}
		n, err := p.Gate.Recover(ctx, node, page.Items)
		if err != nil {
			return found, err
		}
		found += n
		if page.Next == "" || page.Next == after {
			return found, nil
		}
		after = page.Next
	}
}
