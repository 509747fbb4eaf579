package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/node/work"
)

const (
	tick      = time.Second      // between looks of a stream
	heartbeat = 15 * time.Second // a comment that keeps proxies from ending it
	patience  = 30 * time.Second // for a reader to take one event
	// streamsMost is how many streams one account follows at once.
	streamsMost = 4
)

// news are texts by the keys under which a page shows them. What ends in :kind
// is the kind of the badge before the colon.
type news map[string]string

func (n news) badge(lang, key string, b badge) {
	n[key], n[key+":kind"] = text.Of(lang, b.Key), b.Kind
}

// topic is something that can be followed, and whom it is for.
type topic struct {
	rule  access.Rule
	tells func(lang string, m moment) news
}

func (d *room) topics() map[string]topic {
	return map[string]topic{
		"overview": {operators(), d.overviewNews},
		"peers":    {operators(), d.peersNews},
		"jobs":     {operators(), d.jobsNews},
		"policy":   {policyReaders(), d.policyNews},
	}
}

// enter counts one more stream, unless there are as many as an account may have.
func (d *room) enter(account string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open[account] >= streamsMost {
		return false
	}
	d.open[account]++
	return true
}

func (d *room) leave(account string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open[account]--; d.open[account] <= 0 {
		delete(d.open, account)
	}
}

// events sends what has changed of one topic: at most once a second, until the
// reader goes, the node stops or the session ends.
func (d *room) events(p *shell.Page) error {
	topic, ok := d.topics()[p.QueryParam("of")]
	if !ok {
		return p.Refuse(http.StatusNotFound, "parts.not-yours", "parts.not-yours.way-out")
	}
	if access.Decide(topic.rule, p.Caller, access.Object{}) != access.Yes {
		return p.Refuse(http.StatusForbidden, "parts.forbidden", "parts.forbidden.way-out")
	}
	if !d.enter(p.Caller.Account) {
		p.Response().Header().Set("Retry-After", "15")
		return p.Refuse(http.StatusTooManyRequests, "console.streams", "console.streams.way-out")
	}
	defer d.leave(p.Caller.Account)
	h := p.Response().Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no")
	s := stream{out: http.NewResponseController(p.Response()), to: p.Response(), sent: news{}}
	p.Response().WriteHeader(http.StatusOK)
	ctx := p.Request().Context()
	if !s.write("retry: 3000\n\n") {
		return nil
	}
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		m, err := d.watch(ctx)
		if err != nil || !s.tell(topic.tells(p.Lang, m)) {
			return nil // the browser asks again
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
		if !d.still(ctx, p.Secret(), topic.rule) {
			return nil
		}
	}
}

// still says whether a stream's reader is signed in and may read on.
func (d *room) still(ctx context.Context, secret string, rule access.Rule) bool {
	session, err := d.Door.Session(ctx, secret)
	return err == nil && access.Decide(rule, session.Caller, access.Object{}) == access.Yes
}

// stream is one reader of events.
type stream struct {
	out   *http.ResponseController
	to    http.ResponseWriter
	sent  news // what the reader knows
	spoke time.Time
}

// tell sends what is new; false when the reader has gone.
func (s *stream) tell(now news) bool {
	fresh := news{}
	for key, said := range now {
		if was, known := s.sent[key]; !known || was != said {
			fresh[key] = said
		}
	}
	if len(fresh) == 0 {
		return time.Since(s.spoke) < heartbeat || s.write(":\n\n")
	}
	octets, err := json.Marshal(fresh)
	s.sent = now
	return err == nil && s.write(fmt.Sprintf("data: %s\n\n", octets))
}

func (s *stream) write(text string) bool {
	s.spoke = time.Now()
	if s.out.SetWriteDeadline(s.spoke.Add(patience)) != nil {
		return false
	}
	if _, err := s.to.Write([]byte(text)); err != nil {
		return false
	}
	return s.out.Flush() == nil
}

func (d *room) overviewNews(lang string, m moment) news {
	n := news{}
	n.badge(lang, "light", m.Light)
	for key, tile := range d.figures(lang, m) {
		n[key] = tile
	}
	for _, peer := range m.Peers {
		n.badge(lang, "state."+peer.Node.Host(), peer.state())
		n.badge(lang, "trust."+peer.Node.Host(), peer.Trust)
	}
	return n
}

// figures are the numbers of the overview, by their live keys.
func (d *room) figures(lang string, m moment) map[string]string {
	running, failed := jobSums(m.Jobs)
	return map[string]string{
		"policy.age": ago(lang, m.PolicyAge, m.PolicyKnow), "policy.size": parts.Number(int64(m.PolicySize)),
		"people": parts.Number(m.Holdings.People), "accounts": parts.Number(m.Holdings.Accounts),
		"records": parts.Number(m.Holdings.Records), "entries": parts.Number(m.Holdings.Entries),
		"parked": parts.Number(m.Holdings.Parked), "refused": parts.Number(m.Holdings.Refused), "proofs": parts.Number(m.Holdings.Proofs),
		"size": parts.BytesText(m.Size), "mails.queued": parts.Number(m.Mails["queued"]),
		"mails.lost":   parts.Number(m.Mails["failed"] + m.Mails["undeliverable"]),
		"jobs.running": parts.Number(running), "jobs.failed": parts.Number(failed),
		"peers.failing": parts.Number(int64(failing(m.Peers))), "acts": parts.Number(m.Holdings.Acts),
	}
}

func jobSums(jobs []work.State) (running, failed int64) {
	for _, j := range jobs {
		if j.Running {
			running++
		}
		if j.Error != "" {
			failed++
		}
	}
	return running, failed
}

// failing are the neighbours that an operator should look at.
func failing(peers []neighbour) int {
	n := 0
	for _, p := range peers {
		if p.Active && (p.state().Kind == "bad" || p.In != nil && p.In.Failures > 0 || p.Public != nil && p.Public.Failures > 0) {
			n++
		}
	}
	return n
}

func (d *room) policyNews(lang string, m moment) news {
	return news{
		"policy.age": ago(lang, m.PolicyAge, m.PolicyKnow), "policy.size": parts.Number(int64(m.PolicySize)),
		"policy.drafts": parts.Number(int64(m.Drafts)),
	}
}
