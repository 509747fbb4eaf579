package desk_test

import (
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/talent"
)

// An import with an error is undone; a person is registered by the form, with
// what is wrong said beside its field, and an old version is refused kindly.
func TestAClerkUndoesAnImportAndUsesTheForm(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f := nodetest.New(t, nodetest.City)
	_, code := staff(t, f, "city", access.Clerk, access.Home)
	p := enter(f, b, "city", code, "/people/import")
	p.Upload("名簿のファイル", file(t, "meibo.csv", "氏名,生年月日\n架空 花子,2012-05-01\n見本太郎,\n"))
	p.Submit("内容を確かめる")
	p.WaitFor("姓と名の間に空白を入れてください")
	p.Submit("名簿に反映する")
	p.WaitFor("この取り込みを取り消す")
	p.Submit("この取り込みを取り消す")
	p.WaitFor("取り込みを取り消しました")
	p.Open(string(f.ID("city")) + "/people")
	p.WaitFor("まだ誰も登録されていません")
	p.Open(string(f.ID("city")) + "/people/new")
	browser.CheckAll(t, p)
	p.Fill(`[name="family"]`, "仮野")
	p.Fill(`[name="birth"]`, "2012-05-01")
	p.Click("言語と技能")
	p.Fill(`[name="skills.0"]`, "漕艇")
	p.Fill(`[name="region"]`, "141004")
	p.Submit("保存する")
	p.WaitFor("検査数字が合いません")
	p.Fill(`[name="region"]`, "141003")
	p.Submit("保存する")
	p.WaitFor("登録しました")
	p.WaitFor("保護者の同意日を記録するまで")
	if got := p.Value(`[name="skills.0"]`); got != "漕艇" {
		t.Errorf("the skill reads %q", got)
	}
	browser.CheckAll(t, p)
	other := p.NewTab(b)
	other.Open(browser.Eval[string](p, "location.href"))
	other.Fill(`[name="phone"]`, "090-0000-0001")
	other.Submit("保存する")
	other.WaitFor("保存しました")
	p.Fill(`[name="given"]`, "桜")
	p.Submit("保存する")
	p.WaitFor("ほかの人がこの登録を変えました")
	if p.Value(`[name="given"]`) != "桜" || !strings.Contains(p.Text(), "今は「090-0000-0001」") {
		t.Errorf("the page says\n%s", p.Text())
	}
	p.Submit("保存する")
	p.WaitFor("保存しました")
	for _, path := range []string{"/people/duplicates", "/people/corrections", "/people/export"} {
		p.Open(string(f.ID("city")) + path)
		browser.CheckAll(t, p)
	}
}

// A clerk of one organisation never sees people of another, whatever they ask
// for, and a coach sees what people show and no contact.
func TestAClerkSeesOnlyTheirOwnOrganisation(t *testing.T) {
	b := browser.New(t, browser.Options{})
	f := nodetest.New(t, nodetest.City)
	_, code := staff(t, f, "city", access.Clerk, "club")
	_, coachCode := staff(t, f, "city", access.Coach, "club")
	d := f.Node("city").Desk()
	add := func(family, at string) string {
		id, err := d.Add(t.Context(), enrol.Newcomer{Entry: talent.Entry{Family: family, Email: "x@example.jp", Phone: "090-0000-0001"}, Organisation: at, By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	own, foreign := add("自組", "club"), add("他組", access.Home)
	p := enter(f, b, "city", code, "/people")
	p.WaitFor("自組")
	for _, path := range []string{
		"/people", "/people?organisation=home", "/people?find=%E4%BB%96", "/people/" + foreign, "/people/duplicates",
		"/people/" + own + "/merge/" + foreign, "/people/" + foreign + "/merge/" + own, "/people/corrections",
	} {
		p.Open(string(f.ID("city")) + path)
		if strings.Contains(p.Text(), "他組") {
			t.Errorf("%s shows somebody of another organisation:\n%s", path, p.Text())
		}
	}
	c := enter(f, b, "city", coachCode, "/people?find=090")
	c.WaitFor("見つかりませんでした")
	c.Open(string(f.ID("city")) + "/people/" + own)
	c.WaitFor("自組")
	if text := c.Text(); strings.Contains(text, "example.jp") || strings.Contains(text, "090") {
		t.Errorf("a coach reads\n%s", text)
	}
	browser.CheckAll(t, c)
}
