package web_test

import (
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/spec"
)

// A person signs in by the desk's code, makes a passkey, sees their own page in
// Japanese, withdraws a consent, and the other node shows it withdrawn.
func TestAPersonComesInLooksAroundAndWithdraws(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("city", "花子")
	f.Talent("city", rower)
	f.Consent("city", rower, "club", spec.KindTalent)
	f.Eventually("the club holds the record", func() bool { return len(f.Current("club", spec.KindTalent)) == 1 })
	_, code := f.Account("city", rower)

	p := b.NewContext()
	keys := p.Passkey(browser.PasskeyOptions{})
	p.Open(string(f.ID("city")) + "/my")
	p.Fill("コード", code)
	p.Submit("コードを使う")
	p.WaitFor("この端末にパスキーを作ります")
	p.Click("パスキーを作る")
	p.WaitFor("その使われ方を確かめられます")
	if n := len(keys.Credentials()); n != 1 {
		t.Fatalf("the device holds %d passkeys", n)
	}
	p.Submit("サインアウト")
	p.WaitFor("公開情報だけを表示します")
	p.Open(string(f.ID("city")) + "/my/consents")
	p.Click("パスキーを使う")
	p.WaitFor("渡す記録")
	if text := p.Text(); !strings.Contains(text, "花子") || !strings.Contains(text, "技能と希望") || !strings.Contains(text, "本人に合う仕事") {
		t.Errorf("the page says\n%s", text)
	}
	p.Click("同意を取り消す")
	p.WaitFor("取り消すとどうなるか")
	p.Submit("同意を取り消す")
	p.WaitFor("同意を取り消しました")
	p.WaitFor("取り消し済み")
	f.Eventually("the club shows it withdrawn", func() bool { return len(f.Current("club", spec.KindTalent)) == 0 })
	p.NoComplaints(t)
}
