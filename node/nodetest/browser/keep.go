package browser

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Cookie is one cookie that the browser keeps for a site.
type Cookie struct {
	Name, Value, Domain, Path string
	HTTPOnly, Secure, Session bool   // Session: it ends with the browser
	SameSite                  string // Strict, Lax, None or empty
}

// Cookies are those that the browser would send to the page's address.
func (p *Page) Cookies() []Cookie {
	p.t.Helper()
	var all []Cookie
	for _, c := range command(p, network.GetCookies, network.GetCookiesParams{}).Cookies {
		all = append(all, Cookie{c.Name, c.Value, c.Domain, c.Path, c.HTTPOnly, c.Secure, c.Session, string(c.SameSite)})
	}
	return all
}

// SetCookie gives the browser a cookie for an address, as if the site had sent
// it; an empty value is a value too.
func (p *Page) SetCookie(url, name, value string) {
	p.t.Helper()
	command(p, network.SetCookie, network.SetCookieParams{URL: url, Name: name, Value: value})
}

// ForgetCookies drops all cookies of this person.
func (p *Page) ForgetCookies() {
	p.t.Helper()
	command(p, network.ClearBrowserCookies, cdp.Empty{})
}

// downloads follows the files that a browser fetches, by their ids.
type downloads struct {
	mu    sync.Mutex
	names map[string]string
	done  string // the id of the first one that is whole
	lost  bool
}

func (d *downloads) take(event any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch e := event.(type) {
	case *cdpbrowser.EventDownloadWillBegin:
		d.names[e.GUID] = e.SuggestedFilename
	case *cdpbrowser.EventDownloadProgress:
		if _, ours := d.names[e.GUID]; !ours || d.done != "" {
			return
		}
		if e.State == cdpbrowser.DownloadProgressStateCompleted {
			d.done = e.GUID
		}
		d.lost = d.lost || e.State == cdpbrowser.DownloadProgressStateCanceled
	}
}

// Download clicks as Click does and wants a file to come of it: its name as the
// browser would save it, and its content. One page of a test package may
// download at a time.
func (p *Page) Download(what string) (name string, content []byte) {
	p.t.Helper()
	dir, yes := p.t.TempDir(), true
	d := &downloads{names: map[string]string{}}
	err := chromedp.ListenBrowser(p.ctx, d.take)
	if err == nil {
		_, err = chromedp.CallBrowser(p.ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
			Behavior: cdpbrowser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: dir, EventsEnabled: &yes,
			BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
		})
	}
	if err == nil {
		err = p.click(what, false)
	}
	id := ""
	if err == nil {
		err = p.poll(func() error {
			d.mu.Lock()
			defer d.mu.Unlock()
			if id = d.done; id != "" {
				name = d.names[id]
				return nil
			}
			if d.lost {
				return errors.New("the file was cut off")
			}
			return errors.New("no file came")
		})
	}
	if err == nil {
		content, err = os.ReadFile(filepath.Join(dir, id))
	}
	if err != nil {
		p.fail("download "+what, err)
	}
	return name, content
}
