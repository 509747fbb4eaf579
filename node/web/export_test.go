package web_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// fullLife is a calendar of a thousand meetings, one every two hours.
func fullLife(from time.Time) []byte {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//fictional//EN\r\n")
	for i := range 1000 {
		at := from.Add(2 * time.Duration(i) * time.Hour).UTC().Format("20060102T150405Z")
		end := from.Add(2*time.Duration(i)*time.Hour + 30*time.Minute).UTC().Format("20060102T150405Z")
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:%s\r\nDTSTART:%s\r\nDTEND:%s\r\nSUMMARY:架空の練習 %d\r\nEND:VEVENT\r\n", spec.RandomUUID(), at, at, end, i)
	}
	b.WriteString("END:VCALENDAR\r\n")
	return []byte(b.String())
}

// Whoever has a thousand events and was looked at two hundred times still reads
// what is kept in light pages; page by page nothing is missing.
func TestTheExportIsLightWhateverIsKept(t *testing.T) {
	b := browser.New(t, browser.Options{})
	v := newTown(t)
	v.Consent("city", v.rower, "club", spec.KindAvailability)
	if _, err := v.Node("city").Gate().PutCalendar(t.Context(), v.rower, "own", fullLife(v.Clock.Now().Truncate(time.Hour).Add(24*time.Hour))); err != nil {
		t.Fatal(err)
	}
	v.write(t, func(tx *store.Tx) error {
		var failed error
		for i := range 200 {
			failed = errors.Join(failed, tx.PutOpened(store.Opened{ID: spec.ID(v.rower), At: v.Clock.Now().Unix() - int64(i), Who: spec.RandomUUID(), Purpose: store.OpenedEntry}))
		}
		return failed
	})
	p, at := v.tabs(b)(access.Person), string(v.ID("city"))
	light := func(path string) string {
		t.Helper()
		p.Open(at + path)
		html := p.HTML()
		if n := weight(html); p.Status() != 200 || n > pageMost {
			t.Errorf("%s is answered %d with %d octets, compressed; the most is %d", path, p.Status(), n, pageMost)
		}
		return html
	}
	if html := light("/my/export"); !strings.Contains(html, "架空の練習 0") || strings.Contains(html, "架空の練習 999") {
		t.Error("the first page does not show the beginning of the calendar, or shows its end")
	}
	browser.CheckAll(t, p)
	for part, want := range map[string]int{"calendars": 1000, "opened": 200, "records": 320} {
		p.Open(at + "/my/export")
		p.Click("「" + map[string]string{"calendars": "予定表", "opened": "このノードの職員が開いた記録", "records": "相手ごとに署名した記録"}[part] + "」をすべて見る")
		marks := map[string]string{"calendars": "UID:", "opened": ">purpose<", "records": ".utcStart<"}
		found, pages := 0, 0
		for path := "/my/export?part=" + part; path != ""; pages++ {
			found += strings.Count(light(path), marks[part])
			if pages == 0 {
				browser.CheckAll(t, p)
			}
			href := browser.Eval[string](p, "(document.querySelector('a[rel=next]')||{href:''}).href")
			next, err := url.Parse(href)
			if err != nil {
				t.Fatal(err)
			}
			path = strings.TrimPrefix(next.RequestURI(), "/")
			if path != "" {
				path = "/" + path
			}
		}
		if found < want || pages < 2 {
			t.Errorf("%d pages of %s show %d, want %d", pages, part, found, want)
		}
	}
	if p.Open(at + "/my/export?part=nothing"); p.Status() != 404 {
		t.Errorf("a part that is none is answered %d", p.Status())
	}
}
