package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fukusen": main})
}

// TestConversations runs what stands in testdata: each file is one
// conversation of an operator with the program.
func TestConversations(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"PORT", "PORT2", "RAFT"} {
				port, err := freePort()
				if err != nil {
					return err
				}
				env.Setenv(name, port)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"remember":     remember,
			"unchanged":    unchanged,
			"ready":        ready,
			"keep":         keep,
			"confidential": confidential,
		},
	})
}

// freePort asks the system for a port that nobody listens on.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// digest is over every file of a directory, with its name and mode. The lock
// is left out: an empty file that says nothing.
func digest(ts *testscript.TestScript, dir string) string {
	sum := sha256.New()
	err := filepath.Walk(ts.MkAbs(dir), func(path string, info os.FileInfo, err error) error {
		if err != nil || info.Name() == "lock" {
			return err
		}
		fmt.Fprintf(sum, "%s %s\n", path, info.Mode())
		if info.IsDir() {
			return nil
		}
		octets, err := os.ReadFile(path)
		fmt.Fprintf(sum, "%d %s\n", len(octets), octets)
		return err
	})
	ts.Check(err)
	return hex.EncodeToString(sum.Sum(nil))
}

// remember DIR keeps a directory's digest for a later unchanged DIR.
func remember(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: remember DIR")
	}
	ts.Setenv("DIGEST_"+filepath.Base(args[0]), digest(ts, args[0]))
}

// unchanged DIR fails unless every file is as it was remembered.
func unchanged(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: unchanged DIR")
	}
	if digest(ts, args[0]) != ts.Getenv("DIGEST_"+filepath.Base(args[0])) {
		ts.Fatalf("%s was changed", args[0])
	}
}

// ready URL CA waits until a node answers that it is ready.
func ready(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: ready URL CA")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	ask := healthCommand{remote{URL: args[0], CA: ts.MkAbs(args[1])}}
	for {
		err := ask.Run(ctx, terminal{&strings.Builder{}, &strings.Builder{}})
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			ts.Fatalf("%s never became ready: %v", args[0], err)
		}
	}
}

// keep NAME FIRST-WORD keeps the last word of a line of the output.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME FIRST-WORD, or keep NAME - for the first line")
	}
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		words := strings.Fields(line)
		if len(words) > 0 && (args[1] == "-" || words[0] == args[1]) {
			ts.Setenv(args[0], words[len(words)-1])
			return
		}
	}
	ts.Fatalf("the output has no line of %s", args[1])
}

// confidential DIR fails unless a stopped node holds the body of every
// confidential document that its policy log names.
func confidential(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: confidential DIR")
	}
	ctx := context.Background()
	st, err := store.Open(ctx, filepath.Join(ts.MkAbs(args[0]), "store.db"), store.Options{ReadOnly: true})
	ts.Check(err)
	defer st.Close()
	bodies := 0
	ts.Check(st.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.PolicyEntries(0, 500)
		if err != nil {
			return err
		}
		for _, row := range rows {
			entry, err := spec.ReadEntry(row.Octets)
			if err != nil {
				return err
			}
			var sealed policy.Sealed
			if entry.Document == nil || json.Unmarshal(entry.Document.Body, &sealed) != nil || sealed.Digest == "" {
				continue
			}
			if _, err := tx.Confidential(sealed.Digest); err != nil {
				return fmt.Errorf("%s: %w", entry.Document.Series, err)
			}
			bodies++
		}
		return nil
	}))
	if bodies == 0 {
		ts.Fatalf("the policy log names no confidential document")
	}
}

// TestAnIDMayBeginWithAHyphen: one id in 64 does, and is still what its flag
// asks for.
func TestAnIDMayBeginWithAHyphen(t *testing.T) {
	const id = "-qJZNRAtNsd3RwPeVZSmO0SxbQAXd4p5VisXQY2tSlE"
	for _, tail := range [][]string{{"--draft", id}, {"--draft=" + id}} {
		var said strings.Builder
		args := append([]string{"policy", "vote", "--url", "https://localhost:1", "--ballot-key", "main.go", "--choice", "yes", "--token", "none"}, tail...)
		if code := run(t.Context(), args, terminal{&said, &said}); code != 1 || strings.Contains(said.String(), "draft") {
			t.Errorf("%v: exit %d: %s", tail, code, said.String())
		}
	}
	for _, args := range [][]string{{"--draft", "-x"}, {"--", "--draft", id}, {"--json", "--draft"}, {"--draft"}, {id, id}} {
		if got := joined(args); strings.Join(got, " ") != strings.Join(args, " ") {
			t.Errorf("%v became %v", args, got)
		}
	}
}
