package idptest

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Where Debian puts what a provider is made of.
const (
	schema  = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
	webapp  = "/usr/share/glewlwyd/webapp"
	modules = "/usr/lib/glewlwyd"
	// The link of that name in webapp leads to a directory with the file in it.
	webappConfig = "/etc/glewlwyd/config-2.7.json/config.json"
)

const (
	startTime = 30 * time.Second
	logEnd    = 30
	starts    = 5 // a free port may be taken again before glewlwyd binds it
)

// guard runs the provider until its standard input ends. The trap keeps the
// interrupt of a terminal from ending the guard before the provider.
const guard = `
trap '' INT HUP TERM
glewlwyd -c "$1/glewlwyd.conf" 2>&1 </dev/null &
provider=$!
read -r _
kill -TERM "$provider"
wait "$provider"
rm -rf "$1"
`

const configuration = `
port=%[1]d
bind_address="127.0.0.1"
external_url="%[2]s"
login_url="login.html"
api_prefix="%[5]s"
static_files_path="%[3]s/webapp/"
log_mode="console"
log_level="INFO"
cookie_secure=0
session_key="GLEWLWYD_TEST_SESSION"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="%[4]s/user"
client_module_path="%[4]s/client"
user_auth_scheme_module_path="%[4]s/scheme"
plugin_module_path="%[4]s/plugin"
hash_algorithm="SHA512"
database = { type = "sqlite3"; path = "%[3]s/glewlwyd.db"; };
static_files_mime_types = (
  { extension = ".html"; mime_type = "text/html"; },
  { extension = ".css"; mime_type = "text/css"; },
  { extension = ".js"; mime_type = "application/javascript"; },
  { extension = ".json"; mime_type = "application/json"; },
  { extension = ".ico"; mime_type = "image/x-icon"; },
  { extension = ".png"; mime_type = "image/png"; },
  { extension = ".woff2"; mime_type = "font/woff2"; }
)
`

// absent names what is not installed, or "".
func absent() string {
	for _, program := range []string{"glewlwyd", "sqlite3"} {
		if _, err := exec.LookPath(program); err != nil {
			return program
		}
	}
	for _, file := range []string{schema, webapp, modules, webappConfig} {
		if _, err := os.Stat(file); err != nil {
			return file
		}
	}
	return ""
}

// process is a running provider.
type process struct {
	origin string // without a slash at its end
	prefix string // of its API; nobody else's is the same
	alive  io.Closer
	ended  chan error
	fails  chan string // the first line in which it gives up
	log    []string    // its last lines, to be read once it has ended
}

func (p *process) api() string { return p.origin + "/" + p.prefix + "/" }

// run starts a provider and stops it when the test ends. What it said is shown
// with a test that failed.
func run(t testing.TB) (*process, error) {
	var failed error
	for range starts {
		p, err := start()
		if err == nil {
			t.Cleanup(func() {
				err := p.stop()
				if err != nil {
					t.Errorf("stop glewlwyd: %v", err)
				}
				if t.Failed() {
					t.Log("glewlwyd said:\n" + strings.Join(p.log, "\n"))
				}
			})
			return p, nil
		}
		failed = err
	}
	return nil, failed
}

// start makes one attempt on a port that was free a moment ago.
func start() (*process, error) {
	folder, err := os.MkdirTemp("", "idp")
	if err != nil {
		return nil, err
	}
	p := &process{prefix: "api-" + strings.ToLower(rand.Text()), ended: make(chan error, 1), fails: make(chan string, 1)}
	port, err := freePort()
	if err == nil {
		p.origin = fmt.Sprintf("http://127.0.0.1:%d", port)
		err = lay(folder, fmt.Sprintf(configuration, port, p.origin, folder, modules, p.prefix))
	}
	if err == nil {
		err = p.launch(folder)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := p.ready(); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

func (p *process) launch(folder string) error {
	cmd := exec.Command("sh", "-c", guard, "sh", folder)
	alive, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	p.alive = alive
	said, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() {
		p.listen(said)
		p.ended <- cmd.Wait()
	}()
	return nil
}

// listen reads the log to its end, so that the provider never waits for a reader.
func (p *process) listen(said io.Reader) {
	for lines := bufio.NewReader(said); ; {
		line, err := lines.ReadString('\n')
		if strings.Contains(line, "Glewlwyd ERROR") || err != nil {
			select {
			case p.fails <- "it gave up: " + line:
			default:
			}
		}
		if err != nil {
			return
		}
		if strings.Contains(line, " endpoint ") {
			continue // a hundred lines each time it starts and stops
		}
		p.log = append(p.log[max(0, len(p.log)-logEnd):], strings.TrimSpace(line))
	}
}

// ready waits until this provider, and no other on its port, answers.
func (p *process) ready() error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(startTime)
	for {
		select {
		case why := <-p.fails:
			return errors.New(why)
		case <-late:
			return fmt.Errorf("not ready after %s", startTime)
		case <-tick.C:
			if p.answers() {
				return nil
			}
		}
	}
}

func (p *process) answers() bool {
	client := http.Client{Timeout: time.Second}
	answer, err := client.Get(p.origin + "/config")
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	var said struct {
		Prefix string `json:"api_prefix"`
	}
	return json.NewDecoder(answer.Body).Decode(&said) == nil && said.Prefix == p.prefix
}

func (p *process) stop() error {
	return errors.Join(p.alive.Close(), <-p.ended)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// lay puts in place what the provider reads: its configuration, its database from
// Debian's schema, and its pages.
func lay(folder, text string) error {
	if err := os.WriteFile(filepath.Join(folder, "glewlwyd.conf"), []byte(text), 0o600); err != nil {
		return err
	}
	tables, err := os.ReadFile(schema)
	if err != nil {
		return err
	}
	fill := exec.Command("sqlite3", "-bail", filepath.Join(folder, "glewlwyd.db"))
	fill.Stdin = strings.NewReader("PRAGMA synchronous=OFF;\nBEGIN;\n" + string(tables) + "\nCOMMIT;\n")
	if said, err := fill.CombinedOutput(); err != nil {
		return fmt.Errorf("sqlite3: %w: %s", err, said)
	}
	return copyPages(filepath.Join(folder, "webapp"))
}

// copyPages copies, because glewlwyd serves no link that leads out of its folder.
func copyPages(to string) error {
	return filepath.WalkDir(webapp, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(webapp, path)
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return os.Mkdir(filepath.Join(to, inside), 0o700)
		case inside == "config.json": // leads to a directory
			return copyFile(webappConfig, filepath.Join(to, inside))
		}
		// A link leads to a file of another package, for the looks of a page only.
		if err := copyFile(path, filepath.Join(to, inside)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

func copyFile(from, to string) error {
	octets, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, octets, 0o600)
}
