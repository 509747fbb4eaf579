package twins

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The product's source can be broken at each requirement that it refuses by.
func TestATwinIsMadeOfEachRefusal(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Write(root, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(p.Overlay); err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"REQ-OPEN-004", "REQ-OPEN-005", "REQ-REQ-001", "REQ-FEED-001", "REQ-POL-012"} {
		if len(p.Places[number]) == 0 {
			t.Errorf("%s: the product cannot be broken at it", number)
		}
	}
	var all []string
	for number := range p.Places {
		all = append(all, number)
	}
	slices.Sort(all)
	t.Log(len(all), all)
}
