package web_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/mail"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/talent"
)

// letter is a mail that the server took.
type letter struct {
	To            []string
	Subject, Body string
	Port          int
}

// postOffice starts aiosmtpd, which refuses one address, and gives its port and
// the mails that it takes.
func postOffice(t *testing.T, refused string) (port int, letters <-chan letter) {
	t.Helper()
	python := "python3"
	if exec.Command(python, "-c", "import aiosmtpd").Run() != nil {
		python = "/usr/bin/python3"
	}
	if exec.Command(python, "-c", "import aiosmtpd").Run() != nil {
		const need = "this story needs python3 with aiosmtpd (Debian: python3-aiosmtpd)"
		if os.Getenv("CI") == "true" {
			t.Fatal(need)
		}
		t.Skip(need)
	}
	process := exec.Command(python, "../mail/testdata/server.py")
	input, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = input.Close() // with which the server ends
		_ = process.Wait()
	})
	rules := map[string]any{"rules": map[string]any{"rcpt": map[string]string{refused: "550 5.1.1 no such user"}}}
	if err := json.NewEncoder(input).Encode(rules); err != nil {
		t.Fatal(err)
	}
	taken := make(chan letter, 100)
	go func() {
		defer close(taken)
		for read := bufio.NewScanner(output); read.Scan(); {
			var l letter
			if err := json.Unmarshal(read.Bytes(), &l); err != nil {
				t.Errorf("the mail server said %q", read.Text())
			}
			taken <- l
		}
	}()
	return next(t, taken).Port, taken
}

// next is the next mail.
func next(t *testing.T, letters <-chan letter) letter {
	t.Helper()
	select {
	case l, open := <-letters:
		if !open {
			t.Fatal("the mail server has ended")
		}
		return l
	case <-time.After(30 * time.Second):
		t.Fatal("no mail comes")
	}
	return letter{}
}

// deskTown is a city that sends mail, with one person who is in the register
// twice and whose address does not exist.
func deskTown(t *testing.T) (l lists, one, two, who string, letters <-chan letter) {
	port, letters := postOffice(t, "gone@person.example")
	l = newLists(t)
	l.Stop("city")
	l.Reconfigure("city", func(c *node.Config) {
		c.Mail = mail.Config{Server: "127.0.0.1:" + strconv.Itoa(port), From: "noreply@city.example", TLS: mail.None}
	})
	l.Start("city")
	entry := talent.Entry{Family: "架空", Given: "花子", FamilyKana: "かくう", GivenKana: "はなこ", Birth: "2000-04-01", Email: "gone@person.example"}
	var err, wrong error
	one, err = l.Node("city").Desk().Add(t.Context(), enrol.Newcomer{Entry: entry, By: "desk"})
	entry.Email, entry.Phone = "", "03-0000-0000"
	two, wrong = l.Node("city").Desk().Add(t.Context(), enrol.Newcomer{Entry: entry, By: "desk"})
	err = errors.Join(err, wrong, l.Node("city").Store().Read(t.Context(), func(tx *store.Tx) error {
		a, err := account.In(tx).OfPerson(one)
		who = a.ID
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
	return l, one, two, who, letters
}

// A clerk makes one of two entries, corrects what the person asks to have
// corrected, and puts right an address to which no mail can go; from then on
// word of the person's consents comes there, with a link and nothing else.
func TestTheDeskPutsRightWhatPeopleCannot(t *testing.T) {
	l, one, two, who, letters := deskTown(t)
	origin := string(l.ID("city"))
	p, c := l.at(who), l.at(l.Staff("city", "架空 窓口", access.Clerk, access.Home))

	c.Open(origin + "/people/duplicates")
	c.Submit("比べて一つにする")
	if !strings.HasPrefix(c.URL(), origin+"/people/"+one) {
		c.Submit("残す方を入れ替える")
	}
	c.WaitFor("二つの登録を一つにする")
	c.Submit("一つにする")
	c.WaitFor("一つにしました")
	if got := c.Value("[name=phone]"); c.URL() != origin+"/people/"+one || got != "03-0000-0000" {
		t.Errorf("at %s the kept entry has the telephone %q", c.URL(), got)
	}
	c.Open(origin + "/people/" + two)
	if c.Status() != 404 {
		t.Errorf("the dropped entry is answered %d", c.Status())
	}
	c.Open(origin + "/people/duplicates")
	if strings.Contains(c.Text(), "比べて一つにする") {
		t.Error("they still are two")
	}

	corrected(t, l, p, c)

	l.asksFor(c, one)
	l.Eventually("the clerk sees the address", func() bool {
		c.Open(origin + "/desk/undeliverable")
		return strings.Contains(c.Text(), "gone@person.example")
	})
	_, other := l.SignedIn("city", l.Staff("city", "架空 係", access.Clerk, "choir"))
	if status, _ := post(t, l.Federation, other, "/desk/undeliverable/mended", url.Values{"account": {who}}); status != http.StatusNotFound {
		t.Errorf("another desk takes the address off the list: %d", status)
	}
	c.Submit("架空 華子")
	c.Fill("[name=email]", "hanako@person.example")
	c.Submit("保存する")
	c.WaitFor("保存しました")
	c.Open(origin + "/desk/undeliverable")
	c.WaitFor("届かないアドレスはありません")

	p.Open(origin + "/my")
	p.Submit("読んで答える")
	p.Submit("同意する")
	p.WaitFor("clubへの同意を記録しました")
	p.Submit("同意を取り消す")
	p.Submit("同意を取り消す")
	p.WaitFor("同意を取り消しました")
	onlyALink(t, letters, origin, "同意の取りやめが完了しました")
	l.asksFor(c, one)
	onlyALink(t, letters, origin, "同意")
	c.Open(origin + "/desk/undeliverable")
	c.WaitFor("届かないアドレスはありません")
}

// corrected lets a person ask for two corrections, of which the clerk makes one
// and declines one, and the person sees both.
func corrected(t *testing.T, l lists, p, c *browser.Page) {
	t.Helper()
	origin := string(l.ID("city"))
	for _, wish := range [][2]string{{"氏名", "架空 華子"}, {"生年月日", "1999-04-01"}} {
		p.Open(origin + "/my/profile")
		p.Fill("訂正する項目", wish[0])
		p.Fill("正しい内容", wish[1])
		p.Submit("窓口に頼む")
		p.WaitFor("受付済み")
	}
	c.Open(origin + "/people/corrections")
	c.Click("css:main h2 a")
	c.Fill("[name=given]", "華子")
	c.Submit("保存する")
	c.Open(origin + "/people/corrections")
	c.Submit("css:section.card:nth-of-type(1) >> 対応した")
	c.WaitFor("記録しました")
	c.Submit("対応できない")
	c.WaitFor("依頼はありません")
	p.Open(origin + "/my/profile")
	for _, said := range []string{"訂正済み", "訂正されませんでした", "華子"} {
		p.WaitFor(said)
	}
	if strings.Contains(p.Text(), "受付済み") {
		t.Error("an answered wish still waits")
	}
}

// asksFor lets a clerk ask a person for a consent.
func (l lists) asksFor(c *browser.Page, person string) {
	c.Open(string(l.ID("city")) + "/people/" + person + "/ask")
	choose(c)
	c.Submit("本人に依頼する")
	c.WaitFor("本人の受信箱に依頼を届けました")
}

var link = regexp.MustCompile(`https?://[^\s>]+`)

// onlyALink waits for a mail of a subject: it goes to the right address, and
// says neither who nor what, and where to only by links to this node.
func onlyALink(t *testing.T, letters <-chan letter, origin, subject string) {
	t.Helper()
	for {
		m := next(t, letters)
		if !slices.Equal(m.To, []string{"hanako@person.example"}) {
			t.Errorf("a mail went to %v", m.To)
		}
		for _, personal := range []string{"架空", "花子", "華子", "club", "person.example", "技能"} {
			if strings.Contains(m.Subject+m.Body, personal) {
				t.Errorf("a mail says %q:\n%s\n%s", personal, m.Subject, m.Body)
			}
		}
		links := link.FindAllString(m.Body, -1)
		if len(links) == 0 || slices.ContainsFunc(links, func(to string) bool { return !strings.HasPrefix(to, origin+"/") }) {
			t.Errorf("the links lead to %v", links)
		}
		if strings.Contains(m.Subject, subject) {
			return
		}
	}
}
