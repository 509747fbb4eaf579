package post

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
)

// onePage is how many messages stand under one heading.
const onePage = 20

// inboxView is what was not read above what was, each newest first.
type inboxView struct {
	Unread, Read         []inbox.Message
	MoreUnread, MoreRead string // address of the older ones, or ""
	Newest               string // place of the newest unread one that is shown
	Older                bool   // this is not the beginning
}

func (d pages) inbox(p *shell.Page) error {
	unread, badUnread := inbox.ParsePlace(p.QueryParam("unread"))
	read, badRead := inbox.ParsePlace(p.QueryParam("read"))
	if badUnread != nil || badRead != nil {
		return store.ErrNotFound
	}
	v := inboxView{Older: unread != (inbox.Place{}) || read != (inbox.Place{})}
	who := p.Session.Owner.ID
	err := d.read(p, func(tx *store.Tx) error {
		var bad [2]error
		v.Unread, bad[0] = inbox.In(tx).ListUnread(who, unread, onePage+1)
		v.Read, bad[1] = inbox.In(tx).ListRead(who, read, onePage+1)
		return errors.Join(bad[:]...)
	})
	if err != nil {
		return err
	}
	if len(v.Unread) > onePage {
		v.Unread = v.Unread[:onePage]
		v.MoreUnread = older("unread", v.Unread[onePage-1].Place(), "read", read)
	}
	if len(v.Read) > onePage {
		v.Read = v.Read[:onePage]
		v.MoreRead = older("read", v.Read[onePage-1].Place(), "unread", unread)
	}
	if len(v.Unread) > 0 {
		v.Newest = v.Unread[0].Place().String()
	}
	return p.Show("post.inbox", inboxPage(v))
}

// older is the address at which one list goes on and the other stays.
func older(name string, from inbox.Place, other string, stays inbox.Place) string {
	query := url.Values{name: {from.String()}}
	if stays != (inbox.Place{}) {
		query.Set(other, stays.String())
	}
	return Inbox + "?" + query.Encode()
}

// open marks a message as read and leads to what it is about.
func (d pages) open(p *shell.Page) error {
	var m inbox.Message
	err := d.write(p, func(tx *store.Tx) error {
		var err error
		if m, err = inbox.In(tx).Get(p.Session.Owner.ID, p.Value("message")); err != nil {
			return err
		}
		return inbox.In(tx).MarkRead(m.Account, m.ID, d.Clock().Unix())
	})
	if err != nil {
		return err
	}
	return p.Redirect(http.StatusSeeOther, target(m))
}

// target is the page that a message is about: one of this node.
func target(m inbox.Message) string {
	if !strings.HasPrefix(m.Link, "/") || strings.HasPrefix(m.Link, "//") || strings.ContainsAny(m.Link, "\\\r\n") {
		return Inbox
	}
	return m.Link
}

// readAll marks as read what the page showed, and what is older.
func (d pages) readAll(p *shell.Page) error {
	newest, err := inbox.ParsePlace(p.Value("newest"))
	if err != nil || newest == (inbox.Place{}) {
		return store.ErrNotFound
	}
	err = d.write(p, func(tx *store.Tx) error {
		return inbox.In(tx).MarkAllRead(p.Session.Owner.ID, newest, d.Clock().Unix())
	})
	if err != nil {
		return err
	}
	return p.To(Inbox, "good", "post.inbox.all-read")
}

// table lists messages; what was not read opens by a form, which marks it.
func table(captionKey string, list []inbox.Message, unread bool) parts.TableView {
	t := parts.TableView{CaptionKey: captionKey, Columns: []parts.Column{{Key: "post.inbox.what"}, {Key: "post.inbox.when"}}}
	for _, m := range list {
		var what templ.Component
		switch {
		case unread:
			what = openMessage(m)
		default:
			what = readMessage(m)
		}
		t.Rows = append(t.Rows, parts.Cells(what, parts.Time(m.CreatedAt)))
	}
	return t
}
