package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fukusen-conformance": main})
}

// TestConversations runs what stands in testdata: each file is one
// conversation of a vendor with the program.
func TestConversations(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Values[fakeKey{}] = make(map[string]*fake)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"secrets":     secrets,
			"nowhere":     nowhere,
			"mode":        mode,
			"appendto":    appendTo,
			"keep":        keep,
			"fake":        fakeTarget,
			"status":      status,
			"interrupted": interrupted,
		},
	})
}

// appendTo FILE WORD… adds a line of words to a file.
func appendTo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: appendto FILE WORD...")
	}
	text := ts.ReadFile(args[0]) + strings.Join(args[1:], " ") + "\n"
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

// keep NAME PATTERN keeps what the first group of a pattern finds in stdout.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME PATTERN")
	}
	m := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(m) < 2 {
		ts.Fatalf("stdout has no %s", args[1])
	}
	ts.Setenv(args[0], m[1])
}

// status N PROGRAM… runs a program and fails unless it ends with status N.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARG...")
	}
	err := ts.Exec(args[1], args[2:]...)
	if got := statusOf(err); got != args[0] {
		ts.Fatalf("status %s, want %s", got, args[0])
	}
}
