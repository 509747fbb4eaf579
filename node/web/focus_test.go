package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/availability"
	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/spec"
)

// morning moves a federation's clock on to the next day, half past six in the
// morning of the region.
func morning(f *nodetest.Federation) time.Time {
	now := f.Clock.Now()
	y, m, d := now.In(availability.Home).Date()
	f.Clock.Move(time.Date(y, m, d+1, 6, 30, 0, 0, availability.Home).Sub(now))
	return f.Clock.Now()
}

// watch is a file as a watch writes it: nights of so many hours until six, and a
// heart whose last days are as given.
func watch(now time.Time, nights, hours, heart int) string {
	var b strings.Builder
	b.WriteString("入眠日時,起床日時,RMSSD（ms）\n")
	y, m, d := now.In(availability.Home).Date()
	for i := range nights {
		end := time.Date(y, m, d-i, 6, 0, 0, 0, availability.Home)
		value := 60 + i%3
		if i < 7 {
			value = heart
		}
		fmt.Fprintf(&b, "%s,%s,%d\n", end.Add(-time.Duration(hours)*time.Hour).Format("2006/1/2 15:04"), end.Format("2006/1/2 15:04"), value)
	}
	return b.String()
}

// lecture is a calendar that keeps somebody from ten to twelve and from three
// to half past four.
func lecture(now time.Time) []byte {
	day := now.In(availability.Home).Format("20060102")
	event := func(uid, from, to string) string {
		return "BEGIN:VEVENT\nUID:" + uid + "\nDTSTAMP:20260101T000000Z\nDTSTART;TZID=Asia/Tokyo:" + day + "T" + from + "\nDTEND;TZID=Asia/Tokyo:" + day +
			"T" + to + "\nSUMMARY:秘密の講義\nEND:VEVENT\n"
	}
	return []byte(strings.ReplaceAll("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//fictional//EN\n"+event("1", "100000", "120000")+
		event("2", "150000", "163000")+"END:VCALENDAR\n", "\n", "\r\n"))
}

// Somebody lets their node keep their sleep, uploads what their watch wrote,
// sees the day and takes a slot, all by keyboard; nobody else learns more than
// they choose.
func TestASlotOfFocusNeedsNoMouse(t *testing.T) {
	l := newLists(t)
	person, id, _ := l.person("花子")
	now := morning(l.Federation)
	if _, err := l.Node("city").Gate().PutCalendar(l.Context(), person, "own", lecture(now)); err != nil {
		t.Fatal(err)
	}
	l.Consent("city", person, "club", spec.KindAvailability)
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	before, said := "", ""
	l.Eventually("the club sees when the person is busy", func() bool {
		before = l.clubSees()
		return before != ""
	})
	p := l.at(id)
	p.Open(string(l.ID("city")) + "/my")
	reach(t, p, "集中の時間")
	p.Press("Enter")
	p.WaitFor("データの保存を始める")
	look(t, "focus-begin", p)
	reach(t, p, "データの保存を始める")
	p.Press("Enter")
	p.WaitFor("設定を保存しました")
	p.WaitFor("昨夜の睡眠：記録なし")

	p.Upload("ファイル", file("broken.csv", "入眠日時,起床日時,RMSSD（ms）\n2026/4/1 23:00,2026/4/1 6:00,きのう\n"))
	reach(t, p, "読み込む")
	p.Press("Enter")
	p.WaitFor("ファイルは読み込まれませんでした")
	if text := p.Text(); !strings.Contains(text, "2行目：「起床日時」") || !strings.Contains(text, "2行目：「RMSSD（ms）」") {
		t.Errorf("what is wrong is not said line by line:\n%s", text)
	}
	p.Upload("ファイル", file("watch.csv", watch(now, 30, 8, 61)))
	reach(t, p, "読み込む")
	p.Press("Enter")
	p.WaitFor("睡眠 30件、心拍変動 30件を読み込みました")
	p.WaitFor("昨夜の睡眠：8時間")
	p.WaitFor("心拍変動：いつもどおり")
	p.WaitFor("今日いちばん集中しやすいのは")
	look(t, "focus-day", p)
	reach(t, p, "「予定あり」として公開する")
	p.Press("Space")
	reach(t, p, "この枠に決める")
	p.Press("Enter")
	p.WaitFor("からの集中枠を決めました")
	p.WaitFor("「予定あり」と公開")
	reach(t, p, "見送る")
	p.Press("Enter")
	p.WaitFor("この枠は今日はもう提案しません")
	browser.CheckAll(t, p)
	l.Eventually("the club sees the time of the slot as busy, and no more", func() bool {
		said = l.clubSees()
		return said != before
	})
	if busy := regexp.MustCompile(`"busy":\[.*?\]`).FindString(said); strings.Count(busy, "utcStart") != strings.Count(busy, `"busyStatus":"confirmed"`) || strings.Contains(said, "focus") {
		t.Errorf("the club is told %s", said)
	}
	look(t, "focus-taken", p)

	p.Upload("ファイル", file("short.csv", watch(now, 8, 4, 31)))
	p.Submit("読み込む")
	p.WaitFor("今日は軽い作業を")
	p.WaitFor("この7日間の心拍変動が、その前の60日間より低くなっています")
	p.WaitFor("昨夜の睡眠が目安より短くなっています")
	look(t, "focus-light", p)
	p.Submit("データを見る・削除する")
	look(t, "focus-data", p)
	p.Open(string(l.ID("city")) + "/my/focus/leave")
	look(t, "focus-leave", p)
	p.Submit("すべて削除する")
	p.WaitFor("睡眠と心拍のデータをすべて削除しました")
	p.NoComplaints(t)
}

// rhythm gives the rower nights, and a team of the club in which they are.
func (v town) rhythm(t *testing.T) (id string) {
	t.Helper()
	r, now := v.Node("city").Rhythm(), v.Clock.Now()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(r.Choose(v.Context(), v.rower, rhythm.Choice{Guard: focus.Adult}))
	_, err := r.Import(v.Context(), v.rower, "watch.csv", []byte(watch(now.AddDate(0, 0, -1), 30, 7, 61)))
	must(err)
	squad, err := r.Found(v.Context(), "club-1", "架空エイト")
	must(err)
	people := []string{v.rower}
	for range 5 {
		people = append(people, v.Person("city", "漕手"))
	}
	v.write(t, func(tx *store.Tx) error {
		for i, p := range people {
			m := team.Member{Team: squad.ID, Person: p, State: team.Joined, AskedAt: int64(i + 1), JoinedAt: 1}
			if i == 5 {
				m.State = team.Asked
			}
			if err := team.In(tx).PutMember(m); err != nil {
				return err
			}
		}
		return nil
	})
	start := now.Truncate(time.Hour).Add(48 * time.Hour)
	must(r.Practise(v.Context(), "club-1", squad.ID, "乗艇練習", focus.Span{Start: start, End: start.Add(90 * time.Minute)}))
	view, err := r.Team(v.Context(), "club-1", squad.ID)
	must(err)
	v.write(t, func(tx *store.Tx) error {
		return team.In(tx).PutMove(team.Move{Practice: view.Sessions[0].ID, StartsAt: start.Add(3 * time.Hour).Unix(), People: 5, State: team.Open, ProposedAt: 1})
	})
	return squad.ID
}

// clubSees is what the club is told of somebody's time, or "".
func (l lists) clubSees() string {
	for _, r := range l.Current("club", spec.KindAvailability) {
		return string(spec.Payload(r.Token))
	}
	return ""
}

// look writes pictures of a page, when asked to where.
func look(t *testing.T, name string, p *browser.Page) {
	t.Helper()
	if dir := os.Getenv("FUKUSEN_LOOK"); dir != "" {
		browser.Shoot(dir, name, p)
	}
}
