package keys_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/keys"
)

// When every disk is gone, the root key comes back from paper: the whole sheet,
// or the groups of its seed as somebody types them.
func TestTheRootKeyComesBackFromPaper(t *testing.T) {
	dir := t.TempDir()
	_, off, err := keys.Create(dir, "https://city.example", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := os.ReadFile(keys.SheetPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(sheet), "seed (hex)")
	groups := strings.Fields(after)[2:10]
	typed := strings.ToUpper(strings.Join(groups, "\n"))
	for name, c := range map[string]struct {
		text string
		good bool
	}{
		"the sheet":      {string(sheet), true},
		"its groups":     {typed, true},
		"a group short":  {strings.Join(groups[1:], " "), false},
		"a group beyond": {typed + " 00000000", false},
		"a digit short":  {typed[:len(typed)-1], false},
		"nothing":        {"", false},
	} {
		path := filepath.Join(t.TempDir(), "typed")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := keys.Read(path)
		if c.good && (err != nil || got.KID() != off.Root.KID()) {
			t.Errorf("%s: %v", name, err)
		}
		if !c.good && !errors.Is(err, keys.ErrNotKey) {
			t.Errorf("%s: %v, want %v", name, err, keys.ErrNotKey)
		}
	}
}
