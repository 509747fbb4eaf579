package policy

import "github.com/fukusen/fukusen/spec"

// judge checks a document entry against the register in force, drafter first:
// a stranger's entry should cost one signature, not many.
func (b *Book) judge(entry *spec.PolicyEntry) error {
	doc, register := entry.Document, b.Register()
	if doc.Fed != b.fed {
		return spec.RefuseField("REQ-POL-024", "fed", "the document is made for another federation")
	}
	if err := verifyDrafter(doc, register); err != nil {
		return err
	}
	if err := b.judgePlace(&doc.Document); err != nil {
		return err
	}
	ballot := wanted{fed: b.fed, register: b.RegisterID(), document: doc.ID(), series: doc.Series, prev: doc.Prev}
	yes, err := ballot.count(entry.Ballots, register)
	if err != nil {
		return err
	}
	if yes < register.Threshold {
		return spec.Refuse("REQ-POL-002", "the entry needs yes ballots of as many council members as the register's threshold")
	}
	return nil
}

func verifyDrafter(doc *spec.SealedDocument, register *Register) error {
	drafter := register.Find(doc.Issuer)
	if drafter == nil {
		return spec.RefuseField("REQ-POL-001", "iss", "the document is drafted by a member of the register")
	}
	key, ok := drafter.ballotKey()
	if !ok {
		return spec.RefuseField("REQ-POL-001", "iss", "the register pins a ballot key for the drafter")
	}
	return doc.Verify(key)
}

// judgePlace checks that a document follows the newest of its series.
func (b *Book) judgePlace(d *spec.Document) error {
	head := b.last[d.Series]
	var prev spec.ID
	version, kind := 1, d.Type
	if head != nil {
		prev, version, kind = head.ID, head.Version+1, head.Type
	}
	switch {
	case d.Prev != prev:
		return spec.RefuseField("REQ-POL-006", "prev", "prev is the series' document now")
	case d.Version != version:
		return spec.RefuseField("REQ-POL-012", "version", "version is one more than that of prev")
	case d.Type != kind:
		return spec.RefuseField("REQ-POL-012", "type", "type is that of prev")
	case d.Series == "" || d.Type == "":
		return spec.RefuseField("REQ-POL-025", "series", "a document has a series and a type")
	case d.Type == TypeGenesis:
		return spec.RefuseField("REQ-POL-011", "type", "a log has one genesis, its entry 0")
	case d.Type != d.Series && (singular(d.Type) || singular(d.Series)):
		return spec.RefuseField("REQ-POL-025", "series", "a type of which there is one stands in the series of its name")
	}
	return nil
}

// wanted is what every ballot of one entry names.
type wanted struct {
	fed, register, document, prev spec.ID
	series                        string
}

// count returns the yes ballots of distinct council members. A ballot of a
// pinned key outside the council is read and not counted.
func (w wanted) count(ballots []*spec.SealedBallot, register *Register) (int, error) {
	seen := make(map[spec.NodeID]bool, len(ballots))
	yes := 0
	for _, ballot := range ballots {
		if seen[ballot.Issuer] {
			return 0, spec.RefuseField("REQ-POL-004", "iss", "a member has one ballot in an entry")
		}
		seen[ballot.Issuer] = true
		if err := w.check(&ballot.Ballot); err != nil {
			return 0, err
		}
		member := register.Find(ballot.Issuer)
		if member == nil {
			return 0, spec.RefuseField("REQ-POL-003", "iss", "a ballot is that of a member of the register")
		}
		key, ok := member.ballotKey()
		if !ok {
			return 0, spec.RefuseField("REQ-POL-003", "iss", "the register pins a ballot key for the member")
		}
		if err := ballot.Verify(key); err != nil {
			return 0, err
		}
		if member.votes() && ballot.Choice == Yes {
			yes++
		}
	}
	return yes, nil
}

func (w wanted) check(b *spec.Ballot) error {
	another := func(field string) error {
		return spec.RefuseField("REQ-POL-005", field, "a ballot names the federation, document, series and prev of its entry")
	}
	switch {
	case b.Fed != w.fed:
		return another("fed")
	case b.Document != w.document:
		return another("document")
	case b.Series != w.series:
		return another("series")
	case b.Prev != w.prev:
		return another("prev")
	case b.Register != w.register:
		return spec.RefuseField("REQ-POL-006", "register", "a ballot names the register document now")
	}
	return nil
}
