package peer

import (
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

// TestAReaderGivesEveryHeadAndPageVectorItsVerdict, those that need to remember
// what was accepted before among them.
func TestAReaderGivesEveryHeadAndPageVectorItsVerdict(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, v := range all {
		if v.About != "head" && v.About != "page" && v.About != "snapshot" {
			continue
		}
		judged++
		t.Run(v.Name, func(t *testing.T) {
			err := reads(t, &v)
			if v.Requirement == "" {
				if err != nil {
					t.Errorf("%s: %v", v.What, err)
				}
				return
			}
			r := spec.AsRefusal(err)
			if r == nil || r.Requirement != v.Requirement && !slices.Contains(v.Also, r.Requirement) {
				t.Fatalf("%s: %v, want %s", v.What, err, v.Requirement)
			}
			if r.Requirement == v.Requirement && r.Problem != v.Problem {
				t.Errorf("%s: problem %s, want %s", v.What, r.Problem, v.Problem)
			}
		})
	}
	t.Logf("%d vectors", judged)
	if judged < 130 {
		t.Errorf("only %d vectors were judged", judged)
	}
}

// reads does with a vector what a reader does with an answer.
func reads(t *testing.T, v *vectors.Vector) error {
	t.Helper()
	keys, err := v.Keys.History()
	if err != nil {
		t.Fatal(err)
	}
	at := place{tree: &spec.Tree{}}
	for _, e := range v.Input.Entries {
		at.tree.Append(spec.Leaf(e.ID, e.State))
	}
	if v.Context != nil && len(v.Context.Before) > 0 {
		at.head = spec.AcceptedHead(v.Context.Before[0])
		at.cursor.Note, at.cursor.Epoch = v.Context.Before[0], at.head.Epoch
	}
	switch v.About {
	case "snapshot":
		_, err := readSnapshot(strings.NewReader(v.Input.Snapshot))
		return err
	case "head":
		head, err := spec.OpenHead(v.Input.Note, v.Issuer, v.Input.Log, keys, v.Clock())
		if err != nil {
			return err
		}
		return at.judgeHead(head)
	}
	octets := []byte(v.Input.Page)
	if v.Input.PageOct != nil {
		octets = v.Input.PageOct
	}
	octets = append(octets, slices.Repeat([]byte(" "), v.Input.Pad)...)
	page, head, err := spec.ReadPage(octets, spec.PageAsk{
		Node: v.Issuer, Log: v.Input.Log, Next: v.Input.Next, Limit: v.Input.Limit, Keys: keys, Now: v.Clock(),
	})
	if err != nil {
		return err
	}
	if at.head != nil && head.Epoch > at.head.Epoch {
		at.restart(head.Epoch)
		if err := firstOfEpoch(page); err != nil {
			return err
		}
	}
	if err := at.judgeHead(head); err != nil {
		return err
	}
	_, err = at.grow(page, head)
	return err
}
