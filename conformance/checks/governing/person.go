package governing

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// member is a fresh peer that the target reads.
func (d *desk) member(ctx context.Context) (*peer.Peer, error) {
	list, err := d.Sandbox.Members(1)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 4*d.Patience)
	defer cancel()
	return list[0], d.Sandbox.Known(ctx, list[0])
}

// clerk makes a request as the target's clerk; an answer that is none of 2xx
// ends the check, since the operation is not what is looked at here.
func (d *desk) clerk(ctx context.Context, method, path string, body any) evidence.Exchange {
	octets, err := json.Marshal(body)
	d.must(err)
	x := d.Do(ctx, judge.Ask{Method: method, Path: path, Token: d.Clerk, Body: octets, Type: "application/json"})
	d.Expect(x, "status", evidence.BeginWith, judge.Why("窓口の操作が受け付けられません: "+path, "the clerk's request is taken: "+path), "2")
	return x
}

// sharing takes a fictional person in, who lets a peer read the talent.
func (d *desk) sharing(ctx context.Context, reader *peer.Peer) (person string) {
	person = d.clerk(ctx, http.MethodPost, "/v1/people", map[string]any{
		"name": map[string]string{"family": "架空", "given": fmt.Sprintf("人%04d", d.Pick(10000))},
		"kana": map[string]string{"family": "カクウ", "given": "ヒト"}, "demo": true,
	}).See("body.id")
	d.skill(ctx, person, 1)
	d.clerk(ctx, http.MethodPost, "/v1/people/"+person+"/consents", map[string]any{
		"recipient": reader.ID, "kinds": []string{"talent"}, "purposes": []string{"matching"},
		"until": d.Clock().Add(24 * time.Hour).Unix(), "language": "ja",
	})
	return person
}

// skill says a new version of the person's talent.
func (d *desk) skill(ctx context.Context, person string, level int) {
	d.clerk(ctx, http.MethodPut, "/v1/people/"+person+"/talent", map[string]any{
		"skills": []any{map[string]any{"uri": "https://skills.example/rowing", "level": level, "basis": "self"}},
		"region": "141003", "remote": false, "languages": []string{"ja"},
	})
}

// told is the first page of the target's log for a peer.
type told struct {
	x     evidence.Exchange
	items []spec.Item
	head  *spec.Head
}

// tell reads the log once.
func (d *desk) tell(ctx context.Context, reader *peer.Peer) told {
	t := told{x: d.Do(ctx, judge.Ask{Path: "/v1/feed/" + spec.LogFor(reader.ID) + "?limit=500", As: reader})}
	var page spec.Page
	if t.x.Status == http.StatusOK && json.Unmarshal(t.x.Got.Octets(), &page) == nil {
		t.items, t.head = page.Items, spec.AcceptedHead(page.Head)
	}
	return t
}

// talents are the versions that the log gives, the newest last.
func (t told) talents() []version {
	var list []version
	for _, it := range t.items {
		v := version{item: it}
		if it.Kind == spec.KindTalent && it.Record != "" && json.Unmarshal(spec.Payload(it.Record), &v) == nil {
			list = append(list, v)
		}
	}
	return list
}

// version is what names one version of a record.
type version struct {
	UID      string `json:"uid"`
	Sequence uint64 `json:"sequence"`
	item     spec.Item
}

// newest waits until the log gives so many versions beyond a sequence, and
// returns the newest.
func (d *desk) newest(ctx context.Context, reader *peer.Peer, beyond uint64) (version, told) {
	var t told
	var last version
	d.Until(ctx, func() evidence.Exchange {
		t = d.tell(ctx, reader)
		for _, v := range t.talents() {
			if v.Sequence > last.Sequence {
				last = v
			}
		}
		return t.x
	}, func(evidence.Exchange) bool { return last.Sequence > beyond })
	d.Expect(t.x, "status", evidence.Equals, judge.Why("読み手のログは読めなければなりません", "a reader reads its log"), "200")
	return last, t
}
