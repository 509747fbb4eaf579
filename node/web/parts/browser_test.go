package parts_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest/browser"
	"github.com/fukusen/fukusen/node/web/parts"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// gallery serves the style page as a node does, and a stream that says one thing.
func gallery(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/static/", http.StripPrefix("/static/", http.FileServerFS(parts.Static())))
	mux.HandleFunc("/live", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = w.Write([]byte("data: {\"gallery-done\":\"31 <b>\",\"unread\":\"12\"}\n\n"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("/style", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		f := parts.Frame{
			Lang: r.URL.Query().Get("lang"), Path: r.URL.String(), NodeName: "Fictional City", NodeID: "https://city.example", Development: true,
			Who: "Hanako Kaku", Unread: 3, CSRF: "token", Nav: []parts.Link{{Href: "/style", Key: "gallery.people", Current: true}, {Href: "/charts", Key: "gallery.charts", Count: 2}},
		}
		if r.URL.Query().Has("live") {
			f.Live = "/live"
		}
		if err := parts.Gallery().Render(parts.With(r.Context(), f), w); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		server.CloseClientConnections() // the stream has no end of its own
		server.Close()
	})
	return server.URL + "/style?lang="
}

func TestTheGalleryKeepsNobodyOut(t *testing.T) {
	page := browser.New(t, browser.Options{}).NewContext()
	for _, lang := range []string{"ja", "en"} {
		page.Open(gallery(t) + lang)
		browser.CheckAll(t, page)
	}
	page.NoComplaints(t)
}

func TestAPageFitsANarrowWindow(t *testing.T) {
	page := browser.New(t, browser.Options{Width: 320, Height: 700}).NewContext()
	for _, lang := range []string{"ja", "en"} {
		page.Open(gallery(t) + lang)
		if width := browser.Eval[int](page, "document.documentElement.scrollWidth"); width > 320 {
			t.Errorf("%s: the page is %d pixels wide in a window of 320", lang, width)
		}
	}
}

func TestAStreamReplacesTextAndNothingElse(t *testing.T) {
	page := browser.New(t, browser.Options{}).NewContext()
	page.Open(gallery(t) + "en&live=1")
	page.WaitFor("31 <b>")
	if n := browser.Eval[string](page, `document.querySelector('.count[data-live-key=unread]').textContent`); n != "12" {
		t.Errorf("the unread count is %s", n)
	}
	page.NoComplaints(t)
}

func TestTheScriptHelpsAndIsNotNeeded(t *testing.T) {
	page := browser.New(t, browser.Options{}).NewContext()
	page.Open(gallery(t) + "en")
	page.Fill("Filter this table", "ＲＥＩＪＩ")
	if n := browser.Eval[int](page, `document.querySelectorAll("#people tbody tr:not([hidden])").length`); n != 1 {
		t.Errorf("%d rows are left of the filter, not 1", n)
	}
	page.Fill("Filter this table", "nobody")
	page.WaitFor("No row matches")

	at := `document.activeElement.getAttribute("aria-label")`
	browser.Eval[bool](page, `(() => { document.querySelector("[data-week] input").focus(); return true })()`)
	page.Press("ArrowDown", "ArrowRight")
	if label := browser.Eval[string](page, at); label != "Tue 7 April 2026, 11:00 to 12:30" {
		t.Errorf("down and right of the first hour stands %q", label)
	}
	if n := browser.Eval[int](page, `document.querySelectorAll('[data-week] input[tabindex="0"]').length`); n != 1 {
		t.Errorf("the week has %d stops for Tab", n)
	}

	browser.Eval[bool](page, `(() => { document.querySelector("a[data-dialog]").click(); return true })()`)
	if !browser.Eval[bool](page, `document.getElementById("ask").open`) {
		t.Error("the dialog stays shut")
	}
	page.Press("Escape")
	if browser.Eval[bool](page, `document.getElementById("ask").open`) {
		t.Error("the dialog stays open")
	}
	page.NoComplaints(t)

	page.Script(false)
	page.Open(gallery(t) + "en")
	for _, css := range []string{"[data-print]:not([hidden])", "[data-copy]:not([hidden])", ".filter:not([hidden])"} {
		if n := page.Count(css); n != 0 {
			t.Errorf("without script %d of %s are shown", n, css)
		}
	}
}
