package storetest

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// child makes this test binary start a server and wait to be killed.
const child = "STORETEST_CHILD"

func TestAKilledTestLeavesNothingBehind(t *testing.T) {
	if os.Getenv(child) != "" {
		Postgres(t)
		os.Stdout.WriteString("folder " + shared.folder + "\n")
		select {}
	}
	Postgres(t) // skips where there is none
	process := exec.Command(os.Args[0], "-test.run=^TestAKilledTestLeavesNothingBehind$")
	process.Env = append(os.Environ(), child+"=1")
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	folder := ""
	for lines := bufio.NewScanner(out); folder == "" && lines.Scan(); {
		folder, _ = strings.CutPrefix(lines.Text(), "folder ")
	}
	if _, err := os.Stat(folder + "/data/postmaster.pid"); err != nil {
		t.Errorf("the server of the other process does not run: %v", err)
	}
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = process.Wait()
	for deadline := time.Now().Add(10 * time.Second); ; {
		if _, err := os.Stat(folder); os.IsNotExist(err) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there", folder)
		}
		<-time.After(20 * time.Millisecond)
	}
}

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	if a, b := Postgres(t), Postgres(t); a == b {
		t.Errorf("two tests share %s", a)
	}
}
