package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// virtual is a reader whose server is on a pipe, on the virtual clock.
func virtual(t *testing.T, answer http.HandlerFunc) *Reader {
	t.Helper()
	conns := make(chan net.Conn)
	done := make(chan struct{})
	server := &http.Server{Handler: answer}
	go func() { _ = server.Serve(&piped{conns, done}) }()
	transport := &http.Transport{
		DisableCompression: true, MaxResponseHeaderBytes: 64 << 10,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			conns <- theirs
			return ours, nil
		},
	}
	t.Cleanup(func() {
		close(done)
		_ = server.Close()
		transport.CloseIdleConnections()
		synctest.Wait()
	})
	return over(transport, true, Limits{Bytes: 1 << 20, Time: 30 * time.Second})
}

type piped struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *piped) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *piped) Close() error   { return nil }
func (p *piped) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func packed(t *testing.T, from io.Reader) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.Copy(w, from); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pause lets time pass at the server while somebody waits for it.
func pause(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}

// endless is a source of n equal octets.
func endless(n int64) io.Reader { return io.LimitReader(zeros{}, n) }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// TestNoAnswerCostsMoreThanItsBounds: too much, packed too much, too slow, too
// many headers and half an answer are refused, each by its name, within the time.
func TestNoAnswerCostsMoreThanItsBounds(t *testing.T) {
	bomb := packed(t, endless(200<<20))
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"100 MB that say so": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "104857600")
			_, _ = io.Copy(w, endless(100<<20))
		}, ErrTooLarge},
		"100 MB that do not": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusOK)
			_, _ = io.Copy(w, endless(100<<20))
		}, ErrTooLarge},
		"200 MB in 200 KB": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		}, ErrTooLarge},
		"an octet a second": {func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte{'B'})
				_ = http.NewResponseController(w).Flush()
				pause(r, time.Second)
			}
		}, ErrSlow},
		"headers that never come": {func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}, ErrSlow},
		"a redirect after each half minute": {func(w http.ResponseWriter, r *http.Request) {
			pause(r, 20*time.Second)
			http.Redirect(w, r, "/again", http.StatusFound)
		}, ErrSlow},
		"a megabyte of headers": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("a", 1<<20))
			w.WriteHeader(http.StatusOK)
		}, ErrUnreachable},
		"half an answer": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("BEGIN:VCALENDAR"))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, ErrCut},
		"half of what was packed": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb[:200])
		}, ErrCut},
		"what is no gzip": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte("BEGIN:VCALENDAR, and no gzip"))
		}, ErrEncoding},
		"what was not asked for": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = w.Write([]byte("x"))
		}, ErrEncoding},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := virtual(t, c.answer)
				began := time.Now()
				a, err := r.Do(t.Context(), Ask{URL: "http://calendar.example/private-2f8c/basic.ics"})
				if !errors.Is(err, c.want) {
					t.Errorf("%d octets, error %v, want %v", len(a.Body), err, c.want)
				}
				if took := time.Since(began); took > 30*time.Second {
					t.Errorf("it took %v", took)
				}
				if err != nil && strings.Contains(err.Error(), "2f8c") {
					t.Errorf("the error repeats the address: %v", err)
				}
			})
		})
	}
}

// TestWhatFitsIsRead, packed or not, and whatever its status is.
func TestWhatFitsIsRead(t *testing.T) {
	text := "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
	for name, answer := range map[string]http.HandlerFunc{
		"plain": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) },
		"packed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed(t, strings.NewReader(text)))
		},
		"exactly as much as fits": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, endless(1<<20)) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, err := virtual(t, answer).Do(t.Context(), Ask{URL: "http://calendar.example/basic.ics"})
				if err != nil || a.Status != http.StatusOK || string(a.Body) != text && len(a.Body) != 1<<20 {
					t.Errorf("%d, %d octets, %v", a.Status, len(a.Body), err)
				}
			})
		})
	}
}
