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
