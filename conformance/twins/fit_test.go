package twins

import (
	"os"
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
