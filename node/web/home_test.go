package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
)

// The first page says in a few words what stands in one's entry and leads to
// it; a change that is refused keeps what was typed, and its error leads there.
func TestTheFirstPageSaysWhatStandsInOnesEntry(t *testing.T) {
	b := browser.New(t, browser.Options{})
	v := newTown(t)
	var stands enrol.Registered
	if err := v.Node("city").Store().Read(t.Context(), func(tx *store.Tx) (err error) {
		stands, err = enrol.Of(tx, v.rower)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	day := func(days int) string { return v.Clock.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	e := stands.Entry
	e.FamilyKana, e.GivenKana = "かくう", "はなこ"
	e.Items = []talent.Item{
		{ID: spec.RandomUUID(), Kind: talent.Membership, Title: "架空漕艇協会"},
		{ID: spec.RandomUUID(), Kind: talent.Qualification, Title: "普通救命講習", Until: day(400)},
		{ID: spec.RandomUUID(), Kind: talent.Qualification, Title: "小型船舶操縦士", Until: day(40)},
		{ID: spec.RandomUUID(), Kind: talent.Qualification, Title: "昔の資格", Until: day(-40)},
	}
	if err := v.Node("city").Desk().Change(t.Context(), "test", v.rower, stands.Version, e); err != nil {
		t.Fatal(err)
	}
	p, at := v.tabs(b)(access.Person), string(v.ID("city"))
	p.Open(at + "/my")
	text := p.Text()
	for _, want := range []string{"かくう はなこ", "架空漕艇協会", "小型船舶操縦士", "期限切れの資格 1件"} {
		if !strings.Contains(text, want) {
			t.Errorf("the first page lacks %s:\n%s", want, text)
		}
	}
	if strings.Contains(text, "普通救命講習") {
		t.Error("a qualification stands as the next to expire that is not")
	}
	browser.CheckAll(t, p)
	p.Click("小型船舶操縦士")
	if on := browser.Eval[bool](p, "document.querySelector(':target').closest('article').innerText.includes('小型船舶操縦士')"); !on {
		t.Error("the link does not lead to the qualification")
	}
	p.Fill("名称", "県大会")
	p.Fill("開始日", "2026-04-02")
	p.Fill("終了日", "2026-04-01")
	p.Submit("活動や実績を追加する")
	p.WaitFor("終わりの日が始まりより前です")
	if p.Value("名称") != "県大会" || p.Count("article.card h3") != len(e.Items) {
		t.Errorf("what was refused stands as if it were kept:\n%s", p.Text())
	}
	p.Click(".notice.bad a")
	if to := browser.Eval[string](p, "document.querySelector(':target').id"); to != "f-until" {
		t.Errorf("the error leads to %q", to)
	}
	browser.CheckAll(t, p)
	p.Fill("電話番号", "1")
	p.Submit("変更を保存する")
	p.WaitFor("9桁から15桁")
	if to := browser.Eval[string](p, "document.querySelector('.notice.bad a').hash"); to != "#f-phone" {
		t.Errorf("the error leads to %q", to)
	}
	p.NoComplaints(t)
}
