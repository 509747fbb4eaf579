package desk_test

import (
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
)

// strayLinks are the links above a refused form that lead to nothing one sees.
const strayLinks = `[...document.querySelectorAll('.notice.bad a')].map((a) => a.hash)
  .filter((hash) => { const to = document.getElementById(decodeURIComponent(hash.slice(1))); return !to || !to.checkVisibility(); }).join(" ")`

// openSections are the sections of the form that stand open.
const openSections = `[...document.querySelectorAll('main details[open] > summary')].map((s) => s.id).join(" ")`

// The form of a person is folded; a section in which something is wrong stands
// open, each error leads to where it is put right, and a choice of who sees
// something says what. All of it without script.
func TestTheFormOpensWhereSomethingIsWrong(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f := nodetest.New(t, nodetest.City)
	_, code := staff(t, f, "city", access.Clerk, access.Home)
	p := enter(f, b, "city", code, "/people/new")
	p.Script(false)
	p.Reload()
	if open := browser.Eval[string](p, openSections); open != "" {
		t.Errorf("a fresh form has open %q", open)
	}
	p.Fill(`[name="family"]`, "仮野")
	p.Click("活動・実績・所属・資格")
	p.Fill("団体・発行者", "架空高校")
	p.Fill("開始日・取得日", "2026-04-02")
	p.Fill("終了日・有効期限", "2026-04-01")
	p.Submit("保存する")
	p.WaitFor("終わりの日が始まりより前です")
	if open, stray := browser.Eval[string](p, openSections), browser.Eval[string](p, strayLinks); open != "f-items" || stray != "" {
		t.Errorf("open: %q; links to nothing: %q", open, stray)
	}
	p.Click("名称がありません")
	if at := browser.Eval[string](p, "document.querySelector(':target').id"); at != "f-items.0.title" {
		t.Errorf("the link about the title leads to %q", at)
	}
	browser.CheckAll(t, p)
	p.Fill(`[name="items.0.title"]`, "漕艇部")
	p.Fill(`[name="items.0.until"]`, "")
	p.Click("保護者")
	p.Fill("保護者メールアドレス", "x")
	p.Click("誰に見せるか")
	p.Fill("メールアドレスと電話番号を見せる相手", "組織の中")
	p.Submit("保存する")
	p.WaitFor("メールアドレスの形ではありません")
	if open, stray := browser.Eval[string](p, openSections), browser.Eval[string](p, strayLinks); open != "f-guardian" || stray != "" {
		t.Errorf("open: %q; links to nothing: %q", open, stray)
	}
	if kept := browser.Eval[string](p, `document.getElementById("f-show.contact").value`); kept != "organisation" {
		t.Errorf("the choice of who sees the contact is %q", kept)
	}
	p.NoComplaints(t)
}
