package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/fukusen/fukusen/conformance"
	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/report"
	"github.com/fukusen/fukusen/spec"
)

// settle fills in what the command line did not say: from --config, then the
// usual values.
func (c *runCommand) settle() error {
	if c.Config != "" {
		file, err := settingsOf(c.Config)
		if err != nil {
			return fmt.Errorf("--config: %w", err)
		}
		c.fill(file)
	}
	c.fill(&runCommand{Level: "L4", Seed: "auto", Out: "conformance-report", Workers: 16, Patience: 5 * time.Second})
	if c.Target == "" {
		return errors.New("--target: the node id of the target is needed")
	}
	if c.Workers < 1 || c.Patience <= 0 {
		return errors.New("--workers and --patience are above zero")
	}
	return nil
}

// settingsOf reads a file strictly; its paths are relative to itself.
func settingsOf(path string) (*runCommand, error) {
	octets, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file := &runCommand{}
	d := yaml.NewDecoder(bytes.NewReader(octets), yaml.Strict(), yaml.DisallowUnknownField())
	if err := d.Decode(file); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", path, strings.SplitN(yaml.FormatError(err, false, false), "\n", 2)[0])
	}
	for _, p := range []*string{&file.Sandbox, &file.Clerk, &file.Evaluator, &file.Operator, &file.Secrets, &file.CAFile, &file.Out, &file.Key} {
		if *p != "" && !filepath.IsAbs(*p) {
			*p = filepath.Join(filepath.Dir(path), *p)
		}
	}
	if r := &file.Requirements; *r != "" && !isURL(*r) && !filepath.IsAbs(*r) {
		*r = filepath.Join(filepath.Dir(path), *r)
	}
	return file, nil
}

// fill takes each setting that was not said from another set of them.
func (c *runCommand) fill(from *runCommand) {
	texts := func(r *runCommand) []*string {
		return []*string{
			&r.Target, &r.Base, &r.Sandbox, &r.Clerk, &r.Evaluator, &r.Operator, &r.Secrets, &r.CAFile, &r.Level, &r.Requirements, &r.Seed, &r.Out, &r.Key,
			&r.PullHook, &r.RestartHook, &r.CopyHook, &r.RestoreHook,
		}
	}
	theirs := texts(from)
	for i, mine := range texts(c) {
		if *mine == "" {
			*mine = *theirs[i]
		}
	}
	if len(c.Role) == 0 {
		c.Role = from.Role
	}
	if len(c.Only) == 0 {
		c.Only = from.Only
	}
	c.ReadOnly = c.ReadOnly || from.ReadOnly
	if c.Workers == 0 {
		c.Workers = from.Workers
	}
	if c.Patience == 0 {
		c.Patience = from.Patience
	}
}

// asked is what the runner wants to know, with what a region demands. A word
// that names nothing is refused: a misspelt one would select less.
func (c *runCommand) asked(wanted demand) (report.Asked, error) {
	a := report.Asked{
		Level: c.Level, Roles: listed(c.Role), Only: listed(c.Only), ReadOnly: c.ReadOnly, Requirements: listed(wanted.Requirements),
	}
	if len(judge.UpTo(c.Level)) == 0 {
		return a, fmt.Errorf("--level: one of %s", strings.Join(judge.Levels(), ", "))
	}
	if c.Requirements != "" {
		a.Level = wanted.Level
		for _, role := range wanted.Roles {
			if !slices.Contains(a.Roles, role) {
				a.Roles = append(a.Roles, role)
			}
		}
	}
	if word := stranger(a.Roles, judge.AllRoles()); word != "" {
		return a, fmt.Errorf("--role: %q is none of %s", word, strings.Join(judge.AllRoles(), ", "))
	}
	if word := stranger(a.Only, numbers()); word != "" {
		return a, fmt.Errorf("--only: the standard has no requirement %q", word)
	}
	return a, nil
}

// numbers are those of all requirements.
func numbers() []string {
	var list []string
	for _, q := range spec.Requirements() {
		list = append(list, q.Number)
	}
	return list
}

func (c *runCommand) config(asked report.Asked) (conformance.Config, error) {
	cfg := conformance.Config{
		Target: spec.NodeID(c.Target), Base: c.Base, Sandbox: c.Sandbox, CAFile: c.CAFile, Only: asked.Only, Levels: judge.UpTo(asked.Level),
		Roles: asked.Roles, Demanded: asked.Requirements, ReadOnly: c.ReadOnly, Workers: c.Workers, Patience: c.Patience,
		Hooks: judge.Hooks{Pull: c.hook(c.PullHook), Restart: c.hook(c.RestartHook), Copy: c.hook(c.CopyHook), Restore: c.hook(c.RestoreHook)},
	}
	var err error
	if c.Seed != "auto" {
		if cfg.Seed, err = strconv.ParseUint(c.Seed, 16, 64); err != nil || len(c.Seed) != 16 {
			return cfg, errors.New("--seed: auto, or 16 hexadecimal digits")
		}
	}
	if cfg.Clerk, err = token(c.Clerk); err != nil {
		return cfg, fmt.Errorf("--clerk-token-file: %w", err)
	}
	if cfg.Evaluator, err = token(c.Evaluator); err != nil {
		return cfg, fmt.Errorf("--evaluator-token-file: %w", err)
	}
	if cfg.Operator, err = token(c.Operator); err != nil {
		return cfg, fmt.Errorf("--operator-token-file: %w", err)
	}
	secrets, err := token(c.Secrets)
	if err != nil {
		return cfg, fmt.Errorf("--secret-file: %w", err)
	}
	for line := range strings.Lines(secrets) {
		line = strings.TrimSpace(line)
		if n := len(line); n > 0 && n < evidence.LeastHidden {
			return cfg, fmt.Errorf("--secret-file: a line has %d octets; one of less than %d would be blanked by chance everywhere, so it cannot be hidden", n, evidence.LeastHidden)
		}
		cfg.Secrets = append(cfg.Secrets, line)
	}
	return cfg, nil
}

// usedUp is the note in a sandbox's directory that a run has used it up.
func usedUp(sandbox string) string { return filepath.Join(sandbox, "used-up") }

// unspent refuses a sandbox that an earlier run has used up.
func unspent(cfg conformance.Config) error {
	if cfg.Sandbox == "" {
		return nil
	}
	if _, err := os.Stat(usedUp(cfg.Sandbox)); err == nil {
		return fmt.Errorf("--sandbox: %s was used up by a run of level L3 or above; set up target and sandbox anew (prepare)", cfg.Sandbox)
	}
	return nil
}

// spend notes that a run has used its sandbox up.
func spend(out *conformance.Outcome) error {
	if !conformance.UsesUp(out.Config) || out.Partial {
		return nil
	}
	return os.WriteFile(usedUp(out.Config.Sandbox), nil, 0o644)
}

// longestHook is how long a hook may take: one that hangs must not hang the run.
const longestHook = time.Minute

// hook runs a command of the target's operator, with the target's id in its
// environment; nil where there is none.
func (c *runCommand) hook(command string) func(context.Context) error {
	if command == "" {
		return nil
	}
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, longestHook)
		defer cancel()
		cmd := exec.CommandContext(ctx, "/bin/sh", "-c", command)
		cmd.Env = append(os.Environ(), "CONFORMANCE_TARGET="+c.Target)
		cmd.WaitDelay = time.Second // a node that the hook left behind may hold its output
		out, err := cmd.CombinedOutput()
		if err != nil && !errors.Is(err, exec.ErrWaitDelay) {
			return fmt.Errorf("the hook ended with %w: %s", err, out[max(0, len(out)-300):])
		}
		return c.listens(ctx)
	}
}

// listens waits until the target takes connections again: many a command that
// starts a service ends before the service is up.
func (c *runCommand) listens(ctx context.Context) error {
	at, err := url.Parse(cmp.Or(c.Base, c.Target))
	if err != nil {
		return err
	}
	port := cmp.Or(at.Port(), map[string]string{"http": "80"}[at.Scheme], "443")
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(at.Hostname(), port))
		if err == nil {
			return conn.Close()
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("after the hook the target does not answer: %w", err)
		}
	}
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
