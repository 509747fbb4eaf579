// Package browser lets a test use a page as a person does, in Debian's headless
// Chromium: read, click, type, upload, sign in with a passkey; and Check looks
// for what would keep somebody out. It refuses to reach anything but loopback,
// to wait without an end, and to be part of the product.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var (
	errMissing = errors.New("needs Debian's chromium")
	errSlow    = errors.New("chromium did not answer in time")
)

// Options are of one browser; the zero value is a wide, light window of a
// Japanese reader who allows scripts.
type Options struct {
	Width, Height int           // CSS pixels; 1280×900 if zero
	Lang          string        // what Accept-Language says; ja if empty
	Dark          bool          // prefers-color-scheme
	NoScript      bool          // pages run no script
	Patience      time.Duration // how long to look for what should come; 30 s if zero
}

const (
	startup = 60 * time.Second // bounds the start of the process and of each tab
	reply   = 30 * time.Second // bounds a single command, such as loading a page
)

// Browser belongs to one test. Its contexts share a process and nothing else.
type Browser struct {
	t       testing.TB
	options Options
	process *process
}

// process is one chromium, started by whoever needs it first.
type process struct {
	once    sync.Once
	ctx     context.Context
	stop    func()
	err     error
	profile string
	turn    *os.File
}

// shared is the process of a test package whose TestMain calls Main, else nil.
// It is the one variable here, because a package's tests share nothing else.
var shared atomic.Pointer[process]

// Main runs a package's tests with one chromium for all of them, started when
// the first test asks for it:
//
//	func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }
func Main(m *testing.M) int {
	p := &process{}
	shared.Store(p)
	code := m.Run()
	shared.Store(nil)
	p.end()
	return code
}

// New gives the test a browser: that of the package under Main, else one of its
// own that ends with the test. Without chromium the test is skipped, and failed
// where the environment says CI=true.
func New(t testing.TB, o Options) *Browser {
	t.Helper()
	if o.Width == 0 {
		o.Width = 1280
	}
	if o.Height == 0 {
		o.Height = 900
	}
	if o.Lang == "" {
		o.Lang = "ja"
	}
	if o.Patience == 0 {
		o.Patience = 30 * time.Second
	}
	p := shared.Load()
	if p == nil {
		p = &process{}
		t.Cleanup(p.end)
	}
	p.once.Do(p.start)
	if errors.Is(p.err, errMissing) && os.Getenv("CI") != "true" {
		t.Skip(errMissing.Error())
	}
	if p.err != nil {
		t.Fatalf("browser: %v", p.err)
	}
	return &Browser{t, o, p}
}

func (p *process) start() {
	// The shell is the same Chromium without the windows that nobody sees.
	program, err := exec.LookPath("chromium-headless-shell")
	if err != nil {
		program, err = exec.LookPath("chromium")
	}
	if err != nil {
		p.err = errMissing
		return
	}
	if p.turn, err = takeTurn(); err != nil {
		p.err = err
		return
	}
	// Not t.TempDir: a process that is just ending may still write there, and
	// that would fail the test.
	if p.profile, err = os.MkdirTemp("", "fukusen-browser-"); err != nil {
		p.err = err
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program),
		chromedp.UserDataDir(p.profile),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1"),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-sandbox", os.Getuid() == 0), // a sandbox refuses to start as root
	)
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	p.ctx, p.stop = ctx, func() {
		// A browser that is ending says so by an error; the release below is final.
		_ = chromedp.Cancel(ctx)
		release()
	}
	if err := within(startup, func() error { return chromedp.Do(ctx) }); err != nil {
		p.err = fmt.Errorf("start %s: %w", program, err)
	}
}

func (p *process) end() {
	if p.stop != nil {
		p.stop()
	}
	if p.turn != nil {
		_ = p.turn.Close() // which gives the turn back
	}
	if p.profile != "" {
		_ = os.RemoveAll(p.profile) // the system's folder for temporary files; a leftover harms nothing
	}
}

// within bounds what takes its lifetime from its context and so may not be
// given one with an end.
func within(limit time.Duration, do func() error) error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return errSlow
	}
}
