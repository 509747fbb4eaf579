package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/twins"
	"github.com/fukusen/fukusen/spec"
)

type referenceCommand struct {
	Program string   `help:"The reference node's program." type:"existingfile" default:"bin/fukusen"`
	Region  []string `help:"Nodes of a running region, asked only what anyone may ask." default:"http://localhost:8101,http://localhost:8102,http://localhost:8103,http://localhost:8104"`
	Out     string   `help:"Where the report of the sandbox tenant goes." type:"path" default:"bin/conformance-report"`
	Port    int      `help:"First of the ports on loopback for the sandbox tenant." default:"20000"`
}

// Run judges the reference node: each node of a running region read-only, and
// in full a sandbox tenant, a node of the same program beside them. A real
// region cannot be judged in full: its council is not the suite's to play.
func (c *referenceCommand) Run(ctx context.Context, t terminal) error {
	for _, id := range c.Region {
		if err := c.readOnly(ctx, t, spec.NodeID(id)); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "fukusen-reference-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := twins.Settle(c.Program, dir, c.Port, 400)
	if err != nil {
		return fmt.Errorf("%w: the sandbox tenant: %w", conformance.ErrCannotJudge, err)
	}
	if err := s.Start(ctx); err != nil {
		return fmt.Errorf("%w: the sandbox tenant: %w", conformance.ErrCannotJudge, err)
	}
	defer s.Stop()
	run := runCommand{Target: string(s.ID), Sandbox: s.Sandbox, Out: c.Out, Patience: 30 * time.Second}
	fmt.Fprintf(t.Err, "judging the sandbox tenant %s in full\n", s.ID)
	r, _, err := run.judge(ctx, func(cfg *conformance.Config) {
		cfg.Clerk, cfg.Evaluator, cfg.Operator = s.Clerk, s.Evaluator, s.Operator
		cfg.Hooks, cfg.Progress = s.Hooks(), worst(t)
	})
	if err != nil {
		return err
	}
	return say(t, r, c.Out)
}

// readOnly asks a node of the region what anyone may ask.
func (c *referenceCommand) readOnly(ctx context.Context, t terminal, id spec.NodeID) error {
	out, err := conformance.Run(ctx, conformance.Config{
		Target: id, ReadOnly: true, Workers: 8, Patience: 5 * time.Second, Progress: worst(t),
	})
	if err != nil {
		return err
	}
	var failed []string
	passed := 0
	for _, r := range out.Results {
		switch r.Outcome {
		case judge.Pass:
			passed++
		case judge.Fail, judge.Error:
			failed = append(failed, r.Requirement)
		}
	}
	fmt.Fprintf(t.Out, "%s, read-only: %d pass, %d fail, of %d checks\n", id, passed, len(failed), len(out.Results))
	if len(failed) > 0 {
		return fmt.Errorf("%s does not hold %s: %w", id, strings.Join(failed, ", "), broken)
	}
	if passed == 0 {
		return fmt.Errorf("%w: %s showed nothing that could be judged", conformance.ErrCannotJudge, id)
	}
	return nil
}

// worst tells of what did not pass.
func worst(t terminal) func(done, all int, r judge.Result) {
	return func(_, _ int, r judge.Result) {
		if r.Outcome == judge.Fail || r.Outcome == judge.Error {
			fmt.Fprintf(t.Err, "%-8s %s %s\n", r.Outcome, r.Requirement, r.Reason.EN)
		}
	}
}
