package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
)

var printedCode = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// papers is where printed sheets are kept: where pictures of pages are asked
// for, beside them.
func papers(t *testing.T) string {
	if dir := os.Getenv("FUKUSEN_SCREENS"); dir != "" {
		return dir
	}
	return t.TempDir()
}

// A clerk takes a spreadsheet of forty people, three of whose lines are broken,
// to invitations on paper; one of the people comes in by theirs, makes a
// passkey, looks around, and leaves for good without help.
func TestASpreadsheetOfFortyBecomesInvitations(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	origin := string(f.ID("city"))
	clerk := f.Staff("city", "架空 窓口", access.Clerk, access.Home)
	p := b.NewContext()
	name, secret := f.SignedIn("city", clerk)
	p.SetCookie(origin, name, secret)

	p.Open(origin + "/people/import")
	sheet, err := filepath.Abs("../talent/testdata/forty.sjis.csv")
	if err != nil {
		t.Fatal(err)
	}
	p.Upload("名簿のファイル", sheet)
	p.Submit("内容を確かめる")
	p.WaitFor("まだ何も変わっていません")
	p.Submit("名簿に反映する")
	p.WaitFor("名簿に反映しました")
	intake := strings.TrimPrefix(p.URL(), origin)
	p.Open(origin + intake + "/invite")
	p.WaitFor("パスキーをまだ作っていない人は37人")
	p.Submit("1～37人目の用紙を作る")
	p.WaitFor("1回だけ表示します")
	codes := printedCode.FindAllString(p.Text(), -1)
	if len(codes) != 37 || p.Count("svg[role=img]") != 37 {
		t.Fatalf("%d codes and %d QR codes stand on the sheets of 37 people", len(codes), p.Count("svg[role=img]"))
	}

	if sheets, cut := p.Paper(filepath.Join(papers(t), "invitations.pdf"), ".slip"); sheets != 10 || len(cut) > 0 {
		t.Errorf("37 slips, four to a sheet, stand on %d sheets, which could cut %q", sheets, cut)
	}

	q := b.NewContext()
	q.Passkey(browser.PasskeyOptions{})
	q.Open(origin + "/sign-in?next=/my")
	q.Fill("コード", codes[0])
	q.Submit("コードを使う")
	q.WaitFor("この端末にパスキーを作ります")
	q.Click("パスキーを作る")
	q.WaitFor("いま共有しているもの")
	for _, path := range []string{"/my/profile", "/my/consents", "/my/seen", "/my/export", "/inbox", "/account"} {
		q.Open(origin + path)
		if q.Status() != 200 {
			t.Errorf("%s is answered %d", path, q.Status())
		}
	}
	q.Open(origin + "/my/erase")
	q.Fill("続けるには", "消去")
	q.Submit("すべて消去する")
	q.WaitFor("消去")
	q.Open(origin + "/my")
	if !strings.Contains(q.URL(), "/sign-in") {
		t.Errorf("who has left is still at %s", q.URL())
	}
	p.NoComplaints(t)
	q.NoComplaints(t)
}
