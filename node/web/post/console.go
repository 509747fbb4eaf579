package post

import (
	"errors"
	"strings"

	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// consoleView is how mails fare, without a word of whose they are.
type consoleView struct {
	Server   mail.State
	Paused   int64 // until when, or 0
	Counts   map[string]int64
	Troubles []inbox.Trouble
	Next     string
}

func (d pages) console(p *shell.Page) error {
	from, err := inbox.ParsePlace(p.QueryParam("from"))
	if err != nil {
		return store.ErrNotFound
	}
	v := consoleView{Server: d.Mail.State(), Counts: map[string]int64{}}
	if v.Server.Paused.After(d.Clock()) {
		v.Paused = v.Server.Paused.Unix()
	}
	err = d.read(p, func(tx *store.Tx) error {
		counts, err := inbox.In(tx).Counts()
		for _, c := range counts {
			v.Counts[c.State] = c.N
		}
		var bad error
		v.Troubles, bad = inbox.In(tx).Troubles(from, onePage+1)
		return errors.Join(err, bad)
	})
	if err != nil {
		return err
	}
	if len(v.Troubles) > onePage {
		v.Troubles = v.Troubles[:onePage]
		v.Next = Console + "?from=" + v.Troubles[onePage-1].Place().String()
	}
	return p.Show("post.console", consolePage(v))
}

// again tries all that waits at once: the operator has mended something.
func (d pages) again(p *shell.Page) error {
	err := d.write(p, func(tx *store.Tx) error { return d.note(tx, p, "word.again", "") })
	if err == nil {
		err = d.Mail.Again(p.Request().Context())
	}
	if err != nil {
		return err
	}
	return p.To(Console, "good", "post.console.trying")
}

// faultKey says a fault in words, by the class that its note begins with.
func faultKey(note string) parts.Key {
	class, _, _ := strings.Cut(note, " ")
	switch class {
	case "connection":
		return "post.fault.connection"
	case "tls":
		return "post.fault.tls"
	case "sign-in":
		return "post.fault.sign-in"
	case "server":
		return "post.fault.server"
	case "temporary":
		return "post.fault.temporary"
	case "refused":
		return "post.fault.refused"
	case "address":
		return "post.fault.address"
	case "stale":
		return "post.fault.stale"
	case "letter":
		return "post.fault.letter"
	}
	return "post.fault.other"
}

// stateKey says the state of a mail in words.
func stateKey(state string) parts.Key {
	switch state {
	case inbox.Queued:
		return "post.state.queued"
	case inbox.Sent:
		return "post.state.sent"
	case inbox.Undeliverable:
		return "post.state.undeliverable"
	}
	return "post.state.failed"
}

func (v consoleView) counted() parts.TableView {
	t := parts.TableView{CaptionKey: "post.console.counts", Columns: []parts.Column{{Key: "post.console.state"}, {Key: "post.console.mails", Numeric: true}}}
	for _, state := range []string{inbox.Queued, inbox.Sent, inbox.Failed, inbox.Undeliverable} {
		t.Rows = append(t.Rows, parts.Cells(stateKey(state), v.Counts[state]))
	}
	return t
}

func (v consoleView) troubled() parts.TableView {
	t := parts.TableView{CaptionKey: "post.console.troubles", Columns: []parts.Column{
		{Key: "post.inbox.what"},
		{Key: "post.console.domain"},
		{Key: "post.console.state"},
		{Key: "post.console.tries", Numeric: true},
		{Key: "post.console.next"},
		{Key: "post.console.why"},
		{Key: "post.bounces.answer"},
	}}
	for _, m := range v.Troubles {
		var next any = parts.Key("parts.no-value")
		if m.State == inbox.Queued {
			next = parts.Time(m.NextAt)
		}
		t.Rows = append(t.Rows, parts.Cells(parts.Key("notice."+string(m.Kind)), m.Domain, stateKey(m.State), m.Tries, next,
			faultKey(m.LastError), parts.Code(m.LastError)))
	}
	return t
}
