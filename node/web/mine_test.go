package web_test

import (
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/spec"
)

// A person changes their entry without any script, asks for a correction,
// erases everything, and sees by the reference that the other node confirmed.
func TestAPersonKeepsTheirEntryAndErasesIt(t *testing.T) {
	b := browser.New(t, browser.Options{})
	v := newTown(t)
	p := v.tabs(b)(access.Person)
	p.Script(false)
	at := string(v.ID("city"))
	p.Open(at + "/my/profile")
	p.Fill("電話番号", "03-0000-0000")
	p.Submit("変更を保存する")
	p.WaitFor("登録内容を変更しました")
	p.Fill("正しい内容", "印-かなの訂正")
	p.Submit("窓口に頼む")
	p.WaitFor("訂正の依頼を窓口に届けました")
	p.Open(at + "/my/export")
	if text := p.Text(); !strings.Contains(text, "印-かなの訂正") || !strings.Contains(text, "03-0000-0000") || strings.Contains(text, "一郎") {
		t.Errorf("the dossier says\n%s", text)
	}
	p.Open(at + "/my/erase")
	p.Fill("続けるには", "けす")
	p.Submit("すべて消去する")
	p.WaitFor("まだ何も消していません")
	p.Fill("続けるには", "消去")
	p.Submit("すべて消去する")
	p.WaitFor("消去の状況")
	v.Eventually("the club has erased and says so", func() bool {
		return len(v.Current("club", spec.KindTalent)) == 0 && v.Settled("city", v.rower, spec.ActionErased) > 0
	})
	p.Reload()
	p.WaitFor("すべての相手から、消去の確認が届きました")
	p.NoComplaints(t)
}
