package mail

import (
	"context"
	"time"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/inbox"
)

// deliver hands claimed mails to the server, one after another, and settles
// each at once. Its error is the server's fault, or the store's.
func (s *Sender) deliver(ctx context.Context, mails []inbox.Mail) (sent int, err error) {
	if len(mails) == 0 {
		return 0, nil
	}
	began := s.Clock()
	talk, fault := open(ctx, s.Config, s.host)
	if fault != nil {
		return 0, s.stop(ctx, fault, mails)
	}
	defer talk.close()
	for n, m := range mails {
		if ctx.Err() != nil || s.Clock().Sub(began) > lease-2*talkMost {
			return sent, s.release(ctx, mails[n:], s.Clock(), "")
		}
		fault := s.hand(talk, m)
		if fault != nil && fault.ofServer() && fault.at <= sender {
			return sent, s.stop(ctx, fault, mails[n:])
		}
		if err := s.settle(ctx, m, fault); err != nil {
			return sent, err
		}
		if fault == nil {
			sent++
			s.went()
			continue
		}
		s.Log.Info("mail not taken", "message", outerID(m.ID), "kind", named(m.Kind), "fault", fault.note())
		if fault.ofServer() { // it went away over this mail, which counts as a try of it
			return sent, s.stop(ctx, fault, mails[n+1:])
		}
	}
	return sent, nil
}

// named is a kind for the log: one that this program does not know is whatever
// somebody wrote into the store.
func named(k notice.Kind) string {
	if _, known := notice.Of(k); !known {
		return "unknown"
	}
	return string(k)
}

// hand writes a mail and sends it.
func (s *Sender) hand(talk *session, m inbox.Mail) *Fault {
	link := m.Link
	if link == "" {
		link = s.Inbox
	}
	octets, err := letter{
		id: m.ID, from: s.Config.From, to: m.Address, kind: m.Kind, lang: m.Lang,
		link: link, switches: s.Switches, origin: s.Origin, at: s.Clock(),
	}.octets()
	if err != nil {
		return &Fault{Class: classLetter, cause: err, at: content}
	}
	return talk.send(s.Config.From, m.Address, octets)
}

// settle writes what became of one mail. A node that is being stopped still
// writes it: otherwise the mail would go out twice.
func (s *Sender) settle(ctx context.Context, m inbox.Mail, fault *Fault) error {
	now := s.Clock()
	m.Tries++
	switch next, giveUp := notice.Retry(m.ID, m.Tries, now); {
	case fault == nil:
		m.State, m.SentAt, m.LastError = inbox.Sent, now.Unix(), ""
	case fault.Class == classAddress:
		m.State, m.LastError = inbox.Undeliverable, fault.note()
	case fault.Class == classLetter || giveUp:
		m.State, m.LastError = inbox.Failed, fault.note()
	default:
		m.NextAt, m.LastError = next.Unix(), fault.note()
	}
	return s.Store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		held, err := inbox.In(tx).Settle(m)
		if err != nil || !held || m.State != inbox.Undeliverable {
			return err
		}
		return s.tell(tx, m, now)
	})
}

// tell lets the desk know of an undeliverable address. A clerk's own such word
// is not told on, or two bad addresses would keep each other busy.
func (s *Sender) tell(tx *store.Tx, m inbox.Mail, now time.Time) error {
	if s.Desk == nil || m.Kind == notice.MailUndeliverable {
		return nil
	}
	clerks, err := s.Desk(tx, m.Account)
	if err != nil {
		return err
	}
	for _, c := range clerks {
		if err := inbox.In(tx).Put(inbox.Word{
			ID: "bounce-" + outerID(m.ID+" "+c.Account), Account: c.Account,
			Kind: notice.MailUndeliverable, Object: m.Account, Link: s.Bounces, At: now.Unix(),
			Address: c.Address, Lang: c.Lang,
		}); err != nil {
			return err
		}
	}
	return nil
}

// stop begins or prolongs the pause that follows a fault of the server, and
// gives back what was not sent. That is no try of these mails.
func (s *Sender) stop(ctx context.Context, fault *Fault, mails []inbox.Mail) error {
	if ctx.Err() != nil { // this node ends the talk, not the server
		return s.release(ctx, mails, s.Clock(), "")
	}
	s.mu.Lock()
	s.state.Failures++
	s.state.Last = fault.note()
	s.state.Paused = s.Clock().Add(notice.Pause(s.state.Failures))
	until := s.state.Paused
	s.mu.Unlock()
	if err := s.release(ctx, mails, until, fault.note()); err != nil {
		return err
	}
	return fault
}

// release gives claimed mails back until a time.
func (s *Sender) release(ctx context.Context, mails []inbox.Mail, until time.Time, note string) error {
	return s.Store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		for _, m := range mails {
			m.NextAt = until.Unix()
			if note != "" {
				m.LastError = note
			}
			if _, err := inbox.In(tx).Settle(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// went notes that the server takes mail again.
func (s *Sender) went() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Failures, s.state.Paused, s.state.Last = 0, time.Time{}, ""
	s.state.Sent++
}
