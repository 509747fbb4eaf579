package serving

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// told is the target's log for one reader, read to its head as a reader must:
// form, order, head, signature and root hold.
type told struct {
	items []spec.Item
	head  *spec.Head
	last  evidence.Exchange
}

// tellMe reads the target's log for a peer, signed by it.
func tellMe(ctx context.Context, p *judge.Probe, as *peer.Peer) told {
	keys, err := p.Keys(ctx)
	broken(p, "the target's keys", err)
	ctx, cancel := context.WithTimeout(ctx, judge.LongestList)
	defer cancel()
	var t told
	var tree spec.Tree
	for {
		path := "/v1/feed/" + spec.LogFor(as.ID) + "?limit=500"
		if n := len(t.items); n > 0 {
			path = fmt.Sprintf("/v1/feed/%s?after=%d&limit=500", spec.LogFor(as.ID), n-1)
		}
		t.last = p.Do(ctx, judge.Ask{Path: path, As: as})
		p.Expect(t.last, "status", evidence.Equals, judge.Why("読み手のログは読めなければなりません", "a reader reads its log"), "200")
		page, head, err := spec.ReadPage(t.last.Got.Octets(), spec.PageAsk{
			Node: p.Target, Log: spec.LogFor(as.ID), Next: uint64(len(t.items)), Limit: 500, Keys: keys, Now: p.Clock(),
		})
		if err != nil {
			p.Fail(judge.Why("ログのページが標準に合いません: "+err.Error(), "a page of the log does not hold: "+err.Error()))
		}
		for _, it := range page.Items {
			tree.Append(spec.Leaf(it.ID, it.State))
		}
		t.items, t.head = append(t.items, page.Items...), head
		if tree.Size() == head.Size {
			if tree.Root() != head.Root {
				p.Fail(judge.Why("ログの項目からルートが得られません", "the entries do not give the root of the head"))
			}
			return t
		}
		if len(page.Items) == 0 {
			p.Fail(judge.Why("ログの途中で空のページが返されました", "a page before the end of the log is empty"))
		}
	}
}

// toldOnce reads again until the log shows something, or patience ends.
func toldOnce(ctx context.Context, p *judge.Probe, as *peer.Peer, shows func(told) bool) (told, bool) {
	var t told
	p.Until(ctx, func() evidence.Exchange {
		t = tellMe(ctx, p, as)
		return t.last
	}, func(evidence.Exchange) bool { return shows(t) })
	return t, shows(t)
}

// states are what a log says last of each id.
func (t told) states() map[spec.ID]spec.State {
	list := make(map[spec.ID]spec.State)
	for _, it := range t.items {
		list[it.ID] = it.State
	}
	return list
}

// bodies are the proven records of a kind that the log still gives, in order.
func (t told) bodies(ctx context.Context, p *judge.Probe, as *peer.Peer, kind spec.Kind) []*spec.Record {
	keys, err := p.Keys(ctx)
	broken(p, "the target's keys", err)
	var list []*spec.Record
	for _, it := range t.items {
		if it.Kind != kind || it.Record == "" {
			continue
		}
		r, err := spec.Open(it.Record, keys, spec.Expect{Issuer: p.Target, Audience: as.ID, ID: it.ID, Kind: it.Kind, Vouched: true, Now: p.Clock()})
		if err != nil {
			p.Fail(judge.Why("対象のレコードが標準に合いません: "+err.Error(), "a record of the target does not hold: "+err.Error()))
		}
		list = append(list, r)
	}
	return list
}

// receiptFor finds the receipt that answers a withdrawal (no order) or an order
// and names an id.
func (t told) receiptFor(ctx context.Context, p *judge.Probe, as *peer.Peer, order, id spec.ID) *spec.Receipt {
	for _, r := range t.bodies(ctx, p, as, spec.KindReceipt) {
		receipt, ok := r.Body().(*spec.Receipt)
		if !ok || receipt.Order != order {
			continue
		}
		for _, named := range receipt.IDs {
			if named == id {
				return receipt
			}
		}
	}
	return nil
}

// membersOf reads a JSON answer.
func membersOf[T any](x evidence.Exchange) (v T) {
	_ = json.Unmarshal(x.Got.Octets(), &v) // what is missing stays empty, and the check says so
	return v
}
