package fail_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/fail"
)

// Every write has its two faults by name: it failed, and it failed although it
// persisted. A point with one of them tests half of what can happen.
func TestEveryPointHasItsTwoFaults(t *testing.T) {
	points := make(map[string]bool)
	for _, p := range fail.Points() {
		if points[p] {
			t.Errorf("%s is registered twice", p)
		}
		points[p] = true
	}
	for p := range points {
		base, fault := p[:strings.LastIndex(p, ".")], p[strings.LastIndex(p, ".")+1:]
		other := map[string]string{"before": "after", "after": "before"}[fault]
		if other == "" || !points[base+"."+other] {
			t.Errorf("%s lacks its other fault", p)
		}
	}
}

// Every registered point stands in the product, and every point of the product
// is registered: a misspelt one would never fire.
func TestPointsAndProductAgree(t *testing.T) {
	found := make(map[string]bool)
	for _, root := range []string{"..", "../../policy", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			if filepath.Base(filepath.Dir(path)) == "fail" {
				return nil
			}
			octets, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			calls := []string{`fail.Point("`}
			if strings.Contains(path, "replica") { // policy knows no node: it is handed the function
				calls = append(calls, `.fault("`)
			}
			for _, call := range calls {
				for rest := string(octets); ; {
					_, after, ok := strings.Cut(rest, call)
					if !ok {
						break
					}
					name, tail, _ := strings.Cut(after, `"`)
					found[name], rest = true, tail
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range fail.Points() {
		if !found[p] {
			t.Errorf("%s is registered and stands nowhere in the product", p)
		}
		delete(found, p)
	}
	for p := range found {
		t.Errorf("%s stands in the product and is not registered", p)
	}
}

func TestAnArmedPointFailsOnceAtItsPassage(t *testing.T) {
	disarm := fail.Arm("store.commit.before", 2)
	defer disarm()
	for passage, want := range []bool{false, true, false} {
		if err := fail.Point("store.commit.before"); errors.Is(err, fail.ErrInjected) != want {
			t.Errorf("passage %d: %v", passage+1, err)
		}
		if err := fail.Point("store.commit.after"); err != nil {
			t.Errorf("another point failed: %v", err)
		}
	}
}
