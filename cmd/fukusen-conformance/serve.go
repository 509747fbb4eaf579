package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/desk"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
)

type serveCommand struct {
	Port int    `help:"The port on loopback." default:"9480"`
	Out  string `help:"Where the reports go, a directory for each run." type:"path" default:"conformance-reports"`
	Key  string `help:"The runner's key, made at first use." type:"path" placeholder:"FILE"`
}

// Run serves the suite to a browser on this machine until it is ended.
func (c *serveCommand) Run(ctx context.Context, t terminal) error {
	d, err := desk.New(ctx, c.Out, c.judge)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", c.Port))
	if err != nil {
		return fmt.Errorf("--port: %w", err)
	}
	fmt.Fprintf(t.Out, "http://%s/?key=%s\n", l.Addr(), d.Key())
	server := &http.Server{Handler: d.Handler(), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (c *serveCommand) judge(ctx context.Context, ask desk.Ask, progress func(int, int, judge.Result)) (*report.Report, error) {
	run := runCommand{
		Target: ask.Target, Base: ask.Base, Sandbox: ask.Sandbox, Clerk: ask.Clerk, Evaluator: ask.Evaluator, Operator: ask.Operator, CAFile: ask.CAFile,
		Level: ask.Level, ReadOnly: ask.ReadOnly, Out: ask.Out, Key: c.Key,
	}
	r, _, err := run.judge(ctx, func(cfg *conformance.Config) { cfg.Progress = progress })
	return r, err
}
