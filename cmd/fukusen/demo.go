package main

import (
	"context"
	"errors"

	"github.com/fukusen/fukusen/cmd/fukusen/demo"
)

type demoCommand struct {
	Once bool   `help:"Check every claim that is printed, end with \"demo: ok\", and stop."`
	Dir  string `help:"An empty or new directory to keep; without it a temporary one that is removed." type:"path" placeholder:"DIR"`
	Port int    `help:"The city's port; the other three nodes take the next ones, raft from +10 on." default:"8101"`
}

// Run founds a small region on this machine and lives a day in it.
func (c *demoCommand) Run(ctx context.Context, t terminal) error {
	err := demo.Run(ctx, demo.Options{Once: c.Once, Dir: c.Dir, Out: t.Out, BasePort: c.Port})
	if errors.Is(err, demo.ErrFailed) {
		return verdict(1) // the last line of the story says why
	}
	return err
}
