package node

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/fukusen/fukusen/node/dial"
	"github.com/fukusen/fukusen/node/fetch"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/subscribe"
	"github.com/fukusen/fukusen/node/web"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/node/work"
)

// openFeeds prepares the calendars of the outside. They are read through the
// same guard as neighbours are, and in a development federation over http too.
func (n *Node) openFeeds(guard dial.Guard, development bool) {
	n.feeds = subscribe.New(subscribe.Config{
		Store: n.store, Gate: n.gate, Plain: development, Clock: n.opt.Clock, Log: n.log,
		Reader: fetch.New(guard.Dialer(), &tls.Config{RootCAs: guard.CAs}, development, subscribe.Limits()),
		Tell: func(tx *store.Tx, at time.Time, person, _ string) error {
			return word.TellPerson(tx, at, person, word.Word{Kind: notice.CalendarFailing, Link: web.Calendars})
		},
	})
}

// feedsEvery is how often the node looks for calendars that are due.
const feedsEvery = 15 * time.Second

func (n *Node) startFeeds() {
	n.every(feedsEvery, "feeds", func(ctx context.Context, j *work.Job) error {
		done, err := n.feeds.ReadDue(ctx)
		j.Progress(int64(done), int64(done))
		return err
	})
}
