package twins

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
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

	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// Subject is one node under test: a process of the product's own program, in a
// sandbox of its own, reached over HTTP like any target.
type Subject struct {
	ID        spec.NodeID
	Sandbox   string // directory that prepare made
	Clerk     string // bearer token
	Evaluator string // bearer token
	Operator  string // bearer token

	program string
	dir     string
	env     []string
	cmd     *exec.Cmd
	gone    chan struct{}
}

// Settle makes a node in a directory, with its sandbox. Ports are port for the
// node, and the ones after it for the suite's peers.
func Settle(program, dir string, port, ports int, env ...string) (*Subject, error) {
	s := &Subject{
		ID: spec.NodeID(fmt.Sprintf("http://localhost:%d", port)), Sandbox: filepath.Join(dir, "sandbox"),
		program: program, dir: filepath.Join(dir, "node"), env: append(os.Environ(), env...),
	}
	if _, err := s.act("init", "--dir", s.dir, "--id", string(s.ID), "--name-ja", "試験対象", "--name-en", "Target",
		"--kind", "municipality", "--listen", fmt.Sprintf("127.0.0.1:%d", port)); err != nil {
		return nil, err
	}
	root, err := s.root()
	if err != nil {
		return nil, err
	}
	if err := peer.Prepare(peer.Plan{
		Dir: s.Sandbox, Target: s.ID, Root: spec.EncodeKey(root), Kind: "municipality",
		Site: peer.Site{Listen: "127.0.0.1", Origin: "http://localhost", Port: port + 1, From: port + 3, To: port + ports - 1},
	}, time.Now()); err != nil {
		return nil, err
	}
	genesis, err := os.ReadFile(filepath.Join(s.Sandbox, peer.GenesisFile))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(s.dir, peer.GenesisFile), genesis, 0o644); err != nil {
		return nil, err
	}
	for role, into := range map[string]*string{"clerk": &s.Clerk, "evaluator": &s.Evaluator, "operator": &s.Operator} {
		token, err := s.act("token", "--dir", s.dir, "--role", role)
		if err != nil {
			return nil, err
		}
		*into = strings.TrimSpace(token)
	}
	return s, nil
}

func (s *Subject) act(args ...string) (string, error) {
	cmd := exec.Command(s.program, args...)
	cmd.Env = s.env
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("%s %s: %w: %s", s.program, args[0], err, exit.Stderr)
	}
	return string(out), err
}

func (s *Subject) root() (ed25519.PublicKey, error) {
	octets, err := os.ReadFile(filepath.Join(s.dir, "offline", "root.key"))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(octets)
	if block == nil {
		return nil, errors.New("the root key is no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("the root key is no Ed25519 key")
	}
	return private.Public().(ed25519.PublicKey), nil
}

// Start runs the node and waits until it answers.
func (s *Subject) Start(ctx context.Context) error {
	log, err := os.OpenFile(s.dir+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd = exec.Command(s.program, "serve", "--config", filepath.Join(s.dir, "node.yaml"))
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = s.env, log, log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.gone = make(chan struct{})
	go func() {
		_ = s.cmd.Wait()
		close(s.gone)
	}()
	return s.answers(ctx)
}

func (s *Subject) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, string(s.ID)+"/v1/health", nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			return res.Body.Close()
		}
		select {
		case <-s.gone:
			return fmt.Errorf("the node at %s ended: %s", s.ID, s.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("the node at %s does not answer: %s", s.ID, s.lastWords())
		case <-tick.C:
		}
	}
}

func (s *Subject) lastWords() string {
	octets, err := os.ReadFile(s.dir + ".log")
	if err != nil {
		return err.Error()
	}
	return string(octets[max(0, len(octets)-600):])
}

// Stop ends the node in order.
func (s *Subject) Stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.gone:
	case <-time.After(5 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.gone
	}
	s.cmd = nil
}

// Hooks are what the suite may ask of this node's operator.
func (s *Subject) Hooks() judge.Hooks {
	return judge.Hooks{
		Restart: func(ctx context.Context) error {
			s.Stop()
			return s.Start(ctx)
		},
		Copy: func(ctx context.Context) error {
			s.Stop()
			if err := os.RemoveAll(s.dir + ".copy"); err != nil {
				return err
			}
			if err := os.CopyFS(s.dir+".copy", os.DirFS(s.dir)); err != nil {
				return err
			}
			return s.Start(ctx)
		},
		Restore: func(ctx context.Context) error {
			s.Stop()
			if err := os.RemoveAll(s.dir); err != nil {
				return err
			}
			if err := os.CopyFS(s.dir, os.DirFS(s.dir+".copy")); err != nil {
				return err
			}
			if err := private(s.dir); err != nil {
				return err
			}
			if _, err := s.act("restore", "--dir", s.dir); err != nil {
				return err
			}
			return s.Start(ctx)
		},
	}
}

// private takes others' access to the keys away again, which a copy gave.
func private(dir string) error {
	return filepath.WalkDir(filepath.Join(dir, "keys"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o600)
	})
}
