package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// fake is a target that behaves in one way. Statement, keys and policy log are
// those of one of the suite's own peers; what else a node does it has not.
type fake struct {
	mu    sync.Mutex
	asked map[string]bool
	grown chan struct{}
	over  map[string]http.HandlerFunc
	next  http.Handler
}

func (f *fake) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	f.mu.Lock()
	f.asked[req.URL.Path] = true
	close(f.grown)
	f.grown = make(chan struct{})
	answer := f.over[req.URL.Path]
	f.mu.Unlock()
	if answer == nil {
		answer = f.next.ServeHTTP
	}
	answer(w, req)
}

// wait returns once a path was asked for.
func (f *fake) wait(path string) error {
	patience := time.NewTimer(20 * time.Second)
	defer patience.Stop()
	for {
		f.mu.Lock()
		seen, grown := f.asked[path], f.grown
		f.mu.Unlock()
		if seen {
			return nil
		}
		select {
		case <-grown:
		case <-patience.C:
			return fmt.Errorf("%s was never asked for", path)
		}
	}
}

// hang answers when the caller has gone.
func hang(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() }

// page answers as something that is no node.
func page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, "<!doctype html><title>Welcome</title>")
}

// only answers the one method of a path, and others as the standard asks.
func only(method string) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if req.Method == method {
			peer.Answer(w, http.StatusOK, map[string]string{})
			return
		}
		w.Header().Set("Allow", method)
		peer.Problem(w, http.StatusMethodNotAllowed, "not-allowed", "REQ-ERR-005")
	}
}

// fakeKey is where a conversation's fake target stands.
type fakeKey struct{}

// fakeTarget KIND starts a target: node, deaf, hangs, stuck, leaky, page or tls.
func fakeTarget(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fake KIND")
	}
	f := &fake{asked: make(map[string]bool), grown: make(chan struct{}), over: map[string]http.HandlerFunc{
		"/v1/health": only(http.MethodGet), "/v1/nudge": only(http.MethodPost), "/v1/feed/public/ack": only(http.MethodPut),
	}}
	switch args[0] {
	case "node", "tls":
	case "deaf":
		delete(f.over, "/v1/health") // to a method it does not know it says 404
	case "hangs":
		f.over["/.well-known/fukusen"] = hang
	case "stuck":
		f.over["/v1/no-such-operation"] = hang
	case "leaky":
		f.over["/v1/no-such-operation"] = leaks
	case "page":
		f.over["/.well-known/fukusen"] = page
	default:
		ts.Fatalf("no such target: %s", args[0])
	}
	server := httptest.NewUnstartedServer(f)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	ts.Check(err)
	id := spec.NodeID("http://localhost:" + port)
	f.next = nodeAt(ts, id, port)
	if args[0] == "tls" {
		server.StartTLS()
		id = spec.NodeID("https://localhost:" + port)
	} else {
		server.Start()
	}
	ts.Defer(func() {
		server.CloseClientConnections()
		server.Close()
	})
	ts.Setenv("TARGET", string(id))
	ts.Value(fakeKey{}).(map[string]*fake)["now"] = f
}

// nodeAt is the council of a sandbox: a peer that serves statement, keys and a
// policy log that lists it.
func nodeAt(ts *testscript.TestScript, id spec.NodeID, port string) http.Handler {
	dir := ts.MkAbs("fake-" + port)
	n, err := strconv.Atoi(port)
	ts.Check(err)
	other, err := spec.GenerateSigner()
	ts.Check(err)
	ts.Check(peer.Prepare(peer.Plan{
		Dir: dir, Target: "http://localhost:1", Root: spec.EncodeKey(other.Public()), Kind: "club",
		Site: peer.Site{Listen: "127.0.0.1", Origin: "http://localhost", Port: n},
	}, time.Now()))
	sandbox, err := peer.Load(dir, new(evidence.Journal), time.Now)
	ts.Check(err)
	ts.Check(os.RemoveAll(dir))
	if sandbox.Council.ID != id {
		ts.Fatalf("the peer is %s, not %s", sandbox.Council.ID, id)
	}
	return sandbox.Alone()
}

// interrupted PATH N ARG… runs the program until the target was asked for a
// path, ends it as Ctrl-C does, and fails unless its status is N.
func interrupted(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: interrupted PATH N ARG...")
	}
	self, err := os.Executable()
	ts.Check(err)
	cmd := exec.Command(self, args[2:]...)
	cmd.Args[0] = "fukusen-conformance" // by which the test's binary knows that it is the program
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), ts.Stdout(), ts.Stderr()
	ts.Check(cmd.Start())
	seen := ts.Value(fakeKey{}).(map[string]*fake)["now"].wait(args[0])
	ts.Check(cmd.Process.Signal(os.Interrupt))
	ended := cmd.Wait()
	ts.Check(seen)
	if got := statusOf(ended); got != args[1] {
		ts.Fatalf("status %s, want %s", got, args[1])
	}
}

// statusOf is the exit status that an error of a command tells.
func statusOf(err error) string {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "0"
	case errors.As(err, &exit):
		return strconv.Itoa(exit.ExitCode())
	}
	return err.Error()
}
