package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
	"github.com/fukusen/fukusen/spec"
)

type runCommand struct {
	Target   string        `help:"The node id of the target." placeholder:"URL"`
	Base     string        `help:"Where the target is reached, where that is not its id." placeholder:"URL"`
	Sandbox  string        `help:"The directory that prepare made. Without it only what anyone may ask is judged." type:"path" placeholder:"DIR"`
	Clerk    string        `name:"clerk-token-file" help:"A file with a bearer token of role clerk." type:"path" placeholder:"FILE"`
	Operator string        `name:"operator-token-file" help:"A file with a bearer token of role operator." type:"path" placeholder:"FILE"`
	CAFile   string        `name:"ca-file" help:"Authorities of the target's certificate (PEM)." type:"path" placeholder:"FILE"`
	Level    string        `help:"The level to judge, with those below it." default:"L4" placeholder:"LEVEL"`
	Role     []string      `help:"Roles that the target must claim and keep; by default those it claims." placeholder:"ROLE"`
	Only     []string      `help:"Requirements to judge." placeholder:"REQ"`
	ReadOnly bool          `name:"read-only" help:"Ask only what anyone may ask; safe in production."`
	Seed     string        `help:"auto, or 16 hexadecimal digits: the same seed asks the same." default:"auto" placeholder:"HEX"`
	Out      string        `help:"Where the report goes." type:"path" default:"conformance-report" placeholder:"DIR"`
	Workers  int           `help:"Checks side by side." default:"16"`
	Patience time.Duration `help:"How long something may take to come to pass." default:"5s"`
}

// Run judges and writes the report. It returns the exit status.
func (c *runCommand) Run(ctx context.Context, t terminal) error {
	cfg, err := c.config()
	if err != nil {
		return fmt.Errorf("%w: %w", conformance.ErrCannotJudge, err)
	}
	cfg.Progress = func(done, all int, r judge.Result) {
		fmt.Fprintf(t.Err, "%3d/%d %-13s %s %s\n", done, all, r.Outcome, r.Requirement, r.Reason.EN)
	}
	fmt.Fprintf(t.Err, "judging %s\n", cfg.Target)
	r, err := c.judge(ctx, cfg)
	if err != nil {
		return err
	}
	return say(t, r, c.Out)
}

// judge carries the run out and writes what it found.
func (c *runCommand) judge(ctx context.Context, cfg conformance.Config) (*report.Report, error) {
	out, err := conformance.Run(ctx, cfg)
	if err != nil {
		return nil, err
	}
	made, err := c.report(out)
	if err != nil {
		return nil, err
	}
	r, err := report.Write(c.Out, report.Run{Report: made, Exchanges: out.World.Journal.All()})
	if err != nil {
		return nil, fmt.Errorf("%w: --out: %w", conformance.ErrCannotJudge, err)
	}
	return r, nil
}

func (c *runCommand) report(out *conformance.Outcome) (report.Report, error) {
	digest, err := ownDigest()
	if err != nil {
		return report.Report{}, err
	}
	bundle, err := report.Bundle(conformance.Version)
	if err != nil {
		return report.Report{}, err
	}
	r := report.Report{
		Suite: report.Suite{Version: conformance.Version, Digest: digest}, Bundle: bundle,
		Asked: report.Asked{Level: c.Level, Roles: listed(c.Role), Only: listed(c.Only), ReadOnly: c.ReadOnly, Requirements: []string{}},
		Target: report.Target{
			Node: out.Config.Target, Statement: out.Target.Statement, Keys: out.Target.Keys, Root: out.Target.Root, Roles: []string{},
		},
		Seed: fmt.Sprintf("%016x", out.World.Seed), Started: out.Began.Unix(), Ended: out.Ended.Unix(), Partial: out.Partial, Checks: out.Results,
	}
	if out.World.Statement != nil {
		r.Target.Roles = listed(out.World.Statement.Roles)
	}
	return r, nil
}

// listed is a list that is never null in JSON.
func listed(list []string) []string { return append([]string{}, list...) }

// ownDigest is that of the running program.
func ownDigest() (spec.ID, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("the program's own file: %w", err)
	}
	octets, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the program's own file: %w", err)
	}
	return spec.Digest(octets), nil
}

// say prints the totals and gives the exit status.
func say(t terminal, r *report.Report, dir string) error {
	n := r.Coverage.Counts
	level := r.Verdict.Level
	if level == "" {
		level = "none"
	}
	fmt.Fprintf(t.Out, "%d pass, %d fail, %d warn, %d not-run, %d not-claimed, %d indeterminate, %d error; level granted: %s; report in %s\n",
		n[judge.Pass], n[judge.Fail], n[judge.Warn], n[judge.NotRun], n[judge.NotClaimed], n[judge.Indeterminate], n[judge.Error], level, dir)
	fmt.Fprintf(t.Err, "fukusen-conformance: %s\n", r.Verdict.Reason.EN)
	if r.Verdict.Exit != report.Holds {
		return verdict(r.Verdict.Exit)
	}
	return nil
}

func (c *runCommand) config() (conformance.Config, error) {
	cfg := conformance.Config{
		Target: spec.NodeID(c.Target), Base: c.Base, Sandbox: c.Sandbox, CAFile: c.CAFile, Only: c.Only, Levels: judge.UpTo(c.Level), Roles: c.Role,
		ReadOnly: c.ReadOnly, Workers: c.Workers, Patience: c.Patience,
	}
	var err error
	if c.Seed != "auto" {
		if cfg.Seed, err = strconv.ParseUint(c.Seed, 16, 64); err != nil || len(c.Seed) != 16 {
			return cfg, fmt.Errorf("--seed: auto, or 16 hexadecimal digits")
		}
	}
	if err := c.known(); err != nil {
		return cfg, err
	}
	if cfg.Clerk, err = token(c.Clerk); err != nil {
		return cfg, fmt.Errorf("--clerk-token-file: %w", err)
	}
	if cfg.Operator, err = token(c.Operator); err != nil {
		return cfg, fmt.Errorf("--operator-token-file: %w", err)
	}
	return cfg, nil
}

// known refuses words that name nothing: a misspelt role would select less.
func (c *runCommand) known() error {
	if c.Target == "" {
		return fmt.Errorf("--target: the node id of the target is needed")
	}
	if len(judge.UpTo(c.Level)) == 0 {
		return fmt.Errorf("--level: one of %s", strings.Join(judge.Levels(), ", "))
	}
	if word := stranger(c.Role, judge.AllRoles()); word != "" {
		return fmt.Errorf("--role: %q is none of %s", word, strings.Join(judge.AllRoles(), ", "))
	}
	var numbers []string
	for _, q := range spec.Requirements() {
		numbers = append(numbers, q.Number)
	}
	if word := stranger(c.Only, numbers); word != "" {
		return fmt.Errorf("--only: the standard has no requirement %q", word)
	}
	return nil
}

func token(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	octets, err := os.ReadFile(path)
	text := strings.TrimSpace(string(octets))
	if err == nil && text == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return text, err
}
