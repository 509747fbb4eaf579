package main

import (
	"context"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
)

// runCommand is what may stand on the command line and, under the same names,
// in a file for --config. What stands nowhere has the value of settle.
type runCommand struct {
	Config       string        `yaml:"-" help:"A file (YAML) with any of these settings; the command line comes first." type:"path" placeholder:"FILE"`
	Target       string        `yaml:"target" help:"The node id of the target." placeholder:"URL"`
	Base         string        `yaml:"base" help:"Where the target is reached, where that is not its id." placeholder:"URL"`
	Sandbox      string        `yaml:"sandbox" help:"The directory that prepare made. Without it only what anyone may ask is judged." type:"path" placeholder:"DIR"`
	Clerk        string        `yaml:"clerk-token-file" name:"clerk-token-file" help:"A file with a bearer token of role clerk." type:"path" placeholder:"FILE"`
	Evaluator    string        `yaml:"evaluator-token-file" name:"evaluator-token-file" help:"A file with a bearer token of role evaluator." type:"path" placeholder:"FILE"`
	Operator     string        `yaml:"operator-token-file" name:"operator-token-file" help:"A file with a bearer token of role operator." type:"path" placeholder:"FILE"`
	Secrets      string        `yaml:"secret-file" name:"secret-file" help:"A file with further texts, one a line, that must appear in no output." type:"path" placeholder:"FILE"`
	CAFile       string        `yaml:"ca-file" name:"ca-file" help:"Authorities of the target's certificate (PEM)." type:"path" placeholder:"FILE"`
	Level        string        `yaml:"level" help:"The level to judge, with those below it (L4)." placeholder:"LEVEL"`
	Role         []string      `yaml:"role" help:"Roles that the target must claim and keep; by default those it claims." placeholder:"ROLE"`
	Only         []string      `yaml:"only" help:"Requirements to judge." placeholder:"REQ"`
	Requirements string        `yaml:"requirements" help:"A requirements document of a region: level, roles and requirements that it demands." placeholder:"URL"`
	ReadOnly     bool          `yaml:"read-only" name:"read-only" help:"Ask only what anyone may ask; safe in production."`
	Seed         string        `yaml:"seed" help:"auto, or 16 hexadecimal digits: the same seed asks the same." placeholder:"HEX"`
	Out          string        `yaml:"out" help:"Where the report goes (conformance-report)." type:"path" placeholder:"DIR"`
	Key          string        `yaml:"key" help:"The runner's key, which signs certificates; made at first use. Without it a key of this run alone." type:"path" placeholder:"FILE"`
	Workers      int           `yaml:"workers" help:"Checks side by side (16)."`
	Patience     time.Duration `yaml:"patience" help:"How long something may take to come to pass (5s)."`
	PullHook     string        `yaml:"pull-hook" name:"pull-hook" help:"A command that makes the target read its neighbours now." placeholder:"CMD"`
	RestartHook  string        `yaml:"restart-hook" name:"restart-hook" help:"A command that restarts the target." placeholder:"CMD"`
	CopyHook     string        `yaml:"copy-hook" name:"copy-hook" help:"A command that takes a copy of the target's data." placeholder:"CMD"`
	RestoreHook  string        `yaml:"restore-hook" name:"restore-hook" help:"A command that restores the target from that copy." placeholder:"CMD"`
}

// Run judges and writes the report. It returns the exit status.
func (c *runCommand) Run(ctx context.Context, t terminal) error {
	r, silence, err := c.judge(ctx, func(cfg *conformance.Config) {
		fmt.Fprintf(t.Err, "judging %s\n", cfg.Target)
		cfg.Progress = func(done, all int, r judge.Result) {
			fmt.Fprintf(t.Err, "%3d/%d %-13s %s %s\n", done, all, r.Outcome, r.Requirement, r.Reason.EN)
		}
	})
	if err != nil {
		return err
	}
	if silence != "" && r.Verdict.Level != "" {
		fmt.Fprintf(t.Err, "the certificate is not countersigned: %s\n", silence)
	}
	return say(t, r, c.Out)
}

// judge carries the run out and writes what it found; ready is told the
// configuration before the run, and may add to it. Beside the report it gives
// why the target did not countersign.
func (c *runCommand) judge(ctx context.Context, ready func(*conformance.Config)) (*report.Report, string, error) {
	cannot := func(err error) error { return fmt.Errorf("%w: %w", conformance.ErrCannotJudge, err) }
	if err := c.settle(); err != nil {
		return nil, "", cannot(err)
	}
	if err := report.Clear(c.Out); err != nil {
		return nil, "", cannot(fmt.Errorf("--out: %w", err))
	}
	wanted, err := demanded(ctx, c.Requirements)
	if err != nil {
		return nil, "", cannot(fmt.Errorf("--requirements: %w", err))
	}
	asked, err := c.asked(wanted)
	if err != nil {
		return nil, "", cannot(err)
	}
	cfg, err := c.config(asked)
	if err != nil {
		return nil, "", cannot(err)
	}
	key, err := runnerKey(c.Key)
	if err != nil {
		return nil, "", cannot(fmt.Errorf("--key: %w", err))
	}
	ready(&cfg)
	if err := unspent(cfg); err != nil {
		return nil, "", cannot(err)
	}
	out, err := conformance.Run(ctx, cfg)
	if err != nil {
		return nil, "", err
	}
	if err := spend(out); err != nil {
		return nil, "", cannot(fmt.Errorf("--sandbox: %w", err))
	}
	made, err := reportOf(out, asked)
	if err != nil {
		return nil, "", cannot(err)
	}
	r, silence, err := report.Write(c.Out, report.Run{
		Report: made, Exchanges: out.World.Journal.All(), Key: key, Countersign: witness(ctx, out),
	})
	if err != nil {
		return nil, "", cannot(fmt.Errorf("--out: %w", err))
	}
	return r, out.World.Journal.Clean(silence), nil
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
