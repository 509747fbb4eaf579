package console

import (
	"strconv"

	"github.com/a-h/templ"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/spec"
)

// peerView is a neighbour as its card says it.
type peerView struct {
	neighbour
	Host, Name string
	Pairs      []parts.Pair
}

func (d *room) peers(p *shell.Page) error {
	m, err := d.look(p.Request().Context(), nil)
	if err != nil {
		return err
	}
	told := d.peersNews(p.Lang, m)
	var list []peerView
	exchanged := false
	chart := parts.ChartView{
		ID: "lag", Title: p.T("console.lag"), Desc: p.T("console.lag.why"), Unit: p.T("console.lag.unit"), Head: p.T("console.peer"),
		Series: []parts.Series{{Name: p.T("console.lag.in")}, {Name: p.T("console.lag.out")}},
	}
	for _, n := range m.Peers {
		v := peerView{neighbour: n, Host: n.Node.Host(), Name: n.Name.In(p.Lang)}
		for _, key := range peerKeys() {
			live := v.Host + "." + key
			v.Pairs = append(v.Pairs, parts.Define("console.line."+key, peerValue(v, key, live, told[live])))
		}
		list = append(list, v)
		exchanged = exchanged || n.OutSize > 0 || n.In != nil && n.In.Next > 0
		chart.Labels = append(chart.Labels, v.Name)
		chart.Series[0].Values = append(chart.Series[0].Values, float64(n.Lag))
		chart.Series[1].Values = append(chart.Series[1].Values, float64(n.outLag()))
	}
	return p.ShowLive("console.peers", "/console/events?of=peers", peersPage(list, chart, exchanged))
}

// peerKeys are the lines of a neighbour's card, in their order.
func peerKeys() []string {
	return []string{"in", "pulled", "public", "out", "acked", "failures", "parked", "refused", "keys"}
}

// peerValue is what stands beside a line: a text that follows the stream, and a
// way on where there is one.
func peerValue(v peerView, key, live, said string) templ.Component {
	switch key {
	case "parked", "refused":
		return liveLink("/console/"+key+"?peer="+string(v.Node), live, said)
	case "failures":
		return liveFailure(live, said, v.fault())
	}
	return parts.Live(live, said)
}

// fault is what the last attempt failed with, or empty.
func (n neighbour) fault() string {
	for _, c := range []*store.Cursor{n.In, n.Public} {
		if c != nil && c.Error != "" {
			return c.Error
		}
	}
	return ""
}

func (d *room) peersNews(lang string, m moment) news {
	n := news{}
	for _, peer := range m.Peers {
		host := peer.Node.Host()
		n.badge(lang, "state."+host, peer.state())
		n.badge(lang, "trust."+host, peer.Trust)
		n[host+".in"] = place(lang, peer.In)
		n[host+".public"] = place(lang, peer.Public)
		n[host+".pulled"] = stamp(lang, 0)
		if c := peer.In; c != nil {
			n[host+".pulled"] = stamp(lang, c.PulledAt)
		}
		failures := 0
		for _, c := range []*store.Cursor{peer.In, peer.Public} {
			if c != nil {
				failures += c.Failures
			}
		}
		n[host+".failures"], n[host+".fault"] = parts.Number(int64(failures)), peer.fault()
		n[host+".out"] = say(lang, "console.peer.place", peer.outLag(), peer.OutAck, peer.OutSize)
		n[host+".acked"] = stamp(lang, peer.AckAt)
		n[host+".parked"], n[host+".refused"] = parts.Number(peer.Parked), parts.Number(peer.Refused)
		n[host+".keys"] = ago(lang, peer.KeysAge, peer.KeysKnown)
	}
	return n
}

// pull reads neighbours' logs now instead of at their next turn, and asks for
// their keys and statements again.
func (d *room) pull(p *shell.Page) error {
	wanted := spec.NodeID(p.Value("node"))
	register := d.Trust.Book().Register()
	asked := 0
	for _, m := range d.others() {
		if register.Active(m.Node) && (wanted == "" || wanted == m.Node) {
			d.Neighbours.Nudge(m.Node)
			d.Neighbours.Confirm(m.Node)
			asked++
		}
	}
	if asked == 0 {
		return store.ErrNotFound
	}
	err := d.Store.Write(p.Request().Context(), func(tx *store.Tx) error {
		return tx.PutAudit(store.Audit{At: d.Clock().Unix(), Actor: p.Caller.Account, Act: "peers.pulled", Object: string(wanted)})
	})
	if err != nil {
		return err
	}
	return p.To("/console/peers", "good", "console.pulled", strconv.Itoa(asked))
}
