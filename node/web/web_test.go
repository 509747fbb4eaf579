package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/web"
	"github.com/fukusen/fukusen/spec"
)

func page(t *testing.T, f *nodetest.Federation, lang string) *httptest.ResponseRecorder {
	t.Helper()
	e := echo.New()
	web.Mount(e, web.Config{
		Self: f.ID("city"), Name: spec.Text{JA: "架空市", EN: "Fictional City"}, Trust: f.Node("city").Trust(),
		Clock: time.Now, Leader: func() spec.NodeID { return f.ID("city") }, Ready: func() error { return nil },
	})
	req := httptest.NewRequest(http.MethodGet, "/", nil)
	req.Header.Set("Accept-Language", lang)
	res := httptest.NewRecorder()
	e.ServeHTTP(res, req)
	return res
}

// The status page shows who the node is and what is in force, in the reader's
// language, and nothing that could run or call out.
func TestTheStatusPageIsPublicAndQuiet(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("city", "Unlisted")
	f.Talent("city", rower)
	for lang, words := range map[string][]string{
		"ja": {`<html lang="ja">`, "架空市", "参加名簿", "憲章", "適用中"},
		"en": {`<html lang="en">`, "Fictional City", "Membership register", "In force"},
	} {
		res := page(t, f, lang)
		body := res.Body.String()
		for _, w := range words {
			if !strings.Contains(body, w) {
				t.Errorf("%s: the page lacks %q", lang, w)
			}
		}
		for _, never := range []string{"<script", " style=", "onclick", "Unlisted", rower} {
			if strings.Contains(body, never) {
				t.Errorf("%s: the page holds %q", lang, never)
			}
		}
		if csp := res.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: content security policy %q", lang, csp)
		}
		for _, m := range regexp.MustCompile(`(?:src|href)="(https?://[^"]+)"`).FindAllStringSubmatch(body, -1) {
			if !strings.HasPrefix(m[1], "http://localhost:") {
				t.Errorf("%s: the page refers to %s", lang, m[1])
			}
		}
	}
}

// A browser that asks for what is not there gets a page in both languages; a
// program gets what programs get.
func TestABrowserThatIsLostGetsAPage(t *testing.T) {
	e := echo.New()
	e.HTTPErrorHandler = func(_ error, c echo.Context) {
		c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
		c.Response().WriteHeader(http.StatusNotFound)
	}
	web.Mount(e, web.Config{Name: spec.Text{JA: "架空市", EN: "Fictional City"}})
	ask := func(method, accept, path string) *httptest.ResponseRecorder {
		req := httptest.NewRequest(method, path, nil)
		req.Header.Set("Accept", accept)
		req.Header.Set("Accept-Language", "ja")
		res := httptest.NewRecorder()
		e.ServeHTTP(res, req)
		return res
	}
	res := ask(http.MethodGet, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "/members/secret-7f3a")
	body := res.Body.String()
	if res.Code != http.StatusNotFound || !strings.HasPrefix(res.Header().Get("Content-Type"), "text/html") {
		t.Errorf("a browser is answered %d as %q", res.Code, res.Header().Get("Content-Type"))
	}
	for _, w := range []string{`<html lang="ja">`, "ページが見つかりません", "Page not found", "架空市", `href="/style.css"`} {
		if !strings.Contains(body, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
	if strings.Contains(body, "7f3a") || !strings.HasPrefix(res.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the page repeats the address or has no policy: %s", body)
	}
	for what, res := range map[string]*httptest.ResponseRecorder{
		"a program":             ask(http.MethodGet, "application/json", "/members"),
		"one that takes all":    ask(http.MethodGet, "*/*", "/members"),
		"a browser at the API":  ask(http.MethodGet, "text/html", "/v1/nothing"),
		"a browser that writes": ask(http.MethodPost, "text/html", "/members"),
	} {
		if res.Code != http.StatusNotFound || res.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s is answered %d as %q", what, res.Code, res.Header().Get("Content-Type"))
		}
	}
}

// Japanese sentences stand without a space between them, and the count under
// the documents says what it counts.
func TestTheStatusPageReadsWell(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	ja, en := page(t, f, "ja").Body.String(), page(t, f, "en").Body.String()
	if !strings.Contains(ja, "公開情報だけを表示します。開発・実演用") || !strings.Contains(en, "public information only. This is") {
		t.Error("the two sentences of the introduction are not joined as the language joins them")
	}
	if !strings.Contains(ja, "方針ログの件数") || !strings.Contains(en, "Policy log entries") {
		t.Error("the count of the policy log has no name of its own")
	}
}
