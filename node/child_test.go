package node_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/keys"
)

// A child is a node, or a command, in a process of its own, so that it can be
// killed as -9 kills: the test binary starts itself again with this variable.
const childVariable = "FUKUSEN_CHILD"

func TestMain(m *testing.M) {
	if job := os.Getenv(childVariable); job != "" {
		if err := runChild(job); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// childJob is what a child does.
type childJob struct {
	Serve  *node.Config
	Rotate string // a data directory whose record key is rotated
}

func runChild(text string) error {
	var job childJob
	if err := json.Unmarshal([]byte(text), &job); err != nil {
		return err
	}
	if job.Rotate != "" {
		root, err := keys.Read(keys.RootPath(job.Rotate))
		if err != nil {
			return err
		}
		_, err = keys.Rotate(job.Rotate, root, time.Now())
		return err
	}
	n, err := node.Open(context.Background(), *job.Serve, node.Options{
		Wait: 2 * time.Second, Least: 20 * time.Millisecond, Most: 200 * time.Millisecond,
	}, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		return err
	}
	if err := n.Start(); err != nil {
		return errors.Join(err, n.Close())
	}
	fmt.Println("ready")
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	return n.Close()
}

// child is a started child.
type child struct {
	cmd  *exec.Cmd
	gone chan error
}

// startChild starts a job, armed with a failpoint or "", and for a node waits
// until it serves or is dead.
func startChild(t *testing.T, job childJob, failpoint string) *child {
	t.Helper()
	text, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(text), fail.Variable+"="+failpoint)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{})
	c := &child{cmd: cmd, gone: make(chan error, 1)}
	go func() {
		if bufio.NewScanner(out).Scan() {
			close(ready)
		}
		c.gone <- cmd.Wait()
		close(c.gone)
	}()
	t.Cleanup(c.kill)
	if job.Serve != nil {
		select {
		case <-ready:
		case <-c.gone:
		case <-time.After(20 * time.Second):
			t.Fatal("the child neither serves nor ends")
		}
	}
	return c
}

func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	<-c.gone
}

func (c *child) dead() bool {
	select {
	case <-c.gone:
		return true
	default:
		return false
	}
}

// stop ends a child in order.
func (c *child) stop(t *testing.T) {
	t.Helper()
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-c.gone:
		if err != nil {
			t.Errorf("the child ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the child does not stop")
		c.kill()
	}
}
