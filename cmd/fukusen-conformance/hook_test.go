package main

import (
	"context"
	"net"
	"testing"
	"time"
)

// A hook learns the target, may leave a program behind, and says how it failed.
func TestAHookRunsAndSaysHowItFailed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c := runCommand{Target: "https://node.example", Base: "http://" + l.Addr().String()}
	for command, good := range map[string]bool{
		`test "$CONFORMANCE_TARGET" = https://node.example`: true,
		`cat /dev/zero >/dev/null & echo $!; kill $!`:       true,
		`exit 3`: false,
	} {
		if err := c.hook(command)(t.Context()); (err == nil) != good {
			t.Errorf("%s: %v", command, err)
		}
	}
	if c.hook("") != nil {
		t.Error("no command is a hook")
	}
}

// A hook may end before the target takes connections again, but not for good.
func TestAHookIsOverWhenTheTargetIsBack(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := runCommand{Target: "http://" + l.Addr().String()}
	_ = l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if c.hook("true")(ctx) == nil {
		t.Error("the target is away, and the hook is over")
	}
	back := make(chan net.Listener, 1)
	time.AfterFunc(300*time.Millisecond, func() {
		l, _ := net.Listen("tcp", l.Addr().String())
		back <- l
	})
	if err := c.hook("true")(t.Context()); err != nil {
		t.Error(err)
	}
	if l := <-back; l != nil {
		_ = l.Close()
	}
}
