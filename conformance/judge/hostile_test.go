package judge

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// worldOf is a world around a target whose journal ends what it is told to end.
func worldOf(server *httptest.Server) (context.Context, *World) {
	ctx, cancel := context.WithCancel(context.Background())
	journal := new(evidence.Journal)
	journal.Bound(200_000, cancel)
	return ctx, &World{Target: spec.NodeID(server.URL), Journal: journal, Client: server.Client(), Clock: time.Now}
}

// A target whose policy log or whose list has no end does not keep the suite
// for ever: what is kept has a bound, and the run ends with it.
func TestListsWithoutAnEndAreEnded(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		fmt.Fprintf(w, `{"items":[{}],"next":"%d"}`, asked)
	}))
	defer server.Close()
	for name, read := range map[string]func(context.Context, *World){
		"policy log": func(ctx context.Context, w *World) {
			if _, err := w.Root(ctx); err == nil {
				t.Error("a log without end gave a root key")
			}
		},
		"list": func(ctx context.Context, w *World) { w.Pages(ctx, Ask{Path: "/list?limit=500"}) },
	} {
		ctx, w := worldOf(server)
		read(ctx, w)
		if ctx.Err() == nil {
			t.Errorf("%s: the run goes on", name)
		}
	}
}

// A list of which no more would be kept is read no further.
func TestALongListIsReadAsFarAsItIsKept(t *testing.T) {
	asked := 0
	page := strings.Repeat("a", 1<<20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		fmt.Fprintf(w, `{"items":[%q],"next":"%d"}`, page, asked)
	}))
	defer server.Close()
	w := &World{Target: spec.NodeID(server.URL), Journal: new(evidence.Journal), Client: server.Client(), Clock: time.Now}
	if w.Pages(t.Context(), Ask{Path: "/list?limit=500"}); asked > 3 {
		t.Errorf("asked %d times for what is kept of two", asked)
	}
}

// An answer that is no HTTP puts into the reason of a failure neither orders to
// a terminal nor half a secret.
func TestAFailureQuotesNothingThatATerminalObeys(t *testing.T) {
	const secret = "Kai-no-Himitsu-0123456789"
	for _, answer := range []string{
		"HTTP/1.1 200 OK\r\n\x1b[2J\x1b]0;all pass\x07 no header\r\n\r\n",
		"HTTP/1.1 200 OK\r\n" + strings.Repeat("a", 230) + secret + "\r\n\r\n",
		"HTTP/1.1 200 OK\r\n" + strings.Repeat("a", 205) + secret + "\r\n\r\n",
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_, _ = io.WriteString(c, answer)
			_ = c.Close()
		}()
		w := &World{Target: spec.NodeID("http://" + l.Addr().String()), Journal: new(evidence.Journal), Client: new(http.Client), Clock: time.Now}
		w.Journal.Hide(secret)
		x := w.Do(t.Context(), Ask{Path: "/"})
		if x.Failure == "" || strings.ContainsFunc(x.Failure, unicode.IsControl) || strings.Contains(x.Failure, secret[:6]) {
			t.Errorf("the failure is %q", x.Failure)
		}
		_ = l.Close()
	}
}

// A peer keeps no visit of which nothing would be kept.
func TestAPeerIsVisitedNoMoreThanIsKept(t *testing.T) {
	journal := new(evidence.Journal)
	journal.Bound(50_000, func() {})
	p, err := peer.New("https://peer.example", journal, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	status := 0
	for range 100 {
		answer := httptest.NewRecorder()
		p.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, "/v1/nudge", strings.NewReader(strings.Repeat("a", 10_000))))
		status = answer.Code
	}
	if n := len(p.Visits(http.MethodPost, "/v1/nudge")); n > 5 || status != http.StatusServiceUnavailable {
		t.Errorf("%d visits are kept; the last was answered %d", n, status)
	}
}
