package peer

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fukusen/fukusen/node/dial"
	"github.com/fukusen/fukusen/spec"
)

// virtual is a neighbour on a pipe, for tests on the virtual clock.
func virtual(t *testing.T, clock func() time.Time, answer http.HandlerFunc) *Client {
	t.Helper()
	line := &pipe{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: answer}
	go func() { _ = server.Serve(line) }()
	transport := NewTransport(dial.Guard{})
	transport.DialContext = line.dial
	t.Cleanup(func() {
		_ = server.Close()
		transport.CloseIdleConnections()
		synctest.Wait()
	})
	signer, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	return NewClient("https://city.example", func() *spec.Signer { return signer }, clock, transport, nil)
}

type pipe struct {
	conns chan net.Conn
	done  chan struct{}
}

func (p *pipe) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipe) Close() error   { close(p.done); return nil }
func (p *pipe) Addr() net.Addr { return &net.TCPAddr{} }

func (c *Client) page(wait time.Duration) ([]byte, error) {
	return c.Do(context.Background(), "http://localhost:1", Ask{Method: http.MethodGet, Path: "/v1/feed/public", Limit: 1 << 20, Wait: wait})
}

// TestNobodyIsWaitedForWithoutEnd: a neighbour that never answers, or gives one
// octet a second, is left after its time, whatever it was asked to wait.
func TestNobodyIsWaitedForWithoutEnd(t *testing.T) {
	answers := map[string]http.HandlerFunc{
		"never": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"no body": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
		"an octet a second": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write([]byte(" ")); err != nil {
					return
				}
				_ = http.NewResponseController(w).Flush()
				select {
				case <-time.After(time.Second):
				case <-r.Context().Done():
				}
			}
		},
		"an error an octet a second": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			for r.Context().Err() == nil {
				if _, err := w.Write([]byte(" ")); err != nil {
					return
				}
				_ = http.NewResponseController(w).Flush()
				select {
				case <-time.After(time.Second):
				case <-r.Context().Done():
				}
			}
		},
	}
	for name, answer := range answers {
		for _, wait := range []time.Duration{0, 25 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				c := virtual(t, time.Now, answer)
				if _, err := c.page(wait); err == nil {
					t.Errorf("%s: it answered", name)
				}
				if took := time.Since(begun); took > requestTime+wait+time.Second {
					t.Errorf("%s, asked to wait %s: left after %s", name, wait, took)
				}
			})
		}
	}
}

// TestAnEndlessAnswerIsReadToItsLimit and no further: 10 GB offered, a
// little more than the limit taken.
func TestAnEndlessAnswerIsReadToItsLimit(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusForbidden} {
		synctest.Test(t, func(t *testing.T) {
			var sent atomic.Int64
			c := virtual(t, time.Now, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				chunk := []byte(strings.Repeat(" ", 64<<10))
				for sent.Load() < 10<<30 {
					n, err := w.Write(chunk)
					sent.Add(int64(n))
					if err != nil {
						return
					}
				}
			})
			_, err := c.page(0)
			r := spec.AsRefusal(err)
			if status == http.StatusOK && (r == nil || r.Requirement != "REQ-FEED-013") || err == nil {
				t.Errorf("%d: %v, want REQ-FEED-013", status, err)
			}
			synctest.Wait()
			if sent.Load() > 2<<20 {
				t.Errorf("%d: %d octets were taken", status, sent.Load())
			}
		})
	}
}

// TestACompressedAnswerIsNotUnpacked: it is octets like any other, so a bomb
// stays small.
func TestACompressedAnswerIsNotUnpacked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := virtual(t, time.Now, func(w http.ResponseWriter, r *http.Request) {
			if e := r.Header.Get("Accept-Encoding"); e != "identity" {
				t.Errorf("Accept-Encoding: %s", e)
			}
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.CopyN(z, endless{}, 64<<20)
			_ = z.Close()
		})
		octets, err := c.page(0)
		if err != nil || len(octets) > 1<<20 {
			t.Errorf("%d octets, %v", len(octets), err)
		}
		if _, _, err := spec.ReadPage(octets, spec.PageAsk{Limit: 1}); err == nil {
			t.Error("it was read as a page")
		}
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// skewed answers requests by a clock of its own, as a node does.
func skewed(t *testing.T, theirs func() time.Time, asked *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		var claims spec.RequestClaims
		if err := json.Unmarshal(spec.Payload(token), &claims); err != nil {
			t.Error(err)
		}
		now := theirs().Unix()
		if d := claims.IssuedAt - now; d > 60 || d < -60 {
			w.WriteHeader(http.StatusUnauthorized)
			_ = json.NewEncoder(w).Encode(map[string]any{"type": spec.ProblemPrefix + "clock-skew", "now": now})
			return
		}
		_, _ = w.Write([]byte("{}"))
	}
}

// TestAClientCorrectsItsClockOnce by the time in the problem document, five
// minutes and an hour either way, and needs no second correction.
func TestAClientCorrectsItsClockOnce(t *testing.T) {
	for _, ahead := range []time.Duration{5 * time.Minute, -5 * time.Minute, time.Hour, -time.Hour, 59 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			var asked atomic.Int64
			c := virtual(t, time.Now, skewed(t, func() time.Time { return time.Now().Add(ahead) }, &asked))
			ask := Ask{Method: http.MethodGet, Path: "/v1/held", Limit: 100, Signed: true}
			for range 3 {
				if _, err := c.Do(t.Context(), "http://localhost:1", ask); err != nil {
					t.Errorf("%s: %v", ahead, err)
				}
			}
			want := int64(4)
			if ahead < time.Minute && ahead > -time.Minute {
				want = 3
			}
			if asked.Load() != want {
				t.Errorf("%s: asked %d times, want %d", ahead, asked.Load(), want)
			}
		})
	}
}

// TestALiarAboutTheTimeGetsOneMoreRequest and no endless correspondence.
func TestALiarAboutTheTimeGetsOneMoreRequest(t *testing.T) {
	for _, now := range []any{1, 9007199254740991, nil, "soon", -5} {
		synctest.Test(t, func(t *testing.T) {
			var asked atomic.Int64
			c := virtual(t, time.Now, func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				w.WriteHeader(http.StatusUnauthorized)
				_ = json.NewEncoder(w).Encode(map[string]any{"type": spec.ProblemPrefix + "clock-skew", "now": now})
			})
			_, err := c.Do(t.Context(), "http://localhost:1", Ask{Method: http.MethodGet, Path: "/v1/held", Limit: 100, Signed: true})
			var f *Failure
			if !errors.As(err, &f) || f.Status != http.StatusUnauthorized || asked.Load() > 2 {
				t.Errorf("now %v: asked %d times: %v", now, asked.Load(), err)
			}
		})
	}
}

// TestANeighboursProblemIsNotRepeatedAsItCame: only a name of the standard's
// form may stand in logs and tables.
func TestANeighboursProblemIsNotRepeatedAsItCame(t *testing.T) {
	for written, want := range map[string]string{
		spec.ProblemPrefix + "log-rewound":          "log-rewound",
		"about:blank":                               "",
		spec.ProblemPrefix + "a\x00b":               "",
		spec.ProblemPrefix + "x level=ERROR msg=no": "",
		strings.Repeat("a", 5000):                   "",
	} {
		if got := nameOf(written); got != want {
			t.Errorf("the type %.40q became %q, want %q", written, got, want)
		}
	}
}
