package conformance

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// TestAHaltedTargetIsNotJudgedUntilItFollowsAgain, because every check would
// find that it does not, and rightly so.
func TestAHaltedTargetIsNotJudgedUntilItFollowsAgain(t *testing.T) {
	root, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "sandbox")
	if err := peer.Prepare(peer.Plan{
		Dir: dir, Target: "http://localhost:21999", Root: spec.EncodeKey(root.Public()), Kind: "club",
		Site: peer.Site{Listen: "127.0.0.1", Origin: "http://localhost", Port: 21001},
	}, time.Now()); err != nil {
		t.Fatal(err)
	}
	journal := new(evidence.Journal)
	sandbox, err := peer.Load(dir, journal, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	entries := sandbox.PolicyEntries()
	var follows atomic.Bool
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if follows.Load() {
			_, _ = io.WriteString(w, string(spec.Digest([]byte(entries[len(entries)-1]))))
		}
	}))
	defer target.Close()
	w := &judge.World{
		Target: sandbox.Target, Base: target.URL, Sandbox: sandbox, Journal: journal, Client: target.Client(), Clock: time.Now,
		Patience: 20 * time.Millisecond,
	}
	if err := resumed(t.Context(), w); err != nil {
		t.Fatalf("a sandbox that was not halted: %v", err)
	}
	if err := sandbox.Halt(); err != nil {
		t.Fatal(err)
	}
	if err := resumed(t.Context(), w); !errors.Is(err, ErrHalted) {
		t.Fatalf("halted: %v", err)
	}
	follows.Store(true)
	if err := resumed(t.Context(), w); err != nil || sandbox.Halted() {
		t.Fatalf("resumed: %v, still halted: %v", err, sandbox.Halted())
	}
}
