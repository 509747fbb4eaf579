package web_test

import (
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/spec"
)

// An organisation on one node offers work, sees who could do it and why, and
// proposes; a person on another node says yes, and both see one confirmed hold.
// All of it by keyboard.
func TestAGigBecomesOneHoldWithoutAMouse(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("city", "花子")
	f.Talent("city", rower)
	empty := []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//fukusen//test//EN\r\nEND:VCALENDAR\r\n")
	if _, err := f.Node("city").Gate().PutCalendar(f.Context(), rower, "work", empty); err != nil {
		t.Fatal(err)
	}
	f.Consent("city", rower, "club", spec.KindTalent, spec.KindAvailability)
	f.Eventually("the club knows the person", func() bool {
		return len(f.Current("club", spec.KindTalent)) == 1 && len(f.Current("club", spec.KindAvailability)) == 1
	})
	account, _ := f.Account("city", rower)
	b := browser.New(t, browser.Options{})
	org, person := b.NewContext(), b.NewContext()
	name, secret := f.SignedIn("club", f.Staff("club", "架空 調整", access.Coordinator, access.Home))
	org.SetCookie(string(f.ID("club")), name, secret)
	name, secret = f.SignedIn("city", account)
	person.SetCookie(string(f.ID("city")), name, secret)

	org.Open(string(f.ID("club")) + "/gigs")
	reach(t, org, "仕事を募集")
	org.Press("Enter")
	org.WaitFor("測れる成果のない仕事は募集できません")
	reach(t, org, "この内容で募集する")
	org.Press("Enter")
	org.WaitFor("何が変わるかを、1～1000文字で入力してください")
	for label, value := range map[string]string{
		"題名": "市の日の計画", "何が変わるか": "来場者が増える", "測り方": "来場者数", "目標の数値": "300", "単位": "人",
		"必要な技能": "https://skills.example/rowing: 3", "場所（市区町村コード）": "141003",
	} {
		org.Fill(label, value)
	}
	reach(t, org, "この内容で募集する")
	org.Press("Enter")
	org.WaitFor("募集を始めました")
	if text := org.Text(); !strings.Contains(text, "候補 1") || !strings.Contains(text, "レベル 4") || strings.Contains(text, "花子") {
		t.Errorf("the candidate without a name:\n%s", text)
	}
	reach(t, org, "この日時で提案する")
	org.Press("Enter")
	org.WaitFor("提案を送りました")

	var text string
	f.Eventually("the offer and its text are at the city", func() bool {
		person.Open(string(f.ID("city")) + "/my/offers")
		text = person.Text()
		return strings.Contains(text, "市の日の計画")
	})
	reach(t, person, "内容を読んで答える")
	person.Press("Enter")
	person.WaitFor("引き受けると、この時間をその場で確保します")
	reach(t, person, "相手に名前を伝える")
	person.Press("Space")
	reach(t, person, "引き受ける")
	person.Press("Enter")
	person.WaitFor("「市の日の計画」を引き受け、時間を確保しました")
	person.WaitFor("確保した時間")
	f.Eventually("the club sees the hold and the name", func() bool {
		org.Reload()
		text = org.Text()
		return strings.Contains(text, "確定") && strings.Contains(text, "Fiction 花子")
	})
	org.NoComplaints(t)
	person.NoComplaints(t)
}
