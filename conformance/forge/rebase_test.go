package forge_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/vectors"
)

const (
	speaker  = spec.NodeID("http://localhost:21003")
	listener = spec.NodeID("http://localhost:21000")
)

// ground is a peer of today with the one key of its history.
func ground(t *testing.T) (forge.Ground, *spec.KeyHistory) {
	t.Helper()
	root, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	key, err := spec.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	token, err := spec.SealKeys(root, spec.KeyHistory{
		Issuer: speaker, IssuedAt: now.Unix(), Serial: 1, Keys: []spec.KeyEntry{{
			KID: key.KID(), Use: spec.UseRecord, X: spec.EncodeKey(key.Public()), From: now.Add(-30 * 24 * time.Hour).Unix(),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := spec.OpenKeys(token, speaker, root.Public())
	if err != nil {
		t.Fatal(err)
	}
	return forge.Ground{Issuer: speaker, Audience: listener, Key: key, Now: now}, keys
}

// Every record vector is laid anew with the verdict that the standard gives
// it, or is listed with the reason why not.
func TestAVectorKeepsItsVerdictOnNewGround(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	g, keys := ground(t)
	moved := 0
	for _, v := range all {
		if v.About != "record" {
			continue
		}
		t.Run(v.File+"/"+v.Name, func(t *testing.T) {
			token, ok := forge.Rebase(v, g)
			if reason := forge.Unmoved(v); ok != (reason == "") {
				t.Fatalf("moved %v, and the reason not to is %q", ok, reason)
			}
			if !ok {
				return
			}
			moved++
			want := spec.Expect{Issuer: speaker, Audience: listener, ID: forge.ID(token), Kind: v.Input.Kind, Now: g.Now}
			_, err := spec.Open(token, keys, want)
			got, number := verdict(err)
			expected := v.Verdict
			if v.Judge != vectors.Octets {
				expected = vectors.Admit
			}
			if got != expected {
				t.Fatalf("%s: %s (%v), want %s by %s", v.What, got, err, expected, v.Requirement)
			}
			if number != "" && number != v.Requirement && !slices.Contains(v.Also, number) {
				t.Errorf("%s: refused by %v, want %s", v.What, err, v.Requirement)
			}
		})
	}
	if moved < 450 {
		t.Errorf("%d vectors were moved; the suite rests on at least 450", moved)
	}
}

func verdict(err error) (name, requirement string) {
	r := spec.AsRefusal(err)
	switch {
	case err == nil:
		return vectors.Admit, ""
	case errors.Is(err, spec.ErrUnknownKind):
		return vectors.Skip, ""
	case r == nil:
		return err.Error(), ""
	case r.Park:
		return vectors.Park, r.Requirement
	}
	return vectors.Refuse, r.Requirement
}

// No two deliveries of one vector have an octet string or a name in common, so
// that no answer can be learned.
func TestAVectorIsAnotherOneEachTime(t *testing.T) {
	all, err := vectors.All()
	if err != nil {
		t.Fatal(err)
	}
	g, _ := ground(t)
	for _, v := range all {
		first, ok := forge.Rebase(v, g)
		if !ok || v.About != "record" || v.Verdict != vectors.Admit {
			continue
		}
		second, _ := forge.Rebase(v, g)
		a, b := spec.Payload(first), spec.Payload(second)
		if first == second || forge.ID(first) == forge.ID(second) || string(a) == string(b) {
			t.Errorf("%s/%s: laid twice it is the same record", v.File, v.Name)
		}
	}
}
