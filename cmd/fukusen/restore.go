package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/spec"
)

type restoreCommand struct {
	Dir      string `help:"The data directory that was copied back from a backup." type:"path" required:"" placeholder:"DATA"`
	Waive    string `help:"Go on without this member, which will not answer; once the restored node has started and is stopped again." placeholder:"NODE"`
	Operator string `help:"Who decided to waive the member; it stands in the audit log." placeholder:"NAME"`
}

// Run marks a copy as restored: the next start takes a new epoch and asks every
// member what it holds of this node before it says anything itself. With
// --waive it takes one member off that list.
func (c *restoreCommand) Run(ctx context.Context, t terminal) error {
	if (c.Waive == "") != (c.Operator == "") {
		return errors.New("--waive and --operator belong together: who is waived, and who decided it")
	}
	cfg, err := node.LoadConfig(configPath(c.Dir))
	if err != nil {
		return err
	}
	if c.Waive != "" {
		return c.waive(ctx, cfg, t)
	}
	if err := node.Restore(ctx, cfg, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "%s is marked as restored. Start it: it reads what the members hold of it, and is ready after that.\n", c.Dir)
	return err
}

func (c *restoreCommand) waive(ctx context.Context, cfg node.Config, t terminal) error {
	left, err := node.Waive(ctx, cfg, spec.NodeID(c.Waive), c.Operator, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "%s is waived by %s, in the audit log. What it alone was told since the backup stays unknown here:\n"+
		"look through the consents that were ended since, and end them again.\n", c.Waive, c.Operator)
	if len(left) > 0 {
		_, err = fmt.Fprintf(t.Out, "Still to be asked: %s.\n", names(left))
		return err
	}
	_, err = fmt.Fprintln(t.Out, "Nobody is left to be asked: at the next start it lists what stands, and serves.")
	return err
}

func names(nodes []spec.NodeID) string {
	list := make([]string, len(nodes))
	for i, n := range nodes {
		list[i] = string(n)
	}
	return strings.Join(list, ", ")
}
