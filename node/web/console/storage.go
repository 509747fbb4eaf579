package console

import (
	"os"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/web/text"
	"github.com/fukusen/fukusen/node/work"
)

// erasedShown is how many of the erased ids a page shows, the newest first.
const erasedShown = 20

type storageView struct {
	Engine, ErasedList string
	Size               int64
	ErasedFile         bool // the list outside backups is there
	Tables, Erased     parts.TableView
}

func (d *room) storage(p *shell.Page) error {
	v := storageView{Engine: d.Store.Engine(), ErasedList: d.ErasedList}
	if _, err := os.Stat(d.ErasedList); err == nil {
		v.ErasedFile = true
	}
	var err error
	if v.Size, err = d.Store.Size(p.Request().Context()); err != nil {
		return err
	}
	v.Erased = parts.TableView{CaptionKey: "console.erased", Columns: []parts.Column{{Key: "console.record.id"}, {Key: "console.erased.at"}}}
	err = d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		h, err := tx.Holdings()
		if err != nil {
			return err
		}
		v.Tables = holdingsTable(h)
		list, err := tx.ErasedFrom(store.Place{}, erasedShown)
		for _, e := range list {
			v.Erased.Rows = append(v.Erased.Rows, parts.Cells(parts.Code(string(e.ID)), parts.Time(e.At)))
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Show("console.storage", storagePage(v))
}

func holdingsTable(h store.Holdings) parts.TableView {
	v := parts.TableView{CaptionKey: "console.tables", Columns: []parts.Column{{Key: "console.table"}, {Key: "console.rows", Numeric: true}}}
	for _, row := range []struct {
		key string
		n   int64
	}{
		{"console.tile.people", h.People},
		{"console.table.accounts", h.Accounts},
		{"console.tile.records", h.Records},
		{"console.tile.entries", h.Entries},
		{"console.table.consents", h.Consents},
		{"console.table.disclosed", h.Disclosed},
		{"console.parked", h.Parked},
		{"console.refused", h.Refused},
		{"console.tile.proofs", h.Proofs},
		{"console.table.erased", h.Erased},
		{"console.audit", h.Acts},
	} {
		v.Rows = append(v.Rows, parts.Cells(parts.Key(row.key), row.n))
	}
	return v
}

type jobView struct {
	work.State
	Name, Live, Began, Ended, Next, Done string
}

type jobsView struct {
	Jobs     []jobView
	Mails    []parts.Pair
	Troubles parts.TableView
}

// troublesShown is how many mails in trouble a page shows, the newest first.
const troublesShown = 50

func (d *room) jobs(p *shell.Page) error {
	m, err := d.look(p.Request().Context(), nil)
	if err != nil {
		return err
	}
	var v jobsView
	for _, j := range m.Jobs {
		v.Jobs = append(v.Jobs, jobView{
			State: j, Name: p.T("job." + j.Name), Live: "job." + j.Name, Began: clock(p.Lang, j.Began), Ended: clock(p.Lang, j.Ended),
			Next: clock(p.Lang, j.Next), Done: progress(p.Lang, j),
		})
	}
	for _, state := range mailStates() {
		v.Mails = append(v.Mails, parts.Define("console.mail.is."+state, parts.Live("mails."+state, parts.Number(m.Mails[state]))))
	}
	v.Troubles = parts.TableView{CaptionKey: "console.mails.troubles", Columns: []parts.Column{
		{Key: "console.mail.kind"},
		{Key: "console.mail.domain"},
		{Key: "console.mail.state"},
		{Key: "console.mail.tries", Numeric: true},
		{Key: "console.mail.next"},
		{Key: "console.mail.error"},
	}}
	err = d.Store.Read(p.Request().Context(), func(tx *store.Tx) error {
		list, err := inbox.In(tx).Troubles(inbox.Place{}, troublesShown)
		for _, t := range list {
			next := p.T("console.none")
			if t.State == inbox.Queued {
				next = stamp(p.Lang, t.NextAt)
			}
			v.Troubles.Rows = append(v.Troubles.Rows, parts.Cells(noticeOf(p, string(t.Kind)), parts.Code(t.Domain),
				p.T("console.mail.is."+t.State), t.Tries, next, parts.Code(t.LastError)))
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.ShowLive("console.jobs", "/console/events?of=jobs", jobsPage(v))
}

// noticeOf names a kind of word; one without a name stays as it is.
func noticeOf(p *shell.Page, kind string) string {
	if key := "notice." + kind; text.Has(key) {
		return p.T(key)
	}
	return kind
}
