// Package policy is the rules: a Book of documents that a council agreed on,
// Facts about one act in, Findings and one Decision out.
//
// It refuses every entry of the policy log that section 13 of the standard
// does not allow, and refuses to know a clock, a database or a network: the
// octets and the time come in as arguments, so every node that holds the same
// log reaches the same book and the same decision.
package policy

import (
	"errors"

	"github.com/fukusen/fukusen/spec"
)

// Series and types that the standard or the rules of this package know. Any
// other type is kept and shown, and decides nothing.
const (
	SeriesGenesis  = "genesis"
	SeriesRegister = "register"
	SeriesCharter  = "charter"

	TypeGenesis        = "genesis"
	TypeRegister       = "register"
	TypeCharter        = "charter"
	TypeDataGuideline  = "data-guideline"
	TypeSafety         = "safety"
	TypeConflictMatrix = "conflict-matrix"
	TypeRedList        = "red-list"
)

// Choices of a ballot.
const (
	Yes = "yes"
	No  = "no"
)

var (
	// ErrUnknownDigest means confidential octets that no document of the book names.
	ErrUnknownDigest = errors.New("no document of the book names this digest")
	// ErrConfidentialForm means octets with the right digest whose text is not
	// the body that the document's type calls for.
	ErrConfidentialForm = errors.New("the confidential body does not have the form of its type")
	// ErrNoSigner means a genesis without a ballot key for its drafter or a founder.
	ErrNoSigner = errors.New("no ballot key for a founding council member")
)

// singular types have one series of the same name, so that "the register" and
// "the data guideline" are never two. Matrices and red lists may be several.
func singular(name string) bool {
	switch name {
	case TypeGenesis, TypeRegister, TypeCharter, TypeDataGuideline, TypeSafety:
		return true
	}
	return false
}

// bodyRequirement is what a document breaks whose body does not have the form
// that section 13.1 gives its type.
const bodyRequirement = "REQ-POL-023"

func refuseBody(field, detail string) *spec.Refusal {
	return spec.RefuseField(bodyRequirement, "body."+field, detail)
}
