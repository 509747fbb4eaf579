package console

import (
	"context"

	"github.com/a-h/templ"

	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/work"
)

// tile is a number of the overview that leads to the page it is about.
type tile struct{ Href, Key, LiveKey, Said string }

func (d *room) overview(p *shell.Page) error {
	m, err := d.look(p.Request().Context(), nil)
	if err != nil {
		return err
	}
	figures := d.figures(p.Lang, m)
	tiles := make([]tile, 0, len(figures))
	for _, t := range []tile{
		{Href: "/console/peers", Key: "console.tile.peers", LiveKey: "peers.failing"},
		{Href: "/console/refused", Key: "console.tile.refused", LiveKey: "refused"},
		{Href: "/console/parked", Key: "console.tile.parked", LiveKey: "parked"},
		{Href: "/console/policy/proofs", Key: "console.tile.proofs", LiveKey: "proofs"},
		{Href: "/console/jobs", Key: "console.tile.failed", LiveKey: "jobs.failed"},
		{Href: "/console/jobs", Key: "console.tile.queued", LiveKey: "mails.queued"},
		{Href: "/console/jobs", Key: "console.tile.lost", LiveKey: "mails.lost"},
		{Href: "/console/storage", Key: "console.tile.people", LiveKey: "people"},
		{Href: "/console/storage", Key: "console.tile.records", LiveKey: "records"},
		{Href: "/console/storage", Key: "console.tile.entries", LiveKey: "entries"},
		{Href: "/console/storage", Key: "console.tile.size", LiveKey: "size"},
		{Href: "/console/audit", Key: "console.tile.acts", LiveKey: "acts"},
	} {
		t.Said = figures[t.LiveKey]
		tiles = append(tiles, t)
	}
	v := overviewView{moment: m, Tiles: tiles, PolicyAge: figures["policy.age"], Epoch: d.Epoch(), Leader: string(d.Leader())}
	v.Peers = parts.TableView{CaptionKey: "console.trust.peers", Columns: []parts.Column{
		{Key: "console.peer"}, {Key: "console.peer.state"}, {Key: "console.trust"}, {Key: "console.trust.age"},
	}}
	for _, n := range m.Peers {
		v.Peers.Rows = append(v.Peers.Rows, parts.Cells(
			parts.To("/console/peers#"+n.Node.Host(), n.Name.In(p.Lang)), liveBadge("state."+n.Node.Host(), n.state()),
			liveBadge("trust."+n.Node.Host(), n.Trust), ago(p.Lang, n.KeysAge, n.KeysKnown)))
	}
	return p.ShowLive("console.home", "/console/events?of=overview", overviewPage(v))
}

type overviewView struct {
	moment
	Tiles             []tile
	PolicyAge, Leader string
	Epoch             int64
	Peers             parts.TableView
}

// leader is who leads the council, or that nobody is known to.
func (v overviewView) leader() templ.Component {
	if v.Leader == "" {
		return parts.Say("console.unknown")
	}
	return parts.Code(v.Leader)
}

// sections are the pages of this room for somebody; at is the one that is shown.
type section struct{ Href, Key string }

func sections() []section {
	return []section{
		{"/console", "console.overview"},
		{"/console/peers", "console.peers"},
		{"/console/refused", "console.refused"},
		{"/console/parked", "console.parked"},
		{"/console/keys", "console.keys"},
		{"/console/policy", "console.policy"},
		{"/console/storage", "console.storage"},
		{"/console/jobs", "console.jobs"},
		{"/console/audit", "console.audit"},
	}
}

// mayAll says whether the page's reader has the whole console, as the main
// navigation tells.
func mayAll(ctx context.Context) bool {
	for _, link := range parts.FrameOf(ctx).Nav {
		if link.Href == "/console" {
			return true
		}
	}
	return false
}

func (d *room) jobsNews(lang string, m moment) news {
	n := news{}
	for _, j := range m.Jobs {
		key := "job." + j.Name
		n.badge(lang, key, jobState(j))
		n[key+".began"], n[key+".ended"], n[key+".next"] = clock(lang, j.Began), clock(lang, j.Ended), clock(lang, j.Next)
		n[key+".done"], n[key+".error"] = progress(lang, j), j.Error
	}
	for _, state := range mailStates() {
		n["mails."+state] = parts.Number(m.Mails[state])
	}
	return n
}

func mailStates() []string {
	return []string{inbox.Queued, inbox.Sent, inbox.Failed, inbox.Undeliverable}
}

// jobState is a job in a word.
func jobState(j work.State) badge {
	switch {
	case j.Running:
		return badge{"warn", "console.job.running"}
	case j.Error != "":
		return badge{"bad", "console.job.failed"}
	case j.Runs == 0:
		return badge{"quiet", "console.job.waiting"}
	}
	return badge{"good", "console.job.good"}
}
