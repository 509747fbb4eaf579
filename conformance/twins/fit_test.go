package twins

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every patch fits the product's source as it stands.
func TestEveryPatchFits(t *testing.T) {
	for _, p := range patches() {
		octets, err := os.ReadFile(filepath.Join("../..", p.File))
		if err != nil {
			t.Errorf("%s: %v", p.Requirement, err)
			continue
		}
		if n := strings.Count(string(octets), p.Old); n != 1 {
			t.Errorf("%s fits %s %d times, not once:\n%s", p.Requirement, p.File, n, p.Old)
		}
	}
}

// The changed copy compiles: a patch that fits may still name what is gone.
func TestTheTwinsCompile(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command here: the twins are compiled by make matrix")
	}
	if _, _, err := Build(context.Background(), "../..", t.TempDir()); err != nil {
		t.Fatal(err)
	}
}
