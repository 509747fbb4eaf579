package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/web/text"
)

// errLetter means a mail that must not be written as it stands in the store.
var errLetter = errors.New("mail that must not go out")

const (
	bodyLine = 76 // octets of base64 in a line (RFC 2045, section 6.8)
	wordMost = 39 // octets of text in an encoded word, for lines of 76 with the name of the field (RFC 2047)
	linkMost = 500
	crlf     = "\r\n"
)

// letter is one mail before it is written. Nothing but the texts of the
// catalogue goes into it: there is no field for a name or a content.
type letter struct {
	id       string // of the mail in the store; only its digest leaves
	from, to string
	kind     notice.Kind
	lang     string
	link     string // the one link
	switches string // where mail of this kind is switched off
	origin   string
	at       time.Time
}

// octets writes the mail as it is sent. Whatever stands in the store, no field
// can begin another: what could is refused. Errors: errLetter.
func (l letter) octets() ([]byte, error) {
	way, known := notice.Of(l.kind)
	to, err := notice.Path(l.to)
	from, badFrom := notice.Path(l.from)
	switch {
	case !known:
		return nil, fmt.Errorf("%w: its kind is unknown", errLetter)
	case err != nil || badFrom != nil:
		return nil, fmt.Errorf("%w: an address is none", errLetter)
	case !within(l.origin, l.link) || !within(l.origin, l.switches):
		return nil, fmt.Errorf("%w: a link leads out of this node", errLetter)
	}
	lang := notice.Lang(l.lang)
	title := text.Of(lang, "notice."+string(l.kind))

	var out bytes.Buffer
	field := func(name, value string) { out.WriteString(name + ": " + value + crlf) }
	field("From", from)
	field("To", to)
	field("Subject", encoded(title))
	field("Date", l.at.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	field("Message-ID", "<"+outerID(l.id)+"@"+notice.Domain(l.from)+">")
	field("MIME-Version", "1.0")
	field("Content-Type", "text/plain; charset=utf-8")
	field("Content-Language", lang)
	field("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence answers it
	if !way.Always {
		field("List-Unsubscribe", "<"+l.switches+">")
	}
	writeBody(&out, lang, body(l, lang, title, way.Always))
	return out.Bytes(), nil
}

// outerID is what a mail is called outside: in its Message-ID, in the mail
// server's log and in ours. An id of the store stays inside.
func outerID(id string) string {
	digest := sha256.Sum256([]byte(id))
	return hex.EncodeToString(digest[:16])
}

// body is the text, with the one link on a line of its own.
func body(l letter, lang, title string, always bool) string {
	open, why := text.Of(lang, "mail.open"), text.Of(lang, "mail.stop")
	switch {
	case l.kind == notice.Invitation:
		open, why = text.Of(lang, "mail.open.invitation"), text.Of(lang, "mail.unexpected")
	case always:
		why = text.Of(lang, "mail.always")
	}
	lines := []string{text.Of(lang, "mail.about", title), "", open, "", l.link, "", why, text.Of(lang, "mail.automatic"), ""}
	return strings.Join(lines, crlf)
}

// writeBody encodes the text as 7-bit lines: Japanese as base64, English as
// quoted-printable, each the shorter one.
func writeBody(out *bytes.Buffer, lang, text string) {
	if lang != "ja" {
		out.WriteString("Content-Transfer-Encoding: quoted-printable" + crlf + crlf)
		w := quotedprintable.NewWriter(out)
		_, _ = w.Write([]byte(text)) // to memory
		_ = w.Close()
		return
	}
	out.WriteString("Content-Transfer-Encoding: base64" + crlf + crlf)
	code := base64.StdEncoding.EncodeToString([]byte(text))
	for len(code) > bodyLine {
		out.WriteString(code[:bodyLine] + crlf)
		code = code[bodyLine:]
	}
	out.WriteString(code + crlf)
}

// encoded writes a subject as encoded words where it is not plain ASCII, each
// of whole characters and on a line of its own (RFC 2047, sections 2 and 5).
func encoded(subject string) string {
	if !strings.ContainsFunc(subject, func(r rune) bool { return r < ' ' || r > '~' }) {
		return subject
	}
	var words []string
	for subject != "" {
		n := 0
		for n < len(subject) {
			_, size := utf8.DecodeRuneInString(subject[n:])
			if n+size > wordMost {
				break
			}
			n += size
		}
		words = append(words, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(subject[:n]))+"?=")
		subject = subject[n:]
	}
	return strings.Join(words, crlf+" ")
}

// within says whether a link leads to a page of this node, in characters that
// end neither a line nor the brackets around it.
func within(origin, link string) bool {
	if len(link) > linkMost || strings.ContainsFunc(link, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>\"\\", r) }) {
		return false
	}
	at, err := url.Parse(link)
	home, bad := url.Parse(origin)
	return err == nil && bad == nil && home.Host != "" && at.Scheme == home.Scheme && at.Host == home.Host && at.User == nil
}
