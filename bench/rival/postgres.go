package rival

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoPostgres means that the rival is not installed (Debian: postgresql).
var ErrNoPostgres = errors.New("there is no PostgreSQL 15 or later (initdb and postgres in /usr/lib/postgresql/*/bin; Debian: postgresql)")

// Postgres is a server in a temporary directory, reached by a socket, with
// durability on and the memory that two cores deserve.
type Postgres struct {
	folder string
	alive  *os.File // the guard waits for this end to close
	ended  chan struct{}
}

// guard runs the server until its standard input ends, in whatever way that
// comes about, and leaves nothing behind.
const guard = `
trap '' INT HUP TERM
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= \
	-c shared_buffers=2GB -c work_mem=64MB -c maintenance_work_mem=512MB -c effective_cache_size=8GB \
	-c random_page_cost=1.1 -c jit=off -c wal_level=logical -c max_wal_size=8GB -c max_worker_processes=8 \
	-c max_parallel_workers=2 -c max_parallel_workers_per_gather=2 -c synchronous_commit=on -c fsync=on \
	>"$2/log" 2>&1 </dev/null &
server=$!
read -r _
kill -QUIT "$server"
wait "$server"
rm -rf "$2"
`

// StartPostgres starts a server as a user without rights and waits until it
// answers.
func StartPostgres(ctx context.Context) (*Postgres, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	newest, programs := 14, ""
	for _, path := range found {
		if version, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))); err == nil && version > newest {
			newest, programs = version, filepath.Dir(path)
		}
	}
	if programs == "" {
		return nil, ErrNoPostgres
	}
	owner, err := unprivileged()
	if err != nil {
		return nil, err
	}
	p := &Postgres{ended: make(chan struct{})}
	// A socket's path is short, and the server's user must reach it.
	if p.folder, err = os.MkdirTemp("", "pg"); err != nil {
		return nil, err
	}
	if owner != nil {
		if err := os.Chown(p.folder, int(owner.Uid), int(owner.Gid)); err != nil {
			return nil, errors.Join(err, os.RemoveAll(p.folder))
		}
	}
	making := exec.CommandContext(ctx, filepath.Join(programs, "initdb"), "-D", filepath.Join(p.folder, "data"),
		"-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
	p.as(making, owner)
	if out, err := making.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(p.folder))
	}
	if err := p.run(programs, owner); err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.folder))
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err = Until(ctx, "PostgreSQL answers", func() (bool, error) {
		c, err := p.Connect(ctx)
		if err == nil {
			err = c.Close(ctx)
		}
		return err == nil, nil
	})
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(p.folder, "log"))
		p.Close()
		return nil, fmt.Errorf("%w\n%s", err, log)
	}
	return p, nil
}

func (p *Postgres) run(programs string, owner *syscall.Credential) error {
	input, alive, err := os.Pipe()
	if err != nil {
		return err
	}
	defer input.Close()
	p.alive = alive
	running := exec.Command("/bin/sh", "-c", guard, "guard", programs, p.folder)
	running.Stdin = input
	p.as(running, owner)
	running.SysProcAttr.Setpgid = true
	if err := running.Start(); err != nil {
		return errors.Join(err, alive.Close())
	}
	go func() {
		_ = running.Wait()
		close(p.ended)
	}()
	return nil
}

// as makes a command run as its user, in a directory that user can enter, and
// without settings of a PostgreSQL that is none of ours.
func (p *Postgres) as(c *exec.Cmd, owner *syscall.Credential) {
	c.Dir = p.folder
	c.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "PG") && !strings.HasPrefix(setting, "HOME=") {
			c.Env = append(c.Env, setting)
		}
	}
	c.Env = append(c.Env, "HOME="+p.folder)
}

// unprivileged answers whom to run the server as, nil for ourselves:
// PostgreSQL does not run as root.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
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

// Connect opens a connection.
func (p *Postgres) Connect(ctx context.Context) (*pgx.Conn, error) {
	q := url.Values{"host": {p.folder}, "user": {"postgres"}, "sslmode": {"disable"}}
	return pgx.Connect(ctx, "postgres:///postgres?"+q.Encode())
}

// Close ends the server and waits until its directory is gone.
func (p *Postgres) Close() {
	_ = p.alive.Close()
	<-p.ended
}

// Run runs the statements of a file one by one, since VACUUM stands alone.
func Run(ctx context.Context, c *pgx.Conn, path string) error {
	octets, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var text strings.Builder
	for line := range strings.Lines(string(octets)) {
		line, _, _ = strings.Cut(line, "--")
		text.WriteString(line + "\n")
	}
	for statement := range strings.SplitSeq(text.String(), ";") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := c.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return nil
}
