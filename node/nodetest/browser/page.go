package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// The two colour schemes of prefers-color-scheme.
const (
	Light = "light"
	Dark  = "dark"
)

// Page is one tab. Its methods end the test when what they look for does not
// come, and say what the page showed instead.
type Page struct {
	t        testing.TB
	ctx      context.Context
	patience time.Duration
	seen     *record
	look     look
	lang     string
}

// look is how the page is shown.
type look struct {
	width, height int
	zoom          int // percent
	scheme        string
	script        bool
}

// NewContext opens a tab with cookies and storage of its own, as another person
// at another machine has them. It is closed at the end of the test.
func (b *Browser) NewContext() *Page {
	b.t.Helper()
	return b.tab(b.process.ctx, chromedp.WithNewBrowserContext())
}

// NewTab opens a second tab for the same person, with the same cookies.
func (p *Page) NewTab(b *Browser) *Page {
	b.t.Helper()
	return b.tab(p.ctx)
}

func (b *Browser) tab(from context.Context, options ...chromedp.ContextOption) *Page {
	b.t.Helper()
	seen := newRecord()
	options = append(options, chromedp.WithListener(seen.take))
	ctx, end := chromedp.NewContext(from, options...)
	p := &Page{
		t: b.t, ctx: ctx, patience: b.options.Patience, seen: seen,
		look: look{width: b.options.Width, height: b.options.Height, zoom: 100, scheme: Light, script: !b.options.NoScript},
	}
	if b.options.Dark {
		p.look.scheme = Dark
	}
	// The tab lives as long as the context of its first call, so that one has no end.
	if err := within(startup, func() error { return chromedp.Do(ctx) }); err != nil {
		end()
		b.t.Fatalf("browser: open a tab: %v", err)
	}
	seen.watch(cdp.FrameID(chromedp.FromContext(ctx).Target.TargetID)) // a tab's own frame has its id
	go seen.answerDialogs(ctx)
	b.t.Cleanup(end)
	command(p, audits.Enable, cdp.Empty{})
	// Every person's tab takes keys as if it stood in front.
	command(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	p.show()
	p.Lang(b.options.Lang)
	return p
}

// In is the same page under a subtest, which then fails instead of its parent.
func (p *Page) In(t testing.TB) *Page {
	inner := *p
	inner.t = t
	return &inner
}

// command sends one command of the protocol, or ends the test.
func command[P, R any](p *Page, c cdp.Command[P, R], params P) R {
	p.t.Helper()
	result, err := try(p, c, params)
	if err != nil {
		p.t.Fatalf("browser: %s: %v", c.Method, err)
	}
	return result
}

// try sends one command of the protocol, which a page that is just being
// exchanged may refuse.
func try[P, R any](p *Page, c cdp.Command[P, R], params P) (R, error) {
	ctx, cancel := context.WithTimeout(p.ctx, reply)
	defer cancel()
	return chromedp.Call(ctx, c, params)
}

// do runs actions, each of which the browser has to answer in time.
func (p *Page) do(actions ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, reply)
	defer cancel()
	return chromedp.Do(ctx, actions...)
}

// evaluate gives the value of an expression, decoded from its JSON. It works
// where scripts of the page are forbidden.
func (p *Page) evaluate(expression string, into any) error {
	ctx, cancel := context.WithTimeout(p.ctx, reply)
	defer cancel()
	yes := true
	result, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{
		Expression: expression, ReturnByValue: &yes, AwaitPromise: &yes, UserGesture: &yes, IncludeCommandLineAPI: &yes,
	})
	if err != nil {
		return err
	}
	if thrown := result.ExceptionDetails; thrown != nil {
		return errors.New(thrownText(thrown))
	}
	if into == nil || len(result.Result.Value) == 0 {
		return nil
	}
	return json.Unmarshal(result.Result.Value, into)
}

// Eval gives the value of a JavaScript expression in the page.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	var value T
	if err := p.evaluate(expression, &value); err != nil {
		p.fail("evaluate "+expression, err)
	}
	return value
}

// fail ends the test with what was wanted and what is there.
func (p *Page) fail(wanted string, err error) {
	p.t.Helper()
	p.t.Fatalf("browser: %s: %v\n%s", wanted, err, p.shown())
}

// shown describes the page for the reader of a failed test.
func (p *Page) shown() string {
	var now struct{ URL, Title, Text string }
	err := p.evaluate(`({URL: location.href, Title: document.title, Text: document.body ? document.body.innerText : ""})`, &now)
	if err != nil {
		return fmt.Sprintf("the page does not answer: %v", err)
	}
	text := []rune(strings.Join(strings.Fields(now.Text), " "))
	if len(text) > 1200 {
		text = append(text[:1200], '…')
	}
	return fmt.Sprintf("at %s (%s) the page shows: %s", now.URL, now.Title, string(text))
}

// poll asks until the answer is yes or patience ends. The last answer's reason
// is the error.
func (p *Page) poll(ask func() error) error {
	ctx, cancel := context.WithTimeout(p.ctx, p.patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (waited %v)", err, p.patience)
		case <-tick.C:
		}
	}
}

// Open goes to an address and waits until the page has loaded.
func (p *Page) Open(url string) {
	p.t.Helper()
	if err := p.do(chromedp.Navigate(url)); err != nil {
		p.fail("open "+url, err)
	}
}

// Reload loads the page again.
func (p *Page) Reload() {
	p.t.Helper()
	if err := p.do(chromedp.Reload()); err != nil {
		p.fail("reload", err)
	}
}

// Back goes back by one page, which the browser may have kept as it was.
func (p *Page) Back() {
	p.t.Helper()
	history := command(p, page.GetNavigationHistory, cdp.Empty{})
	to := history.CurrentIndex - 1
	if to < 0 {
		p.fail("go back", errors.New("this is the first page"))
	}
	command(p, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[to].ID})
	err := p.poll(func() error {
		now, err := try(p, page.GetNavigationHistory, cdp.Empty{})
		if err == nil && now.CurrentIndex != to {
			err = errors.New("the page before is not there yet")
		}
		return err
	})
	if err == nil {
		before, _ := p.seen.loads()
		err = p.settled(before, false)
	}
	if err != nil {
		p.fail("go back", err)
	}
}

// Viewport sets the window's size in CSS pixels at 100 %.
func (p *Page) Viewport(width, height int) {
	p.t.Helper()
	p.look.width, p.look.height = width, height
	p.fit()
}

// Zoom enlarges the page as a browser's own zoom does: at 200 percent half as
// many CSS pixels fit into the window.
func (p *Page) Zoom(percent int) {
	p.t.Helper()
	p.look.zoom = percent
	p.fit()
}

// Scheme sets prefers-color-scheme to Light or Dark.
func (p *Page) Scheme(scheme string) {
	p.t.Helper()
	p.look.scheme = scheme
	p.media("")
}

// Script allows or forbids scripts of the pages opened from now on.
func (p *Page) Script(allowed bool) {
	p.t.Helper()
	p.look.script = allowed
	p.show()
}

// Lang sets the language that the browser asks for, such as "en" or "ja".
func (p *Page) Lang(lang string) {
	p.t.Helper()
	p.lang = lang
	agent := Eval[string](p, "navigator.userAgent")
	command(p, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: lang})
}

// Print shows the page as it would be printed, or as on a screen again.
func (p *Page) Print(paper bool) {
	p.t.Helper()
	p.media(map[bool]string{true: "print"}[paper])
}

func (p *Page) show() {
	p.t.Helper()
	p.fit()
	p.media("")
	command(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !p.look.script})
}

// fit gives the page its window.
func (p *Page) fit() {
	p.t.Helper()
	command(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(p.look.width * 100 / p.look.zoom), Height: int64(p.look.height * 100 / p.look.zoom),
		DeviceScaleFactor: float64(p.look.zoom) / 100,
	})
}

func (p *Page) media(kind string) {
	p.t.Helper()
	command(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: kind,
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: p.look.scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"}, // a test waits for no animation
		},
	})
}

// picture takes the page, or its visible part, as PNG.
func (p *Page) picture(whole bool) []byte {
	p.t.Helper()
	params := page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: &whole}
	if whole {
		size := Eval[struct{ Width, Height float64 }](p, `({
			Width: document.documentElement.clientWidth,
			Height: Math.max(document.documentElement.scrollHeight, document.documentElement.clientHeight)})`)
		params.Clip = &page.Viewport{Width: size.Width, Height: size.Height, Scale: 1}
	}
	return command(p, page.CaptureScreenshot, params).Data
}
