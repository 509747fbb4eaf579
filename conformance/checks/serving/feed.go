package serving

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

func feed() []judge.Check {
	return []judge.Check{givenBodies(), othersLogs(), places(), names(), carried(), nudges(), tooManyNudges(), waiting()}
}

// othersLogs: REQ-FEED-007.
func othersLogs() judge.Check {
	return judge.Check{
		Requirement: "REQ-FEED-007",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			c := players(ctx, p)
			taken(p, p.Do(ctx, judge.Ask{Path: "/v1/feed/" + spec.LogFor(c.caller.ID), As: c.caller}), "200", "a reader's own log")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			c := players(ctx, p)
			log := "/v1/feed/" + spec.LogFor(c.caller.ID)
			turned(p, p.Do(ctx, judge.Ask{Path: log, As: c.other}), "403", "another's log", "REQ-FEED-007")
			turned(p, p.Do(ctx, judge.Ask{Path: log + "?after=0&limit=1", As: p.Sandbox.Council}), "403", "another's log, asked by the council", "REQ-FEED-007")
			ack := ackOf(c.caller, []byte(`{"next":0}`))
			ack.As = c.other
			turned(p, p.Do(ctx, ack), "403", "an acknowledgement of another's log", "REQ-FEED-007")
			x := p.Do(ctx, judge.Ask{Path: log + "/snapshot", As: c.other})
			p.Expect(x, "status", evidence.OneOf, // a snapshot is optional
				judge.Why("他者のログのスナップショットが渡されました", "a snapshot of another's log was given"), "403", "404")
		},
	}
}

// places: REQ-FEED-008.
func places() judge.Check {
	return judge.Check{
		Requirement: "REQ-FEED-008",
		Positive: func(ctx context.Context, p *judge.Probe) {
			for _, query := range []string{"", "?limit=1", "?limit=500", "?after=0", "?after=0&limit=500"} {
				taken(p, p.Do(ctx, judge.Ask{Path: "/v1/feed/public" + query}), "200", "GET /v1/feed/public"+query)
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			for name, values := range map[string][]string{
				"after": {"-1", "x", "1.5", "9007199254740992", "1e3", "18446744073709551616"},
				"limit": {"0", "-1", "501", "x", "1.5", "4294967297"},
			} {
				for _, value := range values {
					x := p.Do(ctx, judge.Ask{Path: "/v1/feed/public?" + name + "=" + value})
					turned(p, x, "400", name+"="+value, "REQ-FEED-008")
					p.Expect(x, "body.field", evidence.Equals, judge.Why("誤ったパラメータの名前が要ります", "the answer names the parameter"), name)
				}
			}
		},
	}
}

// names: REQ-FEED-011.
func names() judge.Check {
	return judge.Check{
		Requirement: "REQ-FEED-011",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			as := players(ctx, p).other
			x := p.Do(ctx, judge.Ask{Path: "/v1/feed/" + spec.LogFor(as.ID), As: as})
			taken(p, x, "200", "the empty log of a reader")
			p.Expect(x, "body.items.#", evidence.Equals, judge.Why("空のログに項目はありません", "an empty log has no items"), "0")
			if t := tellMe(ctx, p, as); t.head.Size != 0 {
				p.Fail(judge.Why("空のログの大きさは0です", "the head of an empty log has the size 0"))
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			as := players(ctx, p).other
			for _, log := range []string{"nothing", "private", "to-", "to-" + spec.LogFor(as.ID)[3:20], "Public", "public2"} {
				x := p.Do(ctx, judge.Ask{Path: "/v1/feed/" + log, As: as})
				p.Expect(x, "status", evidence.Equals, judge.Why("ないログは404です: "+log, "a log that does not exist is answered 404: "+log), "404")
				p.Expect(x, "body.type", evidence.Equals, judge.Why("問題の型は not-found です", "the problem type is not-found"), problemOf("REQ-FEED-011"))
			}
		},
	}
}

func nudge(as *peer.Peer) judge.Ask {
	return judge.Ask{Method: http.MethodPost, Path: "/v1/nudge", As: as}
}

// nudges: REQ-FEED-015. The peer is away, so that the target asks it seldom,
// and a nudge alone brings the next pull at once.
func nudges() judge.Check {
	return judge.Check{
		Requirement: "REQ-FEED-015",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			as := fresh(ctx, p)
			path := "/v1/feed/" + spec.LogFor(p.Target)
			pulls := func() int { return len(as.Visits(http.MethodGet, path)) }
			as.On(path, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "3600")
				peer.Problem(w, http.StatusServiceUnavailable, "unavailable", "")
			})
			defer as.On(path, nil)
			n := pulls()
			token, err := as.Seal(p.Target, peer.Talent(p.Clock()))
			broken(p, "seal", err)
			as.Say(p.Target, token) // ends the pull that is waiting; the next one finds the peer away
			if !visited(ctx, p, as, func() bool { return pulls() > n }) {
				p.NotRun(judge.Why("対象が再び取得に来ませんでした", "the target did not come for the next page"))
			}
			n = pulls()
			taken(p, p.Do(ctx, nudge(as)), "202", "a nudge")
			if !visited(ctx, p, as, func() bool { return pulls() > n }) {
				p.Fail(judge.Why("知らせのあと、取得が早まりませんでした", "after a nudge the next pull from its signer did not come sooner"))
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			as := players(ctx, p).other
			before := p.Held(ctx, as)
			taken(p, p.Do(ctx, nudge(as)), "202", "a nudge with nothing behind it")
			p.Expect(p.Held(ctx, as), "body.items", evidence.Equals,
				judge.Why("知らせによって保持する内容が変わりました", "a nudge changed what the target holds"), before.See("body.items"))
			if t := tellMe(ctx, p, as); t.head.Size != 0 {
				p.Fail(judge.Why("知らせによってログが伸びました", "a nudge made the target's log grow"))
			}
		},
	}
}

// visited waits for the target's next requests until something holds.
func visited(ctx context.Context, p *judge.Probe, as *peer.Peer, holds func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, p.Patience)
	defer cancel()
	for {
		seen := as.Visited()
		if holds() {
			return true
		}
		select {
		case <-seen:
		case <-ctx.Done():
			return holds()
		}
	}
}

// pause waits for a time that the standard itself names.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// tooManyNudges: REQ-FEED-016. On a slow machine two nudges may lie more than a
// second apart, so only a pair within one second is judged.
func tooManyNudges() judge.Check {
	return judge.Check{
		Requirement: "REQ-FEED-016",
		Needs:       []judge.Need{judge.Sandbox},
		Negative: func(ctx context.Context, p *judge.Probe) {
			as := fresh(ctx, p)
			for range 5 {
				began := p.Clock()
				first := p.Do(ctx, nudge(as))
				second := p.Do(ctx, nudge(as))
				if p.Clock().Sub(began) >= time.Second {
					pause(ctx, 1100*time.Millisecond)
					continue
				}
				taken(p, first, "202", "the first nudge")
				turned(p, second, "429", "a second nudge within a second", "REQ-FEED-016")
				p.Expect(second, "header.Retry-After", evidence.Present, judge.Why("429には Retry-After が要ります", "a 429 has Retry-After"))
				return
			}
			p.NotRun(judge.Why("1秒以内に2回知らせることができませんでした", "no two nudges could be sent within one second"))
		},
	}
}

// waiting: REQ-FEED-017, a SHOULD.
func waiting() judge.Check {
	return judge.Check{
		Requirement: "REQ-FEED-017",
		Roles:       []string{"availability-publisher"},
		Needs:       []judge.Need{judge.Sandbox, judge.Clerk},
		Positive: func(ctx context.Context, p *judge.Probe) {
			as := fresh(ctx, p)
			person := newPerson(ctx, p)
			consent(ctx, p, person, as, "talent")
			var poll evidence.Exchange
			var wg sync.WaitGroup
			wg.Go(func() {
				poll = p.Do(ctx, judge.Ask{
					Path: "/v1/feed/" + spec.LogFor(as.ID), As: as, Header: http.Header{"Prefer": {"wait=10"}}, Wait: 10 * time.Second,
				})
			})
			began := p.Clock()
			putTalent(ctx, p, person, 3)
			said := p.Clock().Sub(began)
			wg.Wait()
			p.Expect(poll, "body.items.#", evidence.Equals, judge.Why("待っていた読み手に項目が返されませんでした", "a waiting reader was not given the new entry"), "1")
			p.Expect(poll, "took", evidence.AtMost, judge.Why("待っていた読み手に1秒以内に返されませんでした",
				"a waiting reader was answered later than one second after the entry"), strconv.FormatInt((said+time.Second).Milliseconds(), 10))
		},
	}
}
