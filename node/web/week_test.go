package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/agenda"
	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/pattern"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// patterns are when a person of the city offers their time.
func patterns(t *testing.T, f *nodetest.Federation, person string) (list []pattern.Pattern) {
	t.Helper()
	if err := f.Node("city").Store().Read(f.Context(), func(tx *store.Tx) (err error) {
		list, err = agenda.Patterns(tx, person)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// starts are the times of a week at which a person's patterns offer a unit.
func starts(t *testing.T, f *nodetest.Federation, person string, monday time.Time) string {
	t.Helper()
	var said []string
	for _, p := range patterns(t, f, person) {
		list, err := p.Occurrences(pattern.Window{Start: monday, End: monday.AddDate(0, 0, 7)})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			said = append(said, o.Start.In(availability.Home).Format("Mon 15:04"))
		}
	}
	return strings.Join(said, ", ")
}

// nextMonday is the Monday after the federation's now, in Japan.
func nextMonday(f *nodetest.Federation) time.Time {
	now := f.Clock.Now().In(availability.Home)
	return time.Date(now.Year(), now.Month(), now.Day()+8-(int(now.Weekday())+6)%7-1, 0, 0, 0, 0, availability.Home)
}

// A person places a slot by keyboard alone and without script; another does it
// with the mouse; and an organisation at another node is then shown the placed
// time and no other.
func TestSlotsArePlacedByKeyboardAndByMouse(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	b := browser.New(t, browser.Options{})
	monday := nextMonday(f)
	week := string(f.ID("city")) + "/my/week?week=" + monday.Format(time.DateOnly)
	sit := func(given string) (*browser.Page, string) {
		person := f.Person("city", given)
		f.Talent("city", person)
		account, _ := f.Account("city", person)
		p := b.NewContext()
		name, secret := f.SignedIn("city", account)
		p.SetCookie(string(f.ID("city")), name, secret)
		return p, person
	}

	plain, first := sit("花子")
	plain.Script(false)
	plain.Open(week)
	plain.WaitFor("まだ枠がありません")
	reach(t, plain, "水）06:00から07:30まで")
	plain.Press("Space", "Enter") // Enter in a form sends it
	plain.WaitFor("枠を保存し")
	plain.WaitFor("この週の枠：1コマ（1.5時間）")
	if got := starts(t, f, first, monday.AddDate(0, 0, 7)); got != "Wed 06:00" {
		t.Errorf("in the week after: %s", got)
	}
	plain.Open(week + "&change=once")
	reach(t, plain, "水）06:00から07:30まで")
	plain.Press("Space", "Enter")
	plain.WaitFor("この週に置いた枠はありません")
	if got, after := starts(t, f, first, monday), starts(t, f, first, monday.AddDate(0, 0, 7)); got != "" || after != "Wed 06:00" {
		t.Errorf("without one date: %q, and in the week after %q", got, after)
	}
	plain.NoComplaints(t)

	saturday := monday.AddDate(0, 0, 5)
	mouse, second := sit("次郎")
	mouse.Open(week)
	mouse.Drag(`[value="`+saturday.Format(time.DateOnly)+`T09:00"]`, `[value="`+saturday.Format(time.DateOnly)+`T12:00"]`)
	mouse.Click("枠を保存する")
	mouse.WaitFor("この週の枠：3コマ（4.5時間）")
	if got := starts(t, f, second, monday); got != "Sat 09:00, Sat 10:30, Sat 12:00" {
		t.Errorf("by mouse: %s", got)
	}
	mouse.NoComplaints(t)

	f.Consent("city", second, "club", spec.KindTalent, spec.KindAvailability)
	f.Eventually("the club knows the person", func() bool {
		return len(f.Current("club", spec.KindTalent)) == 1 && len(f.Current("club", spec.KindAvailability)) == 1
	})
	org := b.NewContext()
	name, secret := f.SignedIn("club", f.Staff("club", "架空 調整", access.Coordinator, access.Home))
	org.SetCookie(string(f.ID("club")), name, secret)
	org.Open(string(f.ID("club")) + "/gigs/new")
	for label, value := range map[string]string{
		"題名": "市の日の計画", "何が変わるか": "来場者が増える", "測り方": "来場者数", "目標の数値": "300", "単位": "人",
		"必要な技能": "https://skills.example/rowing: 3", "場所（市区町村コード）": "141003",
	} {
		org.Fill(label, value)
	}
	org.Click("この内容で募集する")
	org.WaitFor("候補 1")
	if text := org.Text(); !strings.Contains(text, saturday.Format("2006年1月2日")+" 9:30") && !strings.Contains(text, saturday.Format("2006年1月2日")+" 09:30") {
		t.Errorf("the candidate is not proposed inside the placed slots:\n%s", text)
	}
	org.NoComplaints(t)
}
