package selftest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/certificate"
	"github.com/fukusen/fukusen/spec/vectors"
)

// judgeVectors judges the vectors whose octets are enough. They were written by
// a program that shares no code with this one.
func judgeVectors(string, time.Time) (Step, error) {
	s := Step{Name: "vectors: each gets the verdict that stands beside it"}
	all, err := vectors.All()
	if err != nil {
		return s, err
	}
	for _, v := range all {
		if v.Judge != vectors.Octets || v.About == "snapshot" || v.About == "confidential" {
			continue // a reader's memory or a follower's book decides
		}
		s.Done++
		s.hold(&v, open(&v))
	}
	return s, nil
}

// hold compares a verdict with the one that the standard gives.
func (s *Step) hold(v *vectors.Vector, err error) {
	r := spec.AsRefusal(err)
	got := vectors.Refuse
	switch {
	case err == nil:
		got = vectors.Admit
	case errors.Is(err, spec.ErrUnknownKind):
		got = vectors.Skip
	case r == nil:
		s.fault("%s: an error that is no refusal: %v", v.Name, err)
		return
	case r.Park:
		got = vectors.Park
	}
	if got != v.Verdict {
		s.fault("%s: %s, want %s", v.Name, got, v.Verdict)
		return
	}
	if r != nil && r.Requirement != v.Requirement && !slices.Contains(v.Also, r.Requirement) {
		s.fault("%s: refused by %s, want %s", v.Name, r.Requirement, v.Requirement)
	}
}

func open(v *vectors.Vector) error {
	switch v.About {
	case "keys":
		root, err := v.Keys.RootKey()
		if err != nil {
			return err
		}
		_, err = spec.OpenKeys(v.Input.Token, v.Issuer, root)
		return err
	case "node-id":
		_, err := spec.ParseNodeID(v.Input.NodeID, v.Input.Development)
		return err
	case "entry", "genesis":
		_, err := spec.ReadEntry(v.Input.Entry)
		return err
	case "certificate":
		_, err := certificate.Open(v.Input.Token, v.Audience, v.Clock())
		return err
	case "checkpoint":
		return openCheckpoint(v)
	}
	keys, err := v.Keys.History()
	if err != nil {
		return err
	}
	switch v.About {
	case "record":
		_, err := spec.Open(v.Input.Token, keys, spec.Expect{
			Issuer: v.Issuer, Audience: v.Audience, ID: v.Input.ID, Kind: v.Input.Kind, Vouched: v.Input.Vouched, Now: v.Clock(),
		})
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
	return fmt.Errorf("a vector about %q", v.About)
}

func openRequest(v *vectors.Vector, keys *spec.KeyHistory) error {
	_, err := spec.OpenRequest(v.Input.Token, spec.RequestSeen{
		Server: v.Audience, Method: v.Input.Method, URI: v.Input.URI, Body: v.Input.Body, Now: v.Clock(),
	}, func(iss spec.NodeID) *spec.KeyHistory {
		if iss == v.Issuer {
			return keys
		}
		return nil
	})
	return err
}

func readPage(v *vectors.Vector, keys *spec.KeyHistory) error {
	octets := []byte(v.Input.Page)
	if v.Input.PageOct != nil {
		octets = v.Input.PageOct
	}
	page, head, err := spec.ReadPage(append(octets, bytes.Repeat([]byte(" "), v.Input.Pad)...), spec.PageAsk{
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

func openCheckpoint(v *vectors.Vector) error {
	known := make(map[spec.NodeID]*spec.KeyHistory)
	var council []spec.NodeID
	for _, k := range v.Input.CouncilKeys {
		keys, err := k.History()
		if err != nil {
			return err
		}
		known[k.Node] = keys
		council = append(council, k.Node)
	}
	_, err := spec.OpenCheckpoint(v.Input.Note, v.Input.Fed, council,
		func(n spec.NodeID) *spec.KeyHistory { return known[n] }, len(council)/2+1)
	return err
}
