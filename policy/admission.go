package policy

import (
	"slices"

	"github.com/fukusen/fukusen/spec"
)

// admit applies a member+jwt entry to a book that nobody else sees yet
// (REQ-POL-021). It adds a member and can change none: ballots alone do that.
func (b *Book) admit(a *spec.SealedAdmission) error {
	if err := b.judgeAdmission(a); err != nil {
		return err
	}
	b.seats = b.seats.with(Member{
		Node: a.Node, Name: a.Name, Kind: a.Kind,
		Role: RoleMember, Status: StatusActive, Root: a.Root,
	}, a.IssuedAt)
	return nil
}

func (b *Book) judgeAdmission(a *spec.SealedAdmission) error {
	bad := func(field, detail string) error { return spec.RefuseField("REQ-POL-021", field, detail) }
	if a.Fed != b.fed {
		return bad("fed", "the admission is made for another federation")
	}
	admitter := b.Register().Find(a.Issuer)
	if admitter == nil || !admitter.votes() {
		return bad("iss", "only an active council node admits a member, and the issuer is none")
	}
	root, err := spec.DecodeKey(admitter.Root)
	if err != nil {
		return bad("iss", "the register holds no usable root key of the admitting node")
	}
	if err := a.Verify(root); err != nil {
		return err
	}
	if a.Register != b.RegisterID() {
		return spec.RefuseField("REQ-POL-006", "register", "the register has moved on; an admission names the one in force now")
	}
	if rule := b.Charter().AutoRule; !rule.Enabled || !slices.Contains(rule.Kinds, a.Kind) {
		return bad("kind", "the charter's auto-rule does not admit this kind of organisation; a ballot can")
	}
	if b.Register().Find(a.Node) != nil {
		return bad("node", "the register knows the node already; ballots change a member")
	}
	if _, err := spec.ParseNodeID(string(a.Node), b.development); err != nil {
		return err
	}
	if a.Name.JA == "" || a.Name.EN == "" {
		return bad("name", "a member has a name in ja and in en")
	}
	if _, err := spec.DecodeKey(a.Root); err != nil {
		return bad("root", "root is the public root key, 32 octets in base64url")
	}
	return nil
}

// with adds an admitted member to the newest register and, where its time has
// not come at the admission, to those before it down to the one in force then.
func (s *seating) with(m Member, iat int64) *seating {
	next := &seating{document: s.document, register: s.register, before: s.before}
	if s.register.Find(m.Node) == nil {
		next.register = s.register.with(m)
	}
	if s.document.ValidFrom > iat && s.before != nil {
		next.before = s.before.with(m, iat)
	}
	return next
}

// of returns the register of a register document with its admissions.
func (s *seating) of(d *Document) *Register {
	for ; s != nil; s = s.before {
		if s.document == d {
			return s.register
		}
	}
	return nil
}
