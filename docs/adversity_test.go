package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTest = regexp.MustCompile("`([a-z0-9_/]+_test\\.go):((?:Test|Fuzz)[A-Za-z0-9]+)`")
	anyTest   = regexp.MustCompile("`[^`]*:[^`]*`")
)

// TestEveryTestThatTheAdversityTableNamesIsThere, and it names them in no
// other form, so that none goes unread.
func TestEveryTestThatTheAdversityTableNamesIsThere(t *testing.T) {
	octets, err := os.ReadFile("adversity.md")
	if err != nil {
		t.Fatal(err)
	}
	found := namedTest.FindAllStringSubmatch(string(octets), -1)
	if len(found) < 50 || len(found) != len(anyTest.FindAllString(string(octets), -1)) {
		t.Errorf("%d tests are named in a form that is read", len(found))
	}
	for _, m := range found {
		code, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(m[1])))
		if err != nil || !strings.Contains(string(code), "\nfunc "+m[2]+"(") {
			t.Errorf("%s has no %s", m[1], m[2])
		}
	}
	for _, threat := range []string{"S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S13", "S14", "S17", "S18", "R1", "R2", "R3", "R4", "R5"} {
		if !strings.Contains(string(octets), "\n| "+threat+" | ") {
			t.Errorf("no line is about %s", threat)
		}
	}
}
