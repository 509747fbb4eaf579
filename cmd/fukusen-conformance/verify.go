package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
)

type verifyCommand struct {
	Dir    string `arg:"" help:"The directory that run wrote." type:"path"`
	Level  string `help:"Demand that this level was granted." placeholder:"LEVEL"`
	Runner string `help:"Demand that this runner signed: its public key, as verify prints it." placeholder:"KEY"`
}

// Run judges a report again, offline. Status 0: it is true, and what was
// demanded of it holds; 1: it is not; 2: nothing can be said.
func (c *verifyCommand) Run(t terminal) error {
	if c.Level != "" && len(judge.UpTo(c.Level)) == 0 {
		return fmt.Errorf("--level: one of %s", strings.Join(judge.Levels(), ", "))
	}
	v, err := report.Verify(c.Dir, conformance.Version, time.Now())
	if err != nil {
		return err
	}
	if c.Runner != "" && v.Runner != c.Runner {
		v.Faults = append(v.Faults, "the certificate is signed by another runner: "+v.Runner)
	}
	if c.Level != "" && (v.Report == nil || !slices.Contains(judge.UpTo(v.Report.Verdict.Level), c.Level)) {
		v.Faults = append(v.Faults, c.Level+" was not granted")
	}
	for _, f := range v.Faults {
		fmt.Fprintln(t.Err, f)
	}
	if len(v.Faults) > 0 {
		fmt.Fprintf(t.Out, "not verified: %d faults\n", len(v.Faults))
		return broken
	}
	level, witness := v.Report.Verdict.Level, "not countersigned"
	if level == "" {
		level = "none"
	}
	if v.Countersigned {
		witness = "countersigned by the target"
	}
	_, err = fmt.Fprintf(t.Out, "verified: %s, level granted: %s, %d checks, %d assertions judged again, %d failures by a check's own word; runner %s, %s\n",
		v.Report.Target.Node, level, len(v.Report.Checks), v.Assertions, v.Own, v.Runner, witness)
	return err
}
