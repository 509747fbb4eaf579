package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/fukusen/fukusen/node"
)

// TestMain lets this test program be the node that the demo starts: it answers
// the one command line that the demo uses as the product does.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "serve" {
		if err := serve(os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func serve(config string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	cfg, err := node.LoadConfig(config)
	if err != nil {
		return err
	}
	n, err := node.Open(ctx, cfg, node.Options{}, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	if err := n.Start(); err != nil {
		return errors.Join(err, n.Close())
	}
	<-ctx.Done()
	return n.Close()
}

// freeBase finds a stretch of free ports that is not the demo's own. It lies
// below those that systems hand out by themselves: the tests of other packages
// run at the same time and take theirs from there.
func freeBase(t *testing.T) int {
	t.Helper()
	for range 50 {
		if base := 20000 + rand.IntN(10000); portsFree(base) == nil {
			return base
		}
	}
	t.Fatal("no stretch of free ports")
	return 0
}

// Four nodes live the whole story, every claim is checked, and nothing stays.
func TestTheWholeStoryHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("the demo takes some ten seconds; make demo ONCE=1 runs it too")
	}
	dir := filepath.Join(t.TempDir(), "region")
	base := freeBase(t)
	var told bytes.Buffer
	err := Run(t.Context(), Options{Once: true, Dir: dir, Out: &told, BasePort: base})
	t.Log("\n" + told.String())
	if err != nil {
		for _, name := range []string{"city", "university", "company", "club"} {
			octets, _ := os.ReadFile(filepath.Join(dir, name, "node.log"))
			t.Logf("%s:\n%s", name, octets)
		}
		t.Fatal(err)
	}
	if !strings.HasSuffix(told.String(), "\ndemo: ok\n") {
		t.Error("the last line is not demo: ok")
	}
	if err := portsFree(base); err != nil {
		t.Errorf("something is left behind: %v", err)
	}
}

// A port that another program has is one sentence, and nothing is made.
func TestATakenPortIsOneSentence(t *testing.T) {
	base := freeBase(t)
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", base+2))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := filepath.Join(t.TempDir(), "region")
	err = Run(t.Context(), Options{Once: true, Dir: dir, Out: io.Discard, BasePort: base})
	if !errors.Is(err, ErrTaken) || !strings.Contains(err.Error(), fmt.Sprintf("port %d is taken", base+2)) || !strings.Contains(err.Error(), "--port") {
		t.Errorf("err = %v, want one sentence naming port %d", err, base+2)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("the directory was made although nothing could start")
	}
}

// A directory with something in it is left as it is.
func TestAFullDirectoryIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte("dear clerk"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := Run(t.Context(), Options{Once: true, Dir: dir, Out: io.Discard, BasePort: freeBase(t)})
	if !errors.Is(err, ErrTaken) {
		t.Errorf("err = %v, want a refusal", err)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != 1 {
		t.Errorf("the directory holds %d files, err %v; it was to be left alone", len(list), err)
	}
}

// watch ends a run when a line of the story is told.
type watch struct {
	line string
	stop context.CancelFunc
}

func (w watch) Write(octets []byte) (int, error) {
	if bytes.Contains(octets, []byte(w.line)) {
		w.stop()
	}
	return len(octets), nil
}

// A run that is stopped half-way leaves no process, no port and no file behind.
func TestAnInterruptedRunLeavesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts four nodes")
	}
	base, temporary := freeBase(t), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	err := Run(ctx, Options{Once: true, Out: watch{" start ", stop}, BasePort: base})
	if !errors.Is(err, ErrInterrupted) {
		t.Errorf("err = %v, want an interruption", err)
	}
	if list, err := os.ReadDir(temporary); err != nil || len(list) != 0 {
		t.Errorf("%v is left behind, %v", list, err)
	}
	if err := portsFree(base); err != nil {
		t.Errorf("something is left behind: %v", err)
	}
}

// A port that leaves no room for the others is one sentence.
func TestAPortWithoutRoomIsOneSentence(t *testing.T) {
	for _, base := range []int{-1, 80, 1023, 65524, 70000} {
		err := Run(t.Context(), Options{Once: true, Out: io.Discard, BasePort: base})
		if !errors.Is(err, ErrTaken) || !strings.Contains(err.Error(), "--port is a number from 1024 to 65523") {
			t.Errorf("%d: %v", base, err)
		}
	}
}

// A run that a person ends says that everything was stopped, and what is kept.
func TestAStoppedRunSaysSo(t *testing.T) {
	for dir, want := range map[string]string{"": "nothing is left behind", "region": "the directories stay in /region"} {
		var told bytes.Buffer
		s := &story{out: newReport(&told), dir: "/region"}
		err := s.end(t.Context(), nil, Options{Dir: dir})
		if got := told.String(); err != nil || !strings.Contains(got, "everything was stopped; "+want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%q: %q, %v", dir, got, err)
		}
	}
}
