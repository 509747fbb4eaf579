package governing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// restore checks what a node does that was copied back from a backup
// (REQ-EPOCH-001, 002 and 005, REQ-HELD-002). One restore serves all checks.
func restore() []judge.Check {
	needs := []judge.Need{judge.Sandbox, judge.Clerk, judge.Restore}
	return []judge.Check{
		{
			Requirement: "REQ-EPOCH-001", Roles: []string{judge.AvailabilityPublisher}, Needs: needs, Turn: judge.Alone,
			Positive: func(ctx context.Context, p *judge.Probe) {
				r := restored(ctx, p)
				p.Expect(r.after.x, "status", evidence.Equals,
					judge.Why("全員から読み終えた後も供給が再開されません", "once everyone was read to the end the feed is served again"), "200")
			},
			Negative: func(ctx context.Context, p *judge.Probe) {
				r := restored(ctx, p)
				if !r.paged {
					p.Fail(judge.Why("復元後に /v1/held を最後まで読みませんでした", "after the restore it did not read /v1/held of a member to the end"))
				}
				for _, x := range r.during {
					p.Expect(x, "status", evidence.Equals,
						judge.Why("読み終える前に供給してはなりません", "a restored node answers its feeds 503 until it has read what others hold"), "503")
					p.Expect(x, "header.Retry-After", evidence.Present, judge.Why("503には Retry-After が要ります", "the 503 has Retry-After"))
				}
			},
		},
		{
			Requirement: "REQ-EPOCH-002", Roles: []string{judge.AvailabilityPublisher}, Needs: needs, Turn: judge.Alone,
			Negative: func(ctx context.Context, p *judge.Probe) {
				r := restored(ctx, p)
				p.Expect(r.after.x, "status", evidence.Equals, judge.Why("復元後のログが読めません", "the log is served after the restore"), "200")
				if r.after.head == nil || r.next.UID != r.forgotten.UID {
					p.Fail(judge.Why("復元後に同じ uid の新しい版が出ません", "after the restore no new version of the uid is said"))
				}
				p.Expect(r.said.x, "body", evidence.Contains, judge.Why("新しい版がログにあります", "the new version stands in the log"), string(r.next.item.ID))
				if r.next.Sequence <= r.forgotten.Sequence || r.next.Sequence < uint64(r.after.head.Epoch) {
					p.Fail(judge.Why("復元後の sequence が新しいエポックより前です", "the first sequence after a restore lies before the new epoch"))
				}
			},
		},
		{
			Requirement: "REQ-HELD-002", Roles: []string{judge.AvailabilityPublisher}, Needs: needs, Turn: judge.Alone,
			Positive: func(ctx context.Context, p *judge.Probe) {
				r := restored(ctx, p)
				p.Expect(r.after.x, "body", evidence.Contains,
					judge.Why("他者が保持していた自分の記録が戻りません", "an own record that another node held stands in the log again"), string(r.forgotten.item.ID))
			},
			Negative: func(ctx context.Context, p *judge.Probe) {
				r := restored(ctx, p)
				p.Expect(r.after.x, "status", evidence.Equals, judge.Why("復元後のログが読めません", "the log is served after the restore"), "200")
				for _, it := range r.forged {
					p.Expect(r.after.x, "body", evidence.Lacks,
						judge.Why("自分の鍵で署名していない記録が自分のものとされました", "a held item that its own key did not sign was taken for its own"), string(it.ID))
				}
			},
		},
		{
			Requirement: "REQ-EPOCH-005", Needs: needs, Turn: judge.Alone,
			Negative: func(ctx context.Context, p *judge.Probe) {
				r := restored(ctx, p)
				p.Expect(r.held, "status", evidence.Equals, judge.Why("復元後の /v1/held が読めません", "what is held is shown after the restore"), "200")
				p.Expect(r.held, "body", evidence.Contains,
					judge.Why("消去していない記録が失われました", "a record that was not erased is still held"), string(r.kept))
				p.Expect(r.held, "body", evidence.Lacks,
					judge.Why("消去した記録が復元で戻りました", "a record that was erased came back with the restored copy"), string(r.erased))
			},
		},
	}
}

// restoration is what one restore of the target showed.
type restoration struct {
	peer         *peer.Peer
	kept, erased spec.ID             // records of the peer
	forgotten    version             // said after the copy was made
	forged       []spec.Item         // in the target's name, signed by the peer
	during       []evidence.Exchange // the feeds while the peer's answer was out
	paged        bool                // the peer's held records were asked for to the end
	after        told                // the log for the peer, served again
	held         evidence.Exchange   // of the peer, when feeds are served again
	next         version             // the first one said after the restore
	said         told
}

func restored(ctx context.Context, p *judge.Probe) *restoration {
	r, err := judge.Scene(p.World, "restore", func() (*restoration, error) {
		d, r := newDesk(p), new(restoration)
		return r, r.run(ctx, d)
	})
	if err != nil {
		p.Broken(err)
	}
	if r == nil {
		p.NotRun(judge.Why("復元を試みた検査が途中で終わりました", "the check that restored the target ended early"))
	}
	return r
}

func (r *restoration) run(ctx context.Context, d *desk) error {
	// Peers that other checks used may lie, and would never be read to the end.
	err := d.Sandbox.Retire()
	if err != nil {
		return err
	}
	if r.peer, err = d.member(ctx); err != nil {
		return err
	}
	person := d.sharing(ctx, r.peer)
	first, _ := d.newest(ctx, r.peer, 0)
	if first.Sequence == 0 {
		return errors.New("the target said no talent to a peer that has consent")
	}
	tokens, err := r.records(ctx, d)
	if err != nil {
		return err
	}
	if err := r.forge(ctx, d); err != nil {
		return err
	}
	if err := d.hook(ctx, d.Hooks.Copy); err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	d.skill(ctx, person, 2)
	var before told
	if r.forgotten, before = d.newest(ctx, r.peer, first.Sequence); r.forgotten.Sequence <= first.Sequence {
		return errors.New("the target said no new version of a talent")
	}
	if err := r.erase(ctx, d); err != nil {
		return err
	}
	if err := r.back(ctx, d, before, tokens, first); err != nil {
		return err
	}
	for _, x := range r.during {
		if x.Status != http.StatusServiceUnavailable {
			return nil // it publishes too early: what it says next proves nothing
		}
	}
	d.skill(ctx, person, 3)
	r.next, r.said = d.newest(ctx, r.peer, r.forgotten.Sequence)
	return nil
}

// records lets the peer say two records, one of which it will have erased.
func (r *restoration) records(ctx context.Context, d *desk) ([]string, error) {
	var tokens []string
	for range 2 {
		token, err := r.peer.Seal(d.Target, peer.Talent(d.Clock()))
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, token)
	}
	r.kept, r.erased = forge.ID(tokens[0]), forge.ID(tokens[1])
	r.peer.Say(d.Target, tokens...)
	if x := d.HeldUntil(ctx, r.peer, r.erased); !strings.Contains(x.See("body"), string(r.erased)) {
		return nil, errors.New("the target does not hold a sound record")
	}
	return tokens, nil
}

// forge makes records in the target's name that the peer signed: one under its
// own kid, one under the kid of the target's key. Receipts stand on no consent,
// so that whoever took them for its own would say them again.
func (r *restoration) forge(ctx context.Context, d *desk) error {
	history, err := d.Keys(ctx)
	if err != nil {
		return err
	}
	kids := []string{r.peer.Key.KID()}
	for _, k := range history.Keys {
		if k.Use == spec.UseRecord && k.CurrentAt(d.Clock()) {
			kids = append(kids, k.KID)
		}
	}
	for _, kid := range kids {
		b := &spec.Receipt{Action: spec.ActionErased, IDs: []spec.ID{spec.Digest([]byte(spec.RandomUUID()))}, At: d.Clock().Unix()}
		b.Issuer = d.Target
		r.peer.Fill(r.peer.ID, b.Claims())
		payload, err := json.Marshal(b)
		if err != nil {
			return err
		}
		token := forge.Token(r.peer.Key, fmt.Sprintf(`{"alg":"EdDSA","kid":%q,"typ":"receipt+jwt"}`, kid), string(payload))
		r.forged = append(r.forged, peer.Live(token)...)
	}
	return nil
}

// erase orders one of the records erased and waits until it is.
func (r *restoration) erase(ctx context.Context, d *desk) error {
	order, err := r.peer.Seal(d.Target, &spec.Erasure{IDs: []spec.ID{r.erased}, Basis: "subject-request"})
	if err != nil {
		return err
	}
	r.peer.Say(d.Target, order)
	gone := func(x evidence.Exchange) bool {
		return x.Status == http.StatusOK && !strings.Contains(x.See("body"), string(r.erased))
	}
	if !gone(d.Until(ctx, func() evidence.Exchange { return d.Held(ctx, r.peer) }, gone)) {
		return errors.New("the target did not erase what it was ordered to")
	}
	return nil
}

// back restores the target and looks at its feeds while the peer has not yet
// told all that it holds.
func (r *restoration) back(ctx context.Context, d *desk, before told, tokens []string, first version) error {
	log := spec.LogFor(d.Target)
	last, release := make(chan struct{}), make(chan struct{})
	r.peer.On("/v1/feed/"+log, func(w http.ResponseWriter, _ *http.Request) {
		peer.Problem(w, http.StatusServiceUnavailable, "unavailable", "")
	})
	r.peer.On("/v1/held", r.holds(before, first, last, release))
	// What the copy has not seen is not shown again: that it was erased must be
	// known without the order.
	r.peer.Replace(log, peer.Live(tokens...)...)
	if err := d.hook(ctx, d.Hooks.Restore); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	r.peer.On("/v1/feed/"+log, nil)
	t := time.NewTimer(4 * d.Patience)
	defer t.Stop()
	select {
	case <-last:
		r.paged = true
	case <-t.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	r.during = []evidence.Exchange{
		d.Do(ctx, judge.Ask{Path: "/v1/feed/public"}), d.tell(ctx, r.peer).x,
	}
	close(release)
	served := func(x evidence.Exchange) bool { return x.Status == http.StatusOK }
	for range 4 {
		d.Until(ctx, func() evidence.Exchange {
			r.after = d.tell(ctx, r.peer)
			return r.after.x
		}, served)
		if served(r.after.x) {
			break
		}
	}
	r.held = d.Held(ctx, r.peer)
	return nil
}

// holds answers what the peer holds of the target in two pages; the second is
// kept back until it is released.
func (r *restoration) holds(before told, first version, last chan<- struct{}, release <-chan struct{}) http.HandlerFunc {
	var once sync.Once
	return func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Query().Get("after") == "" {
			var page struct {
				Head string `json:"head"`
			}
			_ = json.Unmarshal(before.x.Got.Octets(), &page) // an answer that tell has read
			peer.Answer(w, http.StatusOK, map[string]any{"items": []spec.Item{first.item}, "next": "2", "head": page.Head})
			return
		}
		once.Do(func() { close(last) })
		select {
		case <-release:
		case <-req.Context().Done():
			return
		}
		peer.Answer(w, http.StatusOK, map[string]any{"items": append([]spec.Item{r.forgotten.item}, r.forged...)})
	}
}

// hook lets the target's operator act. Connections from before may be dead.
func (d *desk) hook(ctx context.Context, act func(context.Context) error) error {
	err := act(ctx)
	d.Client.CloseIdleConnections()
	return err
}
