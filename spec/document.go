package spec

import (
	"crypto/ed25519"
	"encoding/json"

	"github.com/fukusen/fukusen/spec/strict"
)

// Document is one version of one policy document (standard section 13).
type Document struct {
	Fed        ID              `json:"fed,omitempty"` // empty in the genesis only
	Issuer     NodeID          `json:"iss"`
	IssuedAt   int64           `json:"iat"`
	JTI        string          `json:"jti"`
	Series     string          `json:"series"` // such as register, charter, data-guideline
	Type       string          `json:"type"`
	Version    int             `json:"version"`
	Prev       ID              `json:"prev"` // the series' document before, or empty
	ValidFrom  int64           `json:"validFrom"`
	ValidUntil int64           `json:"validUntil,omitempty"`
	Title      Text            `json:"title"`
	Text       Text            `json:"text"`
	Body       json.RawMessage `json:"body"`
}

// Ballot is one council member's voice about one document.
type Ballot struct {
	Fed      ID     `json:"fed,omitempty"`
	Issuer   NodeID `json:"iss"`
	IssuedAt int64  `json:"iat"`
	Document ID     `json:"document"`
	Series   string `json:"series"`
	Prev     ID     `json:"prev"`
	Register ID     `json:"register"`
	Choice   string `json:"choice"` // yes or no
}

const (
	typDocument = "policy+jwt"
	typBallot   = "ballot+jwt"
	// MaxDocument bounds a policy document; texts in two languages are long.
	MaxDocument = 512 << 10
)

var (
	documentShape = strict.ShapeOf(Document{})
	ballotShape   = strict.ShapeOf(Ballot{})
)

// SealedDocument is a document whose form was read; its signature is checked
// by Verify, since the key comes from the register that judges it.
type SealedDocument struct {
	Document
	t *token
}

// SealedBallot is a ballot whose form was read.
type SealedBallot struct {
	Ballot
	t *token
}

// SealDocument signs a document with the drafter's ballot key.
func SealDocument(s *Signer, d Document) (string, error) { return sealToken(s, typDocument, d) }

// SealBallot signs a ballot with the member's ballot key.
func SealBallot(s *Signer, b Ballot) (string, error) { return sealToken(s, typBallot, b) }

// ReadDocument reads a policy+jwt strictly without judging its signature.
func ReadDocument(text string) (*SealedDocument, error) {
	t, r := splitToken(text, MaxDocument, &documentShape)
	if r != nil {
		return nil, r
	}
	if t.typ != typDocument {
		return nil, refuseField("REQ-OPEN-007", "typ", "typ is policy+jwt")
	}
	d := &SealedDocument{t: t}
	if r := t.decode("REQ-POL-013", &d.Document); r != nil {
		return nil, r
	}
	if d.Title.JA == "" || d.Title.EN == "" || d.Text.JA == "" || d.Text.EN == "" {
		return nil, refuseField("REQ-POL-013", "title", "a document has title and text in ja and in en")
	}
	return d, nil
}

// ReadBallot reads a ballot+jwt strictly without judging its signature.
func ReadBallot(text string) (*SealedBallot, error) {
	t, r := splitToken(text, MaxToken, &ballotShape)
	if r != nil {
		return nil, r
	}
	if t.typ != typBallot {
		return nil, refuseField("REQ-OPEN-007", "typ", "typ is ballot+jwt")
	}
	b := &SealedBallot{t: t}
	if r := t.decode("REQ-POL-005", &b.Ballot); r != nil {
		return nil, r
	}
	return b, nil
}

// ID is the document's id, the digest of its signing input.
func (d *SealedDocument) ID() ID { return d.t.id() }

// Token is the document byte for byte.
func (d *SealedDocument) Token() string { return d.t.text }

// KID names the key that is said to have signed it.
func (d *SealedDocument) KID() string { return d.t.kid }

// Token is the ballot byte for byte.
func (b *SealedBallot) Token() string { return b.t.text }

// KID names the key that is said to have signed it.
func (b *SealedBallot) KID() string { return b.t.kid }

// Verify checks a document against the drafter's pinned ballot key (REQ-POL-001).
func (d *SealedDocument) Verify(key ed25519.PublicKey) error {
	return verifyPinned(d.t, key, "REQ-POL-001", "the document is signed by the ballot key that the register pins for its drafter")
}

// Verify checks a ballot against the member's pinned ballot key (REQ-POL-003).
func (b *SealedBallot) Verify(key ed25519.PublicKey) error {
	return verifyPinned(b.t, key, "REQ-POL-003", "the ballot is signed by the ballot key that the register pins for its member")
}

func verifyPinned(t *token, key ed25519.PublicKey, requirement, detail string) error {
	if len(key) != ed25519.PublicKeySize || Thumbprint(key) != t.kid || t.verify(key) != nil {
		return refuse(requirement, detail)
	}
	return nil
}
