package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
	"github.com/fukusen/fukusen/spec"
)

type runCommand struct {
	Target   string        `help:"The node id of the target." required:"" placeholder:"URL"`
	Base     string        `help:"Where the target is reached, where that is not its id." placeholder:"URL"`
	Sandbox  string        `help:"The directory that prepare made. Without it only what anyone may ask is judged." type:"path" placeholder:"DIR"`
	Clerk    string        `name:"clerk-token-file" help:"A file with a bearer token of role clerk." type:"path" placeholder:"FILE"`
	Operator string        `name:"operator-token-file" help:"A file with a bearer token of role operator." type:"path" placeholder:"FILE"`
	CAFile   string        `name:"ca-file" help:"Authorities of the target's certificate (PEM)." type:"path" placeholder:"FILE"`
	Level    []string      `help:"Levels to judge, such as L0,L1; all by default." placeholder:"LEVEL"`
	Only     []string      `help:"Requirements to judge." placeholder:"REQ"`
	ReadOnly bool          `name:"read-only" help:"Ask only what anyone may ask; safe in production."`
	Seed     string        `help:"auto, or 16 hexadecimal digits: the same seed asks the same." default:"auto" placeholder:"HEX"`
	Out      string        `help:"Where the report goes." type:"path" default:"conformance-report" placeholder:"DIR"`
	Workers  int           `help:"Checks side by side." default:"16"`
	Patience time.Duration `help:"How long something may take to come to pass." default:"5s"`
}

// Run judges and writes the report. It returns the exit status.
func (c *runCommand) Run(ctx context.Context, t terminal) error {
	cfg, err := c.config(t)
	if err != nil {
		return fmt.Errorf("%w: %w", conformance.ErrCannotJudge, err)
	}
	out, err := conformance.Run(ctx, cfg)
	if err != nil {
		return err
	}
	r := report.Report{
		Suite: report.Suite{Version: conformance.Version}, Bundle: spec.Bundle(), Target: report.Target{Node: cfg.Target},
		Seed: fmt.Sprintf("%016x", out.World.Seed), Started: out.Began.Unix(), Ended: out.Ended.Unix(), ReadOnly: c.ReadOnly, Checks: out.Results,
	}
	r.Judge()
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	octets, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.Out, "report.json"), append(octets, '\n'), 0o644); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	return say(t, &r)
}

// say prints the totals and gives the exit status.
func say(t terminal, r *report.Report) error {
	n := r.Coverage.Counts
	fmt.Fprintf(t.Out, "%d pass, %d fail, %d not-run, %d not-claimed, %d warn, %d error\n",
		n[judge.Pass], n[judge.Fail], n[judge.NotRun], n[judge.NotClaimed], n[judge.Warn], n[judge.Error])
	switch {
	case n[judge.Fail] > 0:
		return broken
	case n[judge.Pass] == 0 || n[judge.Error] > 0:
		return cannotJudge
	}
	return nil
}

func (c *runCommand) config(t terminal) (conformance.Config, error) {
	cfg := conformance.Config{
		Target: spec.NodeID(c.Target), Base: c.Base, Sandbox: c.Sandbox, CAFile: c.CAFile, Only: c.Only, Levels: c.Level,
		ReadOnly: c.ReadOnly, Workers: c.Workers, Patience: c.Patience,
		Progress: func(done, all int, r judge.Result) {
			fmt.Fprintf(t.Err, "%3d/%d %-12s %s %s\n", done, all, r.Outcome, r.Requirement, r.Reason.EN)
		},
	}
	var err error
	if c.Seed != "auto" {
		if cfg.Seed, err = strconv.ParseUint(c.Seed, 16, 64); err != nil {
			return cfg, fmt.Errorf("--seed: auto, or 16 hexadecimal digits")
		}
	}
	if cfg.Clerk, err = token(c.Clerk); err != nil {
		return cfg, fmt.Errorf("--clerk-token-file: %w", err)
	}
	cfg.Operator, err = token(c.Operator)
	if err != nil {
		return cfg, fmt.Errorf("--operator-token-file: %w", err)
	}
	return cfg, nil
}

func token(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	octets, err := os.ReadFile(path)
	return strings.TrimSpace(string(octets)), err
}
