package inbox

import (
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store/engine"
)

// States of a mail.
const (
	Queued        = "queued"
	Sent          = "sent"
	Failed        = "failed"        // given up; its address may be good
	Undeliverable = "undeliverable" // the server says that there is no such address
)

// Mail is one mail to one address.
type Mail struct {
	ID        string // of its message
	Account   string
	Address   string // forgotten once the mail is sent
	Kind      notice.Kind
	Lang      string
	Link      string // empty is the inbox; forgotten once the mail has an end
	State     string
	Tries     int
	NextAt    int64  // when it is due, or until when whoever claimed it holds it
	Claim     string // who is sending it, or empty
	LastError string // code and class alone
	CreatedAt int64
	SentAt    int64
}

func (m *Mail) fields() []any {
	return []any{
		&m.ID, &m.Account, &m.Address, &m.Kind, &m.Lang, &m.Link, &m.State, &m.Tries, &m.NextAt, &m.Claim,
		&m.LastError, &m.CreatedAt, &m.SentAt,
	}
}

const (
	insertMail = `
INSERT INTO mail (id, account, address, kind, lang, link, state, tries, next_at, claim, last_error, created_at, sent_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, '', $9, $10, 0)
ON CONFLICT (id) DO NOTHING`

	mailColumns = `
SELECT id, account, address, kind, lang, link, state, tries, next_at, claim, last_error, created_at, sent_at
FROM mail`

	countDue = `
SELECT COUNT(*)
FROM mail
WHERE state = 'queued' AND next_at <= $1`

	// The conditions stand twice: where two processes ask at one moment, the inner
	// ones choose and the outer ones see what the other has taken meanwhile.
	claimMails = `
UPDATE mail
SET claim = $1, next_at = $2
WHERE state = 'queued' AND next_at <= $3 AND id IN (
    SELECT id
    FROM mail
    WHERE state = 'queued' AND next_at <= $4
    ORDER BY next_at, id
    LIMIT $5)`

	selectClaimed = mailColumns + `
WHERE claim = $1 AND state = 'queued' AND next_at > $2
ORDER BY created_at, id`

	settleMail = `
UPDATE mail
SET state = $1, tries = $2, next_at = $3, claim = '', last_error = $4, sent_at = $5, address = $6, link = $7
WHERE id = $8 AND claim = $9 AND claim <> ''`

	dropMail = `
DELETE FROM mail
WHERE id = $1 AND claim = $2 AND claim <> ''`

	// A mail that somebody holds stays theirs.
	hastenMails = `
UPDATE mail
SET next_at = $1
WHERE state = 'queued' AND claim = '' AND next_at > $2`

	selectMailsOf = mailColumns + `
WHERE account = $1
ORDER BY created_at DESC, id DESC
LIMIT $2`

	forgetMails = `
DELETE FROM mail
WHERE state <> 'queued' AND created_at < $1`
)

// Due counts the mails that wait to be sent at a time.
func (i Inbox) Due(now int64) (int64, error) {
	return engine.One(i.rows, engine.Only[int64], countDue, now)
}

// Claim gives whoever asks the mails that are due at a time, until another
// time: nobody else is given them before, and after it everybody is. The claim
// is a name that was never used before. Asking twice with one name gives the
// same mails.
func (i Inbox) Claim(claim string, now, until int64, limit int) ([]Mail, error) {
	held, err := engine.List(i.rows, (*Mail).fields, selectClaimed, claim, now)
	if err != nil || len(held) > 0 {
		return held, err
	}
	if err := i.rows.Run(claimMails, claim, until, now, now, limit); err != nil {
		return nil, err
	}
	return engine.List(i.rows, (*Mail).fields, selectClaimed, claim, now)
}

// Settle writes what became of a claimed mail (State, Tries, NextAt, LastError,
// SentAt), ends the claim and says whether it still stood. A mail that was sent
// forgets its address, and one that has an end its link.
func (i Inbox) Settle(m Mail) (held bool, err error) {
	if m.State != Queued {
		m.Link = ""
	}
	if m.State == Sent {
		m.Address = ""
	}
	n, err := i.rows.Change(settleMail, m.State, m.Tries, m.NextAt, m.LastError, m.SentAt, m.Address, m.Link, m.ID, m.Claim)
	return n == 1, err
}

// Hasten makes all that waits due at a time.
func (i Inbox) Hasten(at int64) error { return i.rows.Run(hastenMails, at, at) }

// Drop takes away a claimed mail that its reader does not want. The message
// stays.
func (i Inbox) Drop(m Mail) error { return i.rows.Run(dropMail, m.ID, m.Claim) }

// MailsOf answers the mails of an account, newest first: what a person may see
// of themselves.
func (i Inbox) MailsOf(account string, limit int) ([]Mail, error) {
	return engine.List(i.rows, (*Mail).fields, selectMailsOf, account, limit)
}

// ForgetMails deletes the mails from before a time that have an end, and counts
// them.
func (i Inbox) ForgetMails(before int64) (int64, error) { return i.rows.Change(forgetMails, before) }
