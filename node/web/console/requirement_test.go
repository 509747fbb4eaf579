package console

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/web/text"
)

var named = regexp.MustCompile(`"(REQ-[A-Z]+-[0-9]+)"`)

// answered are sections whose refusals are the answer to a caller and reach no
// page: requests, certificates, and what an error says.
var answered = regexp.MustCompile(`^REQ-(REQ|CERT|ERR)-`)

// Every requirement by which the reading side of this node can refuse has a
// sentence in both languages, and no sentence stands without one.
func TestEveryRequirementThatRefusesIsSaid(t *testing.T) {
	used := map[string]bool{}
	for _, pattern := range []string{"spec/*.go", "spec/*/*.go", "policy/*.go", "node/gate/*.go", "node/peer/*.go", "node/trust/*.go"} {
		files, err := filepath.Glob(filepath.Join("../../..", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, ".gen.go") || strings.Contains(file, "/vectors/") {
				continue
			}
			octets, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range named.FindAllStringSubmatch(string(octets), -1) {
				if !answered.MatchString(m[1]) {
					used["requirement."+strings.ToLower(strings.TrimPrefix(m[1], "REQ-"))] = true
				}
			}
		}
	}
	for key := range used {
		if !text.Has(key) {
			t.Errorf("%s has no sentence", key)
		}
	}
	for key := range text.All() {
		if strings.HasPrefix(key, "requirement.") && !used[key] {
			t.Errorf("nothing refuses by %s", key)
		}
	}
	if len(used) < 100 {
		t.Errorf("only %d requirements were found", len(used))
	}
	if asked("ja", "REQ-ENV-005") == asked("en", "REQ-ENV-005") || asked("ja", "REQ-NONE-001") != "" {
		t.Error("a requirement is not said in the reader's language")
	}
}
