package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestTheStepForACIStaysTrue runs the five lines of docs/conformance.md, with
// the settings beside them, against the reference node.
func TestTheStepForACIStaysTrue(t *testing.T) {
	text, err := os.ReadFile("../../docs/conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## In CI\n")
	step, settings := block(section, "sh"), block(section, "yaml")
	if !found || strings.Count(step, "\n") != 5 || settings == "" {
		t.Fatalf("the step is not five lines with settings:\n%s%s", step, settings)
	}
	dir := t.TempDir()
	act := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"fukusen", "fukusen-conformance"} {
		act("go", "build", "-C", filepath.Join(here, ".."), "-buildvcs=false", "-o", filepath.Join(dir, program), "./"+program)
	}
	port := spare(t, 400)
	node := "http://localhost:" + strconv.Itoa(port)
	said := act(filepath.Join(dir, "fukusen"), "init", "--dir", "node", "--id", node, "--name-ja", "試験対象", "--name-en", "Target",
		"--kind", "municipality", "--listen", "127.0.0.1:"+strconv.Itoa(port))
	_, root, _ := strings.Cut(said, "公開ルート鍵: ")
	root, _, _ = strings.Cut(root, "\n")
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, role := range []string{"clerk", "evaluator", "operator"} {
		write("tokens/"+role, act(filepath.Join(dir, "fukusen"), "token", "--dir", "node", "--role", role), 0o600)
	}
	write("conformance.yaml", settings, 0o644)
	write("start-node", "#!/bin/sh\ncp \"$1\" node/genesis.txt\nfukusen serve --config node/node.yaml >node.log 2>&1 &\necho $! >node.pid\n"+
		"until fukusen health --url \"$NODE\" >/dev/null 2>&1; do :; done\n", 0o755)
	t.Cleanup(func() { end(t, filepath.Join(dir, "node.pid")) })
	cmd := exec.Command("/bin/sh", "-e", "-c", step)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "NODE="+node, "ROOT="+root, "LISTEN=127.0.0.1:"+strconv.Itoa(port+1))
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "level granted: L1") || !strings.Contains(string(out), "countersigned by the target") {
		t.Errorf("%v\n%s", err, out)
	}
}

// block is the first code block of a language.
func block(text, language string) string {
	_, rest, _ := strings.Cut(text, "\n```"+language+"\n")
	code, _, _ := strings.Cut(rest, "```")
	return code
}

// end stops the process whose id stands in a file.
func end(t *testing.T, path string) {
	t.Helper()
	octets, err := os.ReadFile(path)
	if err != nil {
		return // it never started, and the test has said so
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(octets)))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill()
	}
}

// spare is the first of some ports in a row that nobody listens on at the
// moment, below those that outgoing connections take.
func spare(t *testing.T, n int) int {
	t.Helper()
	for from := 20000 + os.Getpid()%20*500; from+n < 32000; from += n {
		free := true
		for _, port := range []int{from, from + 1, from + 2, from + 3} {
			l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
			if err != nil {
				free = false
				break
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if free {
			return from
		}
	}
	t.Fatal("no ports in a row are free")
	return 0
}
