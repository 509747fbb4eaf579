package browser

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Complaint is what the browser holds against a page.
type Complaint struct {
	Kind string // console, exception, log, csp, quirks, mixed
	Text string
	URL  string
}

func (c Complaint) String() string { return c.Kind + ": " + c.Text + " (" + c.URL + ")" }

// Request is one request that left the page, or wanted to.
type Request struct {
	Method string
	URL    string
	Host   string // with its port
	Kind   string // Document, Stylesheet, Script, Image, Fetch, ...
}

// record keeps what happened on one tab, in the order in which it happened.
type record struct {
	mu         sync.Mutex
	main       cdp.FrameID
	complaints []Complaint
	requests   []Request
	dialogs    []string
	status     int
	started    int  // loads of the main frame that began
	loading    bool // one of them has not ended
	waiting    chan struct{}
}

func newRecord() *record { return &record{waiting: make(chan struct{}, 64)} }

// watch says which frame is the tab's own.
func (r *record) watch(main cdp.FrameID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.main = main
}

// take hears each event. It runs in the loop that reads the browser's messages,
// so it only notes.
func (r *record) take(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *page.EventFrameRequestedNavigation:
		r.begin(e.FrameID)
	case *page.EventFrameStartedLoading:
		r.begin(e.FrameID)
	case *page.EventFrameStoppedLoading:
		if e.FrameID == r.main {
			r.loading = false
		}
	case *page.EventJavascriptDialogOpening:
		r.dialogs = append(r.dialogs, string(e.Type)+": "+e.Message)
		select {
		case r.waiting <- struct{}{}:
		default: // as many answers are due already
		}
	case *network.EventRequestWillBeSent:
		r.request(e)
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument && e.FrameID == r.main {
			r.status = int(e.Response.Status)
		}
	default:
		r.complain(event)
	}
}

func (r *record) begin(frame cdp.FrameID) {
	if frame == r.main {
		r.started++
		r.loading = true
	}
}

func (r *record) request(e *network.EventRequestWillBeSent) {
	address, err := url.Parse(e.Request.URL)
	if err != nil || address.Host == "" {
		return // data: and blob: stay in the page
	}
	r.requests = append(r.requests, Request{e.Request.Method, e.Request.URL, address.Host, string(e.Type)})
}

func (r *record) complain(event any) {
	add := func(kind, text, url string) { r.complaints = append(r.complaints, Complaint{kind, text, url}) }
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			add("console", objects(e.Args), "")
		}
	case *runtime.EventExceptionThrown:
		add("exception", thrownText(e.ExceptionDetails), e.ExceptionDetails.URL)
	case *log.EventEntryAdded:
		bad := e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning
		if bad && !r.isDocument(e.Entry.URL) && !strings.HasSuffix(e.Entry.URL, "/favicon.ico") { // which no page asks for
			add("log", e.Entry.Text, e.Entry.URL)
		}
	case *audits.EventIssueAdded:
		switch d := e.Issue.Details; {
		case d.ContentSecurityPolicyIssueDetails != nil:
			csp := d.ContentSecurityPolicyIssueDetails
			add("csp", csp.ViolatedDirective+" "+string(csp.ContentSecurityPolicyViolationType), csp.BlockedURL)
		case d.QuirksModeIssueDetails != nil:
			add("quirks", "the page has no <!doctype html>", d.QuirksModeIssueDetails.URL)
		case d.MixedContentIssueDetails != nil:
			add("mixed", "insecure content", d.MixedContentIssueDetails.InsecureURL)
		}
	}
}

// isDocument: that a whole page was answered by 404 or 403 is the subject of a
// test, see Status, and not a complaint about the page.
func (r *record) isDocument(address string) bool {
	return slices.ContainsFunc(r.requests, func(q Request) bool {
		return q.URL == address && q.Kind == string(network.ResourceTypeDocument)
	}) && r.status >= 400
}

func objects(list []*runtime.RemoteObject) string {
	var words []string
	for _, o := range list {
		if len(o.Value) > 0 {
			words = append(words, strings.Trim(string(o.Value), `"`))
		} else {
			words = append(words, o.Description)
		}
	}
	return strings.Join(words, " ")
}

func thrownText(thrown *runtime.ExceptionDetails) string {
	if thrown.Exception != nil && thrown.Exception.Description != "" {
		return thrown.Text + " " + thrown.Exception.Description
	}
	return thrown.Text
}

// answerDialogs accepts every dialog, so that none stops the page for ever.
func (r *record) answerDialogs(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.waiting:
			// The dialog of a page that is just left is gone, which is an answer too.
			_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}
	}
}

// Complaints are what the browser held against the tab's pages so far.
func (p *Page) Complaints() []Complaint {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	return slices.Clone(p.seen.complaints)
}

// NoComplaints fails the test if the browser has something against a page:
// errors and warnings of the console, exceptions, violations of the content
// security policy, missing resources, quirks mode.
func (p *Page) NoComplaints(t testing.TB) {
	t.Helper()
	for _, c := range p.Complaints() {
		t.Errorf("browser: %s", c)
	}
}

// Dialogs are the alerts, questions and prompts that opened, such as
// "alert: hello"; each was accepted. One alert proves that a script ran.
func (p *Page) Dialogs() []string {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	return slices.Clone(p.seen.dialogs)
}

// Requests are what the tab asked for so far, in order, also in vain.
func (p *Page) Requests() []Request {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	return slices.Clone(p.seen.requests)
}

// Hosts are the different hosts that were asked, sorted, with their ports.
func (p *Page) Hosts() []string {
	var hosts []string
	for _, q := range p.Requests() {
		hosts = append(hosts, q.Host)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// Forget drops complaints, dialogs and requests so far.
func (p *Page) Forget() {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	p.seen.complaints, p.seen.dialogs, p.seen.requests = nil, nil, nil
}

// Status is the HTTP status of the page that is shown.
func (p *Page) Status() int {
	p.seen.mu.Lock()
	defer p.seen.mu.Unlock()
	return p.seen.status
}

// loads gives how many loads have begun, and whether one goes on.
func (r *record) loads() (started int, loading bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.started, r.loading
}

// settled waits for the end of a load that began after the given count.
func (p *Page) settled(before int, must bool) error {
	return p.poll(func() error {
		started, loading := p.seen.loads()
		switch {
		case loading:
			return fmt.Errorf("the next page is still loading")
		case must && started == before:
			return fmt.Errorf("no other page was asked for")
		}
		return nil
	})
}
