// Package storetest starts a PostgreSQL for tests: one server for each test
// process, in a temporary directory, reached by a socket that only its owner
// and root can open.
//
// It refuses to leave anything behind. The server hangs on a pipe that the test
// process holds: when the process ends, in whatever way, the pipe closes, the
// server stops and its directory goes.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// errAbsent means that this machine has no PostgreSQL.
var errAbsent = errors.New("no PostgreSQL here (initdb and postgres, in /usr/lib/postgresql/*/bin or in PATH): its tests are skipped")

// startWithin bounds the start of the server.
const startWithin = 30 * time.Second

// guard runs the server until its standard input ends. The trap keeps the
// interrupt of a terminal from ending the guard before the server.
const guard = `
trap '' INT HUP TERM
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= \
	-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
	-c shared_buffers=64MB -c max_connections=200 -c autovacuum=off -c deadlock_timeout=50ms \
	>"$2/log" 2>&1 </dev/null &
server=$!
read -r _
kill -QUIT "$server"
wait "$server"
rm -rf "$2"
`

// server is the one PostgreSQL of this process. Once it runs it stays, so that
// every test of a package shares one initdb.
type server struct {
	start    sync.Once
	failed   error
	folder   string
	alive    *os.File // the guard waits for this end to close
	database atomic.Int64
}

var shared server

// Postgres makes an empty database for one test and answers its connection
// string. It skips the test where PostgreSQL is absent. The database is dropped
// when the test ends.
func Postgres(t testing.TB) (dsn string) {
	t.Helper()
	shared.start.Do(func() { shared.failed = shared.run() })
	if errors.Is(shared.failed, errAbsent) {
		t.Skip(shared.failed)
	}
	if shared.failed != nil {
		t.Fatalf("start PostgreSQL: %v", shared.failed)
	}
	name := fmt.Sprintf("test%d", shared.database.Add(1))
	if err := shared.command("CREATE DATABASE " + name); err != nil {
		t.Fatalf("make a database: %v", err)
	}
	t.Cleanup(func() {
		if err := shared.command("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop a database: %v", err)
		}
	})
	return shared.source(name)
}

func (s *server) source(database string) string {
	q := url.Values{"host": {s.folder}, "user": {"postgres"}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + q.Encode()
}

func (s *server) command(text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.source("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, text)
	return err
}

func (s *server) run() error {
	programs, err := find()
	if err != nil {
		return err
	}
	owner, err := unprivileged()
	if err != nil {
		return err
	}
	// A socket's path is short, and the server's user must reach it: the
	// directory of one test would be neither.
	if s.folder, err = os.MkdirTemp("", "pg"); err != nil {
		return err
	}
	if owner != nil {
		if err := os.Chown(s.folder, int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	making := exec.Command(filepath.Join(programs, "initdb"), "-D", filepath.Join(s.folder, "data"),
		"-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	as(making, owner, s.folder)
	if out, err := making.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(s.folder))
	}
	if err := s.guarded(programs, owner); err != nil {
		return err
	}
	return s.ready()
}

func (s *server) guarded(programs string, owner *syscall.Credential) error {
	input, alive, err := os.Pipe()
	if err != nil {
		return err
	}
	defer input.Close()
	s.alive = alive
	running := exec.Command("/bin/sh", "-c", guard, "guard", programs, s.folder)
	running.Stdin = input
	as(running, owner, s.folder)
	running.SysProcAttr.Setpgid = true
	if err := running.Start(); err != nil {
		return err
	}
	go func() { _ = running.Wait() }()
	return nil
}

// ready asks until the server answers.
func (s *server) ready() error {
	deadline := time.Now().Add(startWithin)
	for {
		err := s.command("SELECT 1")
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(s.folder, "log"))
			return errors.Join(fmt.Errorf("%w\n%s", err, log), s.alive.Close())
		}
		<-time.After(20 * time.Millisecond)
	}
}

// find answers the directory of the newest PostgreSQL.
func find() (string, error) {
	newest, folder := -1, ""
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	for _, path := range found {
		version, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		if err == nil && version > newest {
			newest, folder = version, filepath.Dir(path)
		}
	}
	if folder != "" {
		return folder, nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", errAbsent
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "initdb")); err != nil {
		return "", errAbsent
	}
	return filepath.Dir(path), nil
}

// unprivileged answers whom to run the server as, nil for ourselves:
// PostgreSQL does not run as root.
func unprivileged() (*syscall.Credential, error) {
	if runtime.GOOS == "windows" || os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		who, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(who.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(who.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("root needs a user postgres or nobody to run PostgreSQL as")
}

// as makes a command run as its user, in a directory that user can enter, and
// without settings of a PostgreSQL that is none of ours.
func as(c *exec.Cmd, owner *syscall.Credential, folder string) {
	c.Dir = folder
	c.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "PG") && !strings.HasPrefix(setting, "HOME=") {
			c.Env = append(c.Env, setting)
		}
	}
	c.Env = append(c.Env, "HOME="+folder)
}
