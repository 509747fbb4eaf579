package browser

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// verdict is a test that writes down how it was ended.
type verdict struct {
	testing.TB
	said string
}

func (v *verdict) Skip(values ...any) {
	v.said = "skip: " + fmt.Sprint(values...)
	runtime.Goexit()
}

func (v *verdict) Fatalf(format string, values ...any) {
	v.said = "fail: " + fmt.Sprintf(format, values...)
	runtime.Goexit()
}

// ended runs what ends a test, and gives how.
func ended(t *testing.T, do func(t testing.TB)) string {
	v := &verdict{TB: t, said: "went on"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(v)
	}()
	<-done
	return v.said
}

func TestWithoutChromiumATestIsSkippedAndInTheCIFails(t *testing.T) {
	before := shared.Load()
	defer shared.Store(before)
	t.Setenv("PATH", t.TempDir())
	for ci, want := range map[string]string{"": "skip: needs Debian's chromium", "true": "fail: browser: needs Debian's chromium"} {
		shared.Store(nil)
		t.Setenv("CI", ci)
		if got := ended(t, func(t testing.TB) { New(t, Options{}) }); got != want {
			t.Errorf("with CI=%q: %q, want %q", ci, got, want)
		}
	}
}

func TestWhoFindsNothingSaysWhatIsThere(t *testing.T) {
	p := New(t, Options{Patience: 100 * time.Millisecond}).NewContext()
	p.Open(`data:text/html,<!doctype html><title>home</title><button>Save</button><button>Close</button><label>Name <input></label>
		<p><button>Twice</button><p id="b"><button>Twice</button><p>a note<button disabled>Off</button>`)
	for want, do := range map[string]func(*Page){
		"click Send: no button or link is called so; there are: Save | Close | Twice | Twice | Off": func(p *Page) { p.Click("Send") },
		"click Twice: 2 are called so; say which by":                                                func(p *Page) { p.Click("Twice") },
		"click Off: it is disabled":                                                                 func(p *Page) { p.Click("Off") },
		"submit Save: no other page was asked for":                                                  func(p *Page) { p.Submit("Save") },
		"fill Phone: no control is called so; there are: Name":                                      func(p *Page) { p.Fill("Phone", "1") },
		"wait for thanks: the text is not there":                                                    func(p *Page) { p.WaitFor("thanks") },
		"wait until it is gone: a note: the text is still there":                                    func(p *Page) { p.WaitGone("a note") },
	} {
		got := ended(t, func(t testing.TB) { do(p.In(t)) })
		if !strings.HasPrefix(got, "fail: browser: "+want) || !strings.Contains(got, "the page shows: Save") {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	if got := ended(t, func(t testing.TB) { p.In(t).Click("#b >> Twice") }); got != "went on" {
		t.Errorf("the second of two was not found in its part: %s", got)
	}
}
