package node

import (
	"time"

	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/web"
	"github.com/fukusen/fukusen/node/word"
)

// openMail prepares the sender of mails. Without a server it only clears the
// queue: word stands in the inbox all the same.
func (n *Node) openMail() error {
	self, err := string(n.self), error(nil)
	n.mail, err = mail.NewSender(mail.Options{
		Store: n.store, Config: n.cfg.Mail, Origin: self, Inbox: self + web.Inbox, Switches: self + web.Switches,
		Bounces: web.Bounces, Desk: desk, Log: n.log, Clock: n.opt.Clock,
	})
	return err
}

// desk answers the clerks who look after an account.
func desk(tx *store.Tx, account string) ([]mail.Clerk, error) {
	found, err := word.Desk(tx, account)
	clerks := make([]mail.Clerk, len(found))
	for i, who := range found {
		clerks[i] = mail.Clerk{Account: who.ID, Address: who.Email, Lang: who.Language}
	}
	return clerks, err
}

// tellPerson is how the gate tells a person what happened to what is theirs.
func (n *Node) tellPerson(tx *store.Tx, at time.Time, person string, kind notice.Kind, object string) error {
	link := "/my/consents"
	if kind == notice.ProposalReceived || kind == notice.ProposalLapsed || kind == notice.HoldReleased {
		link = web.Offers
	}
	return word.TellPerson(tx, at, person, word.Word{Kind: kind, Object: object, Link: link})
}
