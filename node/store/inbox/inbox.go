// Package inbox keeps word for people: messages with their read marks, the mails
// that go out for them, and what people chose about both.
//
// It refuses to decide: whether and when a mail goes out is the sender's to say,
// by the rules of node/notice. Addresses leave it for the sender and the desk
// only.
package inbox

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store/engine"
)

// addressMost is the most that is kept of an address, in octets.
const addressMost = 254

// ErrWord means a word without id, account or kind.
var ErrWord = errors.New("a word needs an id, an account and a kind")

// ErrPlace means a text that is no place in a list.
var ErrPlace = errors.New("not a place in a list")

// Transaction is one transaction of the store.
type Transaction interface{ Rows() engine.Rows }

// Inbox is the tables of this room within one transaction.
type Inbox struct{ rows engine.Rows }

// In is the room within a transaction.
func In(tx Transaction) Inbox { return Inbox{tx.Rows()} }

// Word is something to tell an account. All times here are Unix seconds, and 0
// is none.
type Word struct {
	ID      string // chosen by the caller, so that telling it twice tells it once
	Account string
	Kind    notice.Kind
	Object  string // id of what it is about; it stays in the store
	Link    string // path of the page about it, for the inbox
	At      int64

	// Address and Lang (ja or en) are where mail goes and in which language; no
	// address is no mail.
	Address string
	Lang    string
	// MailLink is the link that the mail carries, within this node's origin; empty
	// is the inbox. It is sent as it stands, so nothing personal may be in it.
	MailLink string
}

// Message is one word in an inbox.
type Message struct {
	ID        string
	Account   string
	Kind      notice.Kind
	Object    string
	Link      string
	CreatedAt int64
	ReadAt    int64
}

func (m *Message) fields() []any {
	return []any{&m.ID, &m.Account, &m.Kind, &m.Object, &m.Link, &m.CreatedAt, &m.ReadAt}
}

// Place is where the list after this message goes on.
func (m Message) Place() Place { return Place{m.CreatedAt, m.ID} }

// Place is a place in a list that begins with the newest; the zero value is its
// beginning.
type Place struct {
	At int64
	ID string
}

// String writes a place for a link; the zero value is "".
func (p Place) String() string {
	if p == (Place{}) {
		return ""
	}
	return strconv.FormatInt(p.At, 10) + "." + p.ID
}

// ParsePlace reads what String wrote. Errors: ErrPlace.
func ParsePlace(text string) (Place, error) {
	if text == "" {
		return Place{}, nil
	}
	at, id, ok := strings.Cut(text, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	if !ok || err != nil || n < 0 || id == "" {
		return Place{}, ErrPlace
	}
	return Place{n, id}, nil
}

// before is the bound below which the list goes on.
func (p Place) before() (int64, string) {
	if p == (Place{}) {
		return math.MaxInt64, ""
	}
	return p.At, p.ID
}

const (
	insertMessage = `
INSERT INTO message (id, account, kind, object, link, created_at, read_at)
VALUES ($1, $2, $3, $4, $5, $6, 0)
ON CONFLICT (id) DO NOTHING`

	countUnread = `
SELECT COUNT(*)
FROM message
WHERE account = $1 AND read_at = 0`

	messageColumns = `
SELECT id, account, kind, object, link, created_at, read_at
FROM message`

	selectMessages = messageColumns + `
WHERE account = $1 AND (created_at, id) < ($2, $3)
ORDER BY created_at DESC, id DESC
LIMIT $4`

	selectUnread = messageColumns + `
WHERE account = $1 AND (created_at, id) < ($2, $3) AND read_at = 0
ORDER BY created_at DESC, id DESC
LIMIT $4`

	selectRead = messageColumns + `
WHERE account = $1 AND (created_at, id) < ($2, $3) AND read_at > 0
ORDER BY created_at DESC, id DESC
LIMIT $4`

	selectMessage = messageColumns + ` WHERE account = $1 AND id = $2`

	markRead = `
UPDATE message
SET read_at = $1
WHERE account = $2 AND id = $3 AND read_at = 0`

	markAllRead = `
UPDATE message
SET read_at = $1
WHERE account = $2 AND (created_at, id) <= ($3, $4) AND read_at = 0`

	deleteMessages    = `DELETE FROM message WHERE account = $1`
	deleteMentions    = `DELETE FROM message WHERE object = $1 AND object <> ''`
	deleteMails       = `DELETE FROM mail WHERE account = $1`
	deletePreferences = `DELETE FROM preference WHERE account = $1`
)

// Put tells an account a word, and queues the mail for it where the word has an
// address. A word that was told before changes nothing. An address that is none
// stops nobody's transaction: its mail is undeliverable from the beginning, and
// the desk sees it. Errors: ErrWord.
func (i Inbox) Put(w Word) error {
	if w.ID == "" || w.Account == "" || w.Kind == "" {
		return ErrWord
	}
	if err := i.rows.Run(insertMessage, w.ID, w.Account, w.Kind, w.Object, w.Link, w.At); err != nil {
		return err
	}
	if w.Address == "" {
		return nil
	}
	state, fault, link := Queued, "", w.MailLink
	if notice.Address(w.Address) != nil {
		state, fault, link = Undeliverable, "address", ""
	}
	return i.rows.Run(insertMail, w.ID, w.Account, legible(w.Address), w.Kind, notice.Lang(w.Lang), link, state, w.At, fault, w.At)
}

// legible makes a storable word of whatever stands where an address should.
func legible(address string) string {
	address = strings.ToValidUTF8(address[:min(len(address), addressMost)], "")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, address)
}

// Unread is how many messages of an account were not read.
func (i Inbox) Unread(account string) (int64, error) {
	return engine.One(i.rows, engine.Only[int64], countUnread, account)
}

// List answers messages of an account from a place on, newest first.
func (i Inbox) List(account string, from Place, limit int) ([]Message, error) {
	at, id := from.before()
	return engine.List(i.rows, (*Message).fields, selectMessages, account, at, id, limit)
}

// ListUnread is List of what was not read.
func (i Inbox) ListUnread(account string, from Place, limit int) ([]Message, error) {
	at, id := from.before()
	return engine.List(i.rows, (*Message).fields, selectUnread, account, at, id, limit)
}

// ListRead is List of what was read.
func (i Inbox) ListRead(account string, from Place, limit int) ([]Message, error) {
	at, id := from.before()
	return engine.List(i.rows, (*Message).fields, selectRead, account, at, id, limit)
}

// Get answers one message of an account. Errors: engine.ErrNotFound, also for
// the message of somebody else.
func (i Inbox) Get(account, id string) (Message, error) {
	return engine.One(i.rows, (*Message).fields, selectMessage, account, id)
}

// MarkRead marks one message of an account as read. The first time stays; a
// message that is not there, or somebody else's, is left alone.
func (i Inbox) MarkRead(account, id string, at int64) error {
	return i.rows.Run(markRead, at, account, id)
}

// MarkAllRead marks as read what an account was shown: its messages up to the
// newest on the page, all for the zero Place. What came since stays unread.
func (i Inbox) MarkAllRead(account string, newest Place, at int64) error {
	until, id := newest.before()
	return i.rows.Run(markAllRead, at, account, until, id)
}

// Forget forgets everything of an account, and what others were told
// about it.
func (i Inbox) Forget(account string) error {
	for _, query := range []string{deleteMessages, deleteMentions, deleteMails, deletePreferences, deleteQuiet} {
		if err := i.rows.Run(query, account); err != nil {
			return err
		}
	}
	return nil
}
