// Package certificate seals and opens what a conformance runner says of a node,
// and the node's own word that it was shown to it (standard section 14). It
// refuses a certificate about another node; whose runner to believe is for the
// reader, who pins the runner's key.
package certificate

import (
	"crypto/ed25519"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/strict"
)

// Certificate is what a runner found. Its key stands in it.
type Certificate struct {
	Target   spec.NodeID `json:"target"`
	IssuedAt int64       `json:"iat"`
	Expires  int64       `json:"exp"`
	X        string      `json:"x"`      // the runner's public key
	Spec     string      `json:"spec"`   // version of the standard
	Bundle   spec.ID     `json:"bundle"` // of standard, contract, register, vectors and suite
	Suite    string      `json:"suite"`  // version of the program that judged
	Program  spec.ID     `json:"program"`
	Level    string      `json:"level"` // the highest that was granted, or empty
	Roles    []string    `json:"roles"` // in which everything up to that level holds
	Report   spec.ID     `json:"report"`
	Evidence spec.ID     `json:"evidence"` // of exchanges.json
}

// Countersignature is a node's word that a certificate about it was shown to
// it: whoever holds its record key was there when it was judged.
type Countersignature struct {
	Issuer      spec.NodeID `json:"iss"`
	At          int64       `json:"iat"`
	Certificate spec.ID     `json:"certificate"` // its id (section 3)
}

const (
	typ            = "conformance+jwt"
	typCountersign = "countersign+jwt"
	// Life is how long a certificate lasts at most, in seconds: 180 days.
	Life = 180 * 24 * 3600
)

var (
	shape            = strict.ShapeOf(Certificate{})
	countersignShape = strict.ShapeOf(Countersignature{})
)

// Seal signs a certificate with the runner's key, which it carries.
func Seal(s *spec.Signer, c Certificate) (string, error) {
	c.X = spec.EncodeKey(s.Public())
	return spec.SealAs(s, typ, c)
}

// Open opens a certificate about a node.
func Open(text string, target spec.NodeID, now time.Time) (*Certificate, error) {
	c, err := Read(text)
	if err != nil {
		return nil, err
	}
	if c.Target != target {
		return nil, spec.RefuseField("REQ-CERT-002", "target", "a certificate is about the node that it is shown to")
	}
	if c.Expires <= now.Unix() || c.Expires-c.IssuedAt > Life || c.IssuedAt > now.Add(spec.Leeway).Unix() {
		return nil, spec.RefuseField("REQ-CERT-003", "exp", "a certificate lasts at most 180 days, has begun and has not expired")
	}
	return c, nil
}

// Read opens a certificate whoever it is about and whenever it ended.
func Read(text string) (*Certificate, error) {
	var c Certificate
	err := spec.OpenAs(text, spec.MaxToken, typ, "REQ-CERT-004", &shape, &c, func(kid string) (ed25519.PublicKey, error) {
		key, err := spec.DecodeKey(c.X)
		if err != nil || spec.Thumbprint(key) != kid {
			return nil, spec.RefuseField("REQ-CERT-004", "x", "a certificate carries the public key that its kid names")
		}
		return key, nil
	})
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// Countersign signs, with a node's record key, that a certificate was shown to it.
func Countersign(s *spec.Signer, c Countersignature) (string, error) {
	return spec.SealAs(s, typCountersign, c)
}

// OpenCountersignature opens a node's word about a certificate, under the key
// history of the node.
func OpenCountersignature(text, about string, node spec.NodeID, keys *spec.KeyHistory) (*Countersignature, error) {
	var c Countersignature
	err := spec.OpenAs(text, spec.MaxToken, typCountersign, "REQ-CERT-001", &countersignShape, &c, func(kid string) (ed25519.PublicKey, error) {
		if k := keys.Find(spec.UseRecord, kid); k != nil && k.CurrentAt(time.Unix(c.At, 0)) {
			return k.Public(), nil
		}
		return nil, spec.RefuseField("REQ-KEY-007", "kid", "a countersignature is by a record key of the node")
	})
	if err != nil {
		return nil, err
	}
	if _, id := spec.Peek(about); c.Issuer != node || c.Certificate != id || id == "" {
		return nil, spec.RefuseField("REQ-CERT-001", "certificate", "a countersignature names the node and the certificate's id")
	}
	return &c, nil
}
