package main

import (
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
			"fake":        fakeTarget,
			"status":      status,
			"interrupted": interrupted,
		},
	})
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
