package door_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/idp/idptest"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/store"
)

// through follows a link to the provider, does there what its own page does,
// and comes back with what the provider says.
func through(t *testing.T, p *browser.Page, g *idptest.Glewlwyd, link, login string) {
	t.Helper()
	p.Forget()
	p.Click(link)
	for _, r := range p.Requests() {
		if strings.HasPrefix(r.URL, g.Issuer) && strings.Contains(r.URL, "redirect_uri=") {
			back := g.Authorize(r.URL, login, password).String()
			p.Open(back)
			return
		}
	}
	t.Fatalf("%s does not lead to the provider: %v", link, p.Requests())
}

// tab is a browser at which an account is signed in.
func tab(f *nodetest.Federation, b *browser.Browser, id string) *browser.Page {
	p := b.NewContext()
	name, secret := f.SignedIn("city", id)
	p.SetCookie(string(f.ID("city")), name, secret)
	return p
}

// A clerk ties their account at the provider to theirs here and comes in by it,
// which nobody else can tie; then they close their account, and no way leads in
// any more, while what they wrote and whom they registered stays.
func TestAClerkTiesTheirAccountAndClosesIt(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f, g, origin := withProvider(t)
	g.AddUser(idptest.User{Login: "sakura", Password: password, Name: "架空 さくら"})
	rower := f.Person("city", "花子")
	person, _ := f.Account("city", rower)
	clerk := f.Staff("city", "架空 窓口", access.Clerk, access.Home)
	operator := f.Staff("city", "架空 運用", access.Operator, access.Home)

	p := tab(f, b, clerk)
	device := p.Passkey(browser.PasskeyOptions{})
	p.Open(origin + "/account/passkeys/new?next=/account")
	p.Click("パスキーを作る")
	p.WaitFor("サインイン中の端末")
	through(t, p, g, "結び付ける", "sakura")
	p.WaitFor("組織のアカウントを結び付けました")
	p.WaitFor("架空庁のアカウントと結び付いています")
	second := b.NewContext()
	second.Open(origin + "/sign-in?next=/account")
	through(t, second, g, "架空庁でサインイン", "sakura")
	second.WaitFor("架空庁のアカウントと結び付いています")
	o := tab(f, b, operator)
	o.Open(origin + "/account")
	through(t, o, g, "結び付ける", "sakura")
	o.WaitFor("別のアカウントと結び付いています")

	leadsOn(t, p, origin, "/account/roles", "/account/tokens", "/account/passkeys/new", "/account/close")
	q := tab(f, b, person)
	leadsOn(t, q, origin, "/account/roles", "/account/tokens", "/account/passkeys/new", "/my/erase")

	o.Open(origin + "/account/close")
	o.Submit("アカウントを閉じる")
	o.WaitFor("最後の運用担当者は、アカウントを閉じられません")

	p.Open(origin + "/account")
	p.Submit("閉じる手続きへ")
	p.WaitFor("元に戻すことはできません")
	p.Submit("アカウントを閉じる")
	p.WaitFor("アカウントを閉じました")
	for _, closed := range []*browser.Page{p, second} {
		closed.Open(origin + "/account")
		closed.WaitFor("パスキーでサインイン")
	}
	if len(device.Credentials()) != 1 {
		t.Fatal("the device has lost its passkey, so nothing is tried")
	}
	p.Click("パスキーを使う")
	p.WaitFor("このパスキーではサインインできません")
	through(t, second, g, "架空庁でサインイン", "sakura")
	second.WaitFor("サインインできませんでした")

	who, roles := whose(t, f, "架空 窓口")
	if who.ClosedAt == 0 || len(roles) != 0 {
		t.Errorf("the account is %+v with the roles %v", who, roles)
	}
	err := f.Node("city").Store().Read(t.Context(), func(tx *store.Tx) error {
		list, err := tx.Audits(99)
		if !slices.ContainsFunc(list, func(a store.Audit) bool { return a.Act == "account.closed" && a.Actor == clerk }) {
			t.Errorf("the audit log has %v", list)
		}
		_, lost := tx.Person(rower)
		if lost != nil {
			t.Errorf("the person is gone: %v", lost)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	q.Open(origin + "/my")
	q.WaitFor("マイページ")
}

// leadsOn wants links from the account's page to others, each of which opens,
// and none to where this reader's account does not end.
func leadsOn(t *testing.T, p *browser.Page, origin string, paths ...string) {
	t.Helper()
	p.Open(origin + "/account")
	browser.CheckAll(t, p)
	for _, end := range []string{"/account/close", "/my/erase"} {
		if p.Count(`main a[href="`+end+`"]`) != 0 && !slices.Contains(paths, end) {
			t.Errorf("%s is offered to who cannot go there", end)
		}
	}
	if !strings.Contains(p.Text(), "ほかの端末をすべてサインアウト") {
		t.Error("the page does not show where else its reader is signed in")
	}
	for _, path := range paths {
		p.Open(origin + "/account")
		if p.Count(`main a[href="`+path+`"]`) == 0 {
			t.Errorf("the account's page does not lead to %s", path)
			continue
		}
		p.Click(`css:main a[href="` + path + `"]`)
		if got := strings.TrimPrefix(p.URL(), origin); !strings.HasPrefix(got, path) || p.Status() != 200 {
			t.Errorf("%s leads to %s, answered %d", path, got, p.Status())
		}
	}
}
