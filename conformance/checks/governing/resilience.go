package governing

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// resilience checks what a reader survives: outages and what came meanwhile in
// whatever order (REQ-FEED-018), servers that ask for a pause (REQ-FEED-019), a
// clock that differs (REQ-REQ-013), and a stolen key (REQ-KEY-012).
func resilience() []judge.Check {
	return []judge.Check{outage(), paused(), skewed(), stolen()}
}

// readers are the roles of which one reads people's records.
func readers() []string { return []string{judge.AvailabilityConsumer, judge.EvaluationVerifier} }

// logPath is where the target reads a peer's log for it.
func (d *desk) logPath() string { return "/v1/feed/" + spec.LogFor(d.Target) }

// says lets a peer say a sound record, bent, and returns its id.
func (d *desk) says(p *peer.Peer, bend func(*spec.Talent)) spec.ID {
	talent := peer.Talent(d.Clock())
	if bend != nil {
		bend(talent)
	}
	token, err := p.Seal(d.Target, talent)
	d.must(err)
	p.Say(d.Target, token)
	return forge.ID(token)
}

// holds waits until the target holds a record of a peer.
func (d *desk) holds(ctx context.Context, p *peer.Peer, id spec.ID, reason spec.Text) evidence.Exchange {
	x := d.HeldUntil(ctx, p, id)
	if !strings.Contains(x.See("body"), string(id)) {
		x = d.HeldUntil(ctx, p, id)
	}
	d.Expect(x, "body", evidence.Contains, reason, string(id))
	return x
}

// visited waits until the target has asked a peer for its log so many times.
func (d *desk) visited(ctx context.Context, p *peer.Peer, times int) []peer.Visit {
	t := time.NewTimer(4 * d.Patience)
	defer t.Stop()
	for {
		seen := p.Visited()
		if v := p.Visits(http.MethodGet, d.logPath()); len(v) >= times {
			return v
		}
		select {
		case <-seen:
		case <-t.C:
			return p.Visits(http.MethodGet, d.logPath())
		case <-ctx.Done():
			d.Broken(ctx.Err())
		}
	}
}

// broken begins an answer and ends the connection. A connection that ended
// without any would be tried again by many a client at once, unseen.
func broken(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`{"items":[`)) // the reader may have gone
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func outage() judge.Check {
	return judge.Check{
		Requirement: "REQ-FEED-018", Roles: readers(), Needs: []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			member, err := d.member(ctx)
			d.must(err)
			first := d.says(member, nil)
			d.holds(ctx, member, first, judge.Why("停止の前の記録が受け入れられません", "a record is admitted before the outage"))
			found := make(chan struct{})
			var once sync.Once
			member.On(d.logPath(), func(w http.ResponseWriter, _ *http.Request) {
				once.Do(func() { close(found) })
				broken(w)
			})
			// Who waits already is still answered, and finds the line broken next.
			second := d.says(member, nil)
			d.until(ctx, found)
			// What comes meanwhile stands in an order that no clock would give it:
			// the newer version of a talent before the older one, and a withdrawal
			// of what was never seen.
			uid, about := spec.RandomUUID(), peer.About(d.Clock())
			said := []spec.ID{first, second}
			for _, ahead := range []uint64{2, 1} {
				said = append(said, d.says(member, func(t *spec.Talent) {
					t.Envelope = about
					t.UID, t.Sequence = uid, uint64(member.Epoch())+ahead
				}))
				member.Withdraw(d.Target, spec.KindTalent, spec.Withdrawn, spec.Digest([]byte(uid+fmt.Sprint(ahead))))
			}
			for range 20 {
				said = append(said, d.says(member, nil))
			}
			from := len(member.Visits(http.MethodGet, d.logPath()))
			member.On(d.logPath(), nil)
			p.Do(ctx, judge.Ask{Method: http.MethodPost, Path: "/v1/nudge", As: member})
			x := d.holds(ctx, member, said[len(said)-1], judge.Why("停止の後、読み取りが再開されません", "after an outage and a nudge the log is read on"))
			for _, id := range said {
				p.Expect(x, "body", evidence.Contains, judge.Why("停止の間の記録が欠けています", "a record of the time of the outage is missing"), string(id))
			}
			d.wentOn(ctx, member, from)
		},
	}
}

// wentOn fails where the target asked again for what it had read.
func (d *desk) wentOn(ctx context.Context, member *peer.Peer, from int) {
	list := d.visited(ctx, member, from+1)
	if from >= len(list) || !strings.Contains(list[from].Path, "after=") {
		d.Fail(judge.Why("停止の前に読んだ所から続けませんでした", "it did not go on from the entry after the last that it had read"))
	}
}

func paused() judge.Check {
	return judge.Check{
		Requirement: "REQ-FEED-019", Roles: readers(), Needs: []judge.Need{judge.Sandbox},
		Negative: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			list, err := p.Sandbox.Fresh(2)
			d.must(err)
			const pause = 2 * time.Second
			answered := make([]chan time.Time, len(list))
			for i, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
				answered[i] = make(chan time.Time, 1)
				list[i].On(d.logPath(), d.pausing(list[i], status, pause, answered[i]))
			}
			d.must(p.Sandbox.Admit(list...))
			for i, member := range list {
				id := d.says(member, nil)
				visits := d.visited(ctx, member, 2)
				if len(visits) < 2 {
					p.Fail(judge.Why("待つよう求められた後、戻って来ません", "after the pause that it was asked for, the reader did not come back"))
				}
				if visits[1].At.Before((<-answered[i]).Add(pause)) {
					p.Fail(judge.Why("Retry-After が守られていません", "the reader asked again before Retry-After was over"))
				}
				d.holds(ctx, member, id, judge.Why("待った後の記録が受け入れられません", "after the pause the log is read"))
			}
		},
	}
}

// pausing asks for a pause once, and is honest afterwards.
func (d *desk) pausing(member *peer.Peer, status int, pause time.Duration, answered chan<- time.Time) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", strconv.Itoa(int(pause/time.Second)))
		name := map[int]string{http.StatusTooManyRequests: "too-many-requests", http.StatusServiceUnavailable: "unavailable"}[status]
		member.On(d.logPath(), nil)
		select {
		case answered <- d.Clock():
		default:
		}
		peer.Problem(w, status, name, "")
	}
}

func skewed() judge.Check {
	return judge.Check{
		Requirement: "REQ-REQ-013", Roles: readers(), Needs: []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			list, err := p.Sandbox.Fresh(1)
			d.must(err)
			const ahead = 10 * time.Minute
			var once sync.Once
			corrected := make(chan struct{})
			member := list[0]
			member.On(d.logPath(), func(w http.ResponseWriter, req *http.Request) {
				now := d.Clock().Add(ahead).Unix()
				if at := issued(req); at < now-60 || at > now+60 {
					w.Header().Set("Content-Type", "application/problem+json")
					w.WriteHeader(http.StatusUnauthorized)
					_ = json.NewEncoder(w).Encode(map[string]any{
						"type": spec.ProblemPrefix + "clock-skew", "title": "clock-skew", "status": http.StatusUnauthorized,
						"requirement": "REQ-REQ-004", "now": now,
					})
					return
				}
				once.Do(func() { close(corrected) })
				next, limit := peer.Place(req)
				peer.Answer(w, http.StatusOK, member.Page(spec.LogFor(d.Target), next, limit))
			})
			d.must(p.Sandbox.Admit(member))
			id := d.says(member, nil)
			d.holds(ctx, member, id, judge.Why("時計の違う相手のログが読めません", "a log whose server's clock differs is read, by the time that the server named"))
			<-corrected
		},
	}
}

// issued is the iat of a signed request, or 0.
func issued(req *http.Request) int64 {
	var claims struct {
		IssuedAt int64 `json:"iat"`
	}
	token := strings.TrimPrefix(req.Header.Get("Authorization"), spec.RequestScheme+" ")
	if json.Unmarshal(spec.Payload(token), &claims) != nil {
		return 0
	}
	return claims.IssuedAt
}

// stolen plays a key that a thief has: its node revokes it and speaks with a new
// one, while the thief goes on to answer in its name.
func stolen() judge.Check {
	return judge.Check{
		Requirement: "REQ-KEY-012", Roles: readers(), Needs: []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			d := newDesk(p)
			member, err := d.member(ctx)
			d.must(err)
			before := d.says(member, nil)
			d.holds(ctx, member, before, judge.Why("失効の前の記録が受け入れられません", "a record is admitted before the revocation"))
			from := len(member.Visits(http.MethodGet, d.logPath()))
			old, gone := member.Key, member.Entry(member.Key, spec.UseRecord)
			gone.Revoked = &spec.Revocation{At: d.Clock().Unix(), Reason: "stolen"}
			next, err := spec.GenerateSigner()
			d.must(err)
			d.must(member.Rotate(next, gone, member.Entry(next, spec.UseRecord)))
			after := d.says(member, nil)
			x := d.holds(ctx, member, after, judge.Why("失効の後、新しい鍵の下で読み続けません", "after the revocation the log is read on under the new key"))
			p.Expect(x, "body", evidence.Contains, judge.Why("失効の前に受け入れた記録が失われました", "what was admitted before the revocation stays"), string(before))
			d.wentOn(ctx, member, from)
			theft := d.theft(ctx, member, old)
			last := d.says(member, nil)
			x = d.holds(ctx, member, last, judge.Why("盗まれた鍵の先頭を見た後、読み続けません", "after a head of the stolen key the log is read on"))
			p.Expect(x, "body", evidence.Lacks, judge.Why("盗まれた鍵だけが支える記録が受け入れられました", "what the stolen key alone stands by was admitted"), string(theft))
		},
	}
}

// theft shows the target, once, a record and a head of the stolen key, and
// returns the record's id.
func (d *desk) theft(ctx context.Context, member *peer.Peer, old *spec.Signer) spec.ID {
	talent := peer.Talent(d.Clock())
	member.Fill(d.Target, &talent.Envelope)
	token, err := spec.Seal(old, talent)
	d.must(err)
	log := spec.LogFor(d.Target)
	shown := make(chan struct{})
	var once sync.Once
	member.On(d.logPath(), func(w http.ResponseWriter, req *http.Request) {
		all := append(member.Entries(log), peer.Live(token)...)
		all[len(all)-1].N = uint64(len(all) - 1)
		next, _ := peer.Place(req)
		member.On(d.logPath(), nil)
		peer.Answer(w, http.StatusOK, spec.Page{
			Items: all[min(next, uint64(len(all))):], Head: spec.SealHead(old, member.ID, member.Head(log, all)),
		})
		once.Do(func() { close(shown) })
	})
	d.says(member, nil) // who waits at the end of the log asks again
	d.until(ctx, shown)
	return forge.ID(token)
}

// until waits for the target's request that closes a channel.
func (d *desk) until(ctx context.Context, came <-chan struct{}) {
	t := time.NewTimer(4 * d.Patience)
	defer t.Stop()
	select {
	case <-came:
	case <-t.C:
		d.NotRun(judge.Why("対象がログを取りに来ませんでした", "the target did not ask for the log"))
	case <-ctx.Done():
		d.Broken(ctx.Err())
	}
}
