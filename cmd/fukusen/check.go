package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/check"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/spec"
)

type checkCommand struct {
	Dir    string `help:"The data directory of a stopped node, or a copy of one; its node.yaml says the rest." type:"path" placeholder:"DATA"`
	Config string `help:"Its configuration file, where that lies elsewhere." type:"path" env:"FUKUSEN_CONFIG" placeholder:"FILE"`
}

// cannotJudge is the exit code when nothing was checked.
const cannotJudge verdict = 2

// Run prints one line a fault and changes nothing.
func (c *checkCommand) Run(ctx context.Context, t terminal) error {
	counts, err := c.look(ctx, t)
	if err != nil {
		fmt.Fprintf(t.Err, "fukusen: check: %s\n", err)
		return cannotJudge
	}
	if counts.Faults > 0 {
		fmt.Fprintf(t.Out, "check: %d faults in %s\n", counts.Faults, sizes(counts))
		return verdict(1)
	}
	_, err = fmt.Fprintf(t.Out, "check: ok (%s)\n", sizes(counts))
	return err
}

func (c *checkCommand) look(ctx context.Context, t terminal) (check.Counts, error) {
	cfg, err := c.configuration()
	if err != nil {
		return check.Counts{}, err
	}
	release, err := node.Idle(cfg.Data)
	if err != nil {
		return check.Counts{}, err
	}
	defer release()
	genesis, err := os.ReadFile(node.GenesisPath(cfg.Data))
	if err != nil {
		return check.Counts{}, err
	}
	history, err := os.ReadFile(keys.HistoryPath(cfg.Data))
	if err != nil {
		return check.Counts{}, err
	}
	place := check.Place{
		Store: cfg.Store, Self: spec.NodeID(cfg.ID), Genesis: string(genesis), Fed: spec.ID(cfg.Fed),
		History: strings.TrimSpace(string(history)), ErasedList: cfg.ErasedList, Now: time.Now(),
	}
	return check.Run(ctx, place, func(f check.Fault) { fmt.Fprintln(t.Out, f) })
}

// configuration is that of the directory. A copy is checked where it lies,
// wherever its configuration says that the node runs.
func (c *checkCommand) configuration() (node.Config, error) {
	switch {
	case c.Dir == "" && c.Config == "":
		return node.Config{}, errors.New("name the directory with --dir, or its configuration with --config")
	case c.Config == "":
		cfg, err := node.ReadConfig(configPath(c.Dir))
		if errors.Is(err, os.ErrNotExist) {
			return cfg, noNode("--dir", c.Dir)
		}
		cfg.Data = c.Dir
		return cfg.Complete(), err
	}
	cfg, err := configured(c.Config)
	if c.Dir != "" {
		cfg.Data = filepath.Clean(c.Dir)
	}
	return cfg.Complete(), err
}

func sizes(n check.Counts) string {
	text := fmt.Sprintf("%d records, %d log entries, %d policy entries, %d key histories, %d people, %d places in neighbours' logs",
		n.Records, n.LogEntries, n.PolicyEntries, n.Histories, n.People, n.Places)
	if n.NotJudged > 0 {
		text += fmt.Sprintf(", %d records of nodes that are no longer listed not judged", n.NotJudged)
	}
	return text
}
