package mail_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/web/text"
)

// TestEveryMailReadsRightInBothLanguages, by Python's email module and by Go's.
func TestEveryMailReadsRightInBothLanguages(t *testing.T) {
	server := serve(t, settings{})
	g := newGround(t, plain(server))
	want := map[string]string{}
	for _, lang := range []string{"ja", "en"} {
		for _, way := range notice.Ways() {
			account := lang + "." + string(way.Kind)
			want[account+"@person.example"] = text.Of(lang, "notice."+string(way.Kind))
			g.do(func(in inbox.Inbox) error {
				if !way.Always {
					if err := in.Choose(account, way.Kind, true); err != nil {
						return err
					}
				}
				return in.Put(inbox.Word{ID: account, Account: account, Kind: way.Kind, At: noon.Unix(), Address: account + "@person.example", Lang: lang})
			})
		}
	}
	g.send(2 * len(notice.Ways()))
	for _, m := range server.all() {
		address := m.To[0]
		lang, kind, _ := strings.Cut(strings.TrimSuffix(address, "@person.example"), ".")
		title := want[address]
		delete(want, address)
		if title == "" || strings.Contains(title, "⟦") || m.Subject != title || len(m.Defects) > 0 {
			t.Errorf("%s: subject %q, want %q; defects %v", address, m.Subject, title, m.Defects)
		}
		if !strings.Contains(m.Body, title) || !strings.Contains(m.Body, "\n"+origin+"/inbox\n") || strings.Contains(m.Body, "⟦") || strings.Count(m.Body, "://") != 1 {
			t.Errorf("%s: body %q", address, m.Body)
		}
		switches := ""
		if notice.Switchable(notice.Kind(kind)) == nil {
			switches = "<" + origin + "/inbox/settings>"
		}
		for name, value := range map[string]string{
			"list-unsubscribe": switches, "auto-submitted": "auto-generated", "content-language": lang, "mime-version": "1.0",
			"date": "Wed, 01 Apr 2026 03:00:00 +0000", "from": "noreply@club.example", "to": address,
		} {
			if m.Headers[name] != value {
				t.Errorf("%s: %s is %q, want %q", address, name, m.Headers[name], value)
			}
		}
		if !regexp.MustCompile(`^<[0-9a-f]{32}@club\.example>$`).MatchString(m.Headers["message-id"]) {
			t.Errorf("%s: message id %q", address, m.Headers["message-id"])
		}
		if m.From != "noreply@club.example" || len(m.To) != 1 || len(m.Options) != 0 || m.Helo != "club.example" {
			t.Errorf("%s: envelope %+v", address, m)
		}
		readsInGo(t, m, title)
	}
	if len(want) != 0 {
		t.Errorf("missing: %v", want)
	}
}

func readsInGo(t *testing.T, m taken, title string) {
	t.Helper()
	for line := range strings.SplitSeq(string(m.Original), "\r\n") {
		if len(line) > 78 || strings.ContainsFunc(line, func(r rune) bool { return r > '~' || r < ' ' }) {
			t.Errorf("%s: a line of %d octets: %q", m.To[0], len(line), line)
		}
	}
	read, err := netmail.ReadMessage(bytes.NewReader(m.Original))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	if err != nil || subject != title {
		t.Errorf("%s: subject %q, %v", m.To[0], subject, err)
	}
	var body io.Reader = quotedprintable.NewReader(read.Body)
	if read.Header.Get("Content-Transfer-Encoding") == "base64" {
		body = base64.NewDecoder(base64.StdEncoding, read.Body)
	}
	octets, err := io.ReadAll(body)
	if err != nil || strings.ReplaceAll(string(octets), "\r\n", "\n") != m.Body {
		t.Errorf("%s: body %q, %v, want %q", m.To[0], octets, err, m.Body)
	}
}

// TestAnInvitationCarriesTheLinkItWasGiven and the store forgets it.
func TestAnInvitationCarriesTheLinkItWasGiven(t *testing.T) {
	server := serve(t, settings{})
	g := newGround(t, plain(server))
	link := origin + "/join?code=" + strings.Repeat("ABCD-EFGH", 20)
	g.do(func(in inbox.Inbox) error {
		return in.Put(inbox.Word{
			ID: "1", Account: "a", Kind: notice.Invitation, At: noon.Unix(), Lang: "ja", MailLink: link, Address: "taro..yamada.@docomo.example",
		})
	})
	g.send(1)
	m := server.next()
	if !strings.Contains(m.Body, "\n"+link+"\n") || m.Headers["list-unsubscribe"] != "" {
		t.Errorf("the mail: %s", m.Body)
	}
	if m.To[0] != `"taro..yamada."@docomo.example` && m.To[0] != "taro..yamada.@docomo.example" {
		t.Errorf("an address with the dots of an old carrier went out as %s", m.To[0])
	}
	if kept := g.only("a"); kept.Link != "" || kept.Address != "" {
		t.Errorf("the store keeps %+v", kept)
	}
}

// TestNothingPersonalLeavesTheNode marks everything that stands around a mail
// and looks for the marks in what the server got, in the log and in errors.
func TestNothingPersonalLeavesTheNode(t *testing.T) {
	server := serve(t, settings{Rules: rules{
		"rcpt": {"gone@person.example": "550 5.1.1 gone@person.example MARK", "slow@person.example": []string{"450 slow@person.example MARK", ""}},
		"mail": {"noreply@club.example": []string{"451 MARK noreply@club.example", ""}},
	}})
	g := newGround(t, plain(server))
	if err := g.store.Write(t.Context(), func(tx *store.Tx) error {
		var all []error
		for _, name := range []string{"good", "gone", "slow", "japanese"} {
			lang := map[bool]string{true: "ja", false: "en"}[name == "japanese"]
			id := "MARK-account-" + name
			all = append(all,
				tx.PutPerson(store.Person{ID: "MARK-person-" + name, GivenName: "MARK", FamilyName: "MARK", CreatedAt: 1}),
				account.In(tx).Put(account.Account{ID: id, Person: "MARK-person-" + name, Name: "MARK", Handle: "MARK" + name, Email: name + "@person.example", Language: lang}),
				organisation.In(tx).PutMembership(organisation.Membership{Organisation: "MARK", Account: id, Role: "MARK", State: organisation.Active}),
				inbox.In(tx).Put(inbox.Word{
					ID: "MARK-id-" + name, Account: id, Kind: notice.ConsentAsked, Object: "MARK-object", Link: "/MARK", At: noon.Unix(),
					Address: name + "@person.example", Lang: lang,
				}))
		}
		return errors.Join(all...)
	}); err != nil {
		t.Fatal(err)
	}
	fault := g.fails("server")
	g.clock.Move(5 * 60e9)
	g.send(2)
	g.clock.Move(60 * 60e9)
	g.send(1)
	list := server.all()
	for _, m := range list {
		if strings.Contains(string(m.Original)+m.Body+m.Subject+fmt.Sprint(m.Headers), "MARK") {
			t.Errorf("a mail says too much:\n%s\n%s", m.Original, m.Body)
		}
	}
	if len(list) != 3 {
		t.Errorf("%d mails", len(list))
	}
	log := g.log.String()
	if !strings.Contains(log, "address 550 5.1.1") || !strings.Contains(log, "temporary 450") {
		t.Errorf("the log does not say what happened:\n%s", log)
	}
	for _, said := range []string{log, fault.Error(), fmt.Sprintf("%+v", g.State())} {
		for _, word := range []string{"MARK", "person.example", "://", "noreply", "@"} {
			if strings.Contains(said, word) {
				t.Errorf("%q is in %s", word, said)
			}
		}
	}
}

// TestNoFieldBeginsAnother puts line breaks wherever the store would hold them.
func TestNoFieldBeginsAnother(t *testing.T) {
	server := serve(t, settings{})
	g := newGround(t, plain(server))
	const more = "\r\nBcc: all@person.example\r\nX-Injected: yes\r\n\r\nINJECTED"
	words := []inbox.Word{
		{ID: "id" + more},
		{Account: "account" + more},
		{Object: "object" + more},
		{Link: "/" + more},
		{Lang: "en" + more},
		{Kind: notice.ConsentAsked + more},
		{MailLink: origin + "/" + more},
		{MailLink: origin + "/\nBcc: x"},
		{MailLink: origin + "/>,<x"},
		{MailLink: "https://elsewhere.example/inbox"},
		{MailLink: "https://club.example.elsewhere.example/"},
		{MailLink: "javascript:alert(1)"},
		{MailLink: "https://club.example@elsewhere.example/"},
		{MailLink: "//club.example/"},
		{MailLink: "http://club.example/"},
		{MailLink: origin + "/" + strings.Repeat("x", 600)},
	}
	for n, w := range words {
		if w.ID == "" {
			w.ID = fmt.Sprint("word ", n)
		}
		if w.Account == "" {
			w.Account = fmt.Sprint("a", n)
		}
		if w.Kind == "" {
			w.Kind = notice.PasskeyLost
		}
		w.Address, w.At = "a@person.example", noon.Unix()
		g.do(func(in inbox.Inbox) error { return in.Put(w) })
	}
	g.send(5)
	for _, m := range server.all() {
		if strings.Contains(string(m.Original)+m.Body+m.Helo, "INJECTED") || m.Headers["bcc"] != "" || len(m.To) != 1 || len(m.Headers) != 10 {
			t.Errorf("a field began another:\n%s", m.Original)
		}
	}
	g.read(func(in inbox.Inbox) error {
		counts, err := in.Counts()
		if fmt.Sprint(counts) != "[{failed 11} {sent 5}]" {
			t.Errorf("mails by state: %v", counts)
		}
		return err
	})
	if strings.Contains(g.log.String(), "elsewhere") || strings.Contains(g.log.String(), "INJECTED") {
		t.Errorf("the log repeats a link:\n%s", g.log)
	}
	for n, address := range []string{"a@person.example" + more, "a@person.example\nx", "A <a@person.example>", "a@person.example,b@person.example"} {
		g.do(func(in inbox.Inbox) error {
			return in.Put(inbox.Word{ID: fmt.Sprint("address ", n), Account: "x", Kind: notice.PasskeyLost, Address: address})
		})
	}
	g.send(0)
}

// TestASenderLinksToItsOwnNodeOnly.
func TestASenderLinksToItsOwnNodeOnly(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	good := mail.Options{Store: s, Origin: origin, Inbox: origin + "/inbox", Switches: origin + "/inbox/settings"}
	if _, err := mail.NewSender(good); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*mail.Options){
		"no store": func(o *mail.Options) { o.Store = nil }, "no origin": func(o *mail.Options) { o.Origin = "" },
		"a path": func(o *mail.Options) { o.Inbox = "/inbox" }, "another node": func(o *mail.Options) { o.Switches = "https://city.example/inbox" },
	} {
		o := good
		change(&o)
		if _, err := mail.NewSender(o); !errors.Is(err, mail.ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
