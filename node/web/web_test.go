package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest"
)

func page(t *testing.T, f *nodetest.Federation, lang string) *httptest.ResponseRecorder {
	t.Helper()
	return ask(t, f, http.MethodGet, "text/html", "/", lang)
}

// ask asks a running node for a page, as a browser or a program does.
func ask(t *testing.T, f *nodetest.Federation, method, accept, path, lang string) *httptest.ResponseRecorder {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, string(f.ID("city"))+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	req.Header.Set("Accept-Language", lang)
	answer, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	res := httptest.NewRecorder()
	for name, values := range answer.Header {
		res.Header()[name] = values
	}
	res.WriteHeader(answer.StatusCode)
	if _, err := io.Copy(res, answer.Body); err != nil {
		t.Fatal(err)
	}
	return res
}

// The status page shows who the node is and what is in force, in the reader's
// language, and nothing that could run or call out.
func TestTheStatusPageIsPublicAndQuiet(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	rower := f.Person("city", "Unlisted")
	f.Talent("city", rower)
	for lang, words := range map[string][]string{
		"ja": {`<html lang="ja">`, "city", "参加名簿", "憲章", "適用中"},
		"en": {`<html lang="en">`, "city", "Membership register", "In force"},
	} {
		res := page(t, f, lang)
		body := res.Body.String()
		for _, w := range words {
			if !strings.Contains(body, w) {
				t.Errorf("%s: the page lacks %q", lang, w)
			}
		}
		for _, never := range []string{"<script>", " style=", "onclick", "Unlisted", rower} {
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

// A browser that asks for what is not there gets a page; a program gets what
// programs get.
func TestABrowserThatIsLostGetsAPage(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	res := ask(t, f, http.MethodGet, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "/members/secret-7f3a", "ja")
	body := res.Body.String()
	if res.Code != http.StatusNotFound || !strings.HasPrefix(res.Header().Get("Content-Type"), "text/html") {
		t.Errorf("a browser is answered %d as %q", res.Code, res.Header().Get("Content-Type"))
	}
	for _, w := range []string{`<html lang="ja">`, "ページが見つかりません", `href="/"`} {
		if !strings.Contains(body, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
	if !strings.HasPrefix(res.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Error("the page has no policy")
	}
	for what, res := range map[string]*httptest.ResponseRecorder{
		"a program":             ask(t, f, http.MethodGet, "application/json", "/members", "ja"),
		"one that takes all":    ask(t, f, http.MethodGet, "*/*", "/members", "ja"),
		"a browser at the API":  ask(t, f, http.MethodGet, "text/html", "/v1/nothing", "ja"),
		"a browser that writes": ask(t, f, http.MethodPost, "text/html", "/members", "ja"),
	} {
		if res.Code != http.StatusNotFound || res.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s is answered %d as %q", what, res.Code, res.Header().Get("Content-Type"))
		}
	}
}
