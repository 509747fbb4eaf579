package policy

import (
	"encoding/json"
	"fmt"

	"github.com/fukusen/fukusen/spec"
)

// Draft makes the next version of a series, unsigned: fed, prev and version are
// those that the book calls for now. Body is a typed body or json.RawMessage;
// validFrom and iat are NumericDate. What is drafted on one book is refused as
// stale once another version of the series was accepted.
func Draft(b *Book, series, typ string, body any, title, text spec.Text, validFrom int64, drafter spec.NodeID, iat int64) (spec.Document, error) {
	octets, err := json.Marshal(body)
	if err != nil {
		return spec.Document{}, fmt.Errorf("draft %s: %w", series, err)
	}
	d := spec.Document{
		Fed: b.Fed(), Issuer: drafter, IssuedAt: iat, JTI: spec.RandomUUID(),
		Series: series, Type: typ, Version: 1, ValidFrom: validFrom,
		Title: title, Text: text, Body: octets,
	}
	if head := b.Head(series); head != nil {
		d.Prev, d.Version = head.ID, head.Version+1
	}
	return d, nil
}

// CheckDraft says what the council would refuse of a sealed draft whatever the
// ballots: its federation, drafter, place in the series and body.
func (b *Book) CheckDraft(doc *spec.SealedDocument) error {
	if doc.Fed != b.fed {
		return spec.RefuseField("REQ-POL-024", "fed", "the document is made for another federation")
	}
	if err := verifyDrafter(doc, b.Register()); err != nil {
		return err
	}
	if err := b.judgePlace(&doc.Document); err != nil {
		return err
	}
	_, err := readBody(&doc.Document, b.development)
	return err
}

// BallotFor makes one member's unsigned ballot about a sealed document, under
// the register of the book now. A nil book is that of a genesis, which stands
// under no register yet. Choice is Yes or No.
func BallotFor(b *Book, doc *spec.SealedDocument, member spec.NodeID, iat int64, choice string) spec.Ballot {
	ballot := spec.Ballot{
		Issuer: member, IssuedAt: iat, Document: doc.ID(),
		Series: doc.Series, Prev: doc.Prev, Choice: choice,
	}
	if b != nil {
		ballot.Fed, ballot.Register = b.Fed(), b.RegisterID()
	}
	return ballot
}
