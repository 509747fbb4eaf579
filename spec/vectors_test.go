package spec_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

func everyVector(t testing.TB) []vectors.Vector {
	t.Helper()
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestEveryVectorGetsItsVerdict judges each vector with this package alone. One
// that needs a memory or a book is sound by its octets: here it is admitted.
func TestEveryVectorGetsItsVerdict(t *testing.T) {
	for _, v := range everyVector(t) {
		if v.About == "certificate" {
			continue // the package that opens certificates judges them
		}
		t.Run(v.File+"/"+v.Name, func(t *testing.T) {
			got, err := judge(t, &v)
			want := v.Verdict
			if v.Judge != vectors.Octets {
				want = vectors.Admit
			}
			if got != want {
				t.Fatalf("%s: got %s (%v), want %s by %s", v.What, got, err, want, v.Requirement)
			}
			r := spec.AsRefusal(err)
			if r == nil {
				return
			}
			if r.Requirement != v.Requirement && !slices.Contains(v.Also, r.Requirement) {
				t.Errorf("%s: refused by %v, want %s", v.What, r, v.Requirement)
			}
			if r.Requirement == v.Requirement && r.Problem != v.Problem {
				t.Errorf("%s: problem %s, want %s", v.What, r.Problem, v.Problem)
			}
		})
	}
}

// judge names the verdict of this package about a vector.
func judge(t *testing.T, v *vectors.Vector) (string, error) {
	t.Helper()
	err := open(t, v)
	r := spec.AsRefusal(err)
	switch {
	case err == nil:
		return vectors.Admit, nil
	case errors.Is(err, spec.ErrUnknownKind):
		return vectors.Skip, err
	case r == nil:
		t.Fatalf("an error that is no refusal: %v", err)
		return "", err
	case r.Park:
		return vectors.Park, err
	}
	return vectors.Refuse, err
}

func open(t *testing.T, v *vectors.Vector) error {
	t.Helper()
	switch v.About {
	case "keys":
		root, err := v.Keys.RootKey()
		if err != nil {
			t.Fatal(err)
		}
		_, err = spec.OpenKeys(v.Input.Token, v.Issuer, root)
		return err
	case "node-id":
		_, err := spec.ParseNodeID(v.Input.NodeID, v.Input.Development)
		return err
	case "entry", "genesis":
		_, err := spec.ReadEntry(v.Input.Entry)
		return err
	case "checkpoint":
		return openCheckpoint(t, v)
	case "snapshot", "confidential":
		return nil // judged by the peer and the book, which hold what is compared
	}
	keys := history(t, v.Keys)
	switch v.About {
	case "record":
		_, err := spec.Open(v.Input.Token, keys, expect(v))
		return err
	case "statement":
		_, err := spec.OpenStatement(v.Input.Token, v.Issuer, keys, v.Clock())
		return err
	case "request":
		return openRequest(v, keys)
	case "head":
		_, err := spec.OpenHead(v.Input.Note, v.Issuer, v.Input.Log, keys, v.Clock())
		return err
	case "page":
		return readPage(v, keys)
	}
	t.Fatalf("a vector about %q", v.About)
	return nil
}

func history(t testing.TB, k *vectors.Keys) *spec.KeyHistory {
	t.Helper()
	keys, err := k.History()
	if err != nil {
		t.Fatalf("the vector's own key history: %v", err)
	}
	return keys
}

func expect(v *vectors.Vector) spec.Expect {
	return spec.Expect{
		Issuer: v.Issuer, Audience: v.Audience, ID: v.Input.ID, Kind: v.Input.Kind,
		Vouched: v.Input.Vouched, Now: v.Clock(),
	}
}

func openRequest(v *vectors.Vector, keys *spec.KeyHistory) error {
	seen := spec.RequestSeen{Server: v.Audience, Method: v.Input.Method, URI: v.Input.URI, Body: v.Input.Body, Now: v.Clock()}
	_, err := spec.OpenRequest(v.Input.Token, seen, func(iss spec.NodeID) *spec.KeyHistory {
		if iss == v.Issuer {
			return keys
		}
		return nil
	})
	return err
}

func pageOctets(v *vectors.Vector) []byte {
	octets := []byte(v.Input.Page)
	if v.Input.PageOct != nil {
		octets = v.Input.PageOct
	}
	return append(octets, bytes.Repeat([]byte(" "), v.Input.Pad)...)
}

func readPage(v *vectors.Vector, keys *spec.KeyHistory) error {
	page, head, err := spec.ReadPage(pageOctets(v), spec.PageAsk{
		Node: v.Issuer, Log: v.Input.Log, Next: v.Input.Next, Limit: v.Input.Limit, Keys: keys, Now: v.Clock(),
	})
	if err != nil {
		return err
	}
	var tree spec.Tree
	for _, e := range v.Input.Entries {
		tree.Append(spec.Leaf(e.ID, e.State))
	}
	_, err = page.Extend(&tree, head)
	return err
}

func openCheckpoint(t *testing.T, v *vectors.Vector) error {
	t.Helper()
	known := make(map[spec.NodeID]*spec.KeyHistory)
	var council []spec.NodeID
	for _, k := range v.Input.CouncilKeys {
		known[k.Node] = history(t, k)
		council = append(council, k.Node)
	}
	_, err := spec.OpenCheckpoint(v.Input.Note, v.Input.Fed, council,
		func(n spec.NodeID) *spec.KeyHistory { return known[n] }, len(council)/2+1)
	return err
}
