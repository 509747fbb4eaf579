package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/gates"
)

type selfAuditCommand struct {
	runCommand `embed:""`
}

// Run damages the target's own answers on their way and shows which checks
// notice. It writes no report: nothing here is a verdict on the target. A
// damage that no check noticed is exit status 1, and a fault of the suite.
func (c *selfAuditCommand) Run(ctx context.Context, t terminal) error {
	cannot := func(err error) error { return fmt.Errorf("%w: %w", conformance.ErrCannotJudge, err) }
	if err := c.settle(); err != nil {
		return cannot(err)
	}
	if c.Sandbox == "" {
		return cannot(errors.New("--sandbox: what damage does is seen in a sandbox; run prepare first"))
	}
	asked, err := c.asked(demand{})
	if err != nil {
		return cannot(err)
	}
	cfg, err := c.config(asked)
	if err != nil {
		return cannot(err)
	}
	if err := unspent(cfg); err != nil {
		return cannot(err)
	}
	audits, err := gates.SelfAudit(ctx, cfg, progress(t, "self-audit"))
	if errors.Is(err, gates.ErrUnsound) {
		return cannot(err)
	}
	if err != nil {
		return err
	}
	if sayAudits(t, audits) > 0 {
		return broken
	}
	return nil
}
