package rival

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// ErrNoEtcd means that the rival is not installed (Debian: etcd-server).
var ErrNoEtcd = errors.New("there is no etcd in the path (Debian: etcd-server)")

// Etcd is three etcd servers in processes of their own with default settings.
// Their peers talk TLS; the client talks plainly, which is in etcd's favour.
type Etcd struct {
	Members []*Member
	Client  *clientv3.Client
}

// Member is one server.
type Member struct {
	url  string
	args []string
	cmd  *exec.Cmd
	log  bytes.Buffer
}

// StartEtcd runs three servers below a directory and waits for the first write.
func StartEtcd(ctx context.Context, dir string) (*Etcd, error) {
	program, err := exec.LookPath("etcd")
	if err != nil {
		return nil, ErrNoEtcd
	}
	e := &Etcd{}
	var cluster, urls []string
	var peers []string
	for i := range Voters {
		client, err1 := FreePort()
		peer, err2 := FreePort()
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		urls = append(urls, fmt.Sprintf("http://127.0.0.1:%d", client))
		peers = append(peers, fmt.Sprintf("https://127.0.0.1:%d", peer))
		cluster = append(cluster, fmt.Sprintf("m%d=%s", i, peers[i]))
	}
	for i := range Voters {
		m := &Member{url: urls[i], args: []string{
			program, "--name", fmt.Sprintf("m%d", i), "--data-dir", filepath.Join(dir, fmt.Sprint(i)),
			"--listen-client-urls", urls[i], "--advertise-client-urls", urls[i],
			"--listen-peer-urls", peers[i], "--initial-advertise-peer-urls", peers[i], "--peer-auto-tls",
			"--initial-cluster", strings.Join(cluster, ","), "--logger", "zap", "--log-level", "error",
		}}
		e.Members = append(e.Members, m)
		if err := m.Start(); err != nil {
			e.Close()
			return nil, err
		}
	}
	e.Client, err = clientv3.New(clientv3.Config{Endpoints: urls, DialTimeout: 10 * time.Second, Logger: zap.NewNop()})
	if err == nil {
		err = e.ready(ctx)
	}
	if err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// Start runs a member; its environment has nothing that changes etcd's defaults.
func (m *Member) Start() error {
	m.cmd = exec.Command(m.args[0], m.args[1:]...)
	m.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "ETCD_UNSUPPORTED_ARCH=" + os.Getenv("ETCD_UNSUPPORTED_ARCH")}
	m.cmd.Stdout, m.cmd.Stderr = &m.log, &m.log
	return m.cmd.Start()
}

// Kill is kill -9.
func (m *Member) Kill() {
	if m.cmd != nil && m.cmd.Process != nil {
		_ = m.cmd.Process.Kill()
		_ = m.cmd.Wait()
		m.cmd = nil
	}
}

func (e *Etcd) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return Until(ctx, "etcd takes a write", func() (bool, error) {
		return e.Put(ctx, "ready", "yes", time.Second) == nil, nil
	})
}

// Put writes one key, within a limit of time.
func (e *Etcd) Put(ctx context.Context, key, value string, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, err := e.Client.Put(ctx, key, value)
	return err
}

// Close ends the servers.
func (e *Etcd) Close() {
	if e.Client != nil {
		_ = e.Client.Close()
	}
	for _, m := range e.Members {
		m.Kill()
	}
}

// Leader asks each member who leads.
func (e *Etcd) Leader(ctx context.Context) (*Member, error) {
	for _, m := range e.Members {
		s, err := e.Client.Status(ctx, m.url)
		if err == nil && s.Leader == s.Header.MemberId {
			return m, nil
		}
	}
	return nil, errors.New("no etcd member leads")
}

// Whole waits until all members answer as one cluster with a leader.
func (e *Etcd) Whole(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return Until(ctx, "etcd is whole again", func() (bool, error) {
		first := uint64(0)
		for i, m := range e.Members {
			one, cancel := context.WithTimeout(ctx, time.Second)
			s, err := e.Client.Status(one, m.url)
			cancel()
			if err != nil || s.Leader == 0 || i > 0 && s.Leader != first {
				return false, nil
			}
			first = s.Leader
		}
		return true, nil
	})
}
