package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/engage/deed"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/spec"
)

// twoSides are a rower at the city and a coordinator at the club, who have agreed
// on work.
type twoSides struct {
	*nodetest.Federation
	t            *testing.T
	rower, staff string
	account      string
	offer, hold  string
	org, person  *browser.Page
}

func newTwoSides(t *testing.T) *twoSides {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	s := &twoSides{Federation: f, t: t, rower: f.Person("city", "花子")}
	f.Talent("city", s.rower)
	f.Consent("city", s.rower, "club", spec.KindTalent)
	f.Eventually("the club knows the person", func() bool { return len(f.Current("club", spec.KindTalent)) == 1 })
	s.staff = f.Staff("club", "架空 調整", access.Coordinator, access.Home)
	s.account, _ = f.Account("city", s.rower)
	g := town{Federation: f}.post(t, "club")
	o, err := f.Node("club").Engagements().Propose(f.Context(), engage.Ask{
		Gig: g.ID, Subject: f.Current("club", spec.KindTalent)[0].Current.Subject, Units: g.Units, By: s.staff,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.offer = string(o.ID)
	f.Eventually("the offer and its gig are at the city", func() bool {
		found := false
		if err := f.Node("city").Store().Read(f.Context(), func(tx *store.Tx) error {
			_, offered := diary.In(tx).Proposal(o.ID)
			_, readable := tx.Entry(g.Record)
			found = offered == nil && readable == nil
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return found
	})
	h, err := f.Node("city").Engagements().Answer(f.Context(), engage.Answer{Person: s.rower, Proposal: o.ID, Yes: true, Name: true, Language: "ja"})
	if err != nil {
		t.Fatal(err)
	}
	s.hold = h.ID
	b := browser.New(t, browser.Options{})
	s.org, s.person = b.NewContext(), b.NewContext()
	s.comeIn()
	return s
}

// comeIn signs both in, as of the clock's time.
func (s *twoSides) comeIn() {
	name, secret := s.SignedIn("club", s.staff)
	s.org.SetCookie(string(s.ID("club")), name, secret)
	name, secret = s.SignedIn("city", s.account)
	s.person.SetCookie(string(s.ID("city")), name, secret)
}

// until opens a page again and again until it says something.
func (s *twoSides) until(p *browser.Page, url, said string) {
	s.t.Helper()
	s.Eventually("a page says "+said, func() bool {
		p.Open(url)
		return strings.Contains(p.Text(), said)
	})
}

// A person raises a red and hands work over, an organisation answers both from
// its board, and the person sees that the work was accepted. All of it by
// keyboard, over two nodes.
func TestRedsAndDeliveriesNeedNoMouse(t *testing.T) {
	s := newTwoSides(t)
	mine, board := string(s.ID("city"))+deed.HoldPage+s.hold, string(s.ID("club"))+deed.BoardPage
	press := func(p *browser.Page, what, key, said string) {
		t.Helper()
		reach(t, p, what)
		p.Press(key)
		if said != "" {
			p.WaitFor(said)
		}
	}
	s.person.Open(mine)
	s.person.WaitFor("最初のコマが終わると、ここから納品できます")
	press(s.person, "知らせる", "Enter", "何があれば助かるかを、1～1000文字で入力してください")
	s.person.Fill("何が起きているか", "資料が届いていません")
	s.person.Fill("何があれば助かるか", "資料を送ってください")
	s.person.Fill("いつまでに助けが必要か", s.Clock.Now().Add(48*time.Hour).Format(time.DateOnly))
	press(s.person, "高い：", "Space", "")
	press(s.person, "知らせる", "Enter", "相手に知らせました")

	s.until(s.org, board, "レッドあり")
	press(s.org, "市の日の計画", "Enter", "資料を送ってください")
	s.org.Fill("何が起きているか", "資料はあす送ります")
	s.org.Fill("何があれば助かるか", "受け取ったら教えてください")
	s.org.Fill("いつまでに助けが必要か", s.Clock.Now().Add(48*time.Hour).Format(time.DateOnly))
	press(s.org, "高い：", "Space", "")
	press(s.org, "知らせる", "Enter", "相手に知らせました")
	s.until(s.person, mine, "資料はあす送ります")
	s.person.WaitFor("返事あり")
	press(s.person, "解決したので取り下げる", "Enter", "取り下げました")
	s.until(s.org, board+"/"+s.offer, "レッドの取り下げ")
	if strings.Contains(s.org.Text(), "資料が届いていません") {
		t.Error("what was taken back is still read")
	}

	s.Clock.Move(4 * 24 * time.Hour)
	s.comeIn()
	s.person.Open(mine)
	s.person.Fill("働いた時間", "１．５")
	s.person.Fill("成果の数値", "320")
	press(s.person, "納品する", "Enter", "に納品を伝えました")
	s.until(s.org, board+"/"+s.offer, "320 人（目標 300）")
	press(s.org, "異議を伝える", "Enter", "異議の理由を、1～1000文字で入力してください")
	s.org.Fill("異議の理由", "名簿がありません")
	press(s.org, "異議を伝える", "Enter", "異議を伝えました")
	s.until(s.person, mine, "名簿がありません")
	s.person.Fill("働いた時間", "1.5")
	s.person.Fill("成果の数値", "320")
	s.person.Fill("根拠", "来場者名簿")
	press(s.person, "納品する", "Enter", "に納品を伝えました")
	s.until(s.org, board+"/"+s.offer, "2回目の納品")
	press(s.org, "納品を受け入れる", "Enter", "納品を受け入れました")
	s.until(s.person, mine, "検収済み")
	s.until(s.org, board, "検収済み")
	s.org.NoComplaints(t)
	s.person.NoComplaints(t)
}
