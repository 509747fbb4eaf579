package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// Sealed is what a confidential document shows in the log: the digest of 32
// random octets and the body, and who may read the body beside the council.
type Sealed struct {
	Digest  spec.ID       `json:"digest"`
	Readers []spec.NodeID `json:"readers"`
}

// RedList is the clear body of a red list: pairs of competitors between which
// nobody works for one while belonging to the other.
type RedList struct {
	Rows []RedRow `json:"rows"`
}

// RedRow is one pair of organisations; people never stand in a red list.
type RedRow struct {
	PartyA     string `json:"partyA"`
	PartyB     string `json:"partyB"`
	ValidFrom  int64  `json:"validFrom"`
	ValidUntil int64  `json:"validUntil,omitempty"`
	ReasonCode string `json:"reasonCode"`
}

// saltSize is how many random octets stand before a confidential body, so that
// its digest cannot be guessed from likely bodies.
const saltSize = 32

// readSealed reads the log body of a confidential document; a member more
// could show what is confidential (REQ-POL-020).
func readSealed(raw json.RawMessage) (*Sealed, error) {
	s, members := new(Sealed), map[string]json.RawMessage{}
	if !decodeBody(raw, s) || !decodeBody(raw, &members) {
		return nil, refuseBody("digest", "a confidential document shows a digest and readers")
	}
	for name := range members {
		if name != "digest" && name != "readers" {
			return nil, spec.RefuseField("REQ-POL-020", "body", "a confidential document shows a digest and readers and nothing else")
		}
	}
	if !s.Digest.Valid() {
		return nil, refuseBody("digest", "digest is base64url of SHA-256")
	}
	return s, nil
}

// SealConfidential joins 32 random octets and a confidential body, and returns
// what stands in the log in its place.
func SealConfidential(salt [saltSize]byte, body any, readers []spec.NodeID) ([]byte, Sealed, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, Sealed{}, fmt.Errorf("seal confidential body: %w", err)
	}
	octets := append(salt[:], text...)
	return octets, Sealed{Digest: spec.Digest(octets), Readers: slices.Clone(readers)}, nil
}

// WithConfidential returns the book with the clear body of the documents that
// name this digest: 32 random octets and the body (REQ-POL-019). Giving it
// twice changes nothing. What is refused is ErrUnknownDigest, a wrong digest
// as a *spec.Refusal, or ErrConfidentialForm.
func (b *Book) WithConfidential(digest spec.ID, octets []byte) (*Book, error) {
	if len(octets) < saltSize || len(octets) > spec.MaxDocument || spec.Digest(octets) != digest {
		return nil, spec.RefuseField("REQ-POL-019", "digest", "the body has the document's digest")
	}
	if !b.names(digest) {
		return nil, fmt.Errorf("confidential body: %w", ErrUnknownDigest)
	}
	list, err := readRedList(octets[saltSize:])
	if err != nil {
		return nil, fmt.Errorf("confidential body: %w", err)
	}
	next := *b
	next.clear = maps.Clone(b.clear)
	if next.clear == nil {
		next.clear = make(map[spec.ID]*RedList)
	}
	next.clear[digest] = list
	next.lines = newTimeline(&next)
	return &next, nil
}

func (b *Book) names(digest spec.ID) bool {
	for d := b.newest; d != nil; d = d.earlier {
		if s := d.Sealed(); s != nil && s.Digest == digest {
			return true
		}
	}
	return false
}

// RedList is the clear body of a confidential document, or nil where this
// book was not given it.
func (b *Book) RedList(d *Document) *RedList {
	if s := d.Sealed(); s != nil {
		return b.clear[s.Digest]
	}
	return nil
}

// MayRead reports whether a node may be given a confidential body: council
// members and the listed readers, while they are active (REQ-POL-018).
func (b *Book) MayRead(d *Document, node spec.NodeID) bool {
	m, s := b.Register().Find(node), d.Sealed()
	if m == nil || s == nil || m.Status != StatusActive {
		return false
	}
	return m.Role == RoleCouncil || slices.Contains(s.Readers, node)
}

// readRedList is closed: what a reader does not understand it must not skip.
func readRedList(text []byte) (*RedList, error) {
	list, probe := new(RedList), json.NewDecoder(bytes.NewReader(text))
	probe.DisallowUnknownFields()
	if probe.Decode(new(RedList)) != nil || !decodeBody(text, list) {
		return nil, ErrConfidentialForm
	}
	for _, row := range list.Rows {
		if row.PartyA == "" || row.PartyB == "" || row.PartyA == row.PartyB || row.ReasonCode == "" ||
			row.ValidUntil != 0 && row.ValidUntil <= row.ValidFrom {
			return nil, ErrConfidentialForm
		}
	}
	return list, nil
}

// HasBody reports whether the book was given the clear body of a digest.
func (b *Book) HasBody(digest spec.ID) bool { return b.clear[digest] != nil }
