package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest/browser"
)

// Somebody connects a calendar of the outside, sees how it stands when it fails,
// gives a file and takes both away; no title and no secret is shown.
func TestSomebodyBringsCalendarsIn(t *testing.T) {
	l := newLists(t)
	_, id, _ := l.person("花子")
	now := l.Clock.Now()
	var broken atomic.Bool
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		_, _ = w.Write(lecture(now))
	}))
	t.Cleanup(outside.Close)
	path := filepath.Join(t.TempDir(), "exam.ics")
	if err := os.WriteFile(path, lecture(now), 0o600); err != nil {
		t.Fatal(err)
	}
	p := l.at(id)
	p.Open(string(l.ID("city")) + "/my/calendars")
	p.Submit("外す") // the one that everybody of these tests has
	p.WaitFor("カレンダーはまだありません")
	p.Fill("呼び名", "大学")
	p.Fill("アドレス", "ftp://calendar.example/x.ics")
	p.Submit("つなぐ")
	p.WaitFor("https または webcal で始まるアドレスを入力してください")
	p.Fill("アドレス", outside.URL+"/private-2f8c/basic.ics")
	p.Submit("つなぐ")
	p.WaitFor("カレンダーをつなぎました")
	p.WaitFor("最新")
	look(t, "calendars-fresh", p)
	if shown := p.HTML(); strings.Contains(shown, "2f8c") || strings.Contains(shown, "秘密の講義") {
		t.Error("the page shows a secret address, or a title")
	}
	p.Submit("いま読み取る")
	p.WaitFor("1分以内に読み取ったばかりです")
	broken.Store(true)
	l.Clock.Move(2 * time.Minute)
	p.Submit("いま読み取る")
	p.WaitFor("読み取りが許されていません")
	p.WaitFor("前に読み取った予定は、そのまま使っています")
	browser.CheckAll(t, p)
	look(t, "calendars-failing", p)

	p.Fill("ファイルの呼び名", "試験")
	p.Upload("ファイル（.ics、10MBまで）", path)
	p.Submit("渡す")
	p.WaitFor("ファイルを読み取りました")
	p.Submit("article:first-of-type >> 外す")
	p.WaitFor("カレンダーを外しました")
	p.Submit("外す")
	p.WaitFor("カレンダーはまだありません")
}
