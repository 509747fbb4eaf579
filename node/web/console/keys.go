package console

import (
	"slices"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

// keyOld is how long a key signs before its operator is asked to take another.
const keyOld = 365 * 24 * time.Hour

type keysView struct {
	Own        *spec.KeyHistory
	Root       string // the pin of the register
	Since      int64  // the present record key
	Old        bool
	Rotate     string // commands
	RotateTLS  string
	Revoke     string
	Keys, Peer parts.TableView
}

func (d *room) keys(p *shell.Page) error {
	now := d.Clock()
	v := keysView{
		Own:       d.Trust.History(d.Self),
		Rotate:    "fukusen keys rotate --dir " + d.Data + " --root FILE",
		RotateTLS: "fukusen keys rotate --tls --dir " + d.Data + " --root FILE",
		Revoke:    "fukusen keys revoke --dir " + d.Data + " --root FILE --kid KID --reason TEXT",
	}
	if m := d.Trust.Book().Register().Find(d.Self); m != nil {
		v.Root = m.Root
	}
	v.Keys = parts.TableView{CaptionKey: "console.keys.own", Columns: []parts.Column{
		{Key: "console.key.kid"}, {Key: "console.key.use"}, {Key: "console.key.from"}, {Key: "console.key.until"}, {Key: "console.key.state"},
	}}
	if v.Own != nil {
		for _, k := range slices.Backward(v.Own.Keys) {
			v.Keys.Rows = append(v.Keys.Rows, keyRow(p, k, now))
			if k.Use == spec.UseRecord && k.CurrentAt(now) {
				v.Since, v.Old = k.From, now.Sub(time.Unix(k.From, 0)) > keyOld
			}
		}
	}
	learned := make(map[spec.NodeID]store.KeyHistory)
	err := d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		list, err := tx.KeyHistories()
		for _, k := range list {
			learned[k.Node] = k
		}
		return err
	})
	if err != nil {
		return err
	}
	v.Peer = parts.TableView{CaptionKey: "console.keys.others", Columns: []parts.Column{
		{Key: "console.peer"}, {Key: "console.key.serial", Numeric: true}, {Key: "console.key.learned"}, {Key: "console.trust.age"}, {Key: "console.trust"},
	}}
	for _, m := range d.others() {
		v.Peer.Rows = append(v.Peer.Rows, d.historyRow(p, m, learned[m.Node], now))
	}
	return p.Show("console.keys", keysPage(v))
}

func keyRow(p *shell.Page, k spec.KeyEntry, now time.Time) parts.Row {
	until, state := p.T("console.none"), badge{"quiet", "console.key.past"}
	if k.Until != 0 {
		until = parts.TimeText(p.Lang, k.Until)
	}
	said := ""
	switch {
	case k.Revoked != nil:
		state, said = badge{"bad", "console.key.revoked"}, k.Revoked.Reason
	case k.CurrentAt(now):
		state = badge{"good", "console.key.current"}
	}
	return parts.Cells(parts.Code(k.KID), useOf(p, k.Use), parts.Time(k.From), until, keyState(state, said))
}

// useOf names what a key is for.
func useOf(p *shell.Page, use string) string {
	if use == spec.UseTLS {
		return p.T("console.key.tls")
	}
	return p.T("console.key.record")
}

func (d *room) historyRow(p *shell.Page, m policy.Member, k store.KeyHistory, now time.Time) parts.Row {
	age, known := d.Trust.KeysAge(m.Node, now)
	serial := p.T("console.none")
	if k.Token != "" {
		serial = strconv.FormatUint(k.Serial, 10)
	}
	b := standing(age, known)
	return parts.Cells(m.Name.In(p.Lang), serial, stamp(p.Lang, k.LearnedAt), ago(p.Lang, age, known), parts.Badge(b.Kind, p.T(b.Key)))
}
