package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/fukusen/fukusen/node"
)

type serveCommand struct {
	Config string `help:"Configuration file; FUKUSEN_ variables stand over it." type:"path" env:"FUKUSEN_CONFIG" placeholder:"FILE"`
}

// Run serves until SIGINT or SIGTERM and then stops in order.
func (c *serveCommand) Run(ctx context.Context, t terminal) error {
	cfg, err := configured(c.Config)
	if err != nil {
		return err
	}
	if c.Config == "" && cfg.ID == "" {
		return errors.New("name the configuration with --config: the node.yaml in the directory that `fukusen init` made")
	}
	log, err := logger(cfg.LogLevel, t.Err)
	if err != nil {
		return err
	}
	n, err := node.Open(ctx, cfg, node.Options{}, log)
	if err != nil {
		return err
	}
	if err := n.Start(); err != nil {
		return errors.Join(err, n.Close())
	}
	<-ctx.Done()
	log.Info("node stops", "id", n.Self())
	return n.Close()
}

// configured reads a node's configuration, and says what to name where there is none.
func configured(path string) (node.Config, error) {
	cfg, err := node.LoadConfig(path)
	if info, lost := os.Stat(path); path != "" && (errors.Is(lost, os.ErrNotExist) || lost == nil && info.IsDir()) {
		return cfg, noNode("--config", path)
	}
	return cfg, err
}

// noNode says what a command was to be given instead of a path.
func noNode(flag, path string) error {
	if flag == "--config" {
		return fmt.Errorf("--config %s: no such file; name the node.yaml in the directory that `fukusen init` made", quoted(path))
	}
	return fmt.Errorf("--dir %s: no node is here; name the directory that `fukusen init` made; in the demo it ends in /data", quoted(path))
}

// logger writes to stderr. What is logged names nodes, record ids and counts;
// people stand in no log (docs/house.md: what is kept never travels).
func logger(level string, to io.Writer) (*slog.Logger, error) {
	var l slog.Level
	if level != "" {
		if err := l.UnmarshalText([]byte(level)); err != nil {
			return nil, fmt.Errorf("%w: log_level: write debug, info, warn or error", node.ErrConfig)
		}
	}
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: l})), nil
}
