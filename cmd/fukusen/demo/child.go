package demo

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// grace is how long a node may take to close its store before it is killed.
const grace = 5 * time.Second

// child is one node's process.
type child struct {
	name string
	cmd  *exec.Cmd
	log  string
	done chan struct{} // closed when the process has ended
}

// startChild runs "serve" of this program. It stands in a process group of its
// own, so that a Ctrl-C at the terminal reaches the demo alone, which then
// stops the nodes in order; and it ends when the demo dies without a word.
func startChild(name, program, config, log string) (*child, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", name, err)
	}
	defer out.Close()
	c := &child{name: name, log: log, done: make(chan struct{})}
	c.cmd = exec.Command(program, "serve", "--config", config)
	c.cmd.Env = withoutOurs(os.Environ())
	c.cmd.Stdout, c.cmd.Stderr = out, out
	c.cmd.SysProcAttr = apart()
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		_ = c.cmd.Wait() // how it ended stands in ProcessState
		close(c.done)
	}()
	return c, nil
}

// withoutOurs keeps the operator's own settings out of the demo's nodes.
func withoutOurs(env []string) []string {
	var kept []string
	for _, pair := range env {
		if !strings.HasPrefix(pair, "FUKUSEN_") {
			kept = append(kept, pair)
		}
	}
	return kept
}

// ask tells the node to close.
func (c *child) ask() {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		c.kill()
	}
}

// wait returns when the process has ended; one that takes too long is killed
// with all its group.
func (c *child) wait() {
	select {
	case <-c.done:
	case <-time.After(grace):
		c.kill()
		<-c.done
	}
}

// last is the last line of the node's log: why it ended.
func (c *child) last() string {
	octets, err := os.ReadFile(c.log)
	if err != nil {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(octets), []byte("\n"))
	return string(lines[len(lines)-1])
}
