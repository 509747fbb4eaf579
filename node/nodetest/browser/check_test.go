package browser_test

import (
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest/browser"
)

//go:embed testdata/good.html
var goodPage string

// flaw makes one mistake in the good page.
type flaw struct {
	rule     string
	old, new string
	also     []string // rules that the same mistake breaks
	dark     bool     // it shows in the dark scheme only
}

// style adds a rule to the end of the page's styles.
func style(css string) (old, new string) { return "</style>", css + "\n</style>" }

// extra adds something to the end of the main part.
func extra(html string) (old, new string) { return "</main>", html + "\n</main>" }

// after joins the pair of a replacement into a flaw.
func after(rule string, pair func(string) (string, string), text string, also ...string) flaw {
	old, changed := pair(text)
	return flaw{rule: rule, old: old, new: changed, also: also}
}

func instead(rule, old, changed string, also ...string) flaw {
	return flaw{rule: rule, old: old, new: changed, also: also}
}

func flaws() []flaw {
	return slices.Concat(pageFlaws(), nameFlaws(), formFlaws(), lookFlaws())
}

func pageFlaws() []flaw {
	return []flaw{
		instead("html-lang", `<html lang="ja">`, `<html>`),
		instead("html-lang", `<html lang="ja">`, `<html lang="jp">`),
		instead("part-lang", `<span lang="en">`, `<span lang="english">`),
		instead("lang-parts", `<span lang="en">`, `<span>`),
		instead("lang-parts", `<html lang="ja">`, `<html lang="en">`),
		instead("lang-parts", `alt="庭"`, `alt="a garden with an old tree"`),
		instead("page-title", `<title>働き方の申込</title>`, `<title> </title>`),
		instead("one-main", `<main id="content" tabindex="-1">`, `<div id="content" tabindex="-1">`),
		after("one-main", extra, `<div role="main">二つめ</div>`),
		instead("one-h1", `<h1>働き方の申込</h1>`, `<h2>働き方の申込</h2>`),
		after("one-h1", extra, `<h1>二つめ</h1>`),
		instead("heading-order", `<h3>覚え書き</h3>`, `<h4>覚え書き</h4>`),
		after("heading-text", extra, `<h2></h2>`),
		instead("landmark-name", `<nav aria-label="この場所について">`, `<nav>`),
		instead("landmark-name", `<nav aria-label="この場所について">`, `<nav aria-label="主な頁">`),
		after("landmark-name", func(s string) (string, string) { return "</body>", s + "</body>" }, `<footer>二つめ</footer>`),
		instead("skip-link", `<a class="skip" href="#content">本文へ</a>`, ``),
		instead("skip-link", `href="#content"`, `href="#contents"`),
		instead("skip-link", `href="#content"`, `href="#nav"`),
		after("fragment-target", extra, `<p><a href="#nowhere">無い所へ</a></p>`),
		instead("viewport-zoom", `initial-scale=1"`, `initial-scale=1, user-scalable=no"`),
		instead("viewport-zoom", `initial-scale=1"`, `initial-scale=1, maximum-scale=1"`),
		after("no-motion", extra, `<marquee>流れる</marquee>`, "clipped"),
		after("no-motion", extra, `<video autoplay muted></video>`),
		after("no-motion", style, `@keyframes k { to { margin-left: 2px } } h1 { animation: k 1s infinite }`),
		instead("no-refresh", `<meta charset="utf-8">`, `<meta charset="utf-8"><meta http-equiv="refresh" content="900">`),
		after("accesskey", extra, `<p><button accesskey="s">残す</button> <button accesskey="S">捨てる</button></p>`),
		instead("table-name", `<caption>これまでの申込</caption>`, ``),
		instead("table-headers", `<th scope="col">日</th><th scope="col">仕事</th>`, `<td>日</td><td>仕事</td>`),
		instead("table-headers", `<th scope="col">日</th>`, `<th scope="col"></th>`),
		instead("th-scope", `<th scope="col">日</th>`, `<th>日</th>`),
		instead("list-items", `<li>雨の日は休みです。</li></ul>`, `<p>雨の日は休みです。</p></ul>`),
		after("list-items", extra, `<div><li>一つ</li></div>`),
		instead("unique-id", `id="news"`, `id="content"`),
	}
}

func nameFlaws() []flaw {
	return []flaw{
		after("button-name", extra, `<p><button style="padding: 1rem"></button></p>`),
		instead("link-name", `<a href="/mine">わたしの情報</a>`, `<a href="/mine"> </a>`),
		instead("link-text", `<a href="/guide">申込の手引き</a>`, `<a href="/guide">こちら</a>`),
		after("link-text", extra, `<p lang="en">More is <a href="/x">here</a>.</p>`),
		instead("label-in-name", `aria-label="送る（確認の頁へ）"`, `aria-label="次へ"`),
		instead("image-name", ` alt="庭"`, ``),
		instead("image-name", ` alt="庭"`, ` alt="garden.png"`),
		instead("image-name", `<svg aria-hidden="true"`, `<svg`),
		instead("image-text", `<h1>働き方の申込</h1>`, `<h1><img alt="働き方の申込" src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></h1>`),
		instead("image-text", ` alt="庭"`, ` alt="`+strings.Repeat("長い文が絵の中に書かれている。", 7)+`"`),
		instead("frame-title", ` title="地図"`, ``),
		instead("dialog-name", ` aria-label="確かめる"`, ``),
		instead("summary-name", `<summary>雨の日について</summary>`, ``),
		instead("summary-name", `<summary>雨の日について</summary>`, `<summary></summary>`),
		instead("live-role", `role="status" aria-live`, `aria-live`),
		instead("time-datetime", ` datetime="2026-04-01"`, ``),
		instead("aria-reference", `aria-describedby="mail-error"`, `aria-describedby="mail-error gone"`),
		instead("aria-role", `role="status"`, `role="state"`, "live-role"),
		after("aria-value", extra, `<p><button aria-expanded="open">開く</button></p>`),
		after("aria-value", extra, `<p aria-labeled="x">文</p>`),
		instead("tab-order", `<button aria`, `<button tabindex="3" aria`),
		after("hidden-focus", extra, `<p aria-hidden="true"><button>隠れた</button></p>`),
		after("nested-control", extra, `<div tabindex="0" role="button">開く <a href="/x">別の頁</a></div>`),
		after("control-focusable", extra, `<div role="button">開く</div>`),
		after("click-role", extra, `<div onclick="1">開く</div>`),
		after("click-role", extra, `<div id="d">開く</div><script>document.getElementById("d").addEventListener("click", () => {})</script>`),
	}
}

func formFlaws() []flaw {
	return []flaw{
		instead("control-name", `<label for="kind">種別</label>`, ``),
		after("control-name", extra, `<p><input placeholder="探す"></p>`),
		after("label-visible", extra, `<p><input aria-label="探す"></p>`),
		instead("required-marked", `氏名（必須）`, `氏名`),
		instead("required-marked", ` required>`, `>`),
		instead("error-described", ` aria-describedby="mail-error"`, ``),
		instead("error-summary", `<a href="#mail">連絡先</a>`, `<a href="#news">連絡先</a>`),
		instead("group-legend", `<legend>連絡の方法</legend>`, ``),
		after("group-legend", extra, `<p><label><input type="checkbox" name="day"> 月</label> <label><input type="checkbox" name="day"> 火</label></p>`),
		instead("option-text", `<option>会員</option>`, `<option value="x"></option>`),
		instead("autocomplete", `autocomplete="email"`, `autocomplete="e-mail"`),
		instead("autocomplete", ` autocomplete="email"`, ``),
		instead("autocomplete", `autocomplete="name"`, `autocomplete="tel"`),
	}
}

func lookFlaws() []flaw {
	dark := func(f flaw) flaw { f.dark = true; return f }
	return []flaw{
		after("contrast-text", style, `h1 { color: #8a8a8a; font-size: 16px }`),
		after("contrast-text", style, `.quiet { opacity: .4 }`),
		after("contrast-text", style, `h1 { background: linear-gradient(#fff, #000) }`),
		after("contrast-text", style, `h1::after { content: "新"; color: #ccc }`),
		after("contrast-text", style, `h1 { color: color-mix(in oklab, black, white 80%) }`),
		after("contrast-text", extra, `<p><label>探す語 <input id="q" placeholder="例"></label></p><style>#q::placeholder { color: #ccc }</style>`),
		after("contrast-text", extra, `<svg role="img" aria-label="図" width="80" height="40"><rect width="80" height="40" fill="#333"></rect><text x="9" y="25" fill="#111">図</text></svg>`),
		dark(instead("contrast-text", `--ink: #ececec`, `--ink: #4c4c4c`)),
		after("contrast-control", style, `select { border-color: #ddd }`),
		after("contrast-control", style, `form button { border-color: #ddd }`),
		after("link-in-text", style, `p a { text-decoration: none }`),
		after("target-size", style, `nav a { padding: 0; font-size: 10px; line-height: 1; margin: -3px 0 } nav { line-height: 1 }`),
		after("target-size", extra, `<p><button style="width: 12px; height: 12px; padding: 0" aria-label="閉じる"></button></p>`),
		after("focus-visible", style, `form button:focus-visible { outline: none }`),
		after("contrast-focus", style, `form button:focus-visible { outline-color: #e5e5e5 }`),
		after("contrast-focus", style, `form button { background: #ddd; color: #111 } form button:focus-visible { outline: 3px solid #fff; outline-offset: -4px }`),
		after("focus-covered", extra, `<div style="position: fixed; inset: 0; z-index: 1"></div>`),
		after("reflow", style, `h1 { width: 600px }`),
		after("clipped", style, `.box { white-space: nowrap; width: 40px }`),
		after("clipped", style, `.box { white-space: nowrap; width: 40px; text-overflow: ellipsis }`),
		after("text-spacing", style, `.box { white-space: nowrap; width: 9.5em }`),
	}
}

// rulesOf are the rules that were broken, sorted.
func rulesOf(found []browser.Violation) []string {
	var names []string
	for _, v := range found {
		names = append(names, v.Rule)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestAGoodPageBreaksNoRule(t *testing.T) {
	p := browser.New(t, browser.Options{}).NewContext()
	p.Open(site(t, map[string]string{"/": goodPage}))
	browser.CheckAll(t, p)
	p.Viewport(browser.Narrow, 700)
	browser.CheckAll(t, p)
	p.NoComplaints(t)
	if got := browser.Eval[int](p, "innerWidth"); got != browser.Narrow {
		t.Errorf("after the check the window is %d wide", got)
	}
}

// strict serves the good page under the content security policy of the product,
// with its styles in a file of their own.
func strict(t *testing.T) string {
	t.Helper()
	head, rest, _ := strings.Cut(goodPage, "<style>")
	css, body, _ := strings.Cut(rest, "</style>")
	body = regexp.MustCompile("<iframe.*</iframe>|<img [^>]*>").ReplaceAllString(body, "")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/style.css" {
			w.Header().Set("Content-Type", "text/css")
			_, _ = io.WriteString(w, css)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "+
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")
		_, _ = io.WriteString(w, head+`<link rel="stylesheet" href="/style.css">`+body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestTheCheckItselfOffendsNoPolicy(t *testing.T) {
	home := strict(t)
	for _, script := range []bool{true, false} {
		p := browser.New(t, browser.Options{NoScript: !script}).NewContext()
		p.Open(home)
		browser.CheckAll(t, p)
		p.NoComplaints(t)
	}
}

// listener is a test that only writes down what it is told.
type listener struct {
	testing.TB
	lines []string
}

func (l *listener) Errorf(format string, values ...any) {
	l.lines = append(l.lines, fmt.Sprintf(format, values...))
}

func TestAViolationIsOneLineThatSaysWhere(t *testing.T) {
	broken := strings.Replace(goodPage, "--ink: #ececec", "--ink: #4c4c4c", 1)
	broken = strings.Replace(broken, ` alt="庭"`, "", 1)
	p := browser.New(t, browser.Options{}).NewContext()
	home := site(t, map[string]string{"/": broken})
	p.Open(home)
	told := &listener{TB: t}
	browser.CheckAll(told, p)
	want := home + "/: image-name (WCAG 1.1.1): main#content > p:nth-of-type(2) > img: a picture without an alternative text [light, 1280 px, 100 %]"
	if len(told.lines) < 2 || told.lines[0] != want {
		t.Errorf("told are\n%s\nwant first\n%s", strings.Join(told.lines, "\n"), want)
	}
	if n := strings.Count(strings.Join(told.lines, "\n"), "image-name"); n != 1 {
		t.Errorf("what is wrong in both schemes was told %d times", n)
	}
	if dark := told.lines[1]; !strings.Contains(dark, "contrast-text") || !strings.Contains(dark, "more, the last at") || !strings.HasSuffix(dark, "”") {
		t.Errorf("what is wrong alike in many places is told as %s", dark)
	}
	told.lines = nil
	browser.CheckAll(told, p, "image-name", "contrast-text")
	if len(told.lines) != 0 {
		t.Errorf("what was left out is told: %v", told.lines)
	}
}

func TestEachMistakeBreaksItsRuleAndNoOther(t *testing.T) {
	current := goodPage
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, current) // one page at a time, asked for below
	}))
	t.Cleanup(server.Close)
	p := browser.New(t, browser.Options{}).NewContext()
	for _, f := range flaws() {
		broken := strings.Replace(goodPage, f.old, f.new, 1)
		if broken == goodPage {
			t.Errorf("%s: %q does not stand in the good page", f.rule, f.old)
			continue
		}
		current = broken
		p.Scheme(map[bool]string{false: browser.Light, true: browser.Dark}[f.dark])
		p.Open(server.URL)
		found := browser.Check(p)
		want := append([]string{f.rule}, f.also...)
		slices.Sort(want)
		if got := rulesOf(found); !slices.Equal(got, want) {
			t.Errorf("%s instead of %s: broken are %v, want %v\n%v", f.new, f.old, got, want, found)
		}
	}
}

func TestEachRuleHasAMistakeThatBreaksIt(t *testing.T) {
	names := map[string]bool{}
	for _, r := range browser.Rules() {
		if names[r.Name] || r.Criterion == "" || r.Says == "" {
			t.Errorf("the rule %q stands twice or says nothing", r.Name)
		}
		names[r.Name] = true
		if !slices.ContainsFunc(flaws(), func(f flaw) bool { return f.rule == r.Name }) {
			t.Errorf("no mistake breaks the rule %s", r.Name)
		}
	}
	if len(names) < 34 {
		t.Errorf("there are %d rules, fewer than 34", len(names))
	}
}
