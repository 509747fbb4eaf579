package policy_test

import (
	"slices"
	"testing"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// TestTheBookGivesEveryPolicyVectorItsVerdict judges the vectors whose verdict
// needs a policy log.
func TestTheBookGivesEveryPolicyVectorItsVerdict(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, v := range all {
		if v.Judge != vectors.Book {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			err := byBook(t, &v)
			judged++
			if v.Requirement == "" {
				if err != nil {
					t.Fatalf("%s: %v", v.What, err)
				}
				return
			}
			r := spec.AsRefusal(err)
			if r == nil || r.Requirement != v.Requirement && !slices.Contains(v.Also, r.Requirement) {
				t.Fatalf("%s: got %v, want %s", v.What, err, v.Requirement)
			}
		})
	}
	if judged < 60 {
		t.Errorf("only %d vectors were judged", judged)
	}
}

func byBook(t *testing.T, v *vectors.Vector) error {
	t.Helper()
	if v.About == "genesis" {
		_, err := policy.NewBook(v.Input.Entry, v.Input.Fed)
		return err
	}
	book, err := policy.NewBook(v.Context.Log.Genesis, v.Context.Log.Fed)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range v.Context.Log.Entries {
		if book, err = book.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	switch v.About {
	case "entry":
		return book.Check(v.Input.Entry)
	case "confidential":
		_, err := book.WithConfidential(v.Input.Digest, v.Input.Body)
		return err
	case "checkpoint":
		keys := make(map[spec.NodeID]*spec.KeyHistory)
		var council []spec.NodeID
		for _, k := range v.Input.CouncilKeys {
			h, err := k.History()
			if err != nil {
				t.Fatal(err)
			}
			keys[k.Node], council = h, append(council, k.Node)
		}
		head, err := spec.OpenCheckpoint(v.Input.Note, book.Fed(), council, func(n spec.NodeID) *spec.KeyHistory { return keys[n] }, book.Register().Majority())
		if err != nil {
			return err
		}
		if head.Size == book.Size() && head.Root != book.Root() {
			return spec.Refuse("REQ-POL-010", "the entries do not give the root of the policy head")
		}
		return nil
	}
	t.Fatalf("a policy vector about %q", v.About)
	return nil
}
