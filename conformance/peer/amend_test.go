package peer

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/spec"
)

// Two checks that amend one document at the same moment lose neither change,
// and every document names the one before it.
func TestAmendmentsAtOnceAreAllKept(t *testing.T) {
	root, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	err = Prepare(Plan{
		Dir: dir, Target: "http://localhost:1", Root: spec.EncodeKey(root.Public()), Kind: "municipality",
		Site: Site{Listen: "127.0.0.1", Origin: "http://localhost", Port: 2},
	}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(dir, new(evidence.Journal), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			err := s.Amend("data-guideline", func(body map[string]any) {
				purposes, _ := body["purposes"].([]any)
				body["purposes"] = append(purposes, map[string]any{
					"id": fmt.Sprint("purpose-", i), "kinds": []string{"talent"}, "text": text("試験", "test"),
				})
			}, text("試験", "test"))
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	again, err := Load(dir, new(evidence.Journal), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	body, err := again.bodyOf("data-guideline")
	if err != nil {
		t.Fatal(err)
	}
	if purposes, _ := body["purposes"].([]any); len(purposes) != 3+8 {
		t.Errorf("the document has %d purposes, not the 3 of the start and 8 that were added", len(purposes))
	}
	prev, version := spec.ID(""), 0
	for _, entry := range again.PolicyEntries() {
		read, err := spec.ReadEntry(entry)
		if err != nil {
			t.Fatal(err)
		}
		if read.Document.Series != "data-guideline" {
			continue
		}
		if read.Document.Prev != prev || read.Document.Version != version+1 {
			t.Errorf("version %d does not follow the one before it", read.Document.Version)
		}
		prev, version = read.Document.ID(), read.Document.Version
	}
	if register, err := again.bodyOf("register"); err != nil || register["members"] == nil {
		t.Errorf("the register of the genesis is not found: %v", err)
	}
}
