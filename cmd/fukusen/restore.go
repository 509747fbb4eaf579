package main

import (
	"context"
	"fmt"
	"time"

	"github.com/fukusen/fukusen/node"
)

type restoreCommand struct {
	Dir string `help:"The data directory that was copied back from a backup." type:"path" required:"" placeholder:"DATA"`
}

// Run marks a copy as restored. The next start takes a new epoch and asks every
// member what it holds of this node before it says anything itself.
func (c *restoreCommand) Run(ctx context.Context, t terminal) error {
	cfg, err := node.LoadConfig(configPath(c.Dir))
	if err != nil {
		return err
	}
	if err := node.Restore(ctx, cfg, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "%s is marked as restored. Start it: it reads what the members hold of it, and is ready after that.\n", c.Dir)
	return err
}
