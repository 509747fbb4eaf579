package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/fukusen/fukusen/spec/wire"
)

type healthCommand struct {
	remote
}

// Run is the health check of a container: exit 0 when the node is ready to
// serve, 1 with the reason when it is not.
func (c *healthCommand) Run(ctx context.Context, t terminal) error {
	client, err := c.client("")
	if err != nil {
		return err
	}
	var h wire.Health
	if err := client.get(ctx, "/v1/health", &h); err != nil {
		return err
	}
	var amiss []string
	for _, check := range h.Checks {
		if check.Status != wire.LightGreen {
			amiss = append(amiss, fmt.Sprintf("%s is %s", check.Name, check.Status))
		}
	}
	if !h.Ready {
		return fmt.Errorf("%s is not ready yet: %s", client.origin, strings.Join(amiss, ", "))
	}
	line := fmt.Sprintf("ready: %s, version %s", h.Status, h.Version)
	if len(amiss) > 0 {
		line += " (" + strings.Join(amiss, ", ") + ")"
	}
	_, err = fmt.Fprintln(t.Out, line)
	return err
}
