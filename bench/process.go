package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/fukusen/fukusen/bench/rival"
)

// build makes the program as `make build` does and answers its path.
func (g *ground) build(ctx context.Context) (string, error) {
	path := filepath.Join(g.dir, "fukusen")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", path, "./cmd/fukusen")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w: %s", err, bytes.TrimSpace(out))
	}
	return path, nil
}

// process is `fukusen serve` of one member in a process of its own.
type process struct {
	member *townMember
	cmd    *exec.Cmd
	log    bytes.Buffer
}

// serve starts the program with its configuration in the environment.
func (m *townMember) serve(program string) (*process, error) {
	p := &process{member: m, cmd: exec.Command(program, "serve")}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "FUKUSEN_") && !strings.HasPrefix(v, "GO") {
			p.cmd.Env = append(p.cmd.Env, v)
		}
	}
	c := m.config
	for name, value := range map[string]string{
		"ID": c.ID, "LISTEN": c.Listen, "DATA": c.Data, "NAME_JA": c.NameJA, "NAME_EN": c.NameEN, "KIND": c.Kind,
		"RAFT_LISTEN": c.RaftListen, "LOG_LEVEL": c.LogLevel,
	} {
		if value != "" {
			p.cmd.Env = append(p.cmd.Env, "FUKUSEN_"+name+"="+value)
		}
	}
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	// A bench that is killed takes its nodes with it.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return p, p.cmd.Start()
}

// kill is kill -9: nothing is flushed, nobody is told.
func (p *process) kill() {
	if p.cmd != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}

// ask makes one request to a process.
func (p *process) ask(ctx context.Context, method, path, token string, body []byte, limit time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, string(p.member.id)+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	octets, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", res.StatusCode, octets)
	}
	return octets, err
}

// ready asks whether the node serves.
func (p *process) ready(ctx context.Context) bool {
	octets, err := p.ask(ctx, http.MethodGet, "/v1/health", "", nil, time.Second)
	var h struct {
		Ready bool `json:"ready"`
	}
	return err == nil && json.Unmarshal(octets, &h) == nil && h.Ready
}

// awaitReady waits for the first answer, and asks often: what is measured may
// be a few milliseconds.
func (p *process) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	err := rival.Until(ctx, "the node is ready", func() (bool, error) { return p.ready(ctx), nil })
	if err != nil {
		return errors.Join(err, errors.New(strings.TrimSpace(p.log.String())))
	}
	return nil
}
