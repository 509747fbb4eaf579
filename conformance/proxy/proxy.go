// Package proxy stands between the suite and a target and changes what the
// target answers: harmfully, to see which checks notice; harmlessly, to see
// that none raises a false alarm; or from memory, to see that yesterday's
// answers do not pass today. It refuses to change what the suite asks.
package proxy

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// mostAnswer bounds what is held of an answer: a little more than the suite
// itself would read of one.
const mostAnswer = 41 << 20

// Answer is what the target answered, to be changed in place.
type Answer struct {
	Method string
	Path   string // without query
	Query  url.Values
	Asked  http.Header
	Sent   []byte // the beginning of what was asked
	Status int
	Header http.Header
	Body   []byte
}

// Change changes an answer; true where it did.
type Change func(*Answer) bool

// Proxy serves on loopback in front of a target.
type Proxy struct {
	URL string // where the suite reaches the target instead

	server *http.Server

	mu     sync.Mutex
	change Change
	count  int
}

// Options say how a proxy carries answers.
type Options struct {
	Write func(w http.ResponseWriter, a *Answer) // how an answer is written; nil: at once
	Ask   func(*http.Request)                    // what is asked of the target instead; harmless forms alone
}

// New starts a proxy before a target that is reached at a URL.
func New(target string, change Change, opt Options) (*Proxy, error) {
	upstream, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	p := &Proxy{URL: "http://" + l.Addr().String(), change: change}
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			r.Out.Host = upstream.Host
			if sent, ok := r.Out.Context().Value(sentKey{}).(*bounded); ok && r.Out.Body != nil {
				// Closing it would wait for a body without end.
				r.Out.Body = io.NopCloser(io.TeeReader(r.Out.Body, sent))
			}
			if opt.Ask != nil {
				opt.Ask(r.Out)
			}
		},
		Transport:      &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64},
		ModifyResponse: p.modify,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	var handler http.Handler = remembering(forward)
	if opt.Write != nil {
		handler = rewriting(handler, opt.Write)
	}
	p.server = &http.Server{Handler: duplex(handler), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = p.server.Serve(l) }() // it ends with Close
	return p, nil
}

// Close ends the proxy.
func (p *Proxy) Close() error { return p.server.Close() }

// Changed is how many answers were changed.
func (p *Proxy) Changed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count
}

func (p *Proxy) modify(res *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer+1))
	if err != nil {
		return err
	}
	if len(body) > mostAnswer {
		return fmt.Errorf("an answer is longer than %d octets", mostAnswer)
	}
	if err := res.Body.Close(); err != nil {
		return err
	}
	a := &Answer{
		Method: res.Request.Method, Path: res.Request.URL.Path, Query: res.Request.URL.Query(), Asked: res.Request.Header,
		Status: res.StatusCode, Header: res.Header, Body: body,
	}
	if sent, ok := res.Request.Context().Value(sentKey{}).(*bounded); ok {
		a.Sent = sent.octets()
	}
	p.mu.Lock()
	if p.change != nil && p.change(a) {
		p.count++
	}
	p.mu.Unlock()
	res.StatusCode, res.Status = a.Status, strconv.Itoa(a.Status)+" "+http.StatusText(a.Status)
	res.Body = io.NopCloser(bytes.NewReader(a.Body))
	res.ContentLength = int64(len(a.Body))
	if a.Status == http.StatusNoContent {
		return nil
	}
	res.Header.Set("Content-Length", strconv.Itoa(len(a.Body)))
	return nil
}

// rewriting holds a whole answer back and writes it in another way.
func rewriting(inner http.Handler, write func(http.ResponseWriter, *Answer)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		kept := &kept{header: make(http.Header), status: http.StatusOK}
		inner.ServeHTTP(kept, req)
		write(w, &Answer{
			Method: req.Method, Path: req.URL.Path, Query: req.URL.Query(), Asked: req.Header,
			Status: kept.status, Header: kept.header, Body: kept.body.Bytes(),
		})
	})
}

type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header              { return k.header }
func (k *kept) WriteHeader(status int)           { k.status = status }
func (k *kept) Write(octets []byte) (int, error) { return k.body.Write(octets) }

// sentKey finds the beginning of what was asked.
type sentKey struct{}

// mostSent bounds it.
const mostSent = 64 << 10

// bounded keeps the first octets that are written to it.
type bounded struct {
	mu   sync.Mutex
	kept []byte
}

func (b *bounded) Write(octets []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = append(b.kept, octets[:min(len(octets), mostSent-len(b.kept))]...)
	return len(octets), nil
}

func (b *bounded) octets() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.kept)
}

// duplex lets an early answer out before the end of what is asked.
func duplex(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex() // HTTP/2 does so anyway
		inner.ServeHTTP(w, req)
	})
}

// remembering gives each request a place for what it carries.
func remembering(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		inner.ServeHTTP(w, req.WithContext(context.WithValue(req.Context(), sentKey{}, new(bounded))))
	})
}
